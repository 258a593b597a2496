package dev.turnstone.peerconnection;

/** The states of W3C's {@code RTCIceConnectionState}. */
public enum IceConnectionState {
  /** Waiting for remote candidates. */
  NEW,
  /** Checks are running. */
  CHECKING,
  /** A pair works. */
  CONNECTED,
  /** A pair is nominated and checks are over. */
  COMPLETED,
  /** The peer has not answered for a while. */
  DISCONNECTED,
  /** No pair works. */
  FAILED,
  /** The connection is closed. */
  CLOSED
}
