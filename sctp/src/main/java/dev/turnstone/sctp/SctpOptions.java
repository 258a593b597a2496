package dev.turnstone.sctp;

import java.util.Objects;

/**
 * The limits and timers of an association, each with its default and the reason for it. Immutable;
 * made with {@link #builder}.
 */
public final class SctpOptions {
  private final int mtu;

  private SctpOptions(Builder builder) {
    this.mtu = builder.mtu;
  }

  /** The largest SCTP packet to produce, in bytes. */
  public int mtu() {
    return mtu;
  }

  /** A builder with every default set. */
  public static Builder builder() {
    return new Builder();
  }

  /** Builds {@link SctpOptions}. */
  public static final class Builder {
    private int mtu = 1191;

    private Builder() {}

    /** The largest SCTP packet to produce, in bytes. */
    public Builder mtu(int bytes) {
      this.mtu = bytes;
      return this;
    }

    /** The options. */
    public SctpOptions build() {
      return new SctpOptions(Objects.requireNonNull(this));
    }
  }
}
