package dev.turnstone.peerconnection;

/** The states of W3C's {@code RTCSignalingState}. */
public enum SignalingState {
  /** No offer is outstanding. */
  STABLE,
  /** Our offer awaits an answer. */
  HAVE_LOCAL_OFFER,
  /** The peer's offer awaits our answer. */
  HAVE_REMOTE_OFFER,
  /** We gave a provisional answer. */
  HAVE_LOCAL_PRANSWER,
  /** The peer gave a provisional answer. */
  HAVE_REMOTE_PRANSWER,
  /** The connection is closed. */
  CLOSED
}
