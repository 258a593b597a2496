package dev.turnstone.benchmarks.paths;

import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpMetrics;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.association.SctpAssociation;
import dev.turnstone.testkit.CoarseLoop;
import dev.turnstone.testkit.Endpoint;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Two associations and the applications on them: one sends messages of 64 KiB on a stream of their
 * own, reliable and ordered, and pings on another; the other consumes at once and echoes the pings.
 */
final class Flow {
  static final int MESSAGE_BYTES = 64 << 10;

  private static final int BULK = 0;
  private static final int PING = 1;
  private static final long PPID_BINARY = 53;
  private static final int PING_BYTES = 100;

  /** As an application that sends on {@code bufferedamountlow} keeps it. */
  private static final int QUEUED_BYTES = 1 << 20;

  private static final ByteBuffer MESSAGE = ByteBuffer.allocate(MESSAGE_BYTES).asReadOnlyBuffer();

  private final SctpOptions options;
  private final SctpAssociation sender;
  private final SctpAssociation receiver;
  private final Quantiles pings = new Quantiles();
  private long bytesToSend = Long.MAX_VALUE;
  private boolean started;
  private long deliveredBytes;
  private long lastDeliveryNanos;
  private long pingsSent;

  Flow(SctpOptions options, long seed) {
    this.options = options;
    sender = new SctpAssociation(options, new SplittableRandom(2 * seed));
    receiver = new SctpAssociation(options, new SplittableRandom(2 * seed + 1));
  }

  SctpOptions options() {
    return options;
  }

  Endpoint sendingEnd(Bottleneck path) {
    return end(sender, path.batching(), path.tick());
  }

  Endpoint receivingEnd(Bottleneck path) {
    return end(receiver, path.batching(), path.tick());
  }

  private static Endpoint end(SctpAssociation association, Duration batching, Duration tick) {
    Endpoint endpoint =
        Endpoint.of(
            association::handlePacket,
            association::handleTimeout,
            association::nextTimeout,
            association::pollPacket);
    return batching.isZero() && tick.isZero() ? endpoint : new CoarseLoop(endpoint, batching, tick);
  }

  void start(long nowNanos) {
    started = true;
    sender.connect(nowNanos);
  }

  /** Changes how much more bulk is sent; {@code Long.MAX_VALUE} for without end. */
  void setBytesToSend(long bytes) {
    bytesToSend = bytes;
  }

  void ping(long nowNanos) {
    ByteBuffer message = ByteBuffer.allocate(PING_BYTES).putLong(0, nowNanos);
    check(sender.send(PING, PPID_BINARY, message, SendOptions.RELIABLE_ORDERED, nowNanos));
    pingsSent++;
  }

  /** Takes what both ends have to tell and keeps the sender's queue filled. */
  void afterTurn(long nowNanos) {
    if (!started) {
      return;
    }
    for (SctpEvent event = receiver.pollEvent(); event != null; event = receiver.pollEvent()) {
      if (event instanceof SctpEvent.MessageReceived message) {
        handleMessage(message, nowNanos);
      } else {
        failIfClosed(event);
      }
    }
    for (SctpEvent event = sender.pollEvent(); event != null; event = sender.pollEvent()) {
      if (event instanceof SctpEvent.MessageReceived echo) {
        pings.add(nowNanos - echo.payload().getLong(echo.payload().position()));
        sender.consumed(echo.payload().remaining(), nowNanos);
      } else {
        failIfClosed(event);
      }
    }
    while (bytesToSend >= MESSAGE_BYTES
        && sender.bufferedAmount() < QUEUED_BYTES
        && sendBulk(nowNanos)) {
      if (bytesToSend != Long.MAX_VALUE) {
        bytesToSend -= MESSAGE_BYTES;
      }
    }
  }

  private boolean sendBulk(long nowNanos) {
    SendResult result =
        sender.send(BULK, PPID_BINARY, MESSAGE.duplicate(), SendOptions.RELIABLE_ORDERED, nowNanos);
    if (result != SendResult.BUFFER_FULL) {
      check(result);
    }
    return result == SendResult.QUEUED;
  }

  private void handleMessage(SctpEvent.MessageReceived message, long nowNanos) {
    int length = message.payload().remaining();
    if (message.streamId() == BULK) {
      deliveredBytes += length;
      lastDeliveryNanos = nowNanos;
    } else {
      ByteBuffer echo = ByteBuffer.allocate(length).put(message.payload()).flip();
      check(receiver.send(PING, PPID_BINARY, echo, SendOptions.RELIABLE_ORDERED, nowNanos));
    }
    receiver.consumed(length, nowNanos);
  }

  private static void check(SendResult result) {
    if (result != SendResult.QUEUED) {
      throw new IllegalStateException("a message was not taken: " + result);
    }
  }

  private static void failIfClosed(SctpEvent event) {
    if (event instanceof SctpEvent.Closed closed) {
      throw new IllegalStateException("closed: " + closed);
    }
  }

  /** Bytes of bulk messages that the receiving application has got. */
  long deliveredBytes() {
    return deliveredBytes;
  }

  long lastDeliveryNanos() {
    return lastDeliveryNanos;
  }

  /** Round trips of the pings whose echo has come. */
  Quantiles pings() {
    return pings;
  }

  long pingsUnanswered() {
    return pingsSent - pings.count();
  }

  SctpMetrics metrics() {
    return sender.metrics();
  }

  /**
   * Chunks that came more than once. The network duplicates nothing, so they are what was sent
   * again without need.
   */
  long needlessRetransmissions() {
    return receiver.metrics().duplicateChunks();
  }
}
