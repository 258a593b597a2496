/**
 * Sockets and event loops, over Netty. No other package of Turnstone names Netty.
 *
 * <p>Knows: channels, loops, datagrams. Does not know: what is in a datagram. Talks to: {@code ice}
 * (it implements {@link dev.turnstone.ice.IceNetwork}).
 */
package dev.turnstone.peerconnection.net;
