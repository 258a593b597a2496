package dev.turnstone.datachannel;

import dev.turnstone.datachannel.DataChannelException.Reason;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** How channels begin: ids, and the conversation of RFC 8832 section 6. */
final class Opening {
  private final ChannelTable table;
  private final Streams streams;
  private final Closing closing;
  private final int maxChannels;

  /** Channels that the peer has not been told of, in the order of their creation. */
  private final Set<ChannelHandle> waiting = new LinkedHashSet<>();

  /** Channels of the peer's whose ACK found the send buffer full. */
  private final Set<ChannelHandle> owedAcks = new LinkedHashSet<>();

  private boolean started;
  private boolean connected;

  /** The parity of the ids that we choose: 0 even, 1 odd. */
  private int ownParity;

  /** Ids are below this: RFC 8832 section 6 has no 65535, and both directions must carry it. */
  private int streamLimit = 65535;

  Opening(ChannelTable table, Closing closing, int maxChannels) {
    this.table = table;
    this.streams = table.streams;
    this.closing = closing;
    this.maxChannels = maxChannels;
  }

  void start(boolean dtlsClient, long nowNanos) {
    started = true;
    ownParity = dtlsClient ? 0 : 1;
    for (ChannelHandle channel : List.copyOf(waiting)) {
      if (channel.id == ChannelHandle.NO_ID
          && channel.state == DataChannelState.CONNECTING
          && !assignId(channel)) {
        closing.fail(channel, DataChannelFailure.NO_STREAM, "no stream id is left", nowNanos);
      }
    }
  }

  void handleConnected(SctpEvent.Connected event, long nowNanos) {
    connected = true;
    streamLimit = Math.min(65535, Math.min(event.outboundStreams(), event.inboundStreams()));
    catchUp(nowNanos);
  }

  ChannelHandle create(String label, DataChannelOptions options, long nowNanos) {
    if (table.count() >= maxChannels) {
      throw new DataChannelException(
          Reason.NO_ID_LEFT, "there are " + maxChannels + " channels, and no more are allowed");
    }
    ChannelHandle channel = new ChannelHandle(label, options, false);
    if (options.negotiated()) {
      bindNegotiated(channel, options.id().orElseThrow());
    } else if (started && !assignId(channel)) {
      throw new DataChannelException(Reason.NO_ID_LEFT, "no stream id is left");
    }
    table.added();
    waiting.add(channel);
    catchUp(nowNanos);
    return channel;
  }

  private void bindNegotiated(ChannelHandle channel, int id) {
    if (id >= streamLimit) {
      throw new DataChannelException(
          Reason.ID_TOO_LARGE, "the id must be below " + streamLimit + ", is " + id);
    }
    if (!streams.isFree(id)) {
      throw new DataChannelException(Reason.ID_IN_USE, "the id " + id + " is in use");
    }
    table.bind(channel, id);
  }

  private boolean assignId(ChannelHandle channel) {
    int id = streams.lowestFree(ownParity, streamLimit);
    if (id >= 0) {
      table.bind(channel, id);
    }
    return id >= 0;
  }

  /** Says what could not be said before: not connected, role unknown, or the send buffer full. */
  void catchUp(long nowNanos) {
    if (!started || !connected) {
      return;
    }
    for (Iterator<ChannelHandle> owed = owedAcks.iterator(); owed.hasNext(); owed.remove()) {
      ChannelHandle channel = owed.next();
      if (channel.state == DataChannelState.OPEN && !sendAck(channel, nowNanos)) {
        return;
      }
    }
    for (Iterator<ChannelHandle> next = waiting.iterator(); next.hasNext(); next.remove()) {
      ChannelHandle channel = next.next();
      if (channel.state == DataChannelState.CONNECTING && !announce(channel, nowNanos)) {
        return;
      }
    }
  }

  /** Tells the peer of a channel; false when the send buffer is full. */
  private boolean announce(ChannelHandle channel, long nowNanos) {
    if (channel.id >= streamLimit) {
      closing.fail(
          channel,
          DataChannelFailure.NO_STREAM,
          "the peer carries " + streamLimit + " streams, the channel's id is " + channel.id,
          nowNanos);
      return true;
    }
    if (channel.options().negotiated()) {
      table.useStream(channel);
      table.becomeOpen(channel);
      return true;
    }
    SendResult result =
        sendDcep(channel, Dcep.Open.of(channel.label(), channel.options()).encode(), nowNanos);
    if (result == SendResult.QUEUED) {
      table.useStream(channel);
    } else if (result == SendResult.BUFFER_FULL || result == SendResult.CLOSED) {
      return false;
    } else {
      closing.fail(
          channel, DataChannelFailure.NO_STREAM, "the OPEN was not taken: " + result, nowNanos);
    }
    return true;
  }

  /** Acknowledges the peer's channel; false when the send buffer is full. */
  private boolean sendAck(ChannelHandle channel, long nowNanos) {
    return sendDcep(channel, new Dcep.Ack().encode(), nowNanos) != SendResult.BUFFER_FULL;
  }

  private SendResult sendDcep(ChannelHandle channel, ByteBuffer message, long nowNanos) {
    // RFC 8832 section 6: DCEP messages are ordered and reliable, on the channel's stream.
    return table.association.send(
        channel.id, Ppid.DCEP, message, SendOptions.RELIABLE_ORDERED, nowNanos);
  }

  void handleDcep(int id, Dcep message, long nowNanos) {
    if (message instanceof Dcep.Open open) {
      handleOpen(id, open, nowNanos);
    } else if (message instanceof Dcep.Ack) {
      handleAck(id);
    } else {
      table.tally.malformedMessages++;
      if (message instanceof Dcep.Malformed malformed) {
        refuse(id, malformed.why(), nowNanos);
      }
    }
  }

  private void handleAck(int id) {
    ChannelHandle channel = streams.channel(id);
    if (channel == null || !channel.announced) {
      table.tally.malformedMessages++;
    } else if (channel.state == DataChannelState.CONNECTING) {
      table.becomeOpen(channel);
    }
  }

  private void handleOpen(int id, Dcep.Open open, long nowNanos) {
    if (streams.isResetting(id)) {
      table.tally.messagesAfterClose++;
      return;
    }
    // RFC 8832 section 6: the stream must be unused and its parity the peer's.
    boolean welcome =
        streams.isFree(id)
            && (id & 1) != ownParity
            && id < streamLimit
            && table.count() < maxChannels;
    if (!welcome) {
      table.tally.channelsRefused++;
      refuse(id, "the peer opened a channel on a stream that it may not use", nowNanos);
      return;
    }
    ChannelHandle channel = new ChannelHandle(open.label(), open.options(), true);
    table.added();
    table.bind(channel, id);
    table.useStream(channel);
    // RFC 8832 section 6: open at once; the ACK goes before any message of ours.
    if (!sendAck(channel, nowNanos)) {
      owedAcks.add(channel);
    }
    table.tell(new DataChannelEvent.RemoteChannelOpened(channel));
    table.becomeOpen(channel);
  }

  /** RFC 8832 section 6: what cannot be accepted is closed, and not acknowledged. */
  private void refuse(int id, String why, long nowNanos) {
    // A stream that we cannot send on cannot be reset by us either.
    if (id < streamLimit) {
      closing.refuse(id, why, nowNanos);
    }
  }

  /** All is over: the channels that still wait. */
  List<ChannelHandle> forget() {
    List<ChannelHandle> rest = new ArrayList<>(waiting);
    waiting.clear();
    owedAcks.clear();
    return rest;
  }
}
