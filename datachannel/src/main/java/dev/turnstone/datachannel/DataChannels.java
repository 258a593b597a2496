package dev.turnstone.datachannel;

import dev.turnstone.datachannel.DataChannelException.Reason;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.association.SctpAssociation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * The data channels of one association (RFC 8831, RFC 8832), sans-IO. Owned by one thread at a
 * time; draws no timers of its own.
 *
 * <p>The loop polls {@link SctpAssociation#pollEvent} and hands every event to {@link
 * #handleSctpEvent}; then it drains {@link #pollEvent}. What a peer does wrong is counted and costs
 * it at most the channel; no method throws because of it.
 */
public final class DataChannels {
  /** As many channels as there are stream ids (RFC 8832 section 6: 65535 is none). */
  public static final int DEFAULT_MAX_CHANNELS = 65535;

  /** How many early messages are kept over all streams: a round trip's worth of small ones. */
  private static final int MAX_EARLY = 16_384;

  private static final int MAX_LABEL_BYTES = Dcep.MAX_TEXT_BYTES;

  private final SctpAssociation association;
  private final int maxChannels;

  private final Streams streams = new Streams();

  /** Channels that the peer has not been told of, in the order of their creation. */
  private final Set<ChannelHandle> waiting = new LinkedHashSet<>();

  /** Channels of the peer's whose ACK found the send buffer full. */
  private final Set<ChannelHandle> owedAcks = new LinkedHashSet<>();

  /**
   * Messages for the next channel on a stream that the peer has done with and we have not quite.
   * They are not consumed, so the receive window bounds their bytes.
   */
  private final Map<Integer, Queue<SctpEvent.MessageReceived>> early = new HashMap<>();

  private int earlyCount;

  /** What came before {@link #start}. */
  private final Queue<SctpEvent> beforeStart = new ArrayDeque<>();

  private final Queue<DataChannelEvent> events = new ArrayDeque<>();

  private boolean started;
  private boolean connected;
  private boolean over;

  /** The parity of the ids that we choose: 0 even, 1 odd. */
  private int ownParity;

  private long maxMessageSize = Long.MAX_VALUE;

  /** Ids are below this: what both directions carry. */
  private int streamLimit = 65535;

  /** Channels that are not closed, with an id or without. */
  private int channelCount;

  private long messagesWithoutChannel;
  private long messagesAfterClose;
  private long malformedMessages;
  private long channelsRefused;

  /**
   * Channels over an association that need not be connected yet.
   *
   * @param association nobody else sends on it or resets its streams
   * @param maxChannels how many channels may exist at once, whoever opened them
   */
  public DataChannels(SctpAssociation association, int maxChannels) {
    this.association = association;
    this.maxChannels = maxChannels;
  }

  /**
   * Says what DTLS and the peer's description have settled. Channels that wait for an id get one:
   * even for the DTLS client, odd for the server (RFC 8832 section 6). Before this, SCTP events are
   * kept.
   *
   * @param dtlsClient our DTLS role
   * @param peerMaxMessageSize the largest message that the peer takes, in bytes; 0 for any (RFC
   *     8841 section 6)
   * @param nowNanos the time
   * @throws IllegalStateException when called twice
   */
  public void start(boolean dtlsClient, long peerMaxMessageSize, long nowNanos) {
    if (started) {
      throw new IllegalStateException("data channels have already been started");
    }
    started = true;
    ownParity = dtlsClient ? 0 : 1;
    maxMessageSize = peerMaxMessageSize == 0 ? Long.MAX_VALUE : peerMaxMessageSize;
    for (ChannelHandle channel : List.copyOf(waiting)) {
      if (channel.id == ChannelHandle.NO_ID && !assignId(channel)) {
        fail(channel, DataChannelFailure.NO_STREAM, "no stream id is left", nowNanos);
      }
    }
    for (SctpEvent event = beforeStart.poll(); event != null; event = beforeStart.poll()) {
      handleSctpEvent(event, nowNanos);
    }
  }

  /**
   * Creates a channel. It opens when the association is connected and, unless it is negotiated, the
   * peer has answered. An id that is asked for counts for a negotiated channel only, as in W3C's
   * document.
   *
   * @throws DataChannelException when it cannot be created; nothing has changed then
   */
  public ChannelHandle create(String label, DataChannelOptions options, long nowNanos) {
    if (over) {
      throw new DataChannelException(Reason.CLOSED, "the association is over");
    }
    int length = label.getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_LABEL_BYTES) {
      throw new DataChannelException(
          Reason.LABEL_TOO_LONG,
          "a label has at most " + MAX_LABEL_BYTES + " bytes of UTF-8, this one has " + length);
    }
    if (channelCount >= maxChannels) {
      throw new DataChannelException(
          Reason.NO_ID_LEFT, "there are " + maxChannels + " channels, and no more are allowed");
    }
    ChannelHandle channel = new ChannelHandle(label, options, ChannelHandle.NO_ID, false);
    if (options.negotiated()) {
      bindNegotiated(channel, options.id().orElseThrow());
    } else if (started && !assignId(channel)) {
      throw new DataChannelException(Reason.NO_ID_LEFT, "no stream id is left");
    }
    channelCount++;
    waiting.add(channel);
    announceWaiting(nowNanos);
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
    channel.id = id;
    streams.bind(id, channel);
  }

  private boolean assignId(ChannelHandle channel) {
    int id = streams.lowestFree(ownParity, streamLimit);
    if (id < 0) {
      return false;
    }
    channel.id = id;
    streams.bind(id, channel);
    return true;
  }

  /**
   * Sends one message. Possible as soon as the OPEN is on its way, before the answer (RFC 8832
   * section 6); a layer above may be stricter.
   *
   * @param payload the bytes between position and limit; the buffer passes into our ownership when
   *     the message is taken
   */
  public DataChannelSendResult send(
      ChannelHandle channel, boolean binary, ByteBuffer payload, long nowNanos) {
    boolean connecting = channel.state == DataChannelState.CONNECTING && channel.announced;
    if (over || !connecting && channel.state != DataChannelState.OPEN) {
      return DataChannelSendResult.NOT_OPEN;
    }
    boolean empty = !payload.hasRemaining();
    if (payload.remaining() > maxMessageSize) {
      return DataChannelSendResult.TOO_LARGE;
    }
    SendResult result =
        association.send(
            channel.id,
            Ppid.of(binary, empty),
            empty ? ByteBuffer.allocate(1) : payload,
            channel.sendOptions(),
            nowNanos);
    return switch (result) {
      case QUEUED -> {
        channel.aboveThreshold |= association.bufferedAmount(channel.id) > channel.lowThreshold;
        yield DataChannelSendResult.QUEUED;
      }
      case BUFFER_FULL -> DataChannelSendResult.BUFFER_FULL;
      case TOO_LARGE -> DataChannelSendResult.TOO_LARGE;
      case CLOSED, NO_SUCH_STREAM, STREAM_RESETTING -> DataChannelSendResult.NOT_OPEN;
      case EMPTY -> throw new AssertionError("an empty message was sent with no byte in it");
    };
  }

  /**
   * Begins to close a channel: what is buffered is sent, then our direction of the stream is reset,
   * then the peer resets its own (RFC 8831 section 6.7). Messages that arrive meanwhile are dropped
   * (W3C's document delivers to open channels only). A second call does nothing.
   */
  public void close(ChannelHandle channel, long nowNanos) {
    if (channel.state == DataChannelState.CLOSED || channel.state == DataChannelState.CLOSING) {
      return;
    }
    if (!channel.announced) {
      becomeClosed(channel);
      return;
    }
    becomeClosing(channel);
    streams.beginReset(channel.id);
    association.resetStreams(List.of(channel.id), nowNanos);
  }

  /** Gives back receive window: the application has taken these bytes of the channel's messages. */
  public void consumed(ChannelHandle channel, long bytes, long nowNanos) {
    if (!over && bytes > 0) {
      association.consumed(bytes, nowNanos);
    }
  }

  /**
   * Bytes that {@link #send} has taken and that have not yet been handed to the network. Stays as
   * it was when the channel closes.
   */
  public long bufferedAmount(ChannelHandle channel) {
    return channel.announced && channel.state != DataChannelState.CLOSED
        ? association.bufferedAmount(channel.id)
        : channel.lastBufferedAmount;
  }

  /**
   * Sets at how many buffered bytes {@link DataChannelEvent.BufferedAmountLow} is told; 0 first.
   */
  public void setBufferedAmountLowThreshold(ChannelHandle channel, long bytes) {
    channel.lowThreshold = bytes;
    if (channel.announced && channel.state != DataChannelState.CLOSED) {
      association.setBufferedAmountLowThreshold(channel.id, bytes);
    }
  }

  /** The next thing that happened, or null. */
  public DataChannelEvent pollEvent() {
    return events.poll();
  }

  /** What the peer sent that led to nothing. */
  public DataChannelCounters counters() {
    return new DataChannelCounters(
        messagesWithoutChannel, messagesAfterClose, malformedMessages, channelsRefused);
  }

  /** Takes an event of the association. */
  public void handleSctpEvent(SctpEvent event, long nowNanos) {
    if (event instanceof SctpEvent.Closed closed) {
      handleClosed(closed, nowNanos);
    } else if (!started) {
      beforeStart.add(event);
    } else if (event instanceof SctpEvent.Connected open) {
      handleConnected(open, nowNanos);
    } else if (event instanceof SctpEvent.MessageReceived message) {
      handleMessage(message, nowNanos);
    } else if (event instanceof SctpEvent.IncomingStreamsReset reset) {
      handlePeersReset(reset, nowNanos);
    } else if (event instanceof SctpEvent.OutgoingStreamsReset reset) {
      handleOurReset(reset, nowNanos);
    } else if (event instanceof SctpEvent.BufferedAmountLow low) {
      handleBufferedAmountLow(low, nowNanos);
    } else if (event instanceof SctpEvent.PeerRestarted) {
      endAll(DataChannelFailure.PEER_RESTARTED, "the peer began the association anew", nowNanos);
    }
    // MessageAbandoned: partial reliability at work; nobody above asks.
  }

  // Opening.

  private void handleConnected(SctpEvent.Connected event, long nowNanos) {
    connected = true;
    // RFC 8832 section 6: 65535 is no id. A channel needs the stream in both directions.
    streamLimit = Math.min(65535, Math.min(event.outboundStreams(), event.inboundStreams()));
    announceWaiting(nowNanos);
  }

  private void announceWaiting(long nowNanos) {
    if (!started || !connected) {
      return;
    }
    while (!owedAcks.isEmpty()) {
      ChannelHandle channel = owedAcks.iterator().next();
      if (!sendAck(channel, nowNanos)) {
        return;
      }
      owedAcks.remove(channel);
    }
    while (!waiting.isEmpty()) {
      if (!announce(waiting.iterator().next(), nowNanos)) {
        return;
      }
    }
  }

  /** Tells the peer of a channel, which then waits no more; false when the send buffer is full. */
  private boolean announce(ChannelHandle channel, long nowNanos) {
    if (channel.id >= streamLimit) {
      fail(
          channel,
          DataChannelFailure.NO_STREAM,
          "the peer carries " + streamLimit + " streams, the channel's id is " + channel.id,
          nowNanos);
      return true;
    }
    if (channel.options().negotiated()) {
      waiting.remove(channel);
      useStream(channel);
      becomeOpen(channel);
      return true;
    }
    // RFC 8832 section 6: DCEP messages are ordered and reliable.
    SendResult result =
        association.send(
            channel.id,
            Ppid.DCEP,
            Dcep.Open.of(channel.label(), channel.options()).encode(),
            SendOptions.RELIABLE_ORDERED,
            nowNanos);
    switch (result) {
      case QUEUED -> {
        waiting.remove(channel);
        useStream(channel);
      }
      case BUFFER_FULL, CLOSED -> {
        return false;
      }
      default ->
          fail(
              channel, DataChannelFailure.NO_STREAM, "the OPEN was not taken: " + result, nowNanos);
    }
    return true;
  }

  private void useStream(ChannelHandle channel) {
    channel.announced = true;
    // The stream may have had another channel with another threshold before.
    association.setBufferedAmountLowThreshold(channel.id, channel.lowThreshold);
  }

  /** Acknowledges the peer's channel; false when the send buffer is full. */
  private boolean sendAck(ChannelHandle channel, long nowNanos) {
    return association.send(
            channel.id, Ppid.DCEP, new Dcep.Ack().encode(), SendOptions.RELIABLE_ORDERED, nowNanos)
        != SendResult.BUFFER_FULL;
  }

  // Messages.

  private void handleMessage(SctpEvent.MessageReceived message, long nowNanos) {
    int id = message.streamId();
    if (streams.awaitsOnlyOurs(id)) {
      // The peer has reset its side and seen our reset, whose answer is still on its way to us: for
      // the peer the id is free again, and this belongs to the next channel on it.
      keepEarly(message, nowNanos);
      return;
    }
    long ppid = message.ppid();
    if (ppid == Ppid.DCEP) {
      giveBack(message, nowNanos);
      handleDcep(id, Dcep.parse(message.payload()), nowNanos);
    } else if (ppid == Ppid.STRING || ppid == Ppid.STRING_EMPTY) {
      handleData(message, false, ppid == Ppid.STRING_EMPTY, nowNanos);
    } else if (ppid == Ppid.BINARY || ppid == Ppid.BINARY_EMPTY) {
      handleData(message, true, ppid == Ppid.BINARY_EMPTY, nowNanos);
    } else {
      giveBack(message, nowNanos);
      malformedMessages++;
      if (ppid == Ppid.BINARY_PARTIAL || ppid == Ppid.STRING_PARTIAL) {
        failOpen(
            id, "the peer cuts messages by PPID, which RFC 8831 section 6.6 forbids", nowNanos);
      }
    }
  }

  private void keepEarly(SctpEvent.MessageReceived message, long nowNanos) {
    if (earlyCount == MAX_EARLY) {
      messagesWithoutChannel++;
      giveBack(message, nowNanos);
      return;
    }
    earlyCount++;
    early.computeIfAbsent(message.streamId(), unused -> new ArrayDeque<>()).add(message);
  }

  private void giveBack(SctpEvent.MessageReceived message, long nowNanos) {
    association.consumed(message.payload().remaining(), nowNanos);
  }

  private void handleData(
      SctpEvent.MessageReceived message, boolean binary, boolean empty, long nowNanos) {
    ChannelHandle channel = streams.channel(message.streamId());
    if (channel == null || !channel.announced) {
      // Deviation: RFC 8832 section 6 wants the stream reset. But a negotiated channel that the
      // application here is about to create looks the same, and its peer has done nothing wrong.
      messagesWithoutChannel++;
      giveBack(message, nowNanos);
      return;
    }
    if (channel.state == DataChannelState.CONNECTING) {
      // RFC 8832 section 6: any message is as good as the ACK, which it may have overtaken.
      becomeOpen(channel);
    }
    if (channel.state != DataChannelState.OPEN) {
      // W3C's document: a message for a channel that is not open is discarded.
      messagesAfterClose++;
      giveBack(message, nowNanos);
      return;
    }
    if (empty) {
      giveBack(message, nowNanos);
    }
    ByteBuffer payload = empty ? ByteBuffer.allocate(0) : message.payload();
    events.add(new DataChannelEvent.MessageReceived(channel, binary, payload));
  }

  private void handleDcep(int id, Dcep message, long nowNanos) {
    if (message instanceof Dcep.Open open) {
      handleOpen(id, open, nowNanos);
    } else if (message instanceof Dcep.Ack) {
      ChannelHandle channel = streams.channel(id);
      if (channel == null || !channel.announced) {
        malformedMessages++;
      } else if (channel.state == DataChannelState.CONNECTING) {
        becomeOpen(channel);
      }
    } else {
      malformedMessages++;
      if (message instanceof Dcep.Malformed malformed) {
        refuse(id, malformed.why(), nowNanos);
      }
    }
  }

  private void handleOpen(int id, Dcep.Open open, long nowNanos) {
    if (streams.isResetting(id)) {
      messagesAfterClose++;
      return;
    }
    // RFC 8832 section 6: the stream must be unused and its parity the peer's.
    boolean welcome =
        streams.isFree(id)
            && (id & 1) != ownParity
            && id < streamLimit
            && channelCount < maxChannels;
    if (!welcome) {
      channelsRefused++;
      refuse(id, "the peer opened a channel on a stream that it may not use", nowNanos);
      return;
    }
    ChannelHandle channel = new ChannelHandle(open.label(), open.options(), id, true);
    channelCount++;
    streams.bind(id, channel);
    useStream(channel);
    // RFC 8832 section 6: open at once; the ACK goes on the same stream, before any message of
    // ours.
    if (!sendAck(channel, nowNanos)) {
      owedAcks.add(channel);
    }
    events.add(new DataChannelEvent.RemoteChannelOpened(channel));
    becomeOpen(channel);
  }

  /**
   * RFC 8832 section 6: what cannot be accepted is closed, with the channel that has the stream.
   */
  private void refuse(int id, String why, long nowNanos) {
    if (streams.channel(id) != null) {
      failOpen(id, why, nowNanos);
    } else if (!streams.isResetting(id) && id < streamLimit) {
      streams.beginReset(id);
      association.resetStreams(List.of(id), nowNanos);
    }
  }

  private void failOpen(int id, String why, long nowNanos) {
    ChannelHandle channel = streams.channel(id);
    if (channel != null && channel.announced && !streams.isResetting(id)) {
      fail(channel, DataChannelFailure.PROTOCOL_VIOLATION, why, nowNanos);
    }
  }

  private void handleBufferedAmountLow(SctpEvent.BufferedAmountLow event, long nowNanos) {
    // There is room again for what found the buffer full.
    announceWaiting(nowNanos);
    ChannelHandle channel = streams.channel(event.streamId());
    if (channel != null && channel.aboveThreshold && channel.state != DataChannelState.CLOSING) {
      channel.aboveThreshold = false;
      events.add(new DataChannelEvent.BufferedAmountLow(channel));
    }
  }

  // Closing.

  private void handlePeersReset(SctpEvent.IncomingStreamsReset event, long nowNanos) {
    List<Integer> toReset = new ArrayList<>();
    for (int id : streams.named(event.streamIds())) {
      ChannelHandle channel = streams.channel(id);
      if (channel != null && channel.announced && !streams.isResetting(id)) {
        // RFC 8832 section 6: a reset in place of the ACK is a refusal.
        if (channel.state == DataChannelState.CONNECTING) {
          events.add(
              new DataChannelEvent.Failed(
                  channel, DataChannelFailure.REFUSED_BY_PEER, "the peer refused the channel"));
        }
        becomeClosing(channel);
        streams.beginReset(id);
        toReset.add(id);
      }
      streams.peersResetDone(id);
      closeIfReset(id, nowNanos);
    }
    if (!toReset.isEmpty()) {
      // RFC 8831 section 6.7: whoever sees the peer's reset resets its own side.
      association.resetStreams(toReset, nowNanos);
    }
  }

  private void handleOurReset(SctpEvent.OutgoingStreamsReset event, long nowNanos) {
    for (int id : streams.named(event.streamIds())) {
      ChannelHandle channel = streams.channel(id);
      if (!streams.isResetting(id)) {
        continue;
      }
      streams.ourResetDone(id);
      if (!event.performed() && channel != null) {
        // The peer cannot reset streams. The channel is closed for us; where the peer has not reset
        // its side the id stays taken, because messages of the old channel may still come.
        becomeClosed(channel);
      }
      closeIfReset(id, nowNanos);
    }
  }

  private void closeIfReset(int id, long nowNanos) {
    if (streams.isResetting(id)) {
      return;
    }
    ChannelHandle channel = streams.channel(id);
    if (channel != null && channel.state == DataChannelState.CLOSING) {
      becomeClosed(channel);
    }
    Queue<SctpEvent.MessageReceived> messages = early.remove(id);
    if (messages != null) {
      earlyCount -= messages.size();
      messages.forEach(message -> handleMessage(message, nowNanos));
    }
  }

  private void handleClosed(SctpEvent.Closed event, long nowNanos) {
    switch (event.reason()) {
      case SHUTDOWN, ABORTED_LOCALLY -> endAll(null, "", nowNanos);
      case ABORTED_BY_PEER -> endAll(DataChannelFailure.ABORTED_BY_PEER, event.detail(), nowNanos);
      case CONNECT_TIMEOUT, PEER_UNREACHABLE, PROTOCOL_VIOLATION ->
          endAll(
              DataChannelFailure.ASSOCIATION_FAILED,
              event.reason() + ": " + event.detail(),
              nowNanos);
    }
    over = true;
    beforeStart.clear();
  }

  /** Every channel ends with its association; with a failure unless the reason is null. */
  private void endAll(DataChannelFailure reason, String detail, long nowNanos) {
    Set<ChannelHandle> all = new LinkedHashSet<>(streams.channels());
    all.addAll(waiting);
    for (ChannelHandle channel : all) {
      if (reason != null) {
        events.add(new DataChannelEvent.Failed(channel, reason, detail));
      }
      becomeClosed(channel);
    }
    streams.clear();
    early.values().forEach(queue -> queue.forEach(message -> giveBack(message, nowNanos)));
    early.clear();
    earlyCount = 0;
  }

  // The states of a channel.

  private void becomeOpen(ChannelHandle channel) {
    channel.state = DataChannelState.OPEN;
    events.add(new DataChannelEvent.Opened(channel));
  }

  private void fail(ChannelHandle channel, DataChannelFailure reason, String detail, long now) {
    events.add(new DataChannelEvent.Failed(channel, reason, detail));
    close(channel, now);
  }

  private void becomeClosing(ChannelHandle channel) {
    channel.state = DataChannelState.CLOSING;
    owedAcks.remove(channel);
    events.add(new DataChannelEvent.Closing(channel));
  }

  private void becomeClosed(ChannelHandle channel) {
    channel.lastBufferedAmount = bufferedAmount(channel);
    channel.state = DataChannelState.CLOSED;
    channelCount--;
    waiting.remove(channel);
    owedAcks.remove(channel);
    if (channel.id != ChannelHandle.NO_ID) {
      streams.unbind(channel.id);
    }
    events.add(new DataChannelEvent.Closed(channel));
  }
}
