package dev.turnstone.datachannel;

import java.nio.ByteBuffer;

/**
 * A listener that is lent messages as bytes, of texts too: for who reads them on the spot, as a
 * parser of JSON or protocol buffers does. {@link #onText} and {@link #onBinary} are not called.
 *
 * <p>It spares the decoding of texts into strings, and copies of what need not be kept.
 */
public interface LendingListener extends DataChannelListener {

  /**
   * A message. The bytes are lent for the call: whoever needs them longer copies them, because
   * their memory may hold another message then. Until the call returns the buffer may be read,
   * moved in and written to.
   *
   * @param message the bytes between position and limit; a text is UTF-8, which is not checked
   * @param binary false for a text
   */
  void onLent(ByteBuffer message, boolean binary);
}
