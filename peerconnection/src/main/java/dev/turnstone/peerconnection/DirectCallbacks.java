package dev.turnstone.peerconnection;

import dev.turnstone.peerconnection.net.ConnectionLoop;
import dev.turnstone.peerconnection.net.Task;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Runs one connection's callbacks on its loop, inside the turn that brings them: for those who
 * promise not to block. One that a callback itself brings runs after it, never within it.
 */
final class DirectCallbacks implements Callbacks {
  private final ConnectionLoop loop;
  private final Queue<Task> waiting = new ArrayDeque<>();
  private boolean running;

  DirectCallbacks(ConnectionLoop loop) {
    this.loop = loop;
  }

  @Override
  public void add(Task callback) {
    if (!loop.isInTurn()) {
      loop.execute(() -> runNow(callback));
    } else {
      runNow(callback);
    }
  }

  private void runNow(Task callback) {
    if (running) {
      waiting.add(callback);
      return;
    }
    running = true;
    try {
      Task next = callback;
      do {
        CallbackQueue.run(next);
      } while ((next = waiting.poll()) != null);
    } finally {
      running = false;
    }
  }

  @Override
  public void handOver() {
    // Nothing waits for the end of a turn.
  }
}
