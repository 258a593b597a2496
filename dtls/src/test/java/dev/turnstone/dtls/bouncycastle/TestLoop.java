package dev.turnstone.dtls.bouncycastle;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** An event loop that the test thread turns by hand. */
final class TestLoop implements Executor {
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** Runs tasks until the condition holds, waiting for each as long as it takes, within reason. */
  void runUntil(BooleanSupplier condition, String what) {
    while (!condition.getAsBoolean()) {
      Runnable task;
      try {
        task = tasks.poll(20, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (task == null) {
        throw new AssertionError("nothing happens any more, waiting for: " + what);
      }
      task.run();
    }
  }

  /** Runs what is there now and what that brings, without waiting. */
  void runPresent() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }
}
