/**
 * Deadlines: a table of them, the retransmission timeout, back-off.
 *
 * <p>Knows: now against deadline. Does not know: what a deadline is for. Talks to: nobody.
 */
package dev.turnstone.sctp.timer;
