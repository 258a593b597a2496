package dev.turnstone.datachannel;

import dev.turnstone.sctp.SctpEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * How channels end while the association lives (RFC 8831 section 6.7): each side resets its
 * direction of the stream, and then the stream is free.
 */
final class Closing {
  /** How many early events are kept over all streams: a round trip's worth of small messages. */
  private static final int MAX_EARLY = 16_384;

  private final ChannelTable table;
  private final Streams streams;

  /**
   * What happened to the next channel on a stream that the peer has done with and we have not
   * quite: messages, or even a reset again. The messages are not consumed, so the receive window
   * bounds their bytes.
   */
  private final Map<Integer, Queue<SctpEvent>> early = new HashMap<>();

  private int earlyCount;

  Closing(ChannelTable table) {
    this.table = table;
    this.streams = table.streams;
  }

  void close(ChannelHandle channel, long nowNanos) {
    if (channel.state == DataChannelState.CLOSED || channel.state == DataChannelState.CLOSING) {
      return;
    }
    if (channel.announced) {
      table.becomeClosing(channel);
      reset(channel.id, nowNanos);
    } else {
      table.becomeClosed(channel);
    }
  }

  void fail(ChannelHandle channel, DataChannelFailure reason, String detail, long nowNanos) {
    table.tell(new DataChannelEvent.Failed(channel, reason, detail));
    close(channel, nowNanos);
  }

  /** Closes what is on a stream because of what the peer sent there; needs no channel. */
  void refuse(int id, String why, long nowNanos) {
    ChannelHandle channel = streams.channel(id);
    if (streams.isResetting(id)) {
      return;
    }
    if (channel == null) {
      reset(id, nowNanos);
    } else if (channel.announced) {
      fail(channel, DataChannelFailure.PROTOCOL_VIOLATION, why, nowNanos);
    }
  }

  private void reset(int id, long nowNanos) {
    streams.beginReset(id);
    table.association.resetStreams(List.of(id), nowNanos);
  }

  /** The peer has reset its side; gives back the early events whose time has come. */
  List<SctpEvent> handlePeersReset(SctpEvent.IncomingStreamsReset event, long nowNanos) {
    List<Integer> toReset = new ArrayList<>();
    List<SctpEvent> released = new ArrayList<>();
    for (int id : streams.named(event.streamIds())) {
      if (keepEarly(id, new SctpEvent.IncomingStreamsReset(List.of(id)))) {
        continue;
      }
      ChannelHandle channel = streams.channel(id);
      if (channel != null && channel.announced && !streams.isResetting(id)) {
        // RFC 8832 section 6: a reset in place of the ACK is a refusal.
        if (channel.state == DataChannelState.CONNECTING) {
          table.tell(
              new DataChannelEvent.Failed(
                  channel, DataChannelFailure.REFUSED_BY_PEER, "the peer refused the channel"));
        }
        table.becomeClosing(channel);
        streams.beginReset(id);
        toReset.add(id);
      }
      streams.peersResetDone(id);
      closeIfReset(id, released);
    }
    if (!toReset.isEmpty()) {
      // RFC 8831 section 6.7: whoever sees the peer's reset resets its own side.
      table.association.resetStreams(toReset, nowNanos);
    }
    return released;
  }

  /** Our own reset has ended; gives back the early events whose time has come. */
  List<SctpEvent> handleOurReset(SctpEvent.OutgoingStreamsReset event) {
    List<SctpEvent> released = new ArrayList<>();
    for (int id : streams.named(event.streamIds())) {
      if (streams.isResetting(id)) {
        streams.ourResetDone(id);
        ChannelHandle channel = streams.channel(id);
        if (!event.performed() && channel != null) {
          // The peer cannot reset streams. The channel is closed for us; where the peer has not
          // reset its side the id stays taken, because messages of the old channel may still come.
          table.becomeClosed(channel);
        }
        closeIfReset(id, released);
      }
    }
    return released;
  }

  private void closeIfReset(int id, List<SctpEvent> released) {
    if (streams.isResetting(id)) {
      return;
    }
    ChannelHandle channel = streams.channel(id);
    if (channel != null && channel.state == DataChannelState.CLOSING) {
      table.becomeClosed(channel);
    }
    Queue<SctpEvent> kept = early.remove(id);
    if (kept != null) {
      earlyCount -= kept.size();
      released.addAll(kept);
    }
  }

  /**
   * Keeps an event for the next channel on its stream: the peer has reset its side and seen our
   * reset, whose answer is still on its way to us, so that for the peer the id is free again.
   *
   * @return false when the event is not of that kind, or there are too many
   */
  boolean keepEarly(int id, SctpEvent event) {
    if (!streams.awaitsOnlyOurs(id) || earlyCount == MAX_EARLY) {
      return false;
    }
    earlyCount++;
    early.computeIfAbsent(id, unused -> new ArrayDeque<>()).add(event);
    return true;
  }

  /** All is over: what was kept is given up. */
  void forget(long nowNanos) {
    for (Queue<SctpEvent> kept : early.values()) {
      for (SctpEvent event : kept) {
        if (event instanceof SctpEvent.MessageReceived message) {
          table.association.consumed(message.payload().remaining(), nowNanos);
        }
      }
    }
    early.clear();
    earlyCount = 0;
    streams.clear();
  }
}
