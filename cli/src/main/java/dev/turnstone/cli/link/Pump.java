package dev.turnstone.cli.link;

import dev.turnstone.datachannel.DataChannel;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * Sends messages as fast as the channel takes them and no faster: what is buffered stays between
 * two marks. Call {@link #run} once to begin, and from {@code onBufferedAmountLow} from then on.
 */
public final class Pump implements Runnable {
  private final DataChannel channel;
  private final long highMark;
  private final Supplier<ByteBuffer> next;
  private final Runnable done;
  private boolean filling;
  private boolean finished;

  /**
   * A pump that has not begun.
   *
   * @param channel where to
   * @param highMark stop above this many buffered bytes; go on at half of it
   * @param next the next message, or null when there is none left; called on the thread of {@link
   *     #run}
   * @param done called once, after the last message was handed to the channel
   */
  public Pump(DataChannel channel, long highMark, Supplier<ByteBuffer> next, Runnable done) {
    this.channel = channel;
    this.highMark = highMark;
    this.next = next;
    this.done = done;
    channel.setBufferedAmountLowThreshold(highMark / 2);
  }

  /**
   * Fills the channel up to the mark. A channel that closes meanwhile ends the pump quietly: its
   * listener hears of the closing anyway. A call from within {@code send}, as an executor that runs
   * callbacks at once makes it, leaves the work to the call that is already at it.
   */
  @Override
  public synchronized void run() {
    if (filling) {
      return;
    }
    filling = true;
    try {
      fill();
    } finally {
      filling = false;
    }
  }

  private void fill() {
    while (!finished && channel.bufferedAmount() < highMark) {
      ByteBuffer message = next.get();
      if (message == null) {
        finished = true;
        done.run();
        return;
      }
      try {
        channel.send(message);
      } catch (IllegalStateException closed) {
        finished = true;
      }
    }
  }

  /** Sends nothing more; {@code done} is not called. */
  public synchronized void stop() {
    finished = true;
  }
}
