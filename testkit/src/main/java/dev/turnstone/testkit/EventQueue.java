package dev.turnstone.testkit;

import java.util.PriorityQueue;

/** What will happen, in the order of time; what is due at the same time, in the order of asking. */
final class EventQueue {
  private record Event(long atNanos, long sequence, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long nextSequence;

  void schedule(long atNanos, Runnable action) {
    events.add(new Event(atNanos, nextSequence++, action));
  }

  /** When the next one is due, or {@link Endpoint#NEVER}. */
  long nextNanos() {
    Event next = events.peek();
    return next == null ? Endpoint.NEVER : next.atNanos;
  }

  /** Takes the next one out. */
  Runnable poll() {
    return events.remove().action;
  }
}
