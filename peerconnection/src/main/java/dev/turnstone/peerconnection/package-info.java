/**
 * {@code PeerConnection}: offer and answer (RFC 9429), and the connection that composes ICE, DTLS,
 * SCTP and data channels on one event loop.
 *
 * <p>Knows: the order of the layers. Does not know: Netty (that is in {@code peerconnection.net}),
 * BouncyCastle, ice4j, chunks. Talks to: {@code sdp}, {@code ice}, {@code dtls}, {@code sctp},
 * {@code datachannel}.
 */
package dev.turnstone.peerconnection;
