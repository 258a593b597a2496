package dev.turnstone.datachannel;

/** The states of W3C's {@code RTCDataChannelState}. */
public enum DataChannelState {
  /** Being established. */
  CONNECTING,
  /** Messages may be sent. */
  OPEN,
  /** Closing has begun. */
  CLOSING,
  /** Closed, or never opened. */
  CLOSED
}
