package dev.turnstone.dtls.bouncycastle;

import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Datagrams on their way from the loop to the handshake's worker: bounded, and the loop never waits
 * for more than the lock.
 */
final class Inbox {
  private static final int MAX_DATAGRAMS = 256;
  private static final int MAX_BYTES = 256 * 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<byte[]> datagrams = new ArrayDeque<>();
  private int bytes;
  private boolean closed;

  /** Copies a datagram in, or returns false when there is no room for it. */
  boolean offer(ByteBuffer datagram) {
    lock.lock();
    try {
      if (closed || datagrams.size() == MAX_DATAGRAMS || datagram.remaining() > MAX_BYTES - bytes) {
        return false;
      }
      byte[] copy = new byte[datagram.remaining()];
      datagram.get(datagram.position(), copy);
      datagrams.add(copy);
      bytes += copy.length;
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The next datagram, or null when none came before the deadline.
   *
   * @param deadline of {@link System#nanoTime}
   * @throws InterruptedIOException when the inbox is closed or the thread was interrupted
   */
  byte[] take(long deadline) throws InterruptedIOException {
    lock.lock();
    try {
      while (datagrams.isEmpty() && !closed) {
        long wait = deadline - System.nanoTime();
        if (wait <= 0) {
          return null;
        }
        changed.await(wait, TimeUnit.NANOSECONDS);
      }
      if (closed) {
        throw new InterruptedIOException("the engine was closed");
      }
      return remove();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the handshake's worker was interrupted");
    } finally {
      lock.unlock();
    }
  }

  /** The next datagram that is there already, or null. */
  byte[] poll() {
    lock.lock();
    try {
      return datagrams.isEmpty() ? null : remove();
    } finally {
      lock.unlock();
    }
  }

  /** Empties the inbox, wakes the worker and makes it stop. */
  void close() {
    lock.lock();
    try {
      closed = true;
      datagrams.clear();
      bytes = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private byte[] remove() {
    byte[] datagram = datagrams.remove();
    bytes -= datagram.length;
    return datagram;
  }
}
