package dev.turnstone.sctp.congestion;

/**
 * Chunks that were found lost at one moment.
 *
 * @param nowNanos the time
 * @param lostBytes their bytes
 * @param bytesInFlightBefore what was in flight before that, they included
 * @param priorInFlight bytes in flight when the newest of them was sent, itself included
 * @param beginsRecovery whether this is the first loss of a recovery: a controller that reacts once
 *     in a round trip reacts now
 */
public record LossSample(
    long nowNanos,
    long lostBytes,
    long bytesInFlightBefore,
    long priorInFlight,
    boolean beginsRecovery) {}
