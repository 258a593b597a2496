package dev.turnstone.benchmarks;

import dev.turnstone.datachannel.ChannelHandle;
import dev.turnstone.datachannel.DataChannelEvent;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.datachannel.DataChannelSendResult;
import dev.turnstone.datachannel.DataChannels;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.association.SctpAssociation;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** Data channels over two associations back to back, on simulated time. */
final class ChannelPair {
  private final ByteBuffer packet = ByteBuffer.allocate(2048);
  private final Side client = new Side(1);
  private final Side server = new Side(2);
  private long now;

  private static final class Side {
    final SctpAssociation association;
    final DataChannels channels;
    long messages;
    long opened;
    long closed;

    Side(int seed) {
      association = new SctpAssociation(SctpOptions.builder().build(), new SplittableRandom(seed));
      channels = new DataChannels(association, DataChannels.DEFAULT_MAX_CHANNELS);
    }
  }

  ChannelPair() {
    client.channels.start(true, 0, now);
    server.channels.start(false, 0, now);
    client.association.connect(now);
    exchange();
  }

  /** Opens a channel, and waits until both sides have it. */
  ChannelHandle open() {
    long wanted = server.opened + 1;
    ChannelHandle channel = client.channels.create("bench", DataChannelOptions.DEFAULT, now);
    // Our side is open once the peer's DATA_CHANNEL_ACK is there.
    long acknowledged = client.opened + 1;
    until(() -> server.opened >= wanted && client.opened >= acknowledged);
    return channel;
  }

  /** Closes a channel, and waits until both sides have reset its stream. */
  void close(ChannelHandle channel) {
    long wanted = client.closed + 1;
    long wantedFar = server.closed + 1;
    client.channels.close(channel, now);
    until(() -> client.closed >= wanted && server.closed >= wantedFar);
  }

  /** Sends a message, which passes into the channel's ownership, and waits until it has come. */
  void send(ChannelHandle channel, ByteBuffer message, long nanosLater) {
    long wanted = server.messages + 1;
    now += nanosLater;
    DataChannelSendResult result = client.channels.send(channel, true, message, now);
    if (result != DataChannelSendResult.QUEUED) {
      throw new IllegalStateException("the message was not taken: " + result);
    }
    until(() -> server.messages >= wanted);
  }

  private void until(BooleanSupplier condition) {
    exchange();
    while (!condition.getAsBoolean()) {
      long next = Math.min(client.association.nextTimeout(), server.association.nextTimeout());
      if (next == SctpAssociation.NEVER) {
        throw new IllegalStateException("both sides wait and no timer runs");
      }
      now = Math.max(now, next);
      exchange();
    }
  }

  private void exchange() {
    fireTimers(client);
    fireTimers(server);
    do {
      pollEvents(client);
      pollEvents(server);
    } while (move(client, server) | move(server, client));
  }

  private void fireTimers(Side side) {
    if (side.association.nextTimeout() <= now) {
      side.association.handleTimeout(now);
    }
  }

  private boolean move(Side from, Side to) {
    boolean moved = false;
    while (from.association.pollPacket(packet.clear(), now)) {
      to.association.handlePacket(packet.flip(), now);
      moved = true;
    }
    return moved;
  }

  private void pollEvents(Side side) {
    for (SctpEvent event = side.association.pollEvent();
        event != null;
        event = side.association.pollEvent()) {
      side.channels.handleSctpEvent(event, now);
    }
    for (DataChannelEvent event = side.channels.pollEvent();
        event != null;
        event = side.channels.pollEvent()) {
      if (event instanceof DataChannelEvent.MessageReceived message) {
        side.messages++;
        side.channels.consumed(message.payload().remaining(), now);
      } else if (event instanceof DataChannelEvent.Opened
          || event instanceof DataChannelEvent.RemoteChannelOpened) {
        side.opened++;
      } else if (event instanceof DataChannelEvent.Closed) {
        side.closed++;
      }
    }
  }
}
