package dev.turnstone.ice.ice4j;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs the calls into one agent, one after the other, away from the loop: they take locks that
 * ice4j's threads hold. The threads are shared by all agents, are daemons and go after a while of
 * idleness.
 */
final class Worker {
  private static final ThreadPoolExecutor POOL = pool("turnstone-ice4j-", 2);

  private final Consumer<Throwable> onFailure;
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private boolean running;

  /**
   * @param onFailure called on a thread of the pool when a task throws
   */
  Worker(Consumer<Throwable> onFailure) {
    this.onFailure = onFailure;
  }

  static ThreadPoolExecutor pool(String prefix, int threads) {
    AtomicInteger count = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, prefix + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  void execute(Runnable task) {
    synchronized (tasks) {
      tasks.add(task);
      if (running) {
        return;
      }
      running = true;
    }
    POOL.execute(this::drain);
  }

  private void drain() {
    while (true) {
      Runnable task;
      synchronized (tasks) {
        task = tasks.poll();
        if (task == null) {
          running = false;
          return;
        }
      }
      try {
        task.run();
      } catch (RuntimeException | LinkageError e) {
        onFailure.accept(e);
      }
    }
  }
}
