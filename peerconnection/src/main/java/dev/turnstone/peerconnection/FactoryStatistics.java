package dev.turnstone.peerconnection;

/**
 * What the sockets of a factory have done since it was made.
 *
 * @param datagramsSent UDP datagrams given to the system
 * @param datagramsReceived UDP datagrams taken from the system
 * @param sendErrors datagrams that could not be sent and were dropped
 * @param sendCalls how often the system was asked to send: with {@link SocketTransport#EPOLL} once
 *     for all that leaves together, else once for each datagram
 * @param segmentedSends sends of several datagrams as one, which the system or the device cuts
 * @param refusedSegmentations such sends that were refused; their datagrams were sent again one by
 *     one
 * @param largestSentBytes the largest UDP payload sent, in bytes
 * @param largestReceivedBytes the largest UDP payload received, in bytes
 * @param openConnections connections that have not been closed
 */
public record FactoryStatistics(
    long datagramsSent,
    long datagramsReceived,
    long sendErrors,
    long sendCalls,
    long segmentedSends,
    long refusedSegmentations,
    long largestSentBytes,
    long largestReceivedBytes,
    int openConnections) {

  /** The largest UDP payload sent or received, in bytes. */
  public long largestDatagramBytes() {
    return Math.max(largestSentBytes, largestReceivedBytes);
  }
}
