package dev.turnstone.sctp.receive;

import dev.turnstone.sctp.BufferBudget;

/**
 * The receive window: the buffer, less what is held for reassembly or reordering, less what was
 * delivered and not yet consumed. Each message and each fragment weighs more than its bytes, or a
 * peer could fill the heap with messages of one byte.
 *
 * <p>The buffer begins small and follows what arrives, as TCP's receivers do: four times what a
 * round trip brings. Twice, because a sender in slow start doubles what it sends before it hears of
 * a larger window; twice again, because while a lost chunk is sent again what follows it is held,
 * and as much again is on its way. What it grows by is reserved from the budget of all.
 */
final class ReceiveWindow {
  /** About what a message weighs beside its bytes. */
  static final int MESSAGE_OVERHEAD = 64;

  /** Less than about a packet is as good as nothing (silly window syndrome, RFC 1122 4.2.3.3). */
  private static final int SMALLEST_WINDOW = 1500;

  /**
   * A larger step in which the window opens would only let a sender wait that has none left; at 1
   * Gbit/s it is one millisecond.
   */
  private static final int LARGEST_UPDATE = 128 << 10;

  /** What a busy peer brings in a round trip, at least. */
  private static final int BUSY_BYTES = 64 << 10;

  private final int firstCapacity;
  private final int maxCapacity;
  private final long spareBytes;
  private final BufferBudget.Account account;

  /** The buffer as it is now. */
  private long capacity;

  private long deliveredBytes;
  private long deliveredWeight;
  private long lastAdvertised;

  /** What arrived since {@link #beginRound}. */
  private long roundBytes;

  ReceiveWindow(ReceiveLimits limits, BufferBudget budget) {
    this.firstCapacity = limits.bufferBytes();
    this.maxCapacity = limits.maxBufferBytes();
    // One largest message, and what its pieces weigh beside its bytes.
    this.spareBytes = (long) limits.maxMessageBytes() + limits.maxMessageBytes() / 8 + 2048;
    this.account = budget.open();
    this.capacity = firstCapacity;
    this.lastAdvertised = firstCapacity;
  }

  static long weight(int payloadBytes) {
    return (long) payloadBytes + MESSAGE_OVERHEAD;
  }

  /** What may still come, in bytes, when {@code held} are held. */
  long size(long held) {
    long left = capacity - held - deliveredWeight;
    return left < SMALLEST_WINDOW ? 0 : left;
  }

  /** The window when nothing is in it, as it is now. */
  long capacity() {
    return capacity;
  }

  /** Bytes that are reserved from the budget. */
  long reserved() {
    return account.reserved();
  }

  /** As {@link #size}, and remembers that the peer was told. */
  long advertise(long held) {
    lastAdvertised = size(held);
    return lastAdvertised;
  }

  /** What to do with a chunk. */
  enum Admission {
    TAKE,
    DROP,
    GIVE_UP
  }

  /**
   * Whether there is room for a chunk. RFC 9260 section 6.2: with a full buffer new chunks are
   * dropped, but not the one that fills the lowest gap. What is held waits for that one, so it may
   * take from a reserve of one largest message: enough to complete the message that is first.
   */
  Admission admit(int payloadBytes, boolean inOrder, long held) {
    long used = held + deliveredWeight + payloadBytes;
    if (used > capacity) {
      makeRoom();
    }
    if (used <= capacity || inOrder && used <= capacity + spareBytes) {
      return Admission.TAKE;
    }
    // While the application still has something to consume, or the budget may have something again
    // for the window to grow, waiting helps.
    boolean stuck = inOrder && deliveredBytes == 0 && capacity >= maxCapacity;
    return stuck ? Admission.GIVE_UP : Admission.DROP;
  }

  /** A chunk was taken that had not been here before. */
  void arrived(int payloadBytes, long held) {
    roundBytes += payloadBytes;
    // What is held cannot be consumed before more comes, however slowly that is.
    if (roundBytes > capacity / 4 || held + payloadBytes > capacity / 2) {
      makeRoom();
    }
  }

  private void makeRoom() {
    // With a reader that leaves half of it lying about, a larger window holds more and moves no
    // more.
    if (capacity < maxCapacity && deliveredWeight <= capacity / 2) {
      long wanted = Math.min(maxCapacity, 2 * capacity);
      long covered = account.coverUpTo(wanted - firstCapacity);
      capacity = Math.max(capacity, firstCapacity + covered);
    }
  }

  /** About one round trip has passed since this was said last. */
  void beginRound() {
    roundBytes = 0;
  }

  /** Whether a good deal arrived since {@link #beginRound}. */
  boolean isBusy() {
    return roundBytes >= BUSY_BYTES;
  }

  /** Whether the window is larger than at first. */
  boolean isGrown() {
    return capacity > firstCapacity;
  }

  /**
   * Nothing has come for a while: half of the window goes back to the budget, but nothing that is
   * in use. The peer still believes in what it was told last; should it send so much at once, the
   * window grows again, or what does not fit is dropped and sent again (RFC 9260 section 6.2).
   */
  void rest(long held) {
    long smaller = Math.max(capacity / 2, held + deliveredWeight);
    capacity = Math.min(capacity, Math.max(firstCapacity, smaller));
    account.cover(capacity - firstCapacity);
  }

  /** The end: what was reserved goes back. */
  void close() {
    account.cover(0);
  }

  void delivered(int payloadBytes) {
    deliveredBytes += payloadBytes;
    deliveredWeight += weight(payloadBytes);
  }

  /** The application has taken bytes; which messages they were does not matter. */
  void consumed(long bytes) {
    if (bytes >= deliveredBytes) {
      deliveredBytes = 0;
      deliveredWeight = 0;
    } else {
      long overhead = deliveredWeight - deliveredBytes;
      deliveredWeight -= bytes + (long) ((double) overhead * bytes / deliveredBytes);
      deliveredBytes -= bytes;
    }
  }

  /**
   * Whether to tell the peer without being asked: it may be waiting, and the window has opened by a
   * good part, or by as much as it can.
   */
  boolean wantsUpdate(long held) {
    long size = size(held);
    if (size <= lastAdvertised || lastAdvertised >= capacity / 2) {
      return false;
    }
    return size - lastAdvertised >= Math.min(capacity / 4, LARGEST_UPDATE)
        || lastAdvertised < SMALLEST_WINDOW && deliveredBytes == 0;
  }
}
