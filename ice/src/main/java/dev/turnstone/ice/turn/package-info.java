/**
 * A TURN client (RFC 8656), sans-IO.
 *
 * <p>Knows: one allocation on one server, its permissions and channels, credentials. Does not know:
 * sockets, ICE, where the server's name was looked up. Talks to: {@code stun}, {@code ice} for what
 * credentials are.
 */
package dev.turnstone.ice.turn;
