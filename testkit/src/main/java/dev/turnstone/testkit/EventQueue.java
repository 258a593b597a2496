package dev.turnstone.testkit;

import java.util.PriorityQueue;

/** What will happen, in the order of time; what is due at the same time, in the order of asking. */
final class EventQueue {
  private record Event(long atNanos, long ticket, boolean isTurn, Runnable action)
      implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(ticket, other.ticket);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long nextTicket;

  /** A place in the order of asking, for an event that is scheduled later. */
  long takeTicket() {
    return nextTicket++;
  }

  /** Something after which the endpoints may have something to send. */
  void schedule(long atNanos, Runnable action) {
    schedule(atNanos, takeTicket(), action);
  }

  /** As {@link #schedule(long, Runnable)}, with a ticket that was taken before. */
  void schedule(long atNanos, long ticket, Runnable action) {
    events.add(new Event(atNanos, ticket, true, action));
  }

  /** Something that happens within a link and that no endpoint notices. */
  void scheduleUnnoticed(long atNanos, Runnable action) {
    events.add(new Event(atNanos, takeTicket(), false, action));
  }

  /** When the next one is due, or {@link Endpoint#NEVER}. */
  long nextNanos() {
    Event next = events.peek();
    return next == null ? Endpoint.NEVER : next.atNanos;
  }

  /** Takes the next one out and runs it; returns whether an endpoint may notice. */
  boolean runNext() {
    Event next = events.remove();
    next.action.run();
    return next.isTurn;
  }
}
