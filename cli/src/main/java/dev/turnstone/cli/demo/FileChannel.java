package dev.turnstone.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.turnstone.cli.link.Pump;
import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A file each way. The visitor's is hashed as it comes and not kept, so its size costs no memory;
 * ours is a postcard, drawn for the occasion.
 *
 * <p>In: {@code {"op":"put","size":N}} and then N bytes in binary messages; {@code
 * {"op":"cancel"}}; {@code {"op":"get"}}. Out: {@code progress}, {@code stored}; {@code file} and
 * then its bytes; {@code error}.
 */
final class FileChannel implements DataChannelListener {
  static final long MAX_FILE_BYTES = 1L << 30;
  private static final int CHUNK_BYTES = 32 * 1024;
  private static final long HIGH_MARK = 512 * 1024;
  private static final long PROGRESS_BYTES = 256 * 1024;

  private final DataChannel channel;
  private Incoming incoming;
  private volatile Pump outgoing;
  private volatile boolean sending;

  FileChannel(DataChannel channel) {
    this.channel = channel;
  }

  /** A file on its way here. */
  private static final class Incoming {
    final long size;
    final MessageDigest digest = sha256();
    final long begunNanos = System.nanoTime();
    long received;
    long told;

    Incoming(long size) {
      this.size = size;
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java has SHA-256", impossible);
    }
  }

  @Override
  public void onText(String text) {
    JsonNode message = Control.parse(text);
    switch (message.path("op").asText()) {
      case "put" -> take(message.path("size"));
      case "cancel" -> incoming = null;
      case "get" -> give();
      default -> refuse("that is not a message of this channel");
    }
  }

  private void take(JsonNode size) {
    if (!size.isIntegralNumber() || size.asLong() < 0 || size.asLong() > MAX_FILE_BYTES) {
      incoming = null;
      refuse("a file may have up to " + (MAX_FILE_BYTES >> 20) + " MiB");
      return;
    }
    incoming = new Incoming(size.asLong());
    finishIfWhole();
  }

  @Override
  public void onBinary(ByteBuffer binary) {
    if (incoming == null) {
      return; // the rest of a file that was cancelled or refused
    }
    int length = binary.remaining();
    if (incoming.received + length > incoming.size) {
      incoming = null;
      refuse("more came than was announced");
      return;
    }
    incoming.digest.update(binary);
    incoming.received += length;
    if (incoming.received - incoming.told >= PROGRESS_BYTES) {
      incoming.told = incoming.received;
      Control.send(channel, Control.op("progress").put("received", incoming.received));
    }
    finishIfWhole();
  }

  private void finishIfWhole() {
    if (incoming.received < incoming.size) {
      return;
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - incoming.begunNanos);
    Control.send(
        channel,
        Control.op("stored")
            .put("size", incoming.size)
            .put("sha256", HexFormat.of().formatHex(incoming.digest.digest()))
            .put("millis", millis));
    incoming = null;
  }

  private void give() {
    if (sending) {
      refuse("a postcard is on its way already");
      return;
    }
    sending = true;
    // Drawing takes a while: on this thread the connection's other channels would wait for it.
    long seed = ThreadLocalRandom.current().nextLong();
    CompletableFuture.supplyAsync(() -> Postcard.draw(seed))
        .thenAccept(png -> send("postcard-" + Long.toHexString(seed) + ".png", png));
  }

  private void send(String name, byte[] png) {
    Control.send(
        channel,
        Control.op("file")
            .put("name", name)
            .put("type", "image/png")
            .put("size", png.length)
            .put("sha256", HexFormat.of().formatHex(sha256().digest(png))));
    ByteBuffer rest = ByteBuffer.wrap(png);
    Pump pump = new Pump(channel, HIGH_MARK, () -> chunk(rest), () -> {});
    outgoing = pump;
    pump.run();
  }

  private ByteBuffer chunk(ByteBuffer rest) {
    if (!rest.hasRemaining()) {
      return null;
    }
    int length = Math.min(CHUNK_BYTES, rest.remaining());
    ByteBuffer chunk = rest.slice(rest.position(), length);
    rest.position(rest.position() + length);
    if (!rest.hasRemaining()) {
      // Before the last bytes leave: whoever has them may ask for the next file at once.
      sending = false;
    }
    return chunk;
  }

  @Override
  public void onBufferedAmountLow() {
    Pump pump = outgoing;
    if (pump != null) {
      pump.run();
    }
  }

  private void refuse(String why) {
    Control.send(channel, Control.op("error").put("error", why));
  }
}
