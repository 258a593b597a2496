package dev.turnstone.peerconnection;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.ice.IceReport;
import dev.turnstone.sctp.SctpMetrics;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A WebRTC peer connection, with the names of W3C's {@code RTCPeerConnection}. Made by {@link
 * PeerConnectionFactory}.
 *
 * <p>Every method may be called from any thread and none blocks. Operations that return a future
 * are chained: they run one after the other, in the order of the calls. Futures complete, and the
 * {@link PeerConnectionListener} is called, on the configured executor, in order, never on the
 * event loop. So a callback must not wait for a future: what would complete it comes after the
 * callback. Chain with {@code thenCompose} instead. What is told of the negotiation (its state, the
 * descriptions, gathering) changes with the callbacks too, as in a page: a callback finds what
 * belongs to it, and not what has come about since.
 *
 * <p>When the peer closes the connection (DTLS close_notify) it is closed on this side too, and
 * {@link PeerConnectionState#CLOSED} is told: its sockets are freed, and messages that have arrived
 * are still delivered. A connection that is {@link PeerConnectionState#FAILED} holds its sockets
 * until {@link #close}.
 *
 * <p>A description may come at any time, and channels go on. One with new ICE credentials restarts
 * ICE: data goes over the old pair of candidates until the new ones have a better. One that changes
 * the fingerprint or the DTLS role of a connection that runs is refused with {@link
 * InvalidAccessException}.
 *
 * <p>When both sides offer at once, {@link #setRemoteDescription} takes back our offer and applies
 * the peer's (RFC 9429 section 4.1.10.2): whose offer gives way is for the application to decide,
 * and W3C's "perfect negotiation" (webrtc-pc section 10.7) works as it is written.
 */
public interface PeerConnection extends AutoCloseable {

  /**
   * Makes an offer from what has been created so far. Fails with {@link InvalidStateException} when
   * closed.
   */
  default CompletableFuture<SessionDescription> createOffer() {
    return createOffer(OfferOptions.DEFAULT);
  }

  /**
   * Makes an offer as {@link #createOffer()} does.
   *
   * @param options what to ask for beside
   */
  CompletableFuture<SessionDescription> createOffer(OfferOptions options);

  /**
   * Asks for an ICE restart (W3C's {@code restartIce}): the next offer has new credentials, whoever
   * makes it, and {@link PeerConnectionListener#onNegotiationNeeded} is called when one can be
   * made. DTLS, SCTP and channels are not touched; data goes on over the pair in use until the new
   * generation has one, also when no answer ever comes. A connection whose {@link
   * #iceConnectionState} is {@link IceConnectionState#FAILED} comes back by it. Without effect
   * before the first local description, and when closed.
   */
  void restartIce();

  /**
   * Makes an answer to the remote offer. Fails with {@link InvalidStateException} when there is
   * none.
   */
  CompletableFuture<SessionDescription> createAnswer();

  /**
   * Applies a description that {@link #createOffer} or {@link #createAnswer} made, and starts
   * gathering. One whose text is empty is made first. {@link SessionDescription#rollback} takes
   * back our offer that has had no answer: what it changed is as before, an ICE restart that it
   * asked for is off, and candidates that were told for it are void.
   *
   * @return completes when it is applied; candidates come later. Fails with {@link
   *     InvalidModificationException} when it is not what was created last, {@link
   *     InvalidStateException} in the wrong signaling state, {@link SdpSyntaxException} when it is
   *     malformed
   */
  CompletableFuture<Void> setLocalDescription(SessionDescription description);

  /** Makes and applies the offer or answer that the signaling state calls for. */
  CompletableFuture<Void> setLocalDescription();

  /**
   * Applies the peer's description. An offer that meets one of ours takes ours back first, unless
   * it is refused. {@link SessionDescription#rollback} takes back the peer's offer that has had no
   * answer.
   *
   * @return fails with {@link SdpSyntaxException} when the text is malformed, {@link
   *     InvalidAccessException} when it lacks what WebRTC needs or does not fit the connection that
   *     runs (an answer that restarts ICE where the offer did not ask for it, or does not where it
   *     did), {@link InvalidStateException} when it comes in the wrong signaling state; all is then
   *     as it was
   */
  CompletableFuture<Void> setRemoteDescription(SessionDescription description);

  /**
   * Adds a candidate of the peer; one with an empty text means that no more will come. The ufrag
   * beside it, or in it, tells the generation of ICE; one that tells none belongs to the last
   * remote description. A candidate that comes before the description with its ufrag waits for it;
   * one of an earlier generation or of a section that carries no data is ignored.
   *
   * @return fails with {@link OperationException} when the text is malformed or there are too many
   */
  CompletableFuture<Void> addIceCandidate(IceCandidate candidate);

  /** Creates a channel with the default options. */
  default DataChannel createDataChannel(String label) {
    return createDataChannel(label, DataChannelOptions.DEFAULT);
  }

  /**
   * Creates a channel. It opens when the connection does.
   *
   * @throws InvalidStateException when the connection is closed
   * @throws OperationException when the id is taken or no id is left
   * @throws IllegalArgumentException when the label is longer than 65535 bytes of UTF-8
   */
  DataChannel createDataChannel(String label, DataChannelOptions options);

  /**
   * The local description with the candidates gathered so far: the pending one if there is one,
   * else the current one.
   */
  Optional<SessionDescription> localDescription();

  /**
   * The remote description with the candidates received so far: the pending one if there is one,
   * else the current one.
   */
  Optional<SessionDescription> remoteDescription();

  /** Our description that was agreed on last. */
  Optional<SessionDescription> currentLocalDescription();

  /** Our description that is being negotiated. */
  Optional<SessionDescription> pendingLocalDescription();

  /** The peer's description that was agreed on last. */
  Optional<SessionDescription> currentRemoteDescription();

  /** The peer's description that is being negotiated. */
  Optional<SessionDescription> pendingRemoteDescription();

  /**
   * Whether the peer takes candidates after its description ({@code a=ice-options:trickle}); empty
   * before it has given one. A peer that does not needs {@link #gatheredLocalDescription}.
   */
  Optional<Boolean> canTrickleIceCandidates();

  /**
   * Completes with the local description once there is one and gathering is complete: what a
   * signaling path without trickle sends. Where there is nothing to gather, because the description
   * has no data section, it completes at once. Fails with {@link InvalidStateException} when the
   * connection is closed before.
   */
  CompletableFuture<SessionDescription> gatheredLocalDescription();

  /** The negotiation's state. */
  SignalingState signalingState();

  /** Whether candidates are still looked for. */
  IceGatheringState iceGatheringState();

  /** The ICE transport's state. */
  IceConnectionState iceConnectionState();

  /** ICE and DTLS together. */
  PeerConnectionState connectionState();

  /**
   * Why the connection failed, when {@link #connectionState} is {@link PeerConnectionState#FAILED}
   * or an error closed it.
   */
  Optional<Throwable> failure();

  /**
   * Completes with how the SCTP association stands, read on the connection's loop. Before there is
   * one, the counters are 0. Fails with {@link InvalidStateException} when the connection is
   * closed.
   */
  CompletableFuture<SctpMetrics> sctpMetrics();

  /**
   * Completes with how ICE stands: its candidates, its pairs and what went over each, read on the
   * connection's loop. Fails with {@link InvalidStateException} when the connection is closed.
   */
  CompletableFuture<IceReport> iceReport();

  /** Sets who hears the connection. Set it before the first description, or events are lost. */
  void setListener(PeerConnectionListener listener);

  /**
   * Closes the connection and its channels; the peer is told. Neither blocks nor fails; a second
   * call does nothing.
   */
  @Override
  void close();
}
