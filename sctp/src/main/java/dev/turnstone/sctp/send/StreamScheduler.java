package dev.turnstone.sctp.send;

/**
 * Chooses the stream to serve next among those that have something to send. Asked at message
 * boundaries while messages do not interleave, at each fragment once they do (RFC 8260 section 3).
 */
interface StreamScheduler {

  /** The stream has something to send and had nothing before. */
  void add(OutgoingStream stream);

  /** The stream to serve next, or null. Stays the same until {@link #served} or a change. */
  OutgoingStream next();

  /** The stream was served: it goes behind the others, or away if it has no more to send. */
  void served(OutgoingStream stream, long bytes, boolean more);

  /** The stream has nothing to send any more. */
  void remove(OutgoingStream stream);

  /** No stream has anything to send. */
  void clear();
}
