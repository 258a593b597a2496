package dev.turnstone.datachannel;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * How a channel is made: W3C's {@code RTCDataChannelInit}. Immutable; made with {@link #builder}.
 */
public final class DataChannelOptions {
  /** Reliable, ordered, announced by DCEP. */
  public static final DataChannelOptions DEFAULT = builder().build();

  private final boolean ordered;
  private final OptionalInt maxPacketLifeTime;
  private final OptionalInt maxRetransmits;
  private final String protocol;
  private final boolean negotiated;
  private final OptionalInt id;
  private final DataChannelPriority priority;

  private DataChannelOptions(Builder builder) {
    ordered = builder.ordered;
    maxPacketLifeTime = builder.maxPacketLifeTime;
    maxRetransmits = builder.maxRetransmits;
    protocol = builder.protocol;
    negotiated = builder.negotiated;
    id = builder.id;
    priority = builder.priority;
  }

  /** Whether messages arrive in order; true by default. */
  public boolean ordered() {
    return ordered;
  }

  /** The limit by time, in milliseconds, if any. */
  public OptionalInt maxPacketLifeTime() {
    return maxPacketLifeTime;
  }

  /** The limit by count, if any. */
  public OptionalInt maxRetransmits() {
    return maxRetransmits;
  }

  /** The subprotocol; empty by default. */
  public String protocol() {
    return protocol;
  }

  /** Whether both sides make the channel themselves with the same {@link #id}. */
  public boolean negotiated() {
    return negotiated;
  }

  /** The stream id asked for, if any; it counts for a negotiated channel only. */
  public OptionalInt id() {
    return id;
  }

  /** The priority; {@link DataChannelPriority#LOW} by default, as in W3C's document. */
  public DataChannelPriority priority() {
    return priority;
  }

  /** A builder with every default set. */
  public static Builder builder() {
    return new Builder();
  }

  /** Builds {@link DataChannelOptions}. */
  public static final class Builder {
    private boolean ordered = true;
    private OptionalInt maxPacketLifeTime = OptionalInt.empty();
    private OptionalInt maxRetransmits = OptionalInt.empty();
    private String protocol = "";
    private boolean negotiated;
    private OptionalInt id = OptionalInt.empty();
    private DataChannelPriority priority = DataChannelPriority.LOW;

    private Builder() {}

    /** Whether messages arrive in order. */
    public Builder ordered(boolean value) {
      ordered = value;
      return this;
    }

    /**
     * Gives a message up after this many milliseconds, 0 to 65535. Excludes {@link
     * #maxRetransmits}.
     */
    public Builder maxPacketLifeTime(int milliseconds) {
      maxPacketLifeTime = OptionalInt.of(requireUnsignedShort("maxPacketLifeTime", milliseconds));
      return this;
    }

    /**
     * Gives a message up after this many retransmissions, 0 to 65535. Excludes {@link
     * #maxPacketLifeTime}.
     */
    public Builder maxRetransmits(int count) {
      maxRetransmits = OptionalInt.of(requireUnsignedShort("maxRetransmits", count));
      return this;
    }

    /** The subprotocol, at most 65535 bytes of UTF-8. */
    public Builder protocol(String value) {
      protocol = Objects.requireNonNull(value);
      return this;
    }

    /**
     * Both sides make the channel with the same id; no DCEP message is sent. Without this the id is
     * chosen for the channel.
     *
     * @param streamId 0 to 65534
     */
    public Builder negotiated(int streamId) {
      if (streamId < 0 || streamId > 65534) {
        throw new IllegalArgumentException("id must be 0 to 65534, is " + streamId);
      }
      negotiated = true;
      id = OptionalInt.of(streamId);
      return this;
    }

    /** The priority. */
    public Builder priority(DataChannelPriority value) {
      priority = Objects.requireNonNull(value);
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException when both limits are set or the protocol is too long
     */
    public DataChannelOptions build() {
      if (maxPacketLifeTime.isPresent() && maxRetransmits.isPresent()) {
        throw new IllegalArgumentException(
            "maxPacketLifeTime and maxRetransmits exclude each other");
      }
      if (protocol.getBytes(StandardCharsets.UTF_8).length > 65535) {
        throw new IllegalArgumentException("protocol must be at most 65535 bytes of UTF-8");
      }
      return new DataChannelOptions(this);
    }

    private static int requireUnsignedShort(String what, int value) {
      if (value < 0 || value > 65535) {
        throw new IllegalArgumentException(what + " must be 0 to 65535, is " + value);
      }
      return value;
    }
  }
}
