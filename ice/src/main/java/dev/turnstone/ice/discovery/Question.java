package dev.turnstone.ice.discovery;

import dev.turnstone.stun.TransactionId;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/** One Binding request, until it is answered or given up. */
final class Question {
  /**
   * Sent at 0, 250, 750 and 1750 ms, given up at 3750. Deviation: RFC 8489 section 6.2.1 would wait
   * for 39.5 s. Here silence is a usual answer, and somebody waits before a terminal.
   */
  private static final long FIRST_TIMEOUT = Duration.ofMillis(250).toNanos();

  private static final int TRANSMISSIONS = 4;

  /** What is asked, and of whom. */
  enum Test {
    /** Who are we? Of the server as it was named, from each socket. */
    FILTERING_I,
    MAPPING_I,
    /** The same of its other address. */
    MAPPING_II,
    /** And of its other address and port. */
    MAPPING_III,
    /** An answer from its other address and port. */
    FILTERING_II,
    /** An answer from its other port. */
    FILTERING_III,
    /** A request of ours to our own outside address. */
    HAIRPIN
  }

  final Test test;
  final int socket;
  final InetSocketAddress remote;

  /** Where the answer must come from. */
  final InetSocketAddress answerer;

  final TransactionId id;
  final ByteBuffer message;
  private int sends;
  private long timeout = FIRST_TIMEOUT;
  private long due;

  Question(
      Test test,
      int socket,
      InetSocketAddress remote,
      InetSocketAddress answerer,
      TransactionId id,
      ByteBuffer message,
      long nowNanos) {
    this.test = test;
    this.socket = socket;
    this.remote = remote;
    this.answerer = answerer;
    this.id = id;
    this.message = message;
    this.due = nowNanos;
  }

  long due() {
    return due;
  }

  boolean isGivenUp(long nowNanos) {
    return sends == TRANSMISSIONS && due <= nowNanos;
  }

  void sent(long nowNanos) {
    sends++;
    due = nowNanos + timeout;
    timeout *= 2;
  }
}
