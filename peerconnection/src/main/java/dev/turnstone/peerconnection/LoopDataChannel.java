package dev.turnstone.peerconnection;

import dev.turnstone.datachannel.ChannelHandle;
import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.datachannel.DataChannelPriority;
import dev.turnstone.datachannel.DataChannelState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;

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

    /**
     * Takes room for bytes that wait to be sent, 1 at least; false when the connection's buffer is
     * full.
     */
    boolean reserve(long bytes);

    /** Gives room back. */
    void release(long bytes);

    // Called on the loop:

    /** Gives a message to the core; what the core does not take is given up. */
    void transmit(LoopDataChannel channel, boolean binary, ByteBuffer payload);

    void close(LoopDataChannel channel);

    void consumed(LoopDataChannel channel, long bytes);
  }

  private final Owner owner;
  private final String label;
  private final DataChannelOptions options;
  private final ChannelEar ear;

  // Written under the lock: by the loop, and the state by close() too.
  private volatile OptionalInt id;
  private volatile DataChannelState state = DataChannelState.CONNECTING;

  /** Whether the application closed it: then it hears no more messages. */
  private volatile boolean closedByUs;

  // Written under the lock: a send, the loop and a new threshold must agree on who crossed it.

  /** What send took and the network has not: the loop lowers it as data leaves. */
  private volatile long buffered;

  private volatile long lowThreshold;
  private boolean aboveThreshold;

  // Touched on the loop only.
  private ChannelHandle handle;

  /** Bytes in the core: of the application, and of the send buffer. */
  private long taken;

  private long reserved;

  private final AtomicLong consumed = new AtomicLong();

  LoopDataChannel(Owner owner, String label, DataChannelOptions options) {
    this.owner = owner;
    this.label = label;
    this.options = options;
    this.ear = new ChannelEar(owner::callBack);
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
    return buffered;
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
    synchronized (this) {
      lowThreshold = bytes;
      aboveThreshold = buffered > bytes;
    }
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
    int bytes = payload.remaining();
    requireFits(bytes);
    // An empty message is a byte on the wire, and must not fill the core's buffer uncounted.
    int room = Math.max(1, bytes);
    // Posted under the lock too: what was taken while the channel was open is sent before it
    // closes.
    synchronized (this) {
      requireOpen();
      if (!owner.reserve(room)) {
        throw new OperationException(
            "send: the connection's send buffer is full; wait until bufferedAmount falls");
      }
      buffered += bytes;
      aboveThreshold |= buffered > lowThreshold;
      owner.post(
          () -> {
            taken += bytes;
            reserved += room;
            owner.transmit(this, binary, payload);
          });
    }
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
    ear.listen(Objects.requireNonNull(newListener));
  }

  @Override
  public void close() {
    synchronized (this) {
      if (state == DataChannelState.CLOSING || state == DataChannelState.CLOSED) {
        return;
      }
      state = DataChannelState.CLOSING;
      closedByUs = true;
      owner.post(() -> owner.close(this));
    }
    // Messages that nobody will hear any more give back their receive window.
    ear.forget();
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
    if (becomeOpen()) {
      hearOpen();
    }
  }

  /** Opens without telling; false when it is closing already. */
  boolean becomeOpen() {
    id = handle.id();
    synchronized (this) {
      if (state != DataChannelState.CONNECTING) {
        return false;
      }
      state = DataChannelState.OPEN;
      return true;
    }
  }

  void hearOpen() {
    ear.tell(DataChannelListener::onOpen);
  }

  void closing() {
    synchronized (this) {
      // W3C webrtc-pc section 6.2.4: whoever called close() is not told that closing began.
      if (state == DataChannelState.CLOSING || state == DataChannelState.CLOSED) {
        return;
      }
      state = DataChannelState.CLOSING;
    }
    ear.tell(DataChannelListener::onClosing);
  }

  void closed() {
    synchronized (this) {
      if (state == DataChannelState.CLOSED) {
        return;
      }
      state = DataChannelState.CLOSED;
    }
    // bufferedAmount stays as it is; the room that it took is for others.
    taken = 0;
    freeRoom(0);
    ear.tell(DataChannelListener::onClosed);
  }

  void failed(Exception error) {
    ear.tell(heard -> heard.onError(error));
  }

  /** Hands a message on; its bytes go back to the receive window when the listener has returned. */
  void received(boolean binary, ByteBuffer payload) {
    // RFC 8831 section 6.6: an empty message came as one byte.
    int held = Math.max(1, payload.remaining());
    ear.tell(
        heard -> {
          try {
            // W3C webrtc-pc section 6.2: a channel that is not open delivers nothing.
            if (closedByUs) {
              return;
            }
            if (binary) {
              heard.onBinary(payload);
            } else {
              heard.onText(StandardCharsets.UTF_8.decode(payload).toString());
            }
          } finally {
            if (consumed.getAndAdd(held) == 0) {
              owner.post(() -> owner.consumed(this, consumed.getAndSet(0)));
            }
          }
        });
  }

  /**
   * Follows what the core still holds.
   *
   * @param inCore bytes that the core has not yet handed to the network
   * @return whether some are left
   */
  boolean updateBuffered(long inCore) {
    // The core counts DCEP and the byte of an empty message too: so it may hold more than was
    // taken, and at nothing all agree.
    long left = Math.max(0, taken - inCore);
    taken -= left;
    freeRoom(inCore);
    boolean low;
    synchronized (this) {
      buffered -= left;
      low = aboveThreshold && buffered <= lowThreshold;
      aboveThreshold &= !low;
    }
    if (low) {
      ear.mention(DataChannelListener::onBufferedAmountLow);
    }
    return reserved > 0;
  }

  private void freeRoom(long inCore) {
    long room = Math.max(0, reserved - inCore);
    reserved -= room;
    owner.release(room);
  }
}
