package dev.turnstone.datachannel;

import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.association.SctpAssociation;
import dev.turnstone.testkit.Endpoint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * One end of a connection in a test: an association, and over it either data channels or, for a raw
 * peer, nothing, so that the test can say what it likes. Keeps a log of what happened.
 */
final class Peer implements Endpoint {
  final SctpAssociation sctp;
  final DataChannels channels;

  /** What happened, one line for each event. */
  final List<String> log = new ArrayList<>();

  /** The channels that the other side opened. */
  final List<ChannelHandle> remote = new ArrayList<>();

  /** What came on any channel. */
  final List<ByteBuffer> payloads = new ArrayList<>();

  /** How often a low buffer was told; not in the log, where it would be between all other lines. */
  int lows;

  boolean connected;
  boolean consumes = true;
  long now;

  private Peer(SctpOptions options, long seed, boolean raw, int maxChannels) {
    sctp = new SctpAssociation(options, new Random(seed));
    channels = raw ? null : new DataChannels(sctp, maxChannels);
  }

  static Peer withChannels(SctpOptions options, long seed, int maxChannels) {
    return new Peer(options, seed, false, maxChannels);
  }

  static Peer raw(SctpOptions options, long seed) {
    return new Peer(options, seed, true, 0);
  }

  ChannelHandle create(String label, DataChannelOptions options) {
    return channels.create(label, options, now);
  }

  ChannelHandle create(String label) {
    return create(label, DataChannelOptions.DEFAULT);
  }

  DataChannelSendResult send(ChannelHandle channel, String text) {
    return channels.send(
        channel, false, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), now);
  }

  DataChannelSendResult send(ChannelHandle channel, byte[] binary) {
    return channels.send(channel, true, ByteBuffer.wrap(binary), now);
  }

  void close(ChannelHandle channel) {
    channels.close(channel, now);
  }

  /** What a raw peer sends: any bytes on any stream. */
  SendResult sendRaw(int stream, long ppid, String hex) {
    return sctp.send(
        stream,
        ppid,
        ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", ""))),
        SendOptions.RELIABLE_ORDERED,
        now);
  }

  /** Takes all that has happened. */
  void drainEvents() {
    for (SctpEvent event = sctp.pollEvent(); event != null; event = sctp.pollEvent()) {
      connected |= event instanceof SctpEvent.Connected;
      if (channels == null) {
        logRaw(event);
      } else {
        channels.handleSctpEvent(event, now);
      }
    }
    if (channels != null) {
      for (DataChannelEvent e = channels.pollEvent(); e != null; e = channels.pollEvent()) {
        logEvent(e);
      }
    }
  }

  private void logRaw(SctpEvent event) {
    if (event instanceof SctpEvent.MessageReceived message) {
      String kind = message.unordered() ? " unordered " : " ordered ";
      log.add(message.streamId() + kind + message.ppid() + " " + hex(message.payload()));
      sctp.consumed(message.payload().remaining(), now);
    } else if (event instanceof SctpEvent.IncomingStreamsReset reset) {
      log.add("reset " + reset.streamIds());
    }
  }

  private void logEvent(DataChannelEvent event) {
    String name = event.channel().label();
    if (event instanceof DataChannelEvent.RemoteChannelOpened) {
      remote.add(event.channel());
      log.add("remote " + name);
    } else if (event instanceof DataChannelEvent.MessageReceived message) {
      int length = message.payload().remaining();
      String content =
          length > 40
              ? length + " bytes"
              : message.binary()
                  ? hex(message.payload())
                  : StandardCharsets.UTF_8.decode(message.payload().duplicate()).toString();
      log.add(name + (message.binary() ? " binary " : " text ") + content);
      payloads.add(message.payload());
      if (consumes) {
        channels.consumed(Math.max(1, length), now);
      }
    } else if (event instanceof DataChannelEvent.BufferedAmountLow) {
      lows++;
    } else if (event instanceof DataChannelEvent.Failed failed) {
      log.add(name + " failed " + failed.reason());
    } else {
      log.add(name + " " + event.getClass().getSimpleName());
    }
  }

  /** The log so far, which then starts anew. */
  List<String> takeLog() {
    List<String> taken = List.copyOf(log);
    log.clear();
    return taken;
  }

  private static String hex(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public void handlePacket(ByteBuffer packet, long nowNanos) {
    now = nowNanos;
    sctp.handlePacket(packet, nowNanos);
  }

  @Override
  public void handleTimeout(long nowNanos) {
    now = nowNanos;
    sctp.handleTimeout(nowNanos);
  }

  @Override
  public long nextTimeout() {
    return sctp.nextTimeout();
  }

  @Override
  public boolean pollPacket(ByteBuffer into, long nowNanos) {
    now = nowNanos;
    return sctp.pollPacket(into, nowNanos);
  }
}
