package dev.turnstone.sctp.receive;

/** What became of a DATA chunk. */
public enum DataOutcome {
  /** Taken; it may have completed messages. */
  ACCEPTED,
  /** It was here before. */
  DUPLICATE,
  /** Not taken and not acknowledged: no room for it now, or its TSN too far ahead. */
  DROPPED,
  /**
   * Acknowledged and thrown away: the peer has no such stream. RFC 9260 section 6.5 wants an ERROR
   * with Invalid Stream Identifier.
   */
  NO_SUCH_STREAM,
  /** Empty. RFC 9260 section 6.2 wants an ABORT with No User Data. */
  NO_USER_DATA,
  /** It contradicts the fragments around it. RFC 9260 section 6.9 leaves only an ABORT. */
  BAD_FRAGMENT,
  /** Its message is larger than what was agreed, and could never be delivered. */
  MESSAGE_TOO_LARGE,
  /** What is held can no longer come to an end: an ABORT with Out of Resource. */
  OUT_OF_RESOURCE;

  /** Whether the association cannot go on. */
  public boolean isFatal() {
    return switch (this) {
      case ACCEPTED, DUPLICATE, DROPPED, NO_SUCH_STREAM -> false;
      case NO_USER_DATA, BAD_FRAGMENT, MESSAGE_TOO_LARGE, OUT_OF_RESOURCE -> true;
    };
  }
}
