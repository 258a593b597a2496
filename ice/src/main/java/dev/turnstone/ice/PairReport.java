package dev.turnstone.ice;

/**
 * A pair of candidates and what went over it: the figures of W3C's {@code
 * RTCIceCandidatePairStats}. Data counts as the layer above ICE gives and takes it, without checks.
 * Times are in nanoseconds; moments count from the connection's birth.
 *
 * @param local ours
 * @param remote the peer's
 * @param state how its check stands
 * @param nominated whether it is nominated
 * @param priority RFC 8445 section 6.1.2.3
 * @param packetsSent datagrams of data
 * @param packetsReceived datagrams of data
 * @param bytesSent their bytes
 * @param bytesReceived their bytes
 * @param lastPacketSentAt when data was sent last, or -1
 * @param lastPacketReceivedAt when data was received last, or -1
 * @param totalRoundTripTime of all checks that were answered and sent once
 * @param currentRoundTripTime of the last of them, or -1
 * @param requestsSent checks, those for consent included, each counted once however often sent
 * @param requestsReceived checks of the peer
 * @param responsesSent answers to them
 * @param responsesReceived answers to ours
 * @param consentRequestsSent those of our checks that ask for consent (RFC 7675)
 */
public record PairReport(
    CandidateReport local,
    CandidateReport remote,
    PairState state,
    boolean nominated,
    long priority,
    long packetsSent,
    long packetsReceived,
    long bytesSent,
    long bytesReceived,
    long lastPacketSentAt,
    long lastPacketReceivedAt,
    long totalRoundTripTime,
    long currentRoundTripTime,
    long requestsSent,
    long requestsReceived,
    long responsesSent,
    long responsesReceived,
    long consentRequestsSent) {}
