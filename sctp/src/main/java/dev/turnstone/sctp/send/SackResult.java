package dev.turnstone.sctp.send;

/** What a SACK said. */
public enum SackResult {
  /** Nothing: it is older than one that came before. */
  STALE,
  /** It acknowledges what was never sent; nothing of it was used. */
  INVALID,
  /** The peer is there, and has nothing new. */
  NOTHING_NEW,
  /** The peer has something new. */
  ADVANCED
}
