package dev.turnstone.peerconnection;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one connection's callbacks on the user's executor, one at a time, in order, whatever the
 * executor does. While it refuses work the factory's own threads run them: a future that never
 * completes, or a receive window that never opens again, would be worse.
 */
final class CallbackQueue implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(CallbackQueue.class);

  private final Executor executor;
  private final Executor fallback;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * A queue.
   *
   * @param fallback takes over when the executor refuses; never refuses itself
   */
  CallbackQueue(Executor executor, Executor fallback) {
    this.executor = executor;
    this.fallback = fallback;
  }

  @Override
  public void execute(Runnable callback) {
    waiting.add(callback);
    if (count.getAndIncrement() == 0) {
      try {
        executor.execute(this::runWaiting);
      } catch (RuntimeException refused) {
        if (!warned.getAndSet(true)) {
          LOG.warn(
              "the callback executor refuses work; the factory's threads run callbacks instead",
              refused);
        }
        fallback.execute(this::runWaiting);
      }
    }
  }

  private void runWaiting() {
    // Only what was counted is taken off the count, not what was polled: a callback that is there
    // before it is counted would else bring the count to nothing while we still run, and a second
    // thread would run beside us.
    int seen = count.get();
    do {
      Runnable callback;
      while ((callback = waiting.poll()) != null) {
        try {
          callback.run();
        } catch (RuntimeException | Error fault) {
          LOG.warn("a callback threw; the connection goes on", fault);
        }
      }
      seen = count.addAndGet(-seen);
    } while (seen != 0);
  }
}
