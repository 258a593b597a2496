/**
 * How much may be in flight.
 *
 * <p>Knows: bytes sent, acked and lost, against a window. Does not know: TSNs, chunks, timers.
 * Talks to: nobody.
 */
package dev.turnstone.sctp.congestion;
