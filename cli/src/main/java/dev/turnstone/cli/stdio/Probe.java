package dev.turnstone.cli.stdio;

import dev.turnstone.cli.link.Failures;
import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.ice.IceReport;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Sends "hello", 1000 bytes and 60000 bytes when its channel opens, and waits for the echoes. Until
 * they have come it echoes nothing itself: two such peers would play ping-pong for ever. After that
 * the channel is like any other.
 */
final class Probe implements DataChannelListener {
  private static final long TIMEOUT_SECONDS = 30;
  private static final String HELLO = "hello";

  private final DataChannel channel;
  private final Supplier<CompletableFuture<IceReport>> report;
  private final JsonLines out;
  private final Echo echo;
  private final ByteBuffer small = pattern(1000);
  private final ByteBuffer large = pattern(60000);
  private long openedNanos;
  private int echoes;
  private boolean open;
  private boolean finished;

  /**
   * A probe that has not begun.
   *
   * @param report tells over which pair the echoes came
   */
  Probe(DataChannel channel, Supplier<CompletableFuture<IceReport>> report, JsonLines out) {
    this.channel = channel;
    this.report = report;
    this.out = out;
    this.echo = new Echo(channel, out);
  }

  private static ByteBuffer pattern(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31 + size);
    }
    return ByteBuffer.wrap(bytes);
  }

  @Override
  public void onOpen() {
    synchronized (this) {
      open = true;
      openedNanos = System.nanoTime();
    }
    Executor later = CompletableFuture.delayedExecutor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    later.execute(() -> fail("no echo of everything within " + TIMEOUT_SECONDS + " s"));
    try {
      channel.send(HELLO);
      channel.send(small.duplicate());
      channel.send(large.duplicate());
    } catch (IllegalStateException | IllegalArgumentException refused) {
      fail(Failures.message(refused));
    }
  }

  @Override
  public void onText(String text) {
    if (isFinished()) {
      echo.onText(text);
    } else {
      echoed(echoes == 0 && text.equals(HELLO), "text of " + text.length() + " characters");
    }
  }

  @Override
  public void onBinary(ByteBuffer binary) {
    if (isFinished()) {
      echo.onBinary(binary);
    } else {
      boolean expected =
          (echoes == 1 && binary.equals(small)) || (echoes == 2 && binary.equals(large));
      echoed(expected, "binary of " + binary.remaining() + " bytes");
    }
  }

  private void echoed(boolean expected, String what) {
    if (!expected) {
      fail("echo " + (echoes + 1) + " is not what was sent: " + what);
      return;
    }
    echoes++;
    if (echoes == 3) {
      finish(null);
    }
  }

  @Override
  public void onClosed() {
    fail("the channel closed before the echoes had come");
  }

  @Override
  public void onError(Exception error) {
    fail(Failures.message(error));
  }

  private synchronized boolean isFinished() {
    return finished;
  }

  private void fail(String why) {
    finish(why);
  }

  /** Prints the outcome once; a channel that never opened has none. */
  private synchronized void finish(String why) {
    if (finished || !open) {
      return;
    }
    finished = true;
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - openedNanos);
    if (why == null) {
      report
          .get()
          .thenApply(IceReport::selected)
          .exceptionally(closed -> Optional.empty())
          .thenAccept(pair -> out.probeSucceeded(millis, pair));
    } else {
      out.probeFailed(millis, why);
    }
  }
}
