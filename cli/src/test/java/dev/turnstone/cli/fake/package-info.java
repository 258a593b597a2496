/**
 * Peer connections without a network, for tests.
 *
 * <p>Knows: the peer connection's face. Does not know: protocols, sockets. Talks to: nothing.
 */
package dev.turnstone.cli.fake;
