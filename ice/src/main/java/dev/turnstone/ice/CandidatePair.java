package dev.turnstone.ice;

/**
 * A local and a remote candidate that work together.
 *
 * @param local ours
 * @param remote the peer's
 */
public record CandidatePair(Candidate local, Candidate remote) {}
