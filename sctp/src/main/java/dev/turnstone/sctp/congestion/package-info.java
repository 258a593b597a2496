/**
 * How much may be in flight, and how fast it may leave.
 *
 * <p>Knows: bytes sent, acked and lost, against a window; rates and round trips. Does not know:
 * TSNs, chunks, timers. Talks to: nobody.
 */
package dev.turnstone.sctp.congestion;
