package dev.turnstone.sctp;

/**
 * How one message is sent.
 *
 * @param ordered whether it waits for earlier ordered messages of its stream at the receiver
 * @param maxRetransmits how often its fragments may be sent again before it is given up (RFC 7496
 *     section 3.1), or -1 for no limit
 * @param lifetimeNanos how long after {@code send} it is given up (RFC 3758 section 4), or -1 for
 *     no limit
 */
public record SendOptions(boolean ordered, int maxRetransmits, long lifetimeNanos) {

  /** Ordered and fully reliable. */
  public static final SendOptions RELIABLE_ORDERED = new SendOptions(true, -1, -1);

  /** Unordered and fully reliable. */
  public static final SendOptions RELIABLE_UNORDERED = new SendOptions(false, -1, -1);

  /** Checks the ranges. */
  public SendOptions {
    if (maxRetransmits < -1 || maxRetransmits > 65535) {
      throw new IllegalArgumentException(
          "maxRetransmits must be -1 to 65535, is " + maxRetransmits);
    }
    if (lifetimeNanos < -1) {
      throw new IllegalArgumentException("lifetimeNanos must be -1 or more, is " + lifetimeNanos);
    }
  }
}
