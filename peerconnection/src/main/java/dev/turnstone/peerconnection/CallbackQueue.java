package dev.turnstone.peerconnection;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one connection's callbacks on the user's executor, one at a time, in order, whatever the
 * executor does.
 */
final class CallbackQueue implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(CallbackQueue.class);

  private final Executor executor;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();

  CallbackQueue(Executor executor) {
    this.executor = executor;
  }

  @Override
  public void execute(Runnable callback) {
    waiting.add(callback);
    if (count.getAndIncrement() == 0) {
      try {
        executor.execute(this::runWaiting);
      } catch (RejectedExecutionException e) {
        LOG.warn("the callback executor refuses work; callbacks of this connection are lost", e);
      }
    }
  }

  private void runWaiting() {
    int taken;
    do {
      taken = 0;
      Runnable callback;
      while ((callback = waiting.poll()) != null) {
        taken++;
        try {
          callback.run();
        } catch (RuntimeException | Error fault) {
          LOG.warn("a callback threw; the connection goes on", fault);
        }
        if (taken == 1024) {
          break;
        }
      }
    } while (count.addAndGet(-taken) != 0);
  }
}
