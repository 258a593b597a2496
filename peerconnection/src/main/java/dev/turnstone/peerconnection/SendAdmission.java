package dev.turnstone.peerconnection;

import dev.turnstone.sctp.BufferBudget;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether a connection takes one more message to send: whether its own buffer has room, and whether
 * the budget of all has. On its way to the loop a message is counted here; from there on the
 * association counts it, until it is acknowledged.
 *
 * <p>Safe to use from any thread, and without a lock while what waits is within the guarantee, or
 * within what the budget has given already.
 */
final class SendAdmission {
  private final long bufferBytes;
  private final long guaranteedBytes;
  private final BufferBudget.Account account;

  /** What was taken and has not left for the network. */
  private final AtomicLong waiting = new AtomicLong();

  /** What of it has come to the loop, which alone writes this. */
  private volatile long arrived;

  /** What of the budget is reserved; written under the lock. */
  private volatile long covered;

  /**
   * Nothing waits.
   *
   * @param bufferBytes how much may wait
   * @param guaranteedBytes how much may wait whatever the budget says
   */
  SendAdmission(long bufferBytes, long guaranteedBytes, BufferBudget budget) {
    this.bufferBytes = bufferBytes;
    this.guaranteedBytes = guaranteedBytes;
    this.account = budget.open();
  }

  /** How much may wait, in bytes. */
  long bufferBytes() {
    return bufferBytes;
  }

  /** What was taken and has not left for the network, in bytes. */
  long waiting() {
    return waiting.get();
  }

  /** Takes a message, or does not. */
  boolean take(long bytes) {
    return take(bytes, bufferBytes);
  }

  /** Takes a message if no more than some bytes wait then, or it is the only one. */
  boolean take(long bytes, long bound) {
    while (true) {
      long before = waiting.get();
      long all = before + bytes;
      // A message larger than the whole buffer, or than what is guaranteed, still goes when it is
      // the only one.
      boolean room =
          before == 0 || all <= bound && (all <= guaranteedBytes || cover(all - arrived));
      if (room ? waiting.compareAndSet(before, all) : waiting.get() == before) {
        return room;
      }
    }
  }

  private boolean cover(long underway) {
    return underway <= covered || coverMore(underway);
  }

  private synchronized boolean coverMore(long underway) {
    if (underway > account.reserved() && !account.cover(underway)) {
      return false;
    }
    covered = account.reserved();
    return true;
  }

  /**
   * A message has come to the loop: the association counts it now, or it is thrown away. On the
   * loop.
   */
  void handedOver(long bytes) {
    arrived += bytes;
  }

  /** Bytes that had come to the loop have left for the network, or will never. On the loop. */
  void left(long bytes) {
    if (bytes > 0) {
      waiting.getAndAdd(-bytes);
      arrived -= bytes;
    }
  }

  /** A message that was taken will not come to the loop. */
  void takenBack(long bytes) {
    waiting.getAndAdd(-bytes);
  }

  /**
   * Gives back to the budget what the association counts now. On the loop, at the end of a turn. A
   * message that is taken at this very moment may go uncounted until it comes to the loop.
   */
  void settle() {
    if (covered > 0 && waiting.get() - arrived < covered) {
      synchronized (this) {
        account.cover(Math.max(0, waiting.get() - arrived));
        covered = account.reserved();
      }
    }
  }
}
