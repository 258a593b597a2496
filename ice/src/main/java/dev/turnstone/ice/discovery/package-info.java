/**
 * What kind of NAT is between us and the internet (RFC 5780), sans-IO.
 *
 * <p>Knows: one STUN server with two addresses, what it saw and which answers came through. Does
 * not know: sockets, ICE, what to do about it. Talks to: {@code stun}.
 */
package dev.turnstone.ice.discovery;
