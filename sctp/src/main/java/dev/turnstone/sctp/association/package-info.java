/**
 * One SCTP association: its state, split by conversation.
 *
 * <p>Knows: state against chunk kind. Does not know: TSN arithmetic, windows. Talks to: {@code
 * chunk}, {@code timer}, {@code congestion}, {@code receive}, {@code send}.
 */
package dev.turnstone.sctp.association;
