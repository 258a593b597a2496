package dev.turnstone.sctp.receive;

/** Whether a SACK is wanted (RFC 9260 section 6.2). */
public enum Acknowledgement {
  /** Everything that came has been acknowledged. */
  NONE,
  /** Within the delay, 200 ms by default, counted from when this began; or with the next packet. */
  DELAYED,
  /** Now. */
  NOW
}
