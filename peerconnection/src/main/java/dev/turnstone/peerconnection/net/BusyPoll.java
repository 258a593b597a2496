package dev.turnstone.peerconnection.net;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How an event loop waits: for a short while it looks again and again whether something is ready,
 * and only then it sleeps. To wake a thread costs tens of microseconds, more in a virtual machine
 * whose processor has gone idle, and between the packets of a transfer or a quick exchange there is
 * less than that.
 *
 * <p>It looks only where that has paid: when two of three times something came. Else it sleeps at
 * once, and tries again one time in sixteen. Other threads that want the processor get it between
 * two looks.
 */
final class BusyPoll implements SelectStrategy {
  private static final int MOST_CREDIT = 8;
  private static final int TRY_AGAIN = 16;

  private final long longest;
  private final LongSupplier clock;

  /** Since when there is nothing to do; -1 while there is something. */
  private long idleSince = -1;

  private boolean looking;
  private int credit = MOST_CREDIT / 2;
  private int slept;

  /**
   * A strategy for one loop.
   *
   * @param longest how long to look; none at all means to sleep at once
   * @param clock nanoseconds, never negative
   */
  BusyPoll(Duration longest, LongSupplier clock) {
    this.longest = longest.toNanos();
    this.clock = clock;
  }

  @Override
  public int calculateStrategy(IntSupplier ready, boolean hasTasks) throws Exception {
    if (longest == 0) {
      return hasTasks ? ready.get() : SELECT;
    }
    int events = hasTasks || begins() ? ready.get() : 0;
    if (hasTasks || events > 0) {
      end(true);
      return events;
    }
    if (looking && clock.getAsLong() - idleSince < longest) {
      Thread.yield();
      return 0;
    }
    end(false);
    return SELECT;
  }

  /** Begins to be idle, if that is new; says whether to look. */
  private boolean begins() {
    if (idleSince < 0) {
      idleSince = clock.getAsLong();
      looking = credit > 0 || ++slept % TRY_AGAIN == 0;
    }
    return looking;
  }

  private void end(boolean something) {
    if (looking && idleSince >= 0) {
      credit = something ? Math.min(credit + 1, MOST_CREDIT) : Math.max(credit - 2, 0);
    }
    looking = false;
    idleSince = -1;
  }
}
