package dev.turnstone.cli.bench;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * One end of a channel, as a measurement sees it: reliable and ordered. Other stacks stand behind
 * it too, so that all of them do the same work.
 */
public interface Lane {

  /** Sends the bytes between position and limit, and has copied them when it returns. */
  void send(ByteBuffer message);

  /** The bytes that were sent and have not been handed to the network yet. */
  long bufferedAmount();

  /**
   * Sets who hears; once.
   *
   * @param onMessage takes each message, in order; the buffer is borrowed for the call
   * @param lowThreshold in bytes
   * @param onLow called when {@link #bufferedAmount} falls to the threshold
   */
  void hear(Consumer<ByteBuffer> onMessage, long lowThreshold, Runnable onLow);

  /** One end of a channel of ours. */
  static Lane of(DataChannel channel) {
    return new Lane() {
      @Override
      public void send(ByteBuffer message) {
        channel.send(message);
      }

      @Override
      public long bufferedAmount() {
        return channel.bufferedAmount();
      }

      @Override
      public void hear(Consumer<ByteBuffer> onMessage, long lowThreshold, Runnable onLow) {
        channel.setBufferedAmountLowThreshold(lowThreshold);
        channel.setListener(
            new DataChannelListener() {
              @Override
              public void onBinary(ByteBuffer binary) {
                onMessage.accept(binary);
              }

              @Override
              public void onBufferedAmountLow() {
                onLow.run();
              }
            });
      }
    };
  }
}
