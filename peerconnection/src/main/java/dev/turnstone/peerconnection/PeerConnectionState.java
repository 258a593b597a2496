package dev.turnstone.peerconnection;

/** The states of W3C's {@code RTCPeerConnectionState}. */
public enum PeerConnectionState {
  /** Nothing has begun. */
  NEW,
  /** ICE or DTLS is being set up. */
  CONNECTING,
  /** Secured data may flow. */
  CONNECTED,
  /** The path is interrupted; it may come back. */
  DISCONNECTED,
  /** ICE or DTLS failed. */
  FAILED,
  /** The connection is closed. */
  CLOSED
}
