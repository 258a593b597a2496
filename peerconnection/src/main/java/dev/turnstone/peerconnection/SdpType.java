package dev.turnstone.peerconnection;

/** The types of W3C's {@code RTCSdpType}. */
public enum SdpType {
  /** An offer. */
  OFFER,
  /** A provisional answer. */
  PRANSWER,
  /** A final answer. */
  ANSWER,
  /** Takes back an offer. */
  ROLLBACK
}
