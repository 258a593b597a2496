package dev.turnstone.peerconnection.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Something to run once, and its own link in the one {@link TaskQueue} that it goes through: so
 * that what is posted for each message costs one object.
 */
public abstract class Task implements Runnable {
  private static final VarHandle NEXT;

  static {
    try {
      NEXT = MethodHandles.lookup().findVarHandle(Task.class, "next", Task.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile Task next;

  /** A task in no queue. */
  protected Task() {}

  /** A task that runs another. */
  public static Task of(Runnable work) {
    return new Of(work);
  }

  final Task next() {
    return next;
  }

  /** Links without a fence: whoever owns the chain publishes it later. */
  final void setNextPlain(Task task) {
    NEXT.set(this, task);
  }

  /** Links for other threads, before anything that this thread reads next. */
  final void setNext(Task task) {
    next = task;
  }

  private static final class Of extends Task {
    private Runnable work;

    Of(Runnable work) {
      this.work = work;
    }

    @Override
    public void run() {
      Runnable once = work;
      // The queue keeps the last task that it gave out: not what hangs on it.
      work = null;
      once.run();
    }
  }
}
