package dev.turnstone.sctp;

/**
 * Partially reliable messages that were given up, by policy, and by whether a part of them had been
 * sent (RFC 7496 section 4.4). A message with several policies counts for its priority, then for
 * its retransmissions, then for its lifetime.
 *
 * @param lifetimeUnsent messages with a lifetime, nothing of them sent
 * @param lifetimeSent messages with a lifetime, at least a fragment of them sent
 * @param retransmitsUnsent messages with limited retransmissions, nothing of them sent
 * @param retransmitsSent messages with limited retransmissions, at least a fragment of them sent
 * @param priorityUnsent messages with a priority, nothing of them sent
 * @param prioritySent messages with a priority, at least a fragment of them sent
 */
public record AbandonedMessages(
    long lifetimeUnsent,
    long lifetimeSent,
    long retransmitsUnsent,
    long retransmitsSent,
    long priorityUnsent,
    long prioritySent) {}
