package dev.turnstone.datachannel;

import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * A data channel, with the names of W3C's {@code RTCDataChannel}.
 *
 * <p>Every method may be called from any thread and none blocks but {@code sendAndWait}. The {@link
 * DataChannelListener} is called on the executor of the peer connection, one call at a time, in
 * order.
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
   * Sends a text message. The text is encoded at once, and copied no more.
   *
   * <p>Messages of one thread leave in the order of its calls. When the connection's send buffer is
   * full this refuses; {@link #sendAsync(String)} and {@link #sendAndWait(String)} wait for room.
   *
   * @throws IllegalStateException a typed subclass when the channel is not open
   * @throws IllegalArgumentException a typed subclass when it is larger than what the peer takes
   */
  void send(String text);

  /**
   * Sends a binary message: the bytes between position and limit of any kind of buffer. They are
   * copied once, before the call returns; the buffer's position does not change.
   *
   * @throws IllegalStateException a typed subclass when the channel is not open
   * @throws IllegalArgumentException a typed subclass when it is larger than what the peer takes
   */
  void send(ByteBuffer binary);

  /** Sends a binary message, as {@link #send(ByteBuffer)} does. */
  default void send(byte[] binary) {
    send(binary, 0, binary.length);
  }

  /**
   * Sends a part of an array as a binary message, as {@link #send(ByteBuffer)} does: copied once,
   * before the call returns.
   *
   * @throws IndexOutOfBoundsException when the array has no such part
   * @throws IllegalStateException a typed subclass when the channel is not open
   * @throws IllegalArgumentException a typed subclass when it is larger than what the peer takes
   */
  default void send(byte[] data, int offset, int length) {
    send(ByteBuffer.wrap(data, offset, length));
  }

  /**
   * Sends a text message as soon as there is room, and tells when: for who produces faster than the
   * network takes. The text is encoded at once.
   *
   * <p>Room is what the connection's buffer has below a mark of a few MiB, far from where {@code
   * send} refuses, so that a producer who waits keeps the network busy and the heap free. Messages
   * that wait are sent in the order in which they were brought, over all channels of the
   * connection; {@code send} does not wait behind them. What waits is bounded too: when it is as
   * much as the send buffer holds, the future fails at once, so let the next message wait for the
   * future of one of the last few. Cancelling the future takes a message back that still waits.
   *
   * <p>The future completes where callbacks run. A callback must not wait for it, and may use
   * {@link #sendAndWait(String)}.
   *
   * @return completes when the message has been taken, as by {@code send}: it counts in {@link
   *     #bufferedAmount} from then on. Fails with a typed subclass of IllegalStateException when
   *     the channel is not open, or closes before that
   * @throws IllegalArgumentException a typed subclass when it is larger than what the peer takes
   */
  CompletableFuture<Void> sendAsync(String text);

  /**
   * Sends a binary message as soon as there is room, as {@link #sendAsync(String)} does. The bytes
   * are copied before the call returns.
   *
   * @return completes when the message has been taken
   * @throws IllegalArgumentException a typed subclass when it is larger than what the peer takes
   */
  CompletableFuture<Void> sendAsync(ByteBuffer binary);

  /**
   * Sends a text message and waits until there is room for it, in line with what {@link
   * #sendAsync(String)} has brought. Waiting holds no lock and parks the thread, so a virtual
   * thread costs its carrier nothing. A callback may wait here, unless callbacks run on the event
   * loop.
   *
   * @throws InterruptedException when interrupted while waiting; the message is not sent then
   * @throws IllegalStateException a typed subclass when the channel is not open, or closes before
   *     there is room, or on the thread of an event loop, which would wait for itself
   * @throws IllegalArgumentException a typed subclass when it is larger than what the peer takes
   */
  void sendAndWait(String text) throws InterruptedException;

  /**
   * Sends a binary message and waits until there is room for it, as {@link #sendAndWait(String)}
   * does. The bytes are copied.
   *
   * @throws InterruptedException when interrupted while waiting; the message is not sent then
   * @throws IllegalStateException a typed subclass when the channel is not open, or closes before
   *     there is room, or on the thread of an event loop
   * @throws IllegalArgumentException a typed subclass when it is larger than what the peer takes
   */
  void sendAndWait(ByteBuffer binary) throws InterruptedException;

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
