package dev.turnstone.datachannel;

import java.nio.ByteBuffer;

/**
 * Hears a {@link DataChannel}; every method may be left out. Called on the peer connection's
 * executor, one call at a time, in order, or on its event loop where {@code directCallbacks} asks
 * for that. A message counts against the receive window until the call returns, so a slow listener
 * slows its peer. {@link LendingListener} is for who need not keep the bytes.
 */
public interface DataChannelListener {

  /** The channel is open: messages may be sent. */
  default void onOpen() {}

  /** A text message. */
  default void onText(String text) {}

  /**
   * A binary message. The buffer and its bytes belong to the listener, which may keep them, read
   * them on another thread and write to them: nobody else has them.
   */
  default void onBinary(ByteBuffer binary) {}

  /** {@link DataChannel#bufferedAmount} fell from above the threshold to it or below. */
  default void onBufferedAmountLow() {}

  /** The peer has begun to close the channel: nothing more can be sent. */
  default void onClosing() {}

  /** The channel is closed. Nothing follows. */
  default void onClosed() {}

  /** The channel failed; {@link #onClosed} follows. */
  default void onError(Exception error) {}
}
