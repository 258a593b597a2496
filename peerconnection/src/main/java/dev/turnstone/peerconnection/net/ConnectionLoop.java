package dev.turnstone.peerconnection.net;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One connection's share of an event loop. Work happens in turns: the clock is read once, tasks or
 * datagrams are taken, and at the end the connection drains its cores and flushes once.
 */
public final class ConnectionLoop implements Executor {
  /** So many posted tasks are taken in one turn before packets get their chance. */
  private static final int TASKS_PER_TURN = 1024;

  private final EventLoop eventLoop;
  private final Runnable endTurn;
  private final Consumer<Throwable> onFault;
  private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final long birth = System.nanoTime();
  private long now;

  ConnectionLoop(EventLoop eventLoop, Runnable endTurn, Consumer<Throwable> onFault) {
    this.eventLoop = eventLoop;
    this.endTurn = endTurn;
    this.onFault = onFault;
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  /** Nanoseconds since the connection's birth, as this turn read them. Called on the loop. */
  public long nowNanos() {
    return now;
  }

  /**
   * Posts a task, from any thread. Tasks run in the order in which they were posted; many posted in
   * a burst cost one wake-up. After the loops have ended, tasks are dropped.
   */
  @Override
  public void execute(Runnable task) {
    posted.add(task);
    if (woken.compareAndSet(false, true)) {
      wake();
    }
  }

  private void wake() {
    try {
      eventLoop.execute(this::runPosted);
    } catch (RejectedExecutionException e) {
      posted.clear();
      // So that the next one that comes is dropped too, and not kept for ever.
      woken.set(false);
    }
  }

  private void runPosted() {
    beginTurn();
    woken.set(false);
    Runnable task = null;
    for (int i = 0; i < TASKS_PER_TURN && (task = posted.poll()) != null; i++) {
      guard(task);
    }
    guard(endTurn);
    if (task != null && !posted.isEmpty() && woken.compareAndSet(false, true)) {
      wake();
    }
  }

  /**
   * Runs a task on the loop as a turn of its own, once, after a delay.
   *
   * @return calls it off
   */
  public Runnable schedule(Duration delay, Runnable task) {
    return scheduleNanos(delay.toNanos(), task);
  }

  /** As {@link #schedule}, with the delay in nanoseconds. */
  public Runnable scheduleNanos(long delayNanos, Runnable task) {
    try {
      Future<?> future =
          eventLoop.schedule(() -> turn(task), Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      return () -> {};
    }
  }

  /** Reads the clock. */
  void beginTurn() {
    now = System.nanoTime() - birth;
  }

  /** Drains. */
  void endTurn() {
    guard(endTurn);
  }

  private void turn(Runnable task) {
    beginTurn();
    guard(task);
    guard(endTurn);
  }

  void guard(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error fault) {
      fault(fault);
    }
  }

  /** A task threw. */
  void fault(Throwable fault) {
    onFault.accept(fault);
  }
}
