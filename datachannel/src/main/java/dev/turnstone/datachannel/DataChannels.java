package dev.turnstone.datachannel;

import dev.turnstone.datachannel.DataChannelException.Reason;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.association.SctpAssociation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
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

  private final SctpAssociation association;
  private final ChannelTable table;
  private final Closing closing;
  private final Opening opening;

  /** What came before {@link #start}. */
  private final Queue<SctpEvent> beforeStart = new ArrayDeque<>();

  private boolean started;
  private boolean over;
  private long maxMessageSize = Long.MAX_VALUE;

  /**
   * Channels over an association that need not be connected yet.
   *
   * @param association nobody else sends on it or resets its streams
   * @param maxChannels how many channels may exist at once, whoever opened them
   */
  public DataChannels(SctpAssociation association, int maxChannels) {
    this.association = association;
    this.table = new ChannelTable(association);
    this.closing = new Closing(table);
    this.opening = new Opening(table, closing, maxChannels);
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
    maxMessageSize = peerMaxMessageSize == 0 ? Long.MAX_VALUE : peerMaxMessageSize;
    opening.start(dtlsClient, nowNanos);
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
    if (length > Dcep.MAX_TEXT_BYTES) {
      throw new DataChannelException(
          Reason.LABEL_TOO_LONG,
          "a label has at most " + Dcep.MAX_TEXT_BYTES + " bytes of UTF-8, this one has " + length);
    }
    return opening.create(label, options, nowNanos);
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
    closing.close(channel, nowNanos);
  }

  /** Gives back receive window: the application has taken these bytes of its messages. */
  public void consumed(long bytes, long nowNanos) {
    if (!over && bytes > 0) {
      association.consumed(bytes, nowNanos);
    }
  }

  /**
   * Bytes that {@link #send} has taken and that have not yet been handed to the network. Stays as
   * it was when the channel closes.
   */
  public long bufferedAmount(ChannelHandle channel) {
    return table.bufferedAmount(channel);
  }

  /**
   * Sets at how many buffered bytes {@link DataChannelEvent.BufferedAmountLow} is told; 0 first.
   */
  public void setBufferedAmountLowThreshold(ChannelHandle channel, long bytes) {
    channel.lowThreshold = bytes;
    if (table.hasStream(channel)) {
      association.setBufferedAmountLowThreshold(channel.id, bytes);
    }
  }

  /** The next thing that happened, or null. */
  public DataChannelEvent pollEvent() {
    return table.pollEvent();
  }

  /** What the peer sent that led to nothing. */
  public DataChannelCounters counters() {
    return table.tally.snapshot();
  }

  /** Takes an event of the association. */
  public void handleSctpEvent(SctpEvent event, long nowNanos) {
    if (event instanceof SctpEvent.Closed closed) {
      handleClosed(closed, nowNanos);
    } else if (!started) {
      beforeStart.add(event);
    } else if (event instanceof SctpEvent.Connected connected) {
      opening.handleConnected(connected, nowNanos);
    } else if (event instanceof SctpEvent.MessageReceived message) {
      handleMessage(message, nowNanos);
    } else if (event instanceof SctpEvent.IncomingStreamsReset reset) {
      handleAll(closing.handlePeersReset(reset, nowNanos), nowNanos);
    } else if (event instanceof SctpEvent.OutgoingStreamsReset reset) {
      handleAll(closing.handleOurReset(reset), nowNanos);
    } else if (event instanceof SctpEvent.BufferedAmountLow low) {
      handleBufferedAmountLow(low, nowNanos);
    } else if (event instanceof SctpEvent.PeerRestarted) {
      endAll(DataChannelFailure.PEER_RESTARTED, "the peer began the association anew", nowNanos);
    }
    // MessageAbandoned: partial reliability at work; nobody above asks.
  }

  private void handleAll(List<SctpEvent> early, long nowNanos) {
    for (SctpEvent event : early) {
      handleSctpEvent(event, nowNanos);
    }
  }

  private void handleMessage(SctpEvent.MessageReceived message, long nowNanos) {
    int id = message.streamId();
    if (closing.keepEarly(id, message)) {
      return;
    }
    long ppid = message.ppid();
    if (ppid == Ppid.DCEP) {
      giveBack(message, nowNanos);
      opening.handleDcep(id, Dcep.parse(message.payload()), nowNanos);
    } else if (ppid == Ppid.STRING || ppid == Ppid.STRING_EMPTY) {
      handleData(message, false, ppid == Ppid.STRING_EMPTY, nowNanos);
    } else if (ppid == Ppid.BINARY || ppid == Ppid.BINARY_EMPTY) {
      handleData(message, true, ppid == Ppid.BINARY_EMPTY, nowNanos);
    } else {
      giveBack(message, nowNanos);
      table.tally.malformedMessages++;
      boolean partial = ppid == Ppid.BINARY_PARTIAL || ppid == Ppid.STRING_PARTIAL;
      if (partial && table.streams.channel(id) != null) {
        // RFC 8831 section 6.6 forbids to cut messages by PPID. To deliver pieces as if they were
        // messages would be worse than to end the channel.
        closing.refuse(id, "the peer cuts messages by PPID", nowNanos);
      }
    }
  }

  private void giveBack(SctpEvent.MessageReceived message, long nowNanos) {
    association.consumed(message.payload().remaining(), nowNanos);
  }

  private void handleData(
      SctpEvent.MessageReceived message, boolean binary, boolean empty, long nowNanos) {
    ChannelHandle channel = table.streams.channel(message.streamId());
    if (channel == null || !channel.announced) {
      // Deviation: RFC 8832 section 6 wants the stream reset. But a negotiated channel that the
      // application here is about to create looks the same, and its peer has done nothing wrong.
      table.tally.messagesWithoutChannel++;
      giveBack(message, nowNanos);
      return;
    }
    if (channel.state == DataChannelState.CONNECTING) {
      // RFC 8832 section 6: any message is as good as the ACK, which it may have overtaken.
      table.becomeOpen(channel);
    }
    if (channel.state != DataChannelState.OPEN) {
      // W3C's document: a message for a channel that is not open is discarded.
      table.tally.messagesAfterClose++;
      giveBack(message, nowNanos);
      return;
    }
    if (empty) {
      // It is worth its one byte until it is consumed, whatever else the peer put there.
      association.consumed(message.payload().remaining() - 1, nowNanos);
    }
    ByteBuffer payload = empty ? ByteBuffer.allocate(0) : message.payload();
    table.tell(new DataChannelEvent.MessageReceived(channel, binary, payload));
  }

  private void handleBufferedAmountLow(SctpEvent.BufferedAmountLow event, long nowNanos) {
    // There is room again for what found the buffer full.
    opening.catchUp(nowNanos);
    ChannelHandle channel = table.streams.channel(event.streamId());
    if (channel != null && channel.aboveThreshold && channel.state != DataChannelState.CLOSING) {
      channel.aboveThreshold = false;
      table.tell(new DataChannelEvent.BufferedAmountLow(channel));
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
    Set<ChannelHandle> all = new LinkedHashSet<>(table.streams.channels());
    all.addAll(opening.forget());
    for (ChannelHandle channel : all) {
      if (channel.state == DataChannelState.CLOSED) {
        continue;
      }
      if (reason != null) {
        table.tell(new DataChannelEvent.Failed(channel, reason, detail));
      }
      table.becomeClosed(channel);
    }
    closing.forget(nowNanos);
  }
}
