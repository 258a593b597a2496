/**
 * Our own engine behind {@code IceTransport}: it gives the agent sockets, a clock and servers.
 *
 * <p>Knows: sockets and streams through {@code IceNetwork}, STUN and TURN servers, which datagram
 * is whose. Does not know: pairs, roles, checks. Talks to: {@code ice.agent}, {@code ice.turn},
 * {@code ice} for the words, {@code stun}.
 */
package dev.turnstone.ice.transport;
