package dev.turnstone.sctp;

/** How a request to re-configure streams ended (RFC 6525 section 4.4). */
public enum ReconfigResult {
  /** There was nothing to do, which is as good as done. */
  NOTHING_TO_DO,
  /** Done. */
  PERFORMED,
  /** The peer refused; or our own limits did, and the peer was not asked. */
  DENIED,
  /** The peer refused: a stream does not exist. */
  WRONG_STREAM,
  /** The peer refused: it works on another request, ours or its own. Asking later may help. */
  ALREADY_IN_PROGRESS,
  /** The peer refused: it awaits another request sequence number. */
  BAD_SEQUENCE_NUMBER,
  /** The peer does not know RFC 6525. */
  NOT_SUPPORTED,
  /** The peer answered with a number that means nothing. */
  UNKNOWN;

  /** Whether what was asked for is so now. */
  public boolean isSuccess() {
    return this == PERFORMED || this == NOTHING_TO_DO;
  }
}
