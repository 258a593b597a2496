package dev.turnstone.cli.demo;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;

/** Sends small messages straight back: the page keeps the time. */
final class PingChannel implements DataChannelListener {
  private static final int MAX_CHARACTERS = 64;
  private static final long MAX_BUFFERED = 64 * 1024;

  private final DataChannel channel;

  PingChannel(DataChannel channel) {
    this.channel = channel;
  }

  @Override
  public void onText(String text) {
    if (text.length() > MAX_CHARACTERS || channel.bufferedAmount() > MAX_BUFFERED) {
      return; // a lost ping, as on any network
    }
    try {
      channel.send(text);
    } catch (IllegalStateException closed) {
      // Nobody waits for it.
    }
  }
}
