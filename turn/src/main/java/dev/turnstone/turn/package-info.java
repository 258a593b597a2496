/**
 * A STUN and TURN server (RFC 8489, RFC 8656, RFC 5780), sans-IO.
 *
 * <p>Knows: allocations, permissions, channels, credentials, quotas. Does not know: sockets,
 * threads, clocks, where relay ports come from. Talks to: {@code stun}.
 */
package dev.turnstone.turn;
