/**
 * The receiving half of an association: which TSNs are there, which messages they make, how much
 * more there is room for.
 *
 * <p>Knows: TSNs against gaps, fragments against messages, bytes against the receive window. Does
 * not know: time, what was sent, the state of the association. Talks to: {@code sctp}, {@code
 * chunk}.
 */
package dev.turnstone.sctp.receive;
