package dev.turnstone.turn;

/**
 * What has happened since the server's birth.
 *
 * @param allocations that stand now
 * @param allocated allocations that were granted
 * @param granted requests, of all kinds
 * @param refused requests
 * @param malformed packets that are no message, or a broken one
 * @param dropped packets that nobody waits for, or that have no permission
 * @param bytesToPeers relayed, without headers
 * @param bytesToClients relayed, without headers
 */
public record TurnServerCounters(
    int allocations,
    long allocated,
    long granted,
    long refused,
    long malformed,
    long dropped,
    long bytesToPeers,
    long bytesToClients) {}
