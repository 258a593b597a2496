/**
 * The ICE agent (RFC 8445, with trickle as in RFC 8838, consent as in RFC 7675), sans-IO.
 *
 * <p>Knows: candidates, pairs, checks, roles, nomination, consent, the time that it is told. Does
 * not know: sockets, threads, clocks, name resolution. Talks to: {@code ice} for the words, {@code
 * stun} for the messages.
 */
package dev.turnstone.ice.agent;
