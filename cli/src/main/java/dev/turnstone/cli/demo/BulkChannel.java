package dev.turnstone.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.turnstone.cli.link.Pump;
import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * A throughput run in either direction, reliable and ordered.
 *
 * <p>In: {@code {"op":"up"}} and then binary messages until {@code {"op":"stop"}}; {@code
 * {"op":"down","seconds":N}}. Out: {@code rate} while messages come; binary messages; {@code total}
 * after the last one.
 */
final class BulkChannel implements DataChannelListener {
  private static final int MESSAGE_BYTES = 64 * 1024;
  private static final long HIGH_MARK = 2 * 1024 * 1024;
  private static final double MAX_SECONDS = 10;
  private static final long RATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final DataChannel channel;
  private final byte[] message = new byte[MESSAGE_BYTES];
  private Pump pump;
  private boolean receiving;
  private long begunNanos;
  private long toldNanos;
  private long bytes;

  BulkChannel(DataChannel channel) {
    this.channel = channel;
  }

  @Override
  public void onText(String text) {
    JsonNode control = Control.parse(text);
    switch (control.path("op").asText()) {
      case "up" -> {
        begin();
        receiving = true;
      }
      case "down" -> send(control.path("seconds").asDouble(3));
      case "stop" -> stop();
      default ->
          Control.send(
              channel, Control.op("error").put("error", "that is not a message of this channel"));
    }
  }

  private void begin() {
    if (pump != null) {
      pump.stop();
    }
    receiving = false;
    begunNanos = System.nanoTime();
    toldNanos = begunNanos;
    bytes = 0;
  }

  private void send(double seconds) {
    begin();
    double bounded = seconds > 0 ? Math.min(seconds, MAX_SECONDS) : 1;
    long nanos = (long) (bounded * TimeUnit.SECONDS.toNanos(1));
    pump =
        new Pump(
            channel,
            HIGH_MARK,
            () -> {
              if (System.nanoTime() - begunNanos > nanos) {
                return null;
              }
              bytes += MESSAGE_BYTES;
              return ByteBuffer.wrap(message);
            },
            this::total);
    pump.run();
  }

  private void stop() {
    if (receiving) {
      receiving = false;
      total();
    } else if (pump != null) {
      pump.stop();
      total();
    }
  }

  private void total() {
    Control.send(channel, count("total", System.nanoTime()));
  }

  private ObjectNode count(String op, long now) {
    return Control.op(op)
        .put("bytes", bytes)
        .put("millis", TimeUnit.NANOSECONDS.toMillis(now - begunNanos));
  }

  @Override
  public void onBinary(ByteBuffer binary) {
    if (!receiving) {
      return;
    }
    bytes += binary.remaining();
    long now = System.nanoTime();
    if (now - toldNanos >= RATE_NANOS) {
      toldNanos = now;
      Control.send(channel, count("rate", now));
    }
  }

  @Override
  public void onBufferedAmountLow() {
    if (pump != null) {
      pump.run();
    }
  }

  @Override
  public void onClosed() {
    if (pump != null) {
      pump.stop();
    }
  }
}
