package dev.turnstone.peerconnection;

/**
 * What the sockets of a factory have done since it was made.
 *
 * @param datagramsSent UDP datagrams given to the system
 * @param datagramsReceived UDP datagrams taken from the system
 * @param sendErrors datagrams that could not be sent and were dropped
 * @param largestDatagramBytes the largest UDP payload sent or received, in bytes
 * @param openConnections connections that have not been closed
 */
public record FactoryStatistics(
    long datagramsSent,
    long datagramsReceived,
    long sendErrors,
    long largestDatagramBytes,
    int openConnections) {}
