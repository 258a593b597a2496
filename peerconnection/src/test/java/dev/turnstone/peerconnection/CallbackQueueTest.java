package dev.turnstone.peerconnection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CallbackQueueTest {

  @Test
  void runsOneAtATimeInOrderOnAPoolOfManyThreads() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      CallbackQueue queue = new CallbackQueue(() -> false, pool, Runnable::run);
      int count = 20_000;
      List<Integer> order = new ArrayList<>();
      AtomicInteger inside = new AtomicInteger();
      AtomicBoolean overlapped = new AtomicBoolean();
      CountDownLatch done = new CountDownLatch(count);
      for (int i = 0; i < count; i++) {
        int number = i;
        queue.execute(
            () -> {
              if (inside.incrementAndGet() != 1) {
                overlapped.set(true);
              }
              order.add(number);
              inside.decrementAndGet();
              done.countDown();
            });
      }
      assertEquals(true, done.await(60, TimeUnit.SECONDS));
      assertFalse(overlapped.get());
      for (int i = 0; i < count; i++) {
        assertEquals(i, order.get(i));
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void callsFromManyThreadsNeverOverlapAndNoneIsLost() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      CallbackQueue queue = new CallbackQueue(() -> false, pool, Runnable::run);
      int producers = 4;
      int each = 100_000;
      AtomicInteger inside = new AtomicInteger();
      AtomicInteger overlaps = new AtomicInteger();
      CountDownLatch done = new CountDownLatch(producers * each);
      for (int p = 0; p < producers; p++) {
        new Thread(
                () -> {
                  for (int i = 0; i < each; i++) {
                    // The queue runs dry often: that is when runners come and go.
                    for (int pause = i % 64; pause > 0; pause--) {
                      Thread.onSpinWait();
                    }
                    queue.execute(
                        () -> {
                          if (inside.incrementAndGet() != 1) {
                            overlaps.incrementAndGet();
                          }
                          inside.decrementAndGet();
                          done.countDown();
                        });
                  }
                })
            .start();
      }
      assertEquals(true, done.await(60, TimeUnit.SECONDS), () -> done.getCount() + " were lost");
      assertEquals(0, overlaps.get());
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void oneThatThrowsDoesNotStopTheNext() {
    List<String> ran = new ArrayList<>();
    CallbackQueue queue = new CallbackQueue(() -> false, Runnable::run, Runnable::run);
    queue.execute(
        () -> {
          throw new IllegalStateException("thrown by the test");
        });
    queue.execute(() -> ran.add("next"));
    assertEquals(List.of("next"), ran);
  }

  @Test
  void aCallbackThatQueuesAnotherOnADirectExecutorDoesNotNest() {
    List<String> ran = new ArrayList<>();
    CallbackQueue queue = new CallbackQueue(() -> false, Runnable::run, Runnable::run);
    queue.execute(
        () -> {
          queue.execute(() -> ran.add("inner"));
          ran.add("outer");
        });
    assertEquals(List.of("outer", "inner"), ran);
  }

  @Test
  void whileTheExecutorRefusesTheFallbackRunsWhatWaits() {
    AtomicBoolean refuses = new AtomicBoolean(true);
    List<String> threads = new ArrayList<>();
    CallbackQueue queue =
        new CallbackQueue(
            () -> false,
            task -> {
              if (refuses.get()) {
                throw new RejectedExecutionException("refused by the test");
              }
              threads.add("user");
              task.run();
            },
            task -> {
              threads.add("fallback");
              task.run();
            });
    List<String> ran = new ArrayList<>();
    queue.execute(() -> ran.add("first"));
    queue.execute(() -> ran.add("second"));
    refuses.set(false);
    queue.execute(() -> ran.add("third"));
    assertEquals(List.of("first", "second", "third"), ran);
    assertEquals(List.of("fallback", "fallback", "user"), threads);
  }
}
