package dev.turnstone.sctp;

/**
 * What an association has done and how it stands, read at one moment. Counters start at zero with
 * the association and never fall.
 *
 * @param smoothedRttNanos the smoothed round-trip time, or -1 before the first measurement
 * @param rtoNanos the retransmission timeout now, back-off included
 * @param congestionWindow bytes
 * @param peerReceiveWindow bytes that the peer can still take, what is in flight deducted
 * @param bytesInFlight bytes of DATA chunks sent and neither acknowledged nor given up for lost
 * @param bufferedBytes bytes of messages queued and not yet sent for the first time
 * @param receiveWindow bytes of receive window that we advertise now
 * @param receiveBuffer bytes of receive window when nothing is in it, as it has grown by now; its
 *     ceiling is {@link SctpOptions#receiveBufferMax}
 * @param heldBytes bytes of messages that we keep until they are acknowledged or given up
 * @param budgetBytes bytes that the receive window and the messages we keep have reserved from the
 *     {@link BufferBudget}
 * @param packetsSent packets handed out by {@code pollPacket}
 * @param bytesSent their bytes
 * @param packetsReceived packets given to {@code handlePacket}
 * @param bytesReceived their bytes
 * @param messagesSent messages taken by {@code send}
 * @param messagesReceived messages delivered
 * @param messagesAbandoned partially reliable messages given up
 * @param abandonedByPolicy those of them by policy, and by whether a part of them was sent
 * @param retransmissions DATA chunks sent again
 * @param fastRetransmissions those of them that chunks sent later showed to be lost
 * @param spuriousRetransmissions those of them that turned out to be needless: the first had
 *     arrived
 * @param tailLossProbes packets sent to make a silent peer speak (RFC 8985 section 7)
 * @param timeouts how often T3-rtx expired
 * @param duplicateChunks DATA chunks received more than once
 * @param malformedPackets packets dropped because their bytes make no sense
 * @param badChecksums packets dropped because of their CRC32C
 * @param badVerificationTags packets dropped because of ports or verification tag
 * @param protocolErrors chunks ignored because they break the protocol
 * @param zeroChecksum whether packets leave without CRC32C (RFC 9653)
 * @param interleaving whether messages travel in I-DATA chunks (RFC 8260): both sides have offered
 *     it
 * @param packetSize the largest packet that is sent now, in bytes: what path MTU discovery has
 *     found, or the option
 * @param pathChanges how often packets began to go another way, and congestion control anew
 */
public record SctpMetrics(
    long smoothedRttNanos,
    long rtoNanos,
    long congestionWindow,
    long peerReceiveWindow,
    long bytesInFlight,
    long bufferedBytes,
    long receiveWindow,
    long receiveBuffer,
    long heldBytes,
    long budgetBytes,
    long packetsSent,
    long bytesSent,
    long packetsReceived,
    long bytesReceived,
    long messagesSent,
    long messagesReceived,
    long messagesAbandoned,
    AbandonedMessages abandonedByPolicy,
    long retransmissions,
    long fastRetransmissions,
    long spuriousRetransmissions,
    long tailLossProbes,
    long timeouts,
    long duplicateChunks,
    long malformedPackets,
    long badChecksums,
    long badVerificationTags,
    long protocolErrors,
    boolean zeroChecksum,
    boolean interleaving,
    int packetSize,
    long pathChanges) {}
