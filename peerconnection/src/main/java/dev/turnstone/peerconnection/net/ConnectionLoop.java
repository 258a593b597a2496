package dev.turnstone.peerconnection.net;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One connection's share of an event loop. Work happens in turns: the clock is read once, tasks or
 * datagrams are taken, and at the end the connection drains its cores and flushes once.
 *
 * <p>What is posted goes through one queue. A turn takes what has been posted before it ends, so a
 * post that finds the connection in a turn, or its wake-up underway, wakes nobody.
 */
public final class ConnectionLoop implements Executor {
  /** So many posted tasks are taken in one turn before packets get their chance. */
  private static final int TASKS_PER_TURN = 1024;

  private final EventLoop eventLoop;
  private final BooleanSupplier isLoopThread;
  private final Runnable endTurn;
  private final Consumer<Throwable> onFault;
  private final Runnable onRelease;
  private final TaskQueue posted = new TaskQueue();
  private final Runnable runPosted = this::runPostedTurn;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final long birth = System.nanoTime();

  /** Whether a turn is going on, which will look into the queue once more. */
  private volatile boolean inTurn;

  private volatile boolean ended;

  // Touched on the loop only.
  private long now;
  private int tasksLeft;

  ConnectionLoop(
      EventLoop eventLoop,
      BooleanSupplier isLoopThread,
      Runnable endTurn,
      Consumer<Throwable> onFault,
      Runnable onRelease) {
    this.eventLoop = eventLoop;
    this.isLoopThread = isLoopThread;
    this.endTurn = endTurn;
    this.onFault = onFault;
    this.onRelease = onRelease;
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  /** Nanoseconds since the connection's birth, as this turn read them. Called on the loop. */
  public long nowNanos() {
    return now;
  }

  /** Whether the caller is on the loop, in a turn of this connection. */
  public boolean isInTurn() {
    return inTurn && eventLoop.inEventLoop();
  }

  /** Whether the caller is on the thread of this or another loop, which must never wait. */
  public boolean isLoopThread() {
    return isLoopThread.getAsBoolean();
  }

  /**
   * Posts a task, from any thread. Tasks run in the order in which they were posted; many posted in
   * a burst cost one wake-up. After the loops have ended, tasks are dropped.
   */
  @Override
  public void execute(Runnable task) {
    post(Task.of(task));
  }

  /** As {@link #execute}, for a task that is its own link in the queue and is posted once. */
  public void post(Task task) {
    if (ended) {
      return;
    }
    posted.add(task);
    if (!inTurn) {
      wake();
    }
  }

  private void wake() {
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      try {
        eventLoop.execute(runPosted);
      } catch (RejectedExecutionException e) {
        // Nobody takes them any more; what comes later is not even kept.
        ended = true;
      }
    }
  }

  private void runPostedTurn() {
    scheduled.set(false);
    if (!posted.isEmpty()) {
      beginTurn();
      endTurn();
    }
  }

  /**
   * Takes what has been posted, in a turn: what callbacks of this turn send leaves with its flush.
   *
   * @return whether anything was
   */
  public boolean runPosted() {
    boolean ran = false;
    Task task;
    while (tasksLeft > 0 && (task = posted.poll()) != null) {
      tasksLeft--;
      ran = true;
      guard(task);
    }
    return ran;
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

  /** The connection is over: its loop may take another in its place. Called once. */
  public void release() {
    onRelease.run();
  }

  /** Reads the clock. What is posted from now on is taken before the turn ends. */
  void beginTurn() {
    now = System.nanoTime() - birth;
    tasksLeft = TASKS_PER_TURN;
    inTurn = true;
  }

  /** Takes what was posted, drains, and does so again while that posts more. */
  void endTurn() {
    do {
      runPosted();
      guard(endTurn);
    } while (tasksLeft > 0 && !posted.isEmpty());
    inTurn = false;
    // Between the last look and the line above somebody may have relied on this turn.
    if (!posted.isEmpty()) {
      wake();
    }
  }

  private void turn(Runnable task) {
    beginTurn();
    guard(task);
    endTurn();
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
