package dev.turnstone.peerconnection;

import dev.turnstone.peerconnection.net.Task;
import java.util.concurrent.Executor;

/**
 * Where one connection's callbacks run: one at a time, in order, and one that throws is logged and
 * does not stop the next. Any thread may bring one.
 */
interface Callbacks extends Executor {
  /** Brings a callback that is brought once, and is its own link in the queue. */
  void add(Task callback);

  @Override
  default void execute(Runnable callback) {
    add(Task.of(callback));
  }

  /** A part of a turn has ended: what the loop has brought in it may run. Called on the loop. */
  void handOver();
}
