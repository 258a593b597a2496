package dev.turnstone.datachannel;

import dev.turnstone.sctp.association.SctpAssociation;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The channels, their states and what is told of them. A state changes here and nowhere else, with
 * its event.
 */
final class ChannelTable {
  final SctpAssociation association;
  final Streams streams = new Streams();
  final Tally tally = new Tally();

  private final Queue<DataChannelEvent> events = new ArrayDeque<>();
  private int count;

  ChannelTable(SctpAssociation association) {
    this.association = association;
  }

  /** How many channels are not closed, with an id or without. */
  int count() {
    return count;
  }

  DataChannelEvent pollEvent() {
    return events.poll();
  }

  void tell(DataChannelEvent event) {
    events.add(event);
  }

  void added() {
    count++;
  }

  void bind(ChannelHandle channel, int id) {
    channel.id = id;
    streams.bind(id, channel);
  }

  /** From now on the stream carries this channel. */
  void useStream(ChannelHandle channel) {
    channel.announced = true;
    // The stream may have had another channel with another threshold before.
    association.setBufferedAmountLowThreshold(channel.id, channel.lowThreshold);
    // RFC 8831 section 6.4.
    association.setPriority(channel.id, channel.options().priority().wireValue());
  }

  boolean hasStream(ChannelHandle channel) {
    return channel.announced && channel.state != DataChannelState.CLOSED;
  }

  long bufferedAmount(ChannelHandle channel) {
    return hasStream(channel) ? association.bufferedAmount(channel.id) : channel.lastBufferedAmount;
  }

  void becomeOpen(ChannelHandle channel) {
    channel.state = DataChannelState.OPEN;
    tell(new DataChannelEvent.Opened(channel));
  }

  void becomeClosing(ChannelHandle channel) {
    channel.state = DataChannelState.CLOSING;
    tell(new DataChannelEvent.Closing(channel));
  }

  void becomeClosed(ChannelHandle channel) {
    channel.lastBufferedAmount = bufferedAmount(channel);
    channel.state = DataChannelState.CLOSED;
    count--;
    if (channel.id != ChannelHandle.NO_ID) {
      streams.unbind(channel.id);
    }
    tell(new DataChannelEvent.Closed(channel));
  }
}
