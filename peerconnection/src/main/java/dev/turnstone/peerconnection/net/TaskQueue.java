package dev.turnstone.peerconnection.net;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Tasks of many threads for one that takes them, in the order in which they were added. Adding is
 * one exchange, whatever the others do, and needs no lock and no object beside the task.
 *
 * <p>The taker may be another thread each time, when something orders one before the next. A task
 * that was taken must let go of what hangs on it when it runs: the queue keeps the last one.
 */
public final class TaskQueue {
  /** What was added last. */
  private final AtomicReference<Task> tail;

  /** What was taken last; touched by the taker only. */
  private Task head;

  /** A queue with nothing in it. */
  public TaskQueue() {
    head = Task.of(() -> {});
    tail = new AtomicReference<>(head);
  }

  /** Adds a task, which is in no queue and has never been. Any thread. */
  public void add(Task task) {
    tail.getAndSet(task).setNext(task);
  }

  /** The next task, or null. The taker's thread only. */
  public Task poll() {
    Task next = head.next();
    if (next != null) {
      // Old garbage that points to young garbage would be kept until the old is collected.
      head.setNextPlain(null);
      head = next;
    }
    return next;
  }

  /** Whether {@link #poll} would find nothing now. The taker's thread only. */
  public boolean isEmpty() {
    return head.next() == null;
  }

  /**
   * What was taken last, for {@link #isFollowed}. The taker's thread only.
   *
   * @return never null
   */
  public Task last() {
    return head;
  }

  /**
   * Whether something has come after a task that was taken last, and has not been taken. For
   * whoever was the taker until a moment ago.
   */
  public static boolean isFollowed(Task last) {
    return last.next() != null;
  }

  /** Tasks in a row that one thread gathers, to be added to a queue in one piece. */
  public static final class Batch {
    private Task first;
    private Task last;

    /** A batch with nothing in it. */
    public Batch() {}

    /** Adds a task at the end. */
    public void add(Task task) {
      if (first == null) {
        first = task;
      } else {
        last.setNextPlain(task);
      }
      last = task;
    }

    /** Whether nothing is in it. */
    public boolean isEmpty() {
      return first == null;
    }

    /** Moves all to the end of a queue. */
    public void moveTo(TaskQueue queue) {
      Task begin = first;
      Task end = last;
      first = null;
      last = null;
      queue.tail.getAndSet(end).setNext(begin);
    }
  }
}
