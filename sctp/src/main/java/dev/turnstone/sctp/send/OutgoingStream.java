package dev.turnstone.sctp.send;

import java.util.ArrayDeque;

/** One outgoing stream: its messages that are not yet wholly sent, and its numbers. */
final class OutgoingStream {
  /** What a stream weighs that nobody gave a weight: normal in RFC 8831 section 6.4. */
  static final int NORMAL_WEIGHT = 256;

  final int id;

  /** What the messages of all streams hold. */
  final SendMemory memory;

  final ArrayDeque<OutgoingMessage> queue = new ArrayDeque<>(4);

  /** Bytes of messages not yet sent for the first time. */
  long buffered;

  long lowThreshold;

  /** Chunks that have a TSN and are not yet cumulatively acknowledged. */
  int outstanding;

  /** A reset was asked for and has not ended. */
  boolean resetting;

  /** A message was refused for want of room and nobody was told yet that there is room again. */
  boolean refused;

  /** Messages in {@link #queue} that were given up there. */
  private int shells;

  /** Its share beside the others, and its rank where priorities are strict. */
  int weight = NORMAL_WEIGHT;

  // Its order among those that wait, and its place there: the scheduler's to write.
  long rank;
  long turn;
  int place;

  /** Message identifiers (RFC 8260 section 2.1); the SSN is the low half of the ordered one. */
  private int nextOrdered;

  private int nextUnordered;

  OutgoingStream(int id, SendMemory memory) {
    this.id = id;
    this.memory = memory;
  }

  /** The number of the message that begins now; ordered and unordered ones count separately. */
  int takeNumber(boolean unordered) {
    return unordered ? nextUnordered++ : nextOrdered++;
  }

  /** Nothing waits and nothing is outstanding. */
  boolean isIdle() {
    return buffered == 0 && outstanding == 0;
  }

  /** The message at the front, those given up passed over; null if there is none. */
  OutgoingMessage front() {
    OutgoingMessage message = queue.peek();
    while (message != null && message.isAbandoned()) {
      queue.poll();
      shells--;
      message = queue.peek();
    }
    return message;
  }

  /** A queued message was given up: it leaves the queue when it comes to the front, or in time. */
  void addShell() {
    shells++;
    if (shells > 16 && shells > queue.size() / 2) {
      queue.removeIf(OutgoingMessage::isAbandoned);
      shells = 0;
    }
  }

  /** After a reset all numbers begin at 0 (RFC 6525 section 5.2.7, RFC 8260 section 2.3.2). */
  void reset() {
    resetNumbers();
    resetting = false;
  }

  void resetNumbers() {
    nextOrdered = 0;
    nextUnordered = 0;
  }

  void clear() {
    queue.clear();
    buffered = 0;
    outstanding = 0;
    shells = 0;
    refused = false;
    rank = 0;
    reset();
  }
}
