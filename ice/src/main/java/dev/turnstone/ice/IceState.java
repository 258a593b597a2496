package dev.turnstone.ice;

/** The state of an ICE transport, with the names of W3C's {@code RTCIceTransportState}. */
public enum IceState {
  /** Waiting for remote credentials or candidates. */
  NEW,
  /** Checks are running, no pair works yet. */
  CHECKING,
  /** A pair works and data may flow; better pairs may still be found. */
  CONNECTED,
  /** A pair is nominated and checks are over. */
  COMPLETED,
  /** The peer has not answered for a while (RFC 7675); it may come back. */
  DISCONNECTED,
  /** No pair works and none will come. */
  FAILED,
  /** Closed by us. */
  CLOSED
}
