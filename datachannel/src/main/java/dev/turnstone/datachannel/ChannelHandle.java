package dev.turnstone.datachannel;

import dev.turnstone.sctp.SendOptions;
import java.util.OptionalInt;

/**
 * A channel as {@link DataChannels} knows it. Changed by {@link DataChannels} alone; on its thread
 * only.
 */
public final class ChannelHandle {
  static final int NO_ID = -1;

  private final String label;
  private final DataChannelOptions options;
  private final boolean remote;
  private final SendOptions whenOpen;
  private final SendOptions beforeOpen;

  private Object attachment;

  int id = NO_ID;
  DataChannelState state = DataChannelState.CONNECTING;
  long lowThreshold;

  /** Whether the peer has been told, or needs not be: the stream is the channel's. */
  boolean announced;

  /** Whether more than the threshold has been buffered since the last event. */
  boolean aboveThreshold;

  /** What was buffered when the stream went away. */
  long lastBufferedAmount;

  ChannelHandle(String label, DataChannelOptions options, boolean remote) {
    this.label = label;
    this.options = options;
    this.remote = remote;
    int maxRetransmits = options.maxRetransmits().orElse(-1);
    long lifetimeNanos =
        options.maxPacketLifeTime().isPresent()
            ? options.maxPacketLifeTime().getAsInt() * 1_000_000L
            : -1;
    this.whenOpen = new SendOptions(options.ordered(), maxRetransmits, lifetimeNanos);
    this.beforeOpen = new SendOptions(true, maxRetransmits, lifetimeNanos);
  }

  /** The label that the opener gave. */
  public String label() {
    return label;
  }

  /** The subprotocol, or the empty string. */
  public String protocol() {
    return options.protocol();
  }

  /** How the channel was made; for the peer's channel, what its OPEN says. */
  public DataChannelOptions options() {
    return options;
  }

  /** The stream id, once it is known. */
  public OptionalInt id() {
    return id == NO_ID ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The state. */
  public DataChannelState state() {
    return state;
  }

  /** Whether the peer opened it. */
  public boolean remote() {
    return remote;
  }

  /** What the layer above keeps here; null at first. */
  public Object attachment() {
    return attachment;
  }

  /** Lets the layer above keep something here. */
  public void attach(Object value) {
    attachment = value;
  }

  /**
   * RFC 8832 section 6: before an answer has come, all messages are sent in order, or they could
   * overtake the OPEN.
   */
  SendOptions sendOptions() {
    return state == DataChannelState.OPEN ? whenOpen : beforeOpen;
  }

  @Override
  public String toString() {
    return "ChannelHandle[id=" + id + ", state=" + state + "]";
  }
}
