package dev.turnstone.cli.link;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads for callbacks. */
public final class Threads {
  private Threads() {}

  /**
   * As many daemon threads as there are connections calling back at once: a callback may then wait
   * for its channel to drain without holding up another connection.
   */
  public static ExecutorService callbacks(String name) {
    AtomicInteger number = new AtomicInteger();
    return Executors.newCachedThreadPool(
        task -> {
          Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }
}
