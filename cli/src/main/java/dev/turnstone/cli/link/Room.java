package dev.turnstone.cli.link;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelState;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits inside a callback until a channel has drained. While the callback waits nothing more is
 * taken from the receive window, so a peer that sends but does not read is slowed down and memory
 * stays bounded. The low-mark event cannot be used here: it would come on the thread that waits.
 */
public final class Room {
  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private Room() {}

  /**
   * Waits until at most {@code highMark} bytes are buffered.
   *
   * @param patienceNanos how long to wait while nothing at all drains
   * @return whether there is room; false when the channel is no longer open, nothing drained for
   *     that long, or the thread was interrupted
   */
  public static boolean await(DataChannel channel, long highMark, long patienceNanos) {
    long buffered = channel.bufferedAmount();
    long since = System.nanoTime();
    while (buffered > highMark) {
      if (channel.readyState() != DataChannelState.OPEN || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      long now = channel.bufferedAmount();
      if (now < buffered) {
        since = System.nanoTime();
      } else if (System.nanoTime() - since > patienceNanos) {
        return false;
      }
      buffered = now;
    }
    return channel.readyState() == DataChannelState.OPEN;
  }
}
