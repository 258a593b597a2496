package dev.turnstone.sctp.send;

import dev.turnstone.sctp.BufferBudget;

/**
 * The memory that messages hold, from {@code send} until their last byte is acknowledged for good
 * or they are given up. A little is free; beyond it every byte is reserved from the budget of all.
 */
final class SendMemory {
  private final long guaranteed;
  private final BufferBudget.Account account;
  private final Runnable onFreed;
  private long held;

  /** The size of the last message for which there was no room. */
  private long wanted;

  /**
   * Nothing is held.
   *
   * @param guaranteed bytes that need no budget
   * @param onFreed hears that something was freed
   */
  SendMemory(long guaranteed, BufferBudget budget, Runnable onFreed) {
    this.guaranteed = guaranteed;
    this.account = budget.open();
    this.onFreed = onFreed;
  }

  /** Takes memory for a message; false when the budget has none. */
  boolean take(long bytes) {
    boolean covered = account.cover(beyond(held + bytes));
    // A message larger than what is free still goes when it is the only one: nothing that is freed
    // here could make room for it later.
    if (!covered && held > 0) {
      wanted = bytes;
      return false;
    }
    held += bytes;
    return true;
  }

  /** A message needs its memory no more. */
  void free(long bytes) {
    held -= bytes;
    account.cover(beyond(held));
    onFreed.run();
  }

  /** Whether the message that was turned away last would be taken now. */
  boolean hasRoom() {
    return held == 0 || account.couldCover(beyond(held + wanted));
  }

  /** Every message is gone. */
  void clear() {
    held = 0;
    wanted = 0;
    account.cover(0);
  }

  /** Bytes that messages hold. */
  long held() {
    return held;
  }

  /** Bytes that are reserved from the budget. */
  long reserved() {
    return account.reserved();
  }

  private long beyond(long bytes) {
    return Math.max(0, bytes - guaranteed);
  }
}
