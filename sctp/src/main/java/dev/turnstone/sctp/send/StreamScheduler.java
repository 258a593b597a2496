package dev.turnstone.sctp.send;

import dev.turnstone.sctp.StreamScheduling;

/**
 * Chooses the stream to serve next among those that have something to send. Asked at message
 * boundaries while messages do not interleave, at each fragment once they do (RFC 8260 section 3).
 */
interface StreamScheduler {

  /** A scheduler of that kind. */
  static StreamScheduler of(StreamScheduling kind) {
    return switch (kind) {
      case FIRST_COME_FIRST_SERVED -> new FirstComeScheduler();
      case ROUND_ROBIN -> new RoundRobinScheduler();
      case WEIGHTED_FAIR_QUEUEING -> new WeightedFairScheduler();
      case STRICT_PRIORITY -> new PriorityScheduler();
    };
  }

  /**
   * The stream has something to send and had nothing before.
   *
   * @param first the message at its front
   */
  void add(OutgoingStream stream, OutgoingMessage first);

  /** The stream to serve next, or null. Stays the same until {@link #served} or a change. */
  OutgoingStream next();

  /** The stream was served: it goes behind the others, or away if it has no more to send. */
  void served(OutgoingStream stream, long bytes, boolean more);

  /** The stream has nothing to send any more. */
  void remove(OutgoingStream stream);

  /** No stream has anything to send. */
  void clear();
}
