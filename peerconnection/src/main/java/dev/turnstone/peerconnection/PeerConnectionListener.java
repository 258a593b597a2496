package dev.turnstone.peerconnection;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.ice.CandidateError;

/**
 * Hears a {@link PeerConnection}; every method may be left out. Called on the configured executor,
 * one call at a time.
 */
public interface PeerConnectionListener {

  /** A local candidate to signal to the peer; one with an empty text is the end of candidates. */
  default void onIceCandidate(IceCandidate candidate) {}

  /** A STUN or TURN server gave no candidate (W3C {@code icecandidateerror}). */
  default void onIceCandidateError(CandidateError error) {}

  /** The peer opened a channel. It is open; set its listener here, and no message is missed. */
  default void onDataChannel(DataChannel channel) {}

  /** {@link PeerConnection#connectionState} changed. */
  default void onConnectionStateChange(PeerConnectionState state) {}

  /** {@link PeerConnection#iceConnectionState} changed. */
  default void onIceConnectionStateChange(IceConnectionState state) {}

  /** {@link PeerConnection#iceGatheringState} changed. */
  default void onIceGatheringStateChange(IceGatheringState state) {}

  /** {@link PeerConnection#signalingState} changed. */
  default void onSignalingStateChange(SignalingState state) {}

  /** Something needs an offer: the first channel was created, or an ICE restart was asked for. */
  default void onNegotiationNeeded() {}
}
