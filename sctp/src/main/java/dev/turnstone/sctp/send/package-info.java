/**
 * What is to be sent and what was sent: queues, fragments, acknowledgements, losses, giving up.
 *
 * <p>Knows: TSNs against what was sent. Does not know: what arrives from the peer's application,
 * the association's state. Talks to: {@code sctp}, {@code chunk}, {@code congestion}, {@code
 * timer}.
 */
package dev.turnstone.sctp.send;
