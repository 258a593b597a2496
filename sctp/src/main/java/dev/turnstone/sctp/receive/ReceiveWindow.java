package dev.turnstone.sctp.receive;

/**
 * The receive window: the buffer, less what is held for reassembly or reordering, less what was
 * delivered and not yet consumed. Each message and each fragment weighs more than its bytes, or a
 * peer could fill the heap with messages of one byte.
 */
final class ReceiveWindow {
  /** About what a message weighs beside its bytes. */
  static final int MESSAGE_OVERHEAD = 64;

  /** Less than about a packet is as good as nothing (silly window syndrome, RFC 1122 4.2.3.3). */
  private static final int SMALLEST_WINDOW = 1500;

  private final int bufferBytes;
  private final long spareBytes;
  private long deliveredBytes;
  private long deliveredWeight;
  private long lastAdvertised;

  ReceiveWindow(ReceiveLimits limits) {
    this.bufferBytes = limits.bufferBytes();
    // One largest message, and what its pieces weigh beside its bytes.
    this.spareBytes = (long) limits.maxMessageBytes() + limits.maxMessageBytes() / 8 + 2048;
    this.lastAdvertised = bufferBytes;
  }

  static long weight(int payloadBytes) {
    return (long) payloadBytes + MESSAGE_OVERHEAD;
  }

  /** What may still come, in bytes, when {@code held} are held. */
  long size(long held) {
    long left = bufferBytes - held - deliveredWeight;
    return left < SMALLEST_WINDOW ? 0 : left;
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
    if (used <= bufferBytes || inOrder && used <= bufferBytes + spareBytes) {
      return Admission.TAKE;
    }
    // While the application still has something to consume, waiting helps.
    return inOrder && deliveredBytes == 0 ? Admission.GIVE_UP : Admission.DROP;
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
    if (size <= lastAdvertised || lastAdvertised >= bufferBytes / 2) {
      return false;
    }
    return size - lastAdvertised >= bufferBytes / 4
        || lastAdvertised < SMALLEST_WINDOW && deliveredBytes == 0;
  }
}
