package dev.turnstone.sctp.send;

import java.nio.ByteBuffer;

/** One message on its way out: queued, then cut into fragments, then outstanding. */
final class OutgoingMessage {
  static final long NO_EXPIRY = Long.MAX_VALUE;

  final OutgoingStream stream;
  final long ppid;
  final boolean unordered;
  final int size;
  final int maxRetransmits;
  final long expiresAtNanos;

  /** How soon it is given up for another message, 0 last; or -1: never. */
  final int priority;

  /** The place in the order of {@code send} calls. */
  final long order;

  /** Null once nothing of it will be sent any more. */
  private ByteBuffer payload;

  private final int base;
  private boolean begun;
  private int fragments;
  private int taken;
  private int number;
  private int firstTsn;
  private int lastTsn;
  private boolean abandoned;

  OutgoingMessage(
      OutgoingStream stream,
      long ppid,
      boolean unordered,
      ByteBuffer payload,
      int maxRetransmits,
      long expiresAtNanos,
      int priority,
      long order) {
    this.stream = stream;
    this.ppid = ppid;
    this.unordered = unordered;
    this.payload = payload;
    this.base = payload.position();
    this.size = payload.remaining();
    this.maxRetransmits = maxRetransmits;
    this.expiresAtNanos = expiresAtNanos;
    this.priority = priority;
    this.order = order;
  }

  /** Gives it its number; called once, when the first fragment is about to be sent. */
  void begin(int firstTsn) {
    this.begun = true;
    this.firstTsn = firstTsn;
    this.number = stream.takeNumber(unordered);
  }

  boolean isBegun() {
    return begun;
  }

  boolean isTaken() {
    return taken == size;
  }

  /** Bytes that no fragment has been made of yet. */
  int untaken() {
    return size - taken;
  }

  int taken() {
    return taken;
  }

  /** How many fragments have been made of it. */
  int fragments() {
    return fragments;
  }

  void take(int length) {
    taken += length;
    fragments++;
  }

  /** Another of its fragments got a TSN. */
  void setLastTsn(int tsn) {
    lastTsn = tsn;
  }

  /** In DATA: the number's low half, and none when unordered. */
  int ssn() {
    return unordered ? 0 : number & 0xFFFF;
  }

  /** In I-DATA: which of the stream's ordered or unordered messages it is. */
  int mid() {
    return number;
  }

  int firstTsn() {
    return firstTsn;
  }

  /** The last TSN so far; others' fragments may be between the first and it. */
  int lastTsn() {
    return lastTsn;
  }

  ByteBuffer payload() {
    return payload;
  }

  /** The absolute index in {@link #payload} of a byte of the message. */
  int index(int offset) {
    return base + offset;
  }

  boolean isAbandoned() {
    return abandoned;
  }

  /** Nothing of it will be sent any more: its memory goes at once. */
  void abandon() {
    abandoned = true;
    payload = null;
  }

  boolean isExpired(long nowNanos) {
    return nowNanos >= expiresAtNanos;
  }
}
