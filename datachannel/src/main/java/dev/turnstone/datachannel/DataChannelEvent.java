package dev.turnstone.datachannel;

import java.nio.ByteBuffer;

/** Something that {@link DataChannels} tells the layer above, in the order in which it happened. */
public sealed interface DataChannelEvent {

  /** The channel that it happened to. */
  ChannelHandle channel();

  /**
   * The peer opened a channel. {@link Opened} follows at once.
   *
   * @param channel the new channel
   */
  record RemoteChannelOpened(ChannelHandle channel) implements DataChannelEvent {}

  /**
   * The channel is open.
   *
   * @param channel the channel
   */
  record Opened(ChannelHandle channel) implements DataChannelEvent {}

  /**
   * A message. Its bytes hold receive window until {@link DataChannels#consumed} gives it back; an
   * empty one holds the one byte that it has on the wire (RFC 8831 section 6.6), or a peer could
   * send any number of them to a listener that is slow.
   *
   * @param channel the channel
   * @param binary false for text; the bytes of a text are not checked to be UTF-8
   * @param payload the bytes, owned by whoever polls the event
   */
  record MessageReceived(ChannelHandle channel, boolean binary, ByteBuffer payload)
      implements DataChannelEvent {}

  /**
   * What is buffered fell from above the threshold to it or below.
   *
   * @param channel the channel
   */
  record BufferedAmountLow(ChannelHandle channel) implements DataChannelEvent {}

  /**
   * Closing has begun, by either side. No message follows.
   *
   * @param channel the channel
   */
  record Closing(ChannelHandle channel) implements DataChannelEvent {}

  /**
   * The channel is closed. The last event of it.
   *
   * @param channel the channel
   */
  record Closed(ChannelHandle channel) implements DataChannelEvent {}

  /**
   * The channel failed. {@link Closed} follows, with {@link Closing} between where the stream must
   * be reset first.
   *
   * @param channel the channel
   * @param reason why
   * @param detail a text for people; bounded and printable
   */
  record Failed(ChannelHandle channel, DataChannelFailure reason, String detail)
      implements DataChannelEvent {}
}
