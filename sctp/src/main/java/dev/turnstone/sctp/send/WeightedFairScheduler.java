package dev.turnstone.sctp.send;

/**
 * Bytes in proportion to weights (RFC 8260 section 3.6), by start-time fair queueing: each stream
 * has a clock that its bytes advance, the slower the greater its weight, and the stream whose clock
 * is behind is next. A stream that comes back begins at the common time: it gets no credit for its
 * silence, and is yet before all that have just been served. So one that sends seldom waits for one
 * fragment, and none starves.
 */
final class WeightedFairScheduler implements StreamScheduler {
  /** Time for one byte at weight 1. With weights to 65535 the clocks last for 140 TB. */
  private static final long SCALE = 65536;

  private final StreamHeap waiting = new StreamHeap();

  /** The common time: where the clock of the stream served last stood before. */
  private long time;

  @Override
  public void add(OutgoingStream stream, OutgoingMessage first) {
    waiting.add(stream, Math.max(time, stream.rank));
  }

  @Override
  public OutgoingStream next() {
    return waiting.first();
  }

  @Override
  public void served(OutgoingStream stream, long bytes, boolean more) {
    // Messages that do not interleave are paid for at their end, when others may have gone ahead.
    time = Math.max(time, stream.rank);
    long rank = stream.rank + bytes * SCALE / stream.weight;
    if (more) {
      waiting.move(stream, rank);
    } else {
      stream.rank = rank;
      remove(stream);
    }
  }

  @Override
  public void remove(OutgoingStream stream) {
    waiting.remove(stream);
    if (waiting.first() == null) {
      // All are square once nobody waits: whoever comes first after that is first.
      time = Math.max(time, stream.rank);
    }
  }

  @Override
  public void clear() {
    waiting.clear();
  }
}
