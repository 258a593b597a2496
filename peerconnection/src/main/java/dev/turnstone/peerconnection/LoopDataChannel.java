package dev.turnstone.peerconnection;

import dev.turnstone.datachannel.ChannelHandle;
import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.datachannel.DataChannelPriority;
import dev.turnstone.datachannel.DataChannelState;
import dev.turnstone.datachannel.LendingListener;
import dev.turnstone.peerconnection.net.Task;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A channel as the application sees it: any thread calls, the work is posted to the loop, and the
 * listener is called on the callback queue.
 *
 * <p>A send takes no lock. It takes room, counts itself in and posts one object; {@link #close}
 * notes how many were counted in before it, and the loop closes after the last of them.
 */
final class LoopDataChannel implements DataChannel {
  /** What a channel asks of its connection. Called on any thread. */
  interface Owner {
    /** Posts to the loop. */
    void post(Task task);

    /** Brings a callback. */
    void callBack(Task callback);

    /** The largest message that the peer takes, in bytes. */
    long maxMessageSize();

    /**
     * Takes room for bytes that wait to be sent, 1 at least; false when the connection's buffer is
     * full.
     */
    boolean reserve(long bytes);

    /** Gives room back that no message came to the loop for. */
    void takeBack(long bytes);

    /** The messages that wait for room. */
    WaitingSends waitingSends();

    /** Whether the caller is on the thread of an event loop. */
    boolean isLoopThread();

    /** A listener has taken bytes. Called by callbacks only. */
    void consumed(long bytes);

    // Called on the loop:

    /** Gives a message to the core; what the core does not take is given up. */
    void transmit(LoopDataChannel channel, boolean binary, ByteBuffer payload);

    void close(LoopDataChannel channel);

    /** Bytes that came to the loop wait no more. */
    void release(long bytes);
  }

  /** In {@link #sends}, beside the count: the application has closed the channel. */
  private static final long CLOSED_BY_US = 1L << 62;

  private final Owner owner;
  private final String label;
  private final DataChannelOptions options;
  private final ChannelEar ear;

  // Written under the lock: by the loop, and the state by close() too.
  private volatile OptionalInt id;
  private volatile DataChannelState state = DataChannelState.CONNECTING;

  /** How many messages were counted in: each of them comes to the loop. */
  private final AtomicLong sends = new AtomicLong();

  private final BufferedAmount buffered = new BufferedAmount();

  // Touched on the loop only.
  private ChannelHandle handle;

  /** Whether the connection follows what it has buffered. */
  private boolean followed;

  /** How many messages have come to the loop. */
  private long arrived;

  /** After how many the channel is to be closed. */
  private long closeAfter = Long.MAX_VALUE;

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
    return buffered.bytes();
  }

  @Override
  public long bufferedAmountLowThreshold() {
    return buffered.lowThreshold();
  }

  @Override
  public void setBufferedAmountLowThreshold(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("the threshold must not be negative, is " + bytes);
    }
    buffered.setLowThreshold(bytes);
  }

  // Sending

  @Override
  public void send(String text) {
    requireOpen();
    send(false, encode(text));
  }

  @Override
  public void send(ByteBuffer binary) {
    requireOpen();
    requireFits(binary.remaining());
    send(true, copy(binary));
  }

  @Override
  public void send(byte[] data, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, data.length);
    requireOpen();
    requireFits(length);
    send(true, copy(data, offset, length));
  }

  @Override
  public CompletableFuture<Void> sendAsync(String text) {
    return sendWaiting(false, encode(text), false).done();
  }

  @Override
  public CompletableFuture<Void> sendAsync(ByteBuffer binary) {
    requireFits(binary.remaining());
    return sendWaiting(true, copy(binary), false).done();
  }

  @Override
  public void sendAndWait(String text) throws InterruptedException {
    sendAndWait(false, encode(text));
  }

  @Override
  public void sendAndWait(ByteBuffer binary) throws InterruptedException {
    requireFits(binary.remaining());
    sendAndWait(true, copy(binary));
  }

  private static ByteBuffer encode(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ByteBuffer copy(ByteBuffer from) {
    if (from.hasArray()) {
      return copy(from.array(), from.arrayOffset() + from.position(), from.remaining());
    }
    byte[] bytes = new byte[from.remaining()];
    from.get(from.position(), bytes);
    return ByteBuffer.wrap(bytes);
  }

  private static ByteBuffer copy(byte[] data, int offset, int length) {
    return ByteBuffer.wrap(Arrays.copyOfRange(data, offset, offset + length));
  }

  /** What a message counts for: an empty one is a byte on the wire, and takes room as one. */
  static int room(int bytes) {
    return Math.max(1, bytes);
  }

  private void send(boolean binary, ByteBuffer payload) {
    requireFits(payload.remaining());
    if (!owner.reserve(room(payload.remaining()))) {
      throw new OperationException(
          "send: the connection's send buffer is full; wait until bufferedAmount falls");
    }
    RuntimeException refusal = sendReserved(binary, payload);
    if (refusal != null) {
      throw refusal;
    }
  }

  /**
   * Sends a message that room was taken for, or gives the room back. Any thread.
   *
   * @return why it was not sent, or null
   */
  RuntimeException sendReserved(boolean binary, ByteBuffer payload) {
    int bytes = payload.remaining();
    if ((sends.getAndIncrement() & CLOSED_BY_US) != 0) {
      owner.takeBack(room(bytes));
      return notOpen();
    }
    buffered.add(bytes);
    owner.post(new Outgoing(binary, payload));
    return null;
  }

  private WaitingSends.Send sendWaiting(boolean binary, ByteBuffer payload, boolean blocking) {
    requireFits(payload.remaining());
    WaitingSends.Send send = new WaitingSends.Send(this, binary, payload, blocking);
    owner.waitingSends().add(send);
    return send;
  }

  private void sendAndWait(boolean binary, ByteBuffer payload) throws InterruptedException {
    if (owner.isLoopThread()) {
      throw new InvalidStateException(
          "sendAndWait: this is the thread of an event loop, which would wait for itself");
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before a message was sent");
    }
    WaitingSends.Send send = sendWaiting(binary, payload, true);
    try {
      send.done().get();
    } catch (InterruptedException interrupted) {
      if (owner.waitingSends().withdraw(send)) {
        throw interrupted;
      }
      // Taken or refused at the same moment: that is told, and the interruption stands.
      Thread.currentThread().interrupt();
      RuntimeException refusal = send.refusal();
      if (refusal != null) {
        throw refusal;
      }
    } catch (ExecutionException refused) {
      throw (RuntimeException) refused.getCause();
    }
  }

  /** The message of one send, on its way to the loop. */
  private final class Outgoing extends Task {
    private final boolean binary;
    private ByteBuffer payload;

    Outgoing(boolean binary, ByteBuffer payload) {
      this.binary = binary;
      this.payload = payload;
    }

    @Override
    public void run() {
      ByteBuffer bytes = payload;
      payload = null;
      buffered.arrived(bytes.remaining(), room(bytes.remaining()));
      owner.transmit(LoopDataChannel.this, binary, bytes);
      if (++arrived == closeAfter) {
        owner.close(LoopDataChannel.this);
      }
    }
  }

  private void requireOpen() {
    if (state != DataChannelState.OPEN) {
      throw notOpen();
    }
  }

  /** Why the channel takes no message now; null when it does. */
  RuntimeException refusal() {
    return state == DataChannelState.OPEN ? null : notOpen();
  }

  private InvalidStateException notOpen() {
    return new InvalidStateException("send: the channel is " + state + ", not OPEN");
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
    long before;
    synchronized (this) {
      if (state == DataChannelState.CLOSING || state == DataChannelState.CLOSED) {
        return;
      }
      state = DataChannelState.CLOSING;
      before = sends.getAndAdd(CLOSED_BY_US);
    }
    owner.post(Task.of(() -> closeAfter(before)));
    owner.waitingSends().refuse(this, notOpen());
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

  /** What was sent while the channel was open goes before its end. */
  private void closeAfter(long count) {
    if (arrived >= count) {
      owner.close(this);
    } else {
      closeAfter = count;
    }
  }

  void closing() {
    synchronized (this) {
      // W3C webrtc-pc section 6.2.4: whoever called close() is not told that closing began.
      if (state == DataChannelState.CLOSING || state == DataChannelState.CLOSED) {
        return;
      }
      state = DataChannelState.CLOSING;
    }
    owner.waitingSends().refuse(this, notOpen());
    ear.tell(DataChannelListener::onClosing);
  }

  void closed() {
    // bufferedAmount stays as it is; the room that it took is for others.
    buffered.end();
    owner.release(buffered.freed(0));
    synchronized (this) {
      if (state == DataChannelState.CLOSED) {
        return;
      }
      state = DataChannelState.CLOSED;
    }
    owner.waitingSends().refuse(this, notOpen());
    ear.tell(DataChannelListener::onClosed);
  }

  void failed(Exception error) {
    ear.tell(heard -> heard.onError(error));
  }

  /** Hands a message on; its bytes go back to the receive window when the listener has returned. */
  void received(boolean binary, ByteBuffer payload) {
    ear.tell(new Incoming(binary, payload));
  }

  /** A message on its way to the listener. */
  private final class Incoming extends ChannelEar.Call {
    private final boolean binary;
    private ByteBuffer payload;

    Incoming(boolean binary, ByteBuffer payload) {
      super(ear);
      this.binary = binary;
      this.payload = payload;
    }

    @Override
    void tell(DataChannelListener listener) {
      ByteBuffer bytes = payload;
      payload = null;
      // RFC 8831 section 6.6: an empty message came as one byte.
      int held = room(bytes.remaining());
      try {
        // W3C webrtc-pc section 6.2: a channel that is not open delivers nothing.
        if ((sends.get() & CLOSED_BY_US) != 0) {
          return;
        }
        if (listener instanceof LendingListener reader) {
          reader.onLent(bytes, binary);
        } else if (binary) {
          listener.onBinary(bytes);
        } else {
          listener.onText(decode(bytes));
        }
      } finally {
        owner.consumed(held);
      }
    }
  }

  private static String decode(ByteBuffer text) {
    return text.hasArray()
        ? new String(
            text.array(),
            text.arrayOffset() + text.position(),
            text.remaining(),
            StandardCharsets.UTF_8)
        : StandardCharsets.UTF_8.decode(text).toString();
  }

  /**
   * Begins to follow what is buffered.
   *
   * @return whether that is new
   */
  boolean follow() {
    boolean before = followed;
    followed = true;
    return !before;
  }

  /**
   * Follows what the core still holds.
   *
   * @param inCore bytes that the core has not yet handed to the network
   * @return whether some are left
   */
  boolean updateBuffered(long inCore) {
    boolean low = buffered.update(inCore);
    owner.release(buffered.freed(inCore));
    if (low) {
      ear.mention(DataChannelListener::onBufferedAmountLow);
    }
    followed = buffered.isWaiting();
    return followed;
  }
}
