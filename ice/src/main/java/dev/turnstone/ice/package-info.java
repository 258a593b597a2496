/**
 * Interactive Connectivity Establishment (RFC 8445): the transport that the layers above send
 * through, whatever engine runs it.
 *
 * <p>Knows: candidates, pairs, credentials, states. Does not know: sockets (they come through
 * {@link dev.turnstone.ice.IceNetwork}), DTLS, SDP. Talks to: {@code stun}.
 */
package dev.turnstone.ice;
