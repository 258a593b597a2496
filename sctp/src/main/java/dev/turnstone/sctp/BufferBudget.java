package dev.turnstone.sctp;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory the buffers of many associations may take together. One for a process, or for
 * whatever part of it shares a fate, made by the application and given to each association.
 *
 * <p>What every association may hold anyway is not counted: its first receive window ({@link
 * SctpOptions#receiveBuffer}) and a small send queue ({@link SctpOptions#sendBufferGuaranteed}). So
 * ten thousand idle associations leave the budget untouched, and none starves when it is spent:
 * then receive windows stop growing, and {@code send} says {@code BUFFER_FULL} beyond the small
 * queue.
 *
 * <p>Safe to use from any thread.
 */
public final class BufferBudget {
  /** Accounts reserve and give back in such steps, so that few messages touch what all share. */
  private static final long STEP = 64 << 10;

  private final long limit;
  private final AtomicLong used;
  private final boolean refuses;

  private BufferBudget(long limit, AtomicLong used, boolean refuses) {
    this.limit = limit;
    this.used = used;
    this.refuses = refuses;
  }

  /** A budget that is never spent, and counts what is used of it. */
  public static BufferBudget unlimited() {
    return new BufferBudget(Long.MAX_VALUE, new AtomicLong(), true);
  }

  /**
   * A budget of so many bytes.
   *
   * @throws IllegalArgumentException when {@code bytes} is negative
   */
  public static BufferBudget of(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a budget must not be negative, is " + bytes);
    }
    return new BufferBudget(bytes, new AtomicLong(), true);
  }

  /**
   * The same budget for one that has asked it before: what it takes is counted as ever, and never
   * refused. So what is used may exceed the limit.
   */
  public BufferBudget withoutRefusal() {
    return new BufferBudget(limit, used, false);
  }

  /** Bytes in all; {@link Long#MAX_VALUE} when unlimited. */
  public long limit() {
    return limit;
  }

  /** Bytes that are reserved now. */
  public long used() {
    return used.get();
  }

  /** A new account, with nothing reserved. */
  public Account open() {
    return new Account();
  }

  /** Reserves whole steps: all that are wanted, or as many as there are. */
  private long reserve(long wanted, boolean all) {
    long before;
    long taken;
    do {
      before = used.get();
      long room = refuses ? Math.max(0, limit - before) / STEP * STEP : wanted;
      taken = Math.min(wanted, room);
      if (taken == 0 || all && taken < wanted) {
        return 0;
      }
    } while (!used.compareAndSet(before, before + taken));
    return taken;
  }

  private static long wholeSteps(long bytes) {
    return (bytes + STEP - 1) / STEP * STEP;
  }

  /**
   * What one user of the budget has reserved. It asks for all that it needs, not for the
   * difference, and whole steps are reserved. One thread at a time.
   */
  public final class Account {
    private long reserved;

    private Account() {}

    /** Bytes that are reserved. */
    public long reserved() {
      return reserved;
    }

    /**
     * Makes the reservation fit a need. What it needs no more it gives back, but for a step or two
     * that it may need again soon; at no need, everything.
     *
     * @param bytes the need, not negative
     * @return false when the budget is spent; then the reservation stays as it was
     */
    public boolean cover(long bytes) {
      if (bytes > reserved) {
        reserved += reserve(wholeSteps(bytes) - reserved, true);
        return bytes <= reserved;
      }
      if (bytes == 0 || reserved - bytes >= 2 * STEP) {
        long enough = wholeSteps(bytes);
        if (enough < reserved) {
          used.addAndGet(enough - reserved);
          reserved = enough;
        }
      }
      return true;
    }

    /**
     * Makes the reservation fit a need as far as the budget goes.
     *
     * @return how many bytes of the need are covered
     */
    public long coverUpTo(long bytes) {
      if (bytes <= reserved) {
        cover(bytes);
      } else {
        reserved += reserve(wholeSteps(bytes) - reserved, false);
      }
      return Math.min(bytes, reserved);
    }

    /** Whether {@link #cover} would say yes now. */
    public boolean couldCover(long bytes) {
      return bytes <= reserved
          || !refuses
          || wholeSteps(bytes) - reserved <= Math.max(0, limit - used.get());
    }
  }
}
