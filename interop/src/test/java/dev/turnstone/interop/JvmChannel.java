package dev.turnstone.interop;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32;

/** A channel of ours with everything that it told kept, to be waited for. */
final class JvmChannel implements DataChannelListener {
  private static final int KEEP_BYTES = 1 << 20;
  private static final long BULK_BUFFER = 1 << 20;

  private final DataChannel channel;
  private final List<Message> messages = new ArrayList<>();
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final CRC32 crc = new CRC32();
  private final boolean echo;
  private int bytes;

  JvmChannel(DataChannel channel, boolean echo) {
    this.channel = channel;
    this.echo = echo;
    channel.setListener(this);
  }

  DataChannel channel() {
    return channel;
  }

  @Override
  public void onOpen() {
    opened.complete(null);
  }

  @Override
  public synchronized void onText(String text) {
    messages.add(Message.text(text));
    if (echo) {
      channel.send(text);
    }
    notifyAll();
  }

  @Override
  public synchronized void onBinary(ByteBuffer binary) {
    bytes += binary.remaining();
    crc.update(binary.duplicate());
    if (bytes <= KEEP_BYTES) {
      messages.add(Message.binary(binary.duplicate()));
    }
    if (echo) {
      channel.send(binary);
    }
    notifyAll();
  }

  @Override
  public synchronized void onBufferedAmountLow() {
    notifyAll();
  }

  @Override
  public void onClosed() {
    closed.complete(null);
    synchronized (this) {
      notifyAll();
    }
  }

  JvmChannel awaitOpen() {
    JvmPeer.await(opened, () -> channel.label() + " to open");
    return this;
  }

  void awaitClosed() {
    JvmPeer.await(closed, () -> channel.label() + " to close");
  }

  /** The messages, once that many have come. */
  synchronized List<Message> received(int count) {
    await(() -> messages.size() >= count, count + " messages");
    return List.copyOf(messages);
  }

  /** The messages up to one, once it has come. */
  synchronized List<Message> receivedUntil(Message last) {
    await(() -> messages.contains(last), last.toString());
    return List.copyOf(messages);
  }

  /** Length and CRC-32 of all binary bytes, once that many have come. */
  synchronized Message.Binary receivedBytes(int count) {
    await(() -> bytes >= count, count + " bytes");
    return new Message.Binary(bytes, crc.getValue());
  }

  /** Whether anything at all came. */
  synchronized boolean silent() {
    return messages.isEmpty() && bytes == 0;
  }

  /** Sends a long pattern in messages of one size, with at most about 1 MiB buffered. */
  void sendBulk(int seed, int total, int size) {
    Pattern pattern = new Pattern(seed);
    channel.setBufferedAmountLowThreshold(BULK_BUFFER / 4);
    for (int sent = 0; sent < total; sent += size) {
      synchronized (this) {
        await(() -> channel.bufferedAmount() < BULK_BUFFER, "room to send");
      }
      channel.send(pattern.next(Math.min(size, total - sent)));
    }
  }

  /** Sends a pattern in messages of one size while it may; how many bytes it became. */
  int stream(int seed, int size, BooleanSupplier goesOn) {
    Pattern pattern = new Pattern(seed);
    channel.setBufferedAmountLowThreshold(BULK_BUFFER / 4);
    int total = 0;
    for (; goesOn.getAsBoolean(); total += size) {
      synchronized (this) {
        await(() -> channel.bufferedAmount() < BULK_BUFFER, "room to send");
      }
      channel.send(pattern.next(size));
    }
    return total;
  }

  /** With the lock held: waits for a condition that an event makes true. */
  private void await(BooleanSupplier condition, String what) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(JvmPeer.TIMEOUT_SECONDS);
    while (!condition.getAsBoolean()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0 || closed.isDone()) {
        throw new AssertionError(
            "the JVM waited in vain for %s on %s, which is %s; came: %d messages, %d bytes"
                .formatted(what, channel.label(), channel.readyState(), messages.size(), bytes));
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted while waiting for " + what, e);
      }
    }
  }
}
