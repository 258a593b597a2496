package dev.turnstone.peerconnection.net;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What the sockets have done. Safe to read from any thread. */
public final class UdpStatistics {
  private final LongAdder sent = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder sendErrors = new LongAdder();
  private final LongAdder unclaimed = new LongAdder();
  private final AtomicLong largestSent = new AtomicLong();
  private final AtomicLong largestReceived = new AtomicLong();

  UdpStatistics() {}

  void countSent(int bytes) {
    sent.increment();
    raise(largestSent, bytes);
  }

  void countReceived(int bytes) {
    received.increment();
    raise(largestReceived, bytes);
  }

  void countSendError() {
    sendErrors.increment();
  }

  void countUnclaimed() {
    unclaimed.increment();
  }

  private static void raise(AtomicLong largest, int bytes) {
    if (bytes > largest.get()) {
      largest.accumulateAndGet(bytes, Math::max);
    }
  }

  /** Datagrams given to the system. */
  public long datagramsSent() {
    return sent.sum();
  }

  /** Datagrams taken from the system. */
  public long datagramsReceived() {
    return received.sum();
  }

  /** Datagrams that could not be sent and were dropped, as a network would. */
  public long sendErrors() {
    return sendErrors.sum();
  }

  /**
   * Datagrams to a shared port that were for none of its connections, or for one that is behind.
   */
  public long unclaimed() {
    return unclaimed.sum();
  }

  /** The largest UDP payload sent or received, in bytes. */
  public long largestDatagramBytes() {
    return Math.max(largestSent.get(), largestReceived.get());
  }
}
