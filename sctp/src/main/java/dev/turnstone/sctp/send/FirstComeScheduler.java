package dev.turnstone.sctp.send;

/** In the order of the {@code send} calls (RFC 8260 section 3.1). */
final class FirstComeScheduler implements StreamScheduler {
  private final StreamHeap waiting = new StreamHeap();

  @Override
  public void add(OutgoingStream stream, OutgoingMessage first) {
    waiting.add(stream, first.order);
  }

  @Override
  public OutgoingStream next() {
    OutgoingStream stream = waiting.first();
    // A message at the front may have been given up meanwhile; those behind it are younger.
    while (stream != null && stream.front().order != stream.rank) {
      waiting.move(stream, stream.front().order);
      stream = waiting.first();
    }
    return stream;
  }

  @Override
  public void served(OutgoingStream stream, long bytes, boolean more) {
    if (more) {
      waiting.move(stream, stream.front().order);
    } else {
      waiting.remove(stream);
    }
  }

  @Override
  public void remove(OutgoingStream stream) {
    waiting.remove(stream);
  }

  @Override
  public void clear() {
    waiting.clear();
  }
}
