package dev.turnstone.peerconnection.net;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Sees that this host's addresses have changed: it looks from time to time while somebody wants to
 * know, or is told. Safe to use from any thread.
 */
public final class NetworkMonitor implements AutoCloseable {
  private final EventLoop timer;
  private final Executor workers;
  private final Duration interval;
  private final Supplier<? extends Iterable<InetAddress>> present;
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

  /** What was seen last; null before the first look. */
  private Set<InetAddress> seen;

  private Future<?> next;
  private boolean closed;

  private record Watch(ConnectionLoop loop, Runnable onChange) {}

  /**
   * A monitor that nobody asks yet.
   *
   * @param workers runs the looks, which block for a moment
   * @param interval between two looks; zero: only when told
   * @param present the addresses that this host has now
   */
  public NetworkMonitor(
      EventLoops loops,
      Executor workers,
      Duration interval,
      Supplier<? extends Iterable<InetAddress>> present) {
    this.timer = loops.all().get(0);
    this.workers = workers;
    this.interval = interval;
    this.present = present;
  }

  /** Tells of changes, on that loop, until the result is run. */
  Runnable watch(ConnectionLoop loop, Runnable onChange) {
    Watch watch = new Watch(loop, onChange);
    watches.add(watch);
    synchronized (this) {
      if (next == null && !closed) {
        look();
        schedule();
      }
    }
    return () -> watches.remove(watch);
  }

  private void schedule() {
    if (interval.isZero()) {
      return;
    }
    next = timer.schedule(this::tick, interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  private synchronized void tick() {
    next = null;
    if (!watches.isEmpty() && !closed) {
      look();
      schedule();
    }
  }

  /** Somebody knows that something has changed: all are told, without a look. */
  public void tell() {
    watches.forEach(watch -> watch.loop.execute(watch.onChange));
  }

  /** Away from the caller's thread: it blocks for a moment. */
  private void look() {
    try {
      workers.execute(this::compare);
    } catch (RejectedExecutionException e) {
      // The factory is closed.
    }
  }

  private void compare() {
    Set<InetAddress> now = new HashSet<>();
    present.get().forEach(now::add);
    synchronized (this) {
      boolean changed = seen != null && !seen.equals(now);
      seen = now;
      if (!changed) {
        return;
      }
    }
    tell();
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (next != null) {
      next.cancel(false);
    }
  }
}
