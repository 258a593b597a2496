package dev.turnstone.dtls;

/** The state of a DTLS connection, with the names of W3C's {@code RTCDtlsTransportState}. */
public enum DtlsState {
  /** Not started. */
  NEW,
  /** The handshake runs. */
  CONNECTING,
  /** Application data may flow. */
  CONNECTED,
  /** Closed by either side. */
  CLOSED,
  /** Closed by an error. */
  FAILED
}
