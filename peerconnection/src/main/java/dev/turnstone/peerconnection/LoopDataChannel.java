package dev.turnstone.peerconnection;

import dev.turnstone.datachannel.ChannelHandle;
import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.datachannel.DataChannelPriority;
import dev.turnstone.datachannel.DataChannelState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A channel as the application sees it: any thread calls, the work is posted to the loop, and the
 * listener is called on the callback queue.
 */
final class LoopDataChannel implements DataChannel {
  /** What a channel asks of its connection. Called on any thread. */
  interface Owner {
    /** Posts to the loop. */
    void post(Runnable task);

    /** Posts to the callback queue. */
    void callBack(Runnable callback);

    /** The largest message that the peer takes, in bytes. */
    long maxMessageSize();

    /** Takes room for bytes that wait to be sent; false when the connection's buffer is full. */
    boolean reserve(long bytes);

    /** Gives room back. */
    void release(long bytes);

    // Called on the loop:

    void transmit(LoopDataChannel channel, boolean binary, ByteBuffer payload);

    void close(LoopDataChannel channel);

    void consumed(LoopDataChannel channel, long bytes);
  }

  private final Owner owner;
  private final String label;
  private final DataChannelOptions options;

  // Written on the loop, except that close() may move the state to CLOSING.
  private volatile OptionalInt id;
  private volatile DataChannelState state = DataChannelState.CONNECTING;
  private ChannelHandle handle;

  /** What send took and the network has not: the loop lowers it as data leaves. */
  private final AtomicLong buffered = new AtomicLong();

  private final AtomicLong consumed = new AtomicLong();
  private long taken;
  private volatile long lowThreshold;
  private volatile boolean aboveThreshold;

  // Touched on the callback queue only.
  private DataChannelListener listener;
  private final Queue<Consumer<DataChannelListener>> unheard = new ArrayDeque<>();

  LoopDataChannel(Owner owner, String label, DataChannelOptions options) {
    this.owner = owner;
    this.label = label;
    this.options = options;
    this.id = options.id();
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public String protocol() {
    return options.protocol();
  }

  @Override
  public boolean ordered() {
    return options.ordered();
  }

  @Override
  public OptionalInt maxPacketLifeTime() {
    return options.maxPacketLifeTime();
  }

  @Override
  public OptionalInt maxRetransmits() {
    return options.maxRetransmits();
  }

  @Override
  public boolean negotiated() {
    return options.negotiated();
  }

  @Override
  public OptionalInt id() {
    return id;
  }

  @Override
  public DataChannelPriority priority() {
    return options.priority();
  }

  @Override
  public DataChannelState readyState() {
    return state;
  }

  @Override
  public long bufferedAmount() {
    return buffered.get();
  }

  @Override
  public long bufferedAmountLowThreshold() {
    return lowThreshold;
  }

  @Override
  public void setBufferedAmountLowThreshold(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("the threshold must not be negative, is " + bytes);
    }
    lowThreshold = bytes;
    aboveThreshold = buffered.get() > bytes;
  }

  @Override
  public void send(String text) {
    send(false, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void send(ByteBuffer binary) {
    requireOpen();
    requireFits(binary.remaining());
    ByteBuffer copy = ByteBuffer.allocate(binary.remaining());
    copy.put(binary.duplicate()).flip();
    send(true, copy);
  }

  private void send(boolean binary, ByteBuffer payload) {
    requireOpen();
    int bytes = payload.remaining();
    requireFits(bytes);
    if (!owner.reserve(bytes)) {
      throw new OperationException(
          "send: the connection's send buffer is full; wait until bufferedAmount falls");
    }
    if (buffered.addAndGet(bytes) > lowThreshold) {
      aboveThreshold = true;
    }
    owner.post(
        () -> {
          taken += bytes;
          owner.transmit(this, binary, payload);
        });
  }

  private void requireOpen() {
    if (state != DataChannelState.OPEN) {
      throw new InvalidStateException("send: the channel is " + state + ", not OPEN");
    }
  }

  private void requireFits(int bytes) {
    if (bytes > owner.maxMessageSize()) {
      throw new MessageTooLargeException(
          "send: the message has "
              + bytes
              + " bytes, the peer takes at most "
              + owner.maxMessageSize());
    }
  }

  @Override
  public void setListener(DataChannelListener newListener) {
    Objects.requireNonNull(newListener);
    owner.callBack(
        () -> {
          listener = newListener;
          Consumer<DataChannelListener> call;
          while ((call = unheard.poll()) != null) {
            call.accept(newListener);
          }
        });
  }

  @Override
  public void close() {
    synchronized (this) {
      if (state == DataChannelState.CLOSING || state == DataChannelState.CLOSED) {
        return;
      }
      state = DataChannelState.CLOSING;
    }
    owner.post(() -> owner.close(this));
  }

  @Override
  public String toString() {
    return "DataChannel["
        + label
        + ", id="
        + (id.isPresent() ? id.getAsInt() : "?")
        + ", "
        + state
        + "]";
  }

  // Below: called on the loop.

  ChannelHandle handle() {
    return handle;
  }

  void bind(ChannelHandle channel) {
    handle = channel;
    channel.attach(this);
  }

  void opened() {
    id = handle.id();
    synchronized (this) {
      if (state != DataChannelState.CONNECTING) {
        return;
      }
      state = DataChannelState.OPEN;
    }
    hear(DataChannelListener::onOpen);
  }

  void closing() {
    synchronized (this) {
      // W3C webrtc-pc section 6.2.4: whoever called close() is not told that closing began.
      if (state == DataChannelState.CLOSING || state == DataChannelState.CLOSED) {
        return;
      }
      state = DataChannelState.CLOSING;
    }
    hear(DataChannelListener::onClosing);
  }

  void closed() {
    synchronized (this) {
      if (state == DataChannelState.CLOSED) {
        return;
      }
      state = DataChannelState.CLOSED;
    }
    hear(DataChannelListener::onClosed);
  }

  void failed(Exception error) {
    hear(heard -> heard.onError(error));
  }

  /** Hands a message on; its bytes go back to the receive window when the listener has returned. */
  void received(boolean binary, ByteBuffer payload) {
    int bytes = payload.remaining();
    hear(
        heard -> {
          try {
            if (binary) {
              heard.onBinary(payload);
            } else {
              heard.onText(StandardCharsets.UTF_8.decode(payload).toString());
            }
          } finally {
            if (consumed.getAndAdd(bytes) == 0) {
              owner.post(() -> owner.consumed(this, consumed.getAndSet(0)));
            }
          }
        });
  }

  /**
   * Follows what the core still holds.
   *
   * @param inCore bytes that the core has not yet handed to the network
   */
  void updateBuffered(long inCore) {
    long left = taken - inCore;
    if (left > 0) {
      taken = inCore;
      buffered.addAndGet(-left);
      owner.release(left);
    }
    if (aboveThreshold && buffered.get() <= lowThreshold) {
      // Lowered first: a send that comes between raises it again and nothing is missed.
      aboveThreshold = false;
      if (buffered.get() <= lowThreshold) {
        hear(DataChannelListener::onBufferedAmountLow);
      } else {
        aboveThreshold = true;
      }
    }
  }

  private void hear(Consumer<DataChannelListener> call) {
    owner.callBack(
        () -> {
          if (listener == null) {
            unheard.add(call);
          } else {
            call.accept(listener);
          }
        });
  }
}
