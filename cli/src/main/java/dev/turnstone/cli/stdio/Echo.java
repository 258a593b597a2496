package dev.turnstone.cli.stdio;

import dev.turnstone.cli.link.Room;
import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** Sends back what comes: text as text, binary as binary, empty as empty. */
final class Echo implements DataChannelListener {
  private static final long HIGH_MARK = 1024 * 1024;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final DataChannel channel;
  private final JsonLines out;

  Echo(DataChannel channel, JsonLines out) {
    this.channel = channel;
    this.out = out;
  }

  @Override
  public void onText(String text) {
    send(() -> channel.send(text));
  }

  @Override
  public void onBinary(ByteBuffer binary) {
    send(() -> channel.send(binary));
  }

  private void send(Runnable message) {
    if (!Room.await(channel, HIGH_MARK, PATIENCE_NANOS)) {
      channel.close(); // the peer does not read, or is gone
      return;
    }
    try {
      message.run();
    } catch (IllegalStateException closed) {
      // The channel closed between the message and its echo: nobody waits for it.
    } catch (IllegalArgumentException tooLarge) {
      out.error(tooLarge);
    }
  }

  @Override
  public void onError(Exception error) {
    out.error(error);
  }
}
