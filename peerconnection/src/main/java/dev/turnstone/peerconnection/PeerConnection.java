package dev.turnstone.peerconnection;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelOptions;
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
 * callback. Chain with {@code thenCompose} instead.
 *
 * <p>When the peer closes the connection (DTLS close_notify) it is closed on this side too, and
 * {@link PeerConnectionState#CLOSED} is told: its sockets are freed, and messages that have arrived
 * are still delivered. A connection that is {@link PeerConnectionState#FAILED} holds its sockets
 * until {@link #close}.
 *
 * <p>Not supported yet: rollback and ICE restart. A description that changes the ICE credentials,
 * the fingerprint or the DTLS role of a connection that runs is refused with {@link
 * InvalidAccessException}; one that keeps them may come at any time, and channels go on.
 */
public interface PeerConnection extends AutoCloseable {

  /**
   * Makes an offer from what has been created so far. Fails with {@link InvalidStateException} when
   * closed.
   */
  CompletableFuture<SessionDescription> createOffer();

  /**
   * Makes an answer to the remote offer. Fails with {@link InvalidStateException} when there is
   * none.
   */
  CompletableFuture<SessionDescription> createAnswer();

  /**
   * Applies a description that {@link #createOffer} or {@link #createAnswer} made, and starts
   * gathering.
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
   * Applies the peer's description.
   *
   * @return fails with {@link SdpSyntaxException} when the text is malformed, {@link
   *     InvalidAccessException} when it lacks what WebRTC needs, {@link InvalidStateException} when
   *     it comes in the wrong signaling state, {@link OperationException} when it is a rollback;
   *     all is then as it was
   */
  CompletableFuture<Void> setRemoteDescription(SessionDescription description);

  /**
   * Adds a candidate of the peer; one with an empty text means that no more will come. A candidate
   * that comes before the remote description waits for it; one of a section that carries no data is
   * ignored.
   *
   * @return fails with {@link OperationException} when the text is malformed, the ufrag is not in
   *     the remote description, or there are too many
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

  /** Sets who hears the connection. Set it before the first description, or events are lost. */
  void setListener(PeerConnectionListener listener);

  /**
   * Closes the connection and its channels; the peer is told. Neither blocks nor fails; a second
   * call does nothing.
   */
  @Override
  void close();
}
