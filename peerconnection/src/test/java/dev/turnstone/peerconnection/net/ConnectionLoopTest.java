package dev.turnstone.peerconnection.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionLoopTest {
  private final EventLoops loops = new EventLoops(1);
  private final AtomicInteger turns = new AtomicInteger();
  private final List<Throwable> faults = new ArrayList<>();
  private final ConnectionLoop loop = loops.newConnectionLoop(turns::incrementAndGet, faults::add);

  @AfterEach
  void close() {
    loops.close();
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }

  /** Waits until all that was posted before has run. */
  private void settle() throws Exception {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    loop.execute(() -> reached.complete(null));
    get(reached);
  }

  @Test
  void tasksOfEachThreadRunInItsOrderAndNoneIsLost() throws Exception {
    int threads = 4;
    int each = 50_000;
    int[] next = new int[threads];
    CountDownLatch done = new CountDownLatch(threads * each);
    List<String> wrong = new ArrayList<>();
    List<Thread> posting = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int thread = t;
      posting.add(
          new Thread(
              () -> {
                for (int i = 0; i < each; i++) {
                  int number = i;
                  loop.execute(
                      () -> {
                        if (next[thread]++ != number) {
                          wrong.add(thread + ": " + number);
                        }
                        done.countDown();
                      });
                }
              }));
    }
    posting.forEach(Thread::start);
    assertTrue(done.await(60, TimeUnit.SECONDS), () -> done.getCount() + " tasks were lost");
    assertEquals(List.of(), wrong);
  }

  @Test
  void aBurstIsOneTurnAndAFloodIsSeveral() throws Exception {
    assertEquals(1, turnsFor(1000));
    // 1024 to a turn, so that packets get their chance in between.
    assertEquals(4, turnsFor(4 * 1024));
  }

  private int turnsFor(int tasks) throws Exception {
    settle();
    CompletableFuture<Void> blocked = new CompletableFuture<>();
    CompletableFuture<Void> posted = new CompletableFuture<>();
    // The turn of this task is over when the loop's thread may go on to the burst.
    loop.eventLoop()
        .execute(
            () -> {
              blocked.complete(null);
              posted.join();
            });
    get(blocked);
    int before = turns.get();
    for (int i = 1; i < tasks; i++) {
      loop.execute(() -> {});
    }
    CompletableFuture<Integer> last = new CompletableFuture<>();
    loop.execute(() -> last.complete(turns.get()));
    posted.complete(null);
    // The turn of the last task itself has not ended when it looks.
    return get(last) - before + 1;
  }

  @Test
  void aTaskPostedFromATaskRunsThoughTheLoopIsAwakeAlready() throws Exception {
    CompletableFuture<String> inner = new CompletableFuture<>();
    loop.execute(() -> loop.execute(() -> inner.complete("ran")));
    assertEquals("ran", get(inner));
  }

  @Test
  void aTaskThatThrowsIsToldAndTheNextRunsAndTheTurnEnds() throws Exception {
    Error error = new LinkageError("thrown by the test");
    loop.execute(
        () -> {
          throw error;
        });
    settle();
    // Beside the connection's tasks, and so after the turn in which they ran.
    int ended = loop.eventLoop().submit(turns::get).get(60, TimeUnit.SECONDS);
    assertTrue(ended >= 1);
    assertEquals(1, faults.size());
    assertSame(error, faults.get(0));
  }

  @Test
  void theClockIsReadOncePerTurn() throws Exception {
    CompletableFuture<Boolean> same = new CompletableFuture<>();
    loop.execute(
        () -> {
          long before = loop.nowNanos();
          long start = System.nanoTime();
          while (System.nanoTime() == start) {
            Thread.onSpinWait();
          }
          same.complete(before == loop.nowNanos());
        });
    assertTrue(get(same));
  }

  @Test
  void aDelayedTaskIsATurnOfItsOwnAndCanBeCalledOff() throws Exception {
    CompletableFuture<Integer> ran = new CompletableFuture<>();
    AtomicInteger calledOff = new AtomicInteger();
    loop.execute(
        () -> {
          Runnable cancel = loop.schedule(Duration.ofMillis(1), calledOff::incrementAndGet);
          cancel.run();
          // Later than the other would have run.
          loop.schedule(Duration.ofMillis(5), () -> ran.complete(turns.get()));
        });
    assertTrue(get(ran) >= 1);
    assertEquals(0, calledOff.get());
  }

  @Test
  void whatIsPostedBeforeTheLoopsEndStillRunsAndWhatComesAfterIsDropped() throws Exception {
    CompletableFuture<Void> before = new CompletableFuture<>();
    loop.execute(() -> before.complete(null));
    loops.close();
    get(before);
    assertTrue(loop.eventLoop().awaitTermination(60, TimeUnit.SECONDS));
    CompletableFuture<Void> after = new CompletableFuture<>();
    loop.execute(() -> after.complete(null));
    loop.execute(() -> after.complete(null));
    loop.schedule(Duration.ZERO, () -> after.complete(null)).run();
    assertFalse(after.isDone());
  }
}
