package dev.turnstone.sctp.send;

import java.util.ArrayDeque;

/** One turn for each stream (RFC 8260 section 3.2). */
final class RoundRobinScheduler implements StreamScheduler {
  private final ArrayDeque<OutgoingStream> waiting = new ArrayDeque<>();

  @Override
  public void add(OutgoingStream stream, OutgoingMessage first) {
    waiting.add(stream);
  }

  @Override
  public OutgoingStream next() {
    return waiting.peek();
  }

  @Override
  public void served(OutgoingStream stream, long bytes, boolean more) {
    if (waiting.peek() == stream) {
      waiting.poll();
    } else {
      waiting.remove(stream);
    }
    if (more) {
      waiting.add(stream);
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
