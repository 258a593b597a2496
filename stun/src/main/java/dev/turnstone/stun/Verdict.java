package dev.turnstone.stun;

/** What a check of a message's integrity or fingerprint found. */
public enum Verdict {
  /** The attribute is there and right. */
  VALID,
  /** The attribute is there and wrong, or the message is malformed. */
  INVALID,
  /** There is no such attribute. */
  ABSENT
}
