package dev.turnstone.cli.fake;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.datachannel.DataChannelPriority;
import dev.turnstone.datachannel.DataChannelState;
import dev.turnstone.peerconnection.InvalidStateException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A channel whose messages wait on the fake loop; reliable and ordered. */
public final class FakeDataChannel implements DataChannel {
  private final String label;
  private final AtomicLong buffered = new AtomicLong();
  private final Deque<Consumer<DataChannelListener>> early = new ArrayDeque<>();
  private volatile DataChannelState state = DataChannelState.CONNECTING;
  private volatile long threshold;
  private volatile boolean stalled;
  private DataChannelListener listener;
  private FakeDataChannel far;

  /** A channel without another side, already open or not. */
  public FakeDataChannel(String label) {
    this.label = label;
  }

  /** Two ends, open. */
  public static FakeDataChannel openPair(String label) {
    FakeDataChannel near = new FakeDataChannel(label);
    near.join(new FakeDataChannel(label));
    return near;
  }

  void join(FakeDataChannel other) {
    far = other;
    other.far = this;
    state = DataChannelState.OPEN;
    other.state = DataChannelState.OPEN;
  }

  void opened() {
    FakePeers.LOOP.execute(() -> hear(DataChannelListener::onOpen));
  }

  boolean isOpen() {
    return state == DataChannelState.OPEN;
  }

  /** The other end. */
  public FakeDataChannel far() {
    return far;
  }

  /** From now on nothing that is sent leaves, as with a peer that does not read. */
  public void stall() {
    stalled = true;
  }

  private synchronized void hear(Consumer<DataChannelListener> event) {
    if (listener == null) {
      early.add(event);
    } else {
      event.accept(listener);
    }
  }

  void shut() {
    if (state != DataChannelState.CLOSED) {
      state = DataChannelState.CLOSED;
      FakePeers.LOOP.execute(() -> hear(DataChannelListener::onClosed));
    }
  }

  private void send(int bytes, Consumer<DataChannelListener> event) {
    if (state != DataChannelState.OPEN) {
      throw new InvalidStateException("send while " + state);
    }
    buffered.addAndGet(bytes);
    if (stalled) {
      return;
    }
    FakePeers.LOOP.execute(
        () -> {
          long after = buffered.addAndGet(-bytes);
          far.hear(event);
          if (after <= threshold && after + bytes > threshold) {
            hear(DataChannelListener::onBufferedAmountLow);
          }
        });
  }

  @Override
  public void send(String text) {
    send(text.getBytes(StandardCharsets.UTF_8).length, hears -> hears.onText(text));
  }

  @Override
  public void send(ByteBuffer binary) {
    byte[] copy = new byte[binary.remaining()];
    binary.duplicate().get(copy);
    send(copy.length, hears -> hears.onBinary(ByteBuffer.wrap(copy)));
  }

  @Override
  public CompletableFuture<Void> sendAsync(String text) {
    send(text);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> sendAsync(ByteBuffer binary) {
    send(binary);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void sendAndWait(String text) {
    send(text);
  }

  @Override
  public void sendAndWait(ByteBuffer binary) {
    send(binary);
  }

  @Override
  public synchronized void setListener(DataChannelListener listener) {
    this.listener = listener;
    FakePeers.LOOP.execute(
        () -> {
          synchronized (this) {
            while (!early.isEmpty()) {
              early.poll().accept(this.listener);
            }
          }
        });
  }

  @Override
  public void close() {
    FakePeers.LOOP.execute(
        () -> {
          shut();
          if (far != null) {
            far.shut();
          }
        });
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public String protocol() {
    return "";
  }

  @Override
  public boolean ordered() {
    return true;
  }

  @Override
  public OptionalInt maxPacketLifeTime() {
    return OptionalInt.empty();
  }

  @Override
  public OptionalInt maxRetransmits() {
    return OptionalInt.empty();
  }

  @Override
  public boolean negotiated() {
    return false;
  }

  @Override
  public OptionalInt id() {
    return OptionalInt.of(0);
  }

  @Override
  public DataChannelPriority priority() {
    return DataChannelPriority.LOW;
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
    return threshold;
  }

  @Override
  public void setBufferedAmountLowThreshold(long bytes) {
    threshold = bytes;
  }
}
