package dev.turnstone.datachannel;

import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * A data channel, with the names of W3C's {@code RTCDataChannel}.
 *
 * <p>Every method may be called from any thread and none blocks. The {@link DataChannelListener} is
 * called on the executor of the peer connection, one call at a time, in order.
 */
public interface DataChannel extends AutoCloseable {

  /** The label that the side which opened the channel gave it; need not be unique. */
  String label();

  /** The subprotocol's name, or the empty string. */
  String protocol();

  /** Whether messages arrive in the order in which they were sent. */
  boolean ordered();

  /** How long a message may be sent again, in milliseconds, if limited by time. */
  OptionalInt maxPacketLifeTime();

  /** How often a message may be sent again, if limited by count. */
  OptionalInt maxRetransmits();

  /** Whether the application agreed on the id itself, without DCEP. */
  boolean negotiated();

  /**
   * The SCTP stream id, once known: before the DTLS role is known an id cannot be chosen (RFC 8832
   * section 6).
   */
  OptionalInt id();

  /** The priority that goes on the wire. */
  DataChannelPriority priority();

  /** The state. */
  DataChannelState readyState();

  /**
   * Bytes of application data that {@code send} has taken and that have not yet been handed to the
   * network. Rises with {@code send} at once; does not fall to zero when the channel closes.
   */
  long bufferedAmount();

  /**
   * The threshold at or below which {@link DataChannelListener#onBufferedAmountLow} is called; 0 by
   * default.
   */
  long bufferedAmountLowThreshold();

  /** Sets the threshold, in bytes. */
  void setBufferedAmountLowThreshold(long bytes);

  /**
   * Sends a text message. The text is encoded at once.
   *
   * @throws IllegalStateException a typed subclass when the channel is not open
   * @throws IllegalArgumentException a typed subclass when it is larger than what the peer takes
   */
  void send(String text);

  /**
   * Sends a binary message: the bytes between position and limit. They are copied at once; the
   * buffer's position does not change.
   *
   * @throws IllegalStateException a typed subclass when the channel is not open
   * @throws IllegalArgumentException a typed subclass when it is larger than what the peer takes
   */
  void send(ByteBuffer binary);

  /** Sends a binary message, as {@link #send(ByteBuffer)} does. */
  default void send(byte[] binary) {
    send(ByteBuffer.wrap(binary));
  }

  /**
   * Sets who hears this channel. Messages that came before a listener was set wait for it, within
   * the receive window.
   */
  void setListener(DataChannelListener listener);

  /**
   * Closes the channel after what is buffered has been sent (RFC 8831 section 6.7). A second call
   * does nothing.
   */
  @Override
  void close();
}
