package dev.turnstone.ice;

/**
 * What became of the datagrams that arrived at a transport's sockets since its birth.
 *
 * @param checksAccepted STUN messages whose integrity was verified
 * @param dataDelivered datagrams given to {@link IceListener#onPacket}
 * @param malformed neither data nor well-formed STUN (RFC 7983), or a wrong fingerprint
 * @param unauthenticated STUN without integrity or with a wrong one, or for nobody here
 * @param unvalidated data from an address that no check has validated
 * @param overflow authentic messages beyond what is kept waiting or remembered
 * @param skippedCandidates candidates of the peer that the engine cannot use
 */
public record IceCounters(
    long checksAccepted,
    long dataDelivered,
    long malformed,
    long unauthenticated,
    long unvalidated,
    long overflow,
    long skippedCandidates) {}
