package dev.turnstone.peerconnection;

import dev.turnstone.peerconnection.net.Task;
import dev.turnstone.peerconnection.net.TaskQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one connection's callbacks on the user's executor, one at a time, in order, whatever the
 * executor does. What a turn of the loop brings is handed over in one piece, and what comes while
 * callbacks run costs no task of the executor. While it refuses work the factory's own threads run
 * them: a future that never completes, or a receive window that never opens again, would be worse.
 */
final class CallbackQueue implements Callbacks {
  private static final Logger LOG = LoggerFactory.getLogger(CallbackQueue.class);

  private final BooleanSupplier inTurn;
  private final Executor executor;
  private final Executor fallback;
  private final TaskQueue waiting = new TaskQueue();

  /** Whether somebody is the queue's taker, or a task is underway that will be. */
  private final AtomicBoolean taken = new AtomicBoolean();

  private final AtomicBoolean warned = new AtomicBoolean();
  private final Runnable runWaiting = this::runWaiting;

  /** What the loop has brought in this turn; touched on the loop only. */
  private final TaskQueue.Batch batch = new TaskQueue.Batch();

  /**
   * A queue.
   *
   * @param inTurn whether the calling thread is in a turn of the loop, which ends with {@link
   *     #handOver}
   * @param fallback takes over when the executor refuses; never refuses itself
   */
  CallbackQueue(BooleanSupplier inTurn, Executor executor, Executor fallback) {
    this.inTurn = inTurn;
    this.executor = executor;
    this.fallback = fallback;
  }

  @Override
  public void add(Task callback) {
    if (inTurn.getAsBoolean()) {
      batch.add(callback);
    } else {
      waiting.add(callback);
      start();
    }
  }

  @Override
  public void handOver() {
    // An executor that runs at once brings more from within.
    while (!batch.isEmpty()) {
      batch.moveTo(waiting);
      start();
    }
  }

  private void start() {
    if (taken.get() || !taken.compareAndSet(false, true)) {
      return;
    }
    try {
      executor.execute(runWaiting);
    } catch (RuntimeException refused) {
      if (!warned.getAndSet(true)) {
        LOG.warn(
            "the callback executor refuses work; the factory's threads run callbacks instead",
            refused);
      }
      fallback.execute(runWaiting);
    }
  }

  private void runWaiting() {
    Task last;
    do {
      Task callback;
      while ((callback = waiting.poll()) != null) {
        run(callback);
      }
      last = waiting.last();
      taken.set(false);
      // Whoever added one before the line above may have relied on us.
    } while (TaskQueue.isFollowed(last) && taken.compareAndSet(false, true));
  }

  static void run(Runnable callback) {
    try {
      callback.run();
    } catch (RuntimeException | Error fault) {
      LOG.warn("a callback threw; the connection goes on", fault);
    }
  }
}
