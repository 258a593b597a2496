package dev.turnstone.peerconnection;

import dev.turnstone.sctp.BufferBudget;

/**
 * Whether a connection takes one more message to send: whether its own buffer has room, and whether
 * the budget of all has. On its way to the loop a message is counted here; from there on the
 * association counts it, until it is acknowledged.
 *
 * <p>Safe to use from any thread.
 */
final class SendAdmission {
  private final long bufferBytes;
  private final long guaranteedBytes;
  private final BufferBudget.Account account;

  /** What was taken and has not left for the network. */
  private long waiting;

  /** What of it has not come to the loop. */
  private long underway;

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

  /** Takes a message, or does not. */
  synchronized boolean take(long bytes) {
    long all = waiting + bytes;
    // A message larger than the whole buffer, or than what is guaranteed, still goes when it is the
    // only one.
    if (waiting > 0
        && (all > bufferBytes || all > guaranteedBytes && !account.cover(underway + bytes))) {
      return false;
    }
    waiting = all;
    underway += bytes;
    return true;
  }

  /** A message has come to the loop: the association counts it now, or it is thrown away. */
  synchronized void handedOver(long bytes) {
    underway -= bytes;
    if (underway < account.reserved()) {
      account.cover(underway);
    }
  }

  /** Bytes have left for the network, or will never. */
  synchronized void left(long bytes) {
    waiting -= bytes;
  }
}
