package dev.turnstone.sctp.send;

/** The greatest weight first, turns among equals (RFC 8260 section 3.4). */
final class PriorityScheduler implements StreamScheduler {
  private final StreamHeap waiting = new StreamHeap();

  @Override
  public void add(OutgoingStream stream, OutgoingMessage first) {
    waiting.add(stream, -stream.weight);
  }

  @Override
  public OutgoingStream next() {
    return waiting.first();
  }

  @Override
  public void served(OutgoingStream stream, long bytes, boolean more) {
    if (more) {
      waiting.move(stream, -stream.weight);
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
