package dev.turnstone.sctp;

/** What became of a message that was handed to {@code SctpAssociation.send}. */
public enum SendResult {
  /** Taken: it will be sent. */
  QUEUED,
  /**
   * Not taken: the send buffer is full; {@link SctpEvent.BufferedAmountLow} says when to try again.
   */
  BUFFER_FULL,
  /** Not taken: the association is shutting down or over. */
  CLOSED,
  /** Not taken: the stream id is not below the number of outbound streams. */
  NO_SUCH_STREAM,
  /** Not taken: a reset of this stream is under way. */
  STREAM_RESETTING,
  /** Not taken: larger than the largest message that the options allow. */
  TOO_LARGE,
  /**
   * Not taken: SCTP cannot carry an empty message (RFC 8831 section 6.6 says what to do instead).
   */
  EMPTY
}
