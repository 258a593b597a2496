package dev.turnstone.dtls;

/**
 * What a {@link DtlsEngine} has counted since it was made.
 *
 * @param datagramsReceived datagrams that came to {@link DtlsEngine#handlePacket}
 * @param datagramsSent datagrams that went to {@link DtlsListener#onPacket}
 * @param datagramsDropped of those received, the ones not looked at: the engine was closed, or too
 *     many waited for the handshake
 * @param recordsRejected records that were malformed, not authentic, replayed or out of place. In
 *     the handshake only what is malformed on its face is counted
 */
public record DtlsStatistics(
    long datagramsReceived, long datagramsSent, long datagramsDropped, long recordsRejected) {}
