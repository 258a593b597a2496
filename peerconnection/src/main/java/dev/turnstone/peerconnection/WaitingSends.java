package dev.turnstone.peerconnection;

import dev.turnstone.peerconnection.net.Task;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Messages of one connection that wait for room in its send buffer, in the order in which they were
 * brought. They fill the buffer to a mark far below its end, and go on when half of that has left:
 * who waits for room wants a full pipe, not a full heap. Safe to use from any thread; nobody waits
 * with the lock.
 */
final class WaitingSends {
  /** Six milliseconds at 5 Gbit/s: the pipe does not run dry before those who wait have woken. */
  static final long HIGH_MARK = 4 << 20;

  /** What a message that waits takes beside its bytes. */
  private static final int WEIGHT = 256;

  private final SendAdmission admission;
  private final Consumer<Task> callbacks;
  private final long highMark;
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Send> queue = new ArrayDeque<>();
  private long weight;

  /** How many are in the queue; written under the lock. */
  private volatile int count;

  WaitingSends(SendAdmission admission, Consumer<Task> callbacks) {
    this.admission = admission;
    this.callbacks = callbacks;
    this.highMark = Math.min(HIGH_MARK, admission.bufferBytes());
  }

  /** A message and who waits for it. */
  static final class Send {
    private final LoopDataChannel channel;
    private final boolean binary;
    private final ByteBuffer payload;
    private final boolean blocking;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    /** What refused it, if something did. */
    private RuntimeException refusal;

    /**
     * A message.
     *
     * @param blocking whether a thread waits, which is told on the loop itself: callbacks may be
     *     waiting for that very thread
     */
    Send(LoopDataChannel channel, boolean binary, ByteBuffer payload, boolean blocking) {
      this.channel = channel;
      this.binary = binary;
      this.payload = payload;
      this.blocking = blocking;
    }

    CompletableFuture<Void> done() {
      return done;
    }

    /** What refused it, or null; for who could not withdraw it. */
    RuntimeException refusal() {
      done.handle((nothing, error) -> null).join();
      return refusal;
    }

    private int room() {
      return LoopDataChannel.room(payload.remaining());
    }

    private void complete() {
      if (refusal == null) {
        done.complete(null);
      } else {
        done.completeExceptionally(refusal);
      }
    }
  }

  /** Sends now, or when those before have been sent and there is room. */
  void add(Send send) {
    boolean now;
    lock.lock();
    try {
      // Whoever closes a channel sets its state before it looks here for what waits.
      send.refusal = send.channel.refusal();
      now = send.refusal != null || queue.isEmpty() && pass(send);
      if (!now) {
        if (weight > 0 && weight + WEIGHT + send.room() > admission.bufferBytes()) {
          send.refusal =
              new OperationException("send: too many messages wait for room in the send buffer");
          now = true;
        } else {
          queue.add(send);
          weight += WEIGHT + send.room();
          count = queue.size();
        }
      }
    } finally {
      lock.unlock();
    }
    if (now) {
      // The caller has not seen it yet.
      send.complete();
    } else {
      // There may be room by now, and nobody else who would notice.
      admit();
    }
  }

  /** Room has become free: lets those go on who have room, once there is a good deal of it. */
  void roomLeft() {
    if (count > 0 && admission.waiting() <= highMark / 2) {
      admit();
    }
  }

  private void admit() {
    List<Send> passed = new ArrayList<>();
    lock.lock();
    try {
      Send first;
      while ((first = queue.peek()) != null && (first.done.isDone() || pass(first))) {
        queue.remove();
        forget(first);
        passed.add(first);
      }
    } finally {
      lock.unlock();
    }
    tell(passed);
  }

  /** Takes a message for its channel if there is room, or finds that it cannot be taken. */
  private boolean pass(Send send) {
    int room = send.room();
    if (!admission.take(room, highMark)) {
      return false;
    }
    send.refusal = send.channel.sendReserved(send.binary, send.payload);
    return true;
  }

  private void forget(Send send) {
    weight -= WEIGHT + send.room();
    count = queue.size();
  }

  /** Takes a message back that waits; false when it has been taken or refused already. */
  boolean withdraw(Send send) {
    lock.lock();
    try {
      boolean waited = queue.remove(send);
      if (waited) {
        forget(send);
      }
      return waited;
    } finally {
      lock.unlock();
    }
  }

  /** A channel takes nothing more: what waits for it fails. */
  void refuse(LoopDataChannel channel, RuntimeException why) {
    List<Send> refused = new ArrayList<>();
    lock.lock();
    try {
      for (Iterator<Send> each = queue.iterator(); each.hasNext(); ) {
        Send send = each.next();
        if (send.channel == channel) {
          each.remove();
          forget(send);
          send.refusal = why;
          refused.add(send);
        }
      }
    } finally {
      lock.unlock();
    }
    tell(refused);
    // Those behind may have had room all the time.
    admit();
  }

  private void tell(List<Send> sends) {
    List<Send> later = new ArrayList<>();
    for (Send send : sends) {
      if (send.blocking) {
        send.complete();
      } else {
        later.add(send);
      }
    }
    if (!later.isEmpty()) {
      callbacks.accept(Task.of(() -> later.forEach(Send::complete)));
    }
  }
}
