package dev.turnstone.peerconnection.net;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What the sockets have done. Safe to read from any thread. */
public final class UdpStatistics {
  private final LongAdder sent = new LongAdder();
  private final LongAdder sendCalls = new LongAdder();
  private final LongAdder segmentedSends = new LongAdder();
  private final LongAdder refusedSegmentations = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder sendErrors = new LongAdder();
  private final LongAdder unclaimed = new LongAdder();
  private final AtomicLong largestSent = new AtomicLong();
  private final AtomicLong largestReceived = new AtomicLong();

  UdpStatistics() {}

  void countSent(int datagrams, int largestBytes) {
    sent.add(datagrams);
    raise(largestSent, largestBytes);
  }

  void countSendCalls(int calls) {
    sendCalls.add(calls);
  }

  void countSegmentedSend() {
    segmentedSends.increment();
  }

  void countRefusedSegmentation() {
    refusedSegmentations.increment();
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

  /**
   * How often the system was asked to send: one for all that is flushed together where the native
   * epoll is in use, one for each datagram where not. Where a socket takes no more, what is asked
   * again later does not count.
   */
  public long sendCalls() {
    return sendCalls.sum();
  }

  /** Sends of several datagrams as one, which the system or the device cuts (UDP_SEGMENT). */
  public long segmentedSends() {
    return segmentedSends.sum();
  }

  /** Such sends that were refused; the datagrams were sent again one by one. */
  public long refusedSegmentations() {
    return refusedSegmentations.sum();
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

  /** The largest UDP payload sent, in bytes. */
  public long largestSentBytes() {
    return largestSent.get();
  }

  /** The largest UDP payload received, in bytes. */
  public long largestReceivedBytes() {
    return largestReceived.get();
  }
}
