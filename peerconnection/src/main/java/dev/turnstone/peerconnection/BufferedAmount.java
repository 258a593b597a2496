package dev.turnstone.peerconnection;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What a channel has taken to send and the network has not: {@code bufferedAmount} as W3C counts
 * it, and the room in the connection's send buffer that it takes. Sends raise it on any thread, the
 * loop lowers it as data leaves.
 */
final class BufferedAmount {
  private final AtomicLong bytes = new AtomicLong();
  private volatile long lowThreshold;

  // Touched on the loop only.

  /** Bytes in the core: of the application, and of the send buffer. */
  private long taken;

  private long reserved;

  long bytes() {
    return bytes.get();
  }

  long lowThreshold() {
    return lowThreshold;
  }

  void setLowThreshold(long threshold) {
    lowThreshold = threshold;
  }

  /** A message was taken; any thread. */
  void add(int message) {
    bytes.getAndAdd(message);
  }

  /** It has come to the loop. */
  void arrived(int message, int room) {
    taken += message;
    reserved += room;
  }

  /**
   * Follows what the core still holds.
   *
   * @param inCore bytes that the core has not yet handed to the network
   * @return whether it has fallen to the threshold by this
   */
  boolean update(long inCore) {
    // The core counts DCEP and the byte of an empty message too: so it may hold more than was
    // taken, and at nothing all agree.
    long left = Math.max(0, taken - inCore);
    taken -= left;
    // In one step, so that a send of this moment is either before it or after.
    long before = left > 0 ? bytes.getAndAdd(-left) : 0;
    long threshold = lowThreshold;
    return left > 0 && before > threshold && before - left <= threshold;
  }

  /**
   * The room that what has left took.
   *
   * @param inCore bytes that the core has not yet handed to the network
   */
  long freed(long inCore) {
    long room = Math.max(0, reserved - inCore);
    reserved -= room;
    return room;
  }

  /** Whether something that was taken has not left. */
  boolean isWaiting() {
    return reserved > 0;
  }

  /** The channel is over: the amount stays as it is, and nothing is followed any more. */
  void end() {
    taken = 0;
  }
}
