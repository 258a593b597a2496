package dev.turnstone.ice;

/** How the check of a pair stands (RFC 8445 section 6.1.2.6). */
public enum PairState {
  /** No check is due yet: another pair of its foundation is tried first. */
  FROZEN,
  /** A check is due. */
  WAITING,
  /** A check is on its way. */
  IN_PROGRESS,
  /** A check was answered. */
  SUCCEEDED,
  /** A check was not answered, or refused. */
  FAILED
}
