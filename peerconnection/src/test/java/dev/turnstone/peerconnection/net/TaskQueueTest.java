package dev.turnstone.peerconnection.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskQueueTest {
  private static final class Numbered extends Task {
    final int thread;
    final int number;

    Numbered(int thread, int number) {
      this.thread = thread;
      this.number = number;
    }

    @Override
    public void run() {}
  }

  @Test
  void tasksOfEachThreadComeInItsOrderAndNoneIsLost() throws Exception {
    TaskQueue queue = new TaskQueue();
    int threads = 4;
    int each = 50_000;
    List<Thread> adding = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int thread = t;
      Thread adds =
          new Thread(
              () -> {
                TaskQueue.Batch batch = new TaskQueue.Batch();
                for (int i = 0; i < each; i++) {
                  // Half of the threads add one by one, the others in pieces.
                  if (thread % 2 == 0) {
                    queue.add(new Numbered(thread, i));
                  } else {
                    batch.add(new Numbered(thread, i));
                    if (i % 7 == 0 || i == each - 1) {
                      batch.moveTo(queue);
                    }
                  }
                }
              });
      adds.setDaemon(true);
      adding.add(adds);
    }
    adding.forEach(Thread::start);
    int[] next = new int[threads];
    for (int taken = 0; taken < threads * each; ) {
      Numbered task = (Numbered) queue.poll();
      if (task == null) {
        Thread.onSpinWait();
      } else {
        taken++;
        assertEquals(next[task.thread]++, task.number);
      }
    }
    assertTrue(queue.isEmpty());
    assertNull(queue.poll());
  }

  @Test
  void whoWasTheTakerSeesWhatCameAfter() {
    TaskQueue queue = new TaskQueue();
    queue.add(new Numbered(0, 1));
    queue.poll();
    Task last = queue.last();
    assertFalse(TaskQueue.isFollowed(last));
    queue.add(new Numbered(0, 2));
    assertTrue(TaskQueue.isFollowed(last));
    queue.poll();
    assertFalse(TaskQueue.isFollowed(last), "another taker has had it");
  }
}
