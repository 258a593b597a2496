package dev.turnstone.sctp;

/**
 * How one message is sent. Whatever makes a message be given up works only with a peer that knows
 * FORWARD TSN (RFC 3758); without it every message is reliable.
 *
 * @param ordered whether it waits for earlier ordered messages of its stream at the receiver
 * @param maxRetransmits how often its fragments may be sent again before it is given up (RFC 7496
 *     section 3.1), or -1 for no limit
 * @param lifetimeNanos how long after {@code send} it is given up (RFC 3758 section 4), or -1 for
 *     no limit
 * @param priority its priority in the send buffer (RFC 7496 section 3.2), 0 the most important: in
 *     a full buffer it is given up for the sake of a message with a smaller number or with none, as
 *     long as part of it waits to be sent; or -1: never given up for another. It does not decide
 *     what is sent first, {@code setPriority} does that
 */
public record SendOptions(boolean ordered, int maxRetransmits, long lifetimeNanos, int priority) {

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
    if (priority < -1) {
      throw new IllegalArgumentException("priority must be -1 or more, is " + priority);
    }
  }

  /** Without a priority: never given up for another message. */
  public SendOptions(boolean ordered, int maxRetransmits, long lifetimeNanos) {
    this(ordered, maxRetransmits, lifetimeNanos, -1);
  }

  /**
   * The same with a priority in the send buffer.
   *
   * @param priority 0 (the most important) or more, or -1 for never given up for another message
   */
  public SendOptions withPriority(int priority) {
    return new SendOptions(ordered, maxRetransmits, lifetimeNanos, priority);
  }
}
