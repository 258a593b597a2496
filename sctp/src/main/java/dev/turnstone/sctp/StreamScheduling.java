package dev.turnstone.sctp;

/**
 * Which stream sends next when several have something to send (RFC 8260 section 3). Between
 * fragments where messages interleave, between messages where they do not.
 */
public enum StreamScheduling {
  /** In the order of the {@code send} calls (RFC 8260 section 3.1). */
  FIRST_COME_FIRST_SERVED,
  /** One turn for each stream, whatever its weight (RFC 8260 section 3.2). */
  ROUND_ROBIN,
  /** Bytes in proportion to the streams' weights (RFC 8260 section 3.6). */
  WEIGHTED_FAIR_QUEUEING,
  /**
   * The stream of the greatest weight, alone until it has nothing left; turns among equals (RFC
   * 8260 section 3.4). A busy stream starves those below it.
   */
  STRICT_PRIORITY
}
