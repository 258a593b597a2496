package dev.turnstone.sctp.association;

import dev.turnstone.sctp.receive.DataReceiver;
import java.util.concurrent.TimeUnit;

/**
 * Gives the receive window, which knows no time, its round trips and its rest.
 *
 * <p>The round trip is the one that the path's other measurements tell: of what we send, and of
 * HEARTBEATs. A side that only receives has neither, so it sends a HEARTBEAT now and then while
 * much arrives.
 */
final class WindowTuning {
  /**
   * Rounds are no shorter: an estimate that is a little out of date, or a reader that comes by now
   * and then, must not hold up a fast path. At 1 Gbit/s it is 1.25 MB.
   */
  private static final long SHORTEST_ROUND = TimeUnit.MILLISECONDS.toNanos(10);

  private static final long MEASURE_INTERVAL = TimeUnit.SECONDS.toNanos(1);

  /** How long no data comes before the window begins to shrink, and how soon it goes on. */
  private static final long QUIET = TimeUnit.SECONDS.toNanos(5);

  private static final long STEP = TimeUnit.SECONDS.toNanos(1);

  private final Context context;
  private final Heartbeats heartbeats;
  private long roundBegan = Long.MIN_VALUE;
  private long lastDataAt;
  private long measuredAt = Long.MIN_VALUE;

  WindowTuning(Context context, Heartbeats heartbeats) {
    this.context = context;
    this.heartbeats = heartbeats;
  }

  /** A packet with data has been read to its end. */
  void handleData(Tcb tcb, long nowNanos) {
    DataReceiver receiver = tcb.receiver();
    lastDataAt = nowNanos;
    if (roundBegan == Long.MIN_VALUE || nowNanos - roundBegan >= round(tcb)) {
      roundBegan = nowNanos;
      receiver.beginRound();
    }
    if (receiver.isBusy()
        && !tcb.sender().isOutstanding()
        && (measuredAt == Long.MIN_VALUE || nowNanos - measuredAt >= MEASURE_INTERVAL)) {
      measuredAt = nowNanos;
      heartbeats.measure(nowNanos);
    }
    if (receiver.isWindowGrown() && !context.timers.isRunning(Timer.QUIET)) {
      context.timers.set(Timer.QUIET, nowNanos + QUIET);
    }
  }

  /** How long a round trip takes, rather too long than too short. */
  private long round(Tcb tcb) {
    long rtt = tcb.rto().smoothedRttNanos();
    return rtt < 0 ? context.options.rtoInitialNanos() : Math.max(rtt, SHORTEST_ROUND);
  }

  void handleTimeout(long nowNanos) {
    Tcb tcb = context.tcb();
    if (tcb == null) {
      return;
    }
    if (nowNanos - lastDataAt < QUIET) {
      context.timers.set(Timer.QUIET, lastDataAt + QUIET);
      return;
    }
    tcb.receiver().rest();
    if (tcb.receiver().isWindowGrown()) {
      context.timers.set(Timer.QUIET, nowNanos + STEP);
    }
  }
}
