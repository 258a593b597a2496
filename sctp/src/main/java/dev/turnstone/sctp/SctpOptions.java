package dev.turnstone.sctp;

import java.util.Objects;

/**
 * The limits and timers of an association, each with its default and the reason for it. Immutable;
 * made with {@link #builder}.
 */
public final class SctpOptions {
  private final Builder values;

  private SctpOptions(Builder builder) {
    this.values = builder;
  }

  /** A builder with every default set. */
  public static Builder builder() {
    return new Builder();
  }

  /** Every default. */
  public static SctpOptions defaults() {
    return builder().build();
  }

  /** The largest SCTP packet to produce, in bytes. */
  public int mtu() {
    return values.mtu;
  }

  /** Whether to find out how large a packet the path carries (RFC 8899). */
  public boolean pathMtuDiscovery() {
    return values.pathMtuDiscovery;
  }

  /** The largest SCTP packet to try with {@link #pathMtuDiscovery}, in bytes. */
  public int maxMtu() {
    return values.maxMtu;
  }

  /** Our SCTP port. */
  public int localPort() {
    return values.localPort;
  }

  /** The peer's SCTP port; packets from another are dropped. */
  public int remotePort() {
    return values.remotePort;
  }

  /** How many outgoing streams to ask for. */
  public int outboundStreams() {
    return values.outboundStreams;
  }

  /** How many incoming streams to allow. */
  public int inboundStreams() {
    return values.inboundStreams;
  }

  /** How many streams there may be each way after streams were added (RFC 6525). */
  public int maxStreams() {
    return values.maxStreams;
  }

  /** The largest message that {@code send} takes, in bytes. */
  public int maxMessageSize() {
    return values.maxMessageSize;
  }

  /** How many bytes of messages may wait to be sent for the first time, over all streams. */
  public long sendBuffer() {
    return values.sendBuffer;
  }

  /** How many bytes of messages an association may hold without asking the budget. */
  public long sendBufferGuaranteed() {
    return values.sendBufferGuaranteed;
  }

  /** How many bytes may be sent and not yet acknowledged for good. */
  public long maxInFlight() {
    return values.maxInFlight;
  }

  /**
   * How many received bytes may be held at first: out of order, incomplete, or delivered and not
   * yet consumed. The window in INIT and INIT ACK. At least {@link #maxReceivedMessageSize}.
   */
  public int receiveBuffer() {
    return Math.max(values.receiveBuffer, values.maxReceivedMessageSize);
  }

  /** How many received bytes may be held at most, once the window has grown. */
  public int receiveBufferMax() {
    return values.receiveBufferMax;
  }

  /**
   * The largest message to put together, in bytes; a peer that sends a larger one is aborted. At
   * most {@link #receiveBufferMax}.
   */
  public int maxReceivedMessageSize() {
    return values.maxReceivedMessageSize;
  }

  /** The retransmission timeout before the first RTT is measured, in nanoseconds. */
  public long rtoInitialNanos() {
    return values.rtoInitialNanos;
  }

  /** The lower bound of the retransmission timeout, in nanoseconds. */
  public long rtoMinNanos() {
    return values.rtoMinNanos;
  }

  /** The upper bound of the retransmission timeout, in nanoseconds. */
  public long rtoMaxNanos() {
    return values.rtoMaxNanos;
  }

  /** How often INIT, and then COOKIE ECHO, is sent again before the attempt fails. */
  public int maxInitRetransmits() {
    return values.maxInitRetransmits;
  }

  /** How many timeouts in a row make the peer unreachable. */
  public int maxRetransmits() {
    return values.maxRetransmits;
  }

  /** How long a path stays idle before a HEARTBEAT, in nanoseconds; 0 for never. */
  public long heartbeatIntervalNanos() {
    return values.heartbeatIntervalNanos;
  }

  /** How long a state cookie is good, in nanoseconds. */
  public long cookieLifetimeNanos() {
    return values.cookieLifetimeNanos;
  }

  /** How long an acknowledgement may wait for company, in nanoseconds. */
  public long sackDelayNanos() {
    return values.sackDelayNanos;
  }

  /** The first congestion window, in packets. */
  public int initialWindowPackets() {
    return values.initialWindowPackets;
  }

  /**
   * How many packets may go out at one event beyond what its acknowledgements pay for; 0 for no
   * limit.
   */
  public int maxBurst() {
    return values.maxBurst;
  }

  /**
   * How many answers (HEARTBEAT ACK, INIT ACK, ERROR, ...) may wait to be sent; more are dropped.
   */
  public int maxPendingReplies() {
    return values.maxPendingReplies;
  }

  /** Whether to offer message interleaving (RFC 8260). */
  public boolean interleaving() {
    return values.interleaving;
  }

  /** How the congestion window is found. */
  public CongestionControl congestionControl() {
    return values.congestionControl;
  }

  /** Whether to do without CRC32C where the peer does (RFC 9653). */
  public boolean zeroChecksum() {
    return values.zeroChecksum;
  }

  /** Which stream sends next when several have something to send. */
  public StreamScheduling streamScheduling() {
    return values.streamScheduling;
  }

  /** Builds {@link SctpOptions}. Not safe for several threads. */
  public static final class Builder implements Cloneable {
    private int mtu = 1191;
    private boolean pathMtuDiscovery = false;
    private int maxMtu = 1411;
    private int localPort = 5000;
    private int remotePort = 5000;
    private int outboundStreams = 65535;
    private int inboundStreams = 65535;
    private int maxStreams = 65535;
    private int maxMessageSize = 1 << 30;
    private long sendBuffer = 16L << 20;
    private long maxInFlight = 32L << 20;
    private long sendBufferGuaranteed = 256L << 10;
    private int receiveBuffer = 512 << 10;
    private int receiveBufferMax = 32 << 20;
    private int maxReceivedMessageSize = 256 << 10;
    private long rtoInitialNanos = 500_000_000L;
    private long rtoMinNanos = 400_000_000L;
    private long rtoMaxNanos = 10_000_000_000L;
    private int maxInitRetransmits = 8;
    private int maxRetransmits = 10;
    private long heartbeatIntervalNanos = 30_000_000_000L;
    private long cookieLifetimeNanos = 60_000_000_000L;
    private long sackDelayNanos = 200_000_000L;
    private int initialWindowPackets = 10;
    private int maxBurst = 10;
    private int maxPendingReplies = 64;
    private boolean interleaving = true;
    private CongestionControl congestionControl = CongestionControl.BBR;
    private boolean zeroChecksum = true;
    private StreamScheduling streamScheduling = StreamScheduling.WEIGHTED_FAIR_QUEUEING;

    private Builder() {}

    /**
     * The largest SCTP packet to produce, in bytes.
     *
     * <p>Default: 1191: IPv6's 1280 less 40 (IPv6), 8 (UDP) and 41 (DTLS 1.2 with AES-GCM, rounded
     * up).
     */
    public Builder mtu(int value) {
      this.mtu = check("mtu", value, 512, 65535);
      return this;
    }

    /**
     * Whether to find out how large a packet the path carries (RFC 8899), from {@link #mtu} up to
     * {@link #maxMtu}, with probes beside the data. Packets grow and shrink with what is found. The
     * layers below must carry such packets and must not fragment them.
     *
     * <p>Default: false: on most paths a packet gains a fifth at most, and who asks for it must
     * give {@code pollPacket} the room.
     */
    public Builder pathMtuDiscovery(boolean value) {
      this.pathMtuDiscovery = value;
      return this;
    }

    /**
     * The largest SCTP packet to try with {@link #pathMtuDiscovery}, in bytes.
     *
     * <p>Default: 1411: Ethernet's 1500 less what {@link #mtu} deducts.
     */
    public Builder maxMtu(int value) {
      this.maxMtu = check("maxMtu", value, 512, 65535);
      return this;
    }

    /**
     * Our SCTP port.
     *
     * <p>Default: 5000: what every WebRTC stack writes into {@code a=sctp-port}.
     */
    public Builder localPort(int value) {
      this.localPort = check("localPort", value, 1, 65535);
      return this;
    }

    /**
     * The peer's SCTP port; packets from another are dropped.
     *
     * <p>Default: 5000, for the same reason.
     */
    public Builder remotePort(int value) {
      this.remotePort = check("remotePort", value, 1, 65535);
      return this;
    }

    /**
     * How many outgoing streams to ask for.
     *
     * <p>Default: 65535: the data channel's ids end at 65534 (RFC 8831 section 6.2); a stream costs
     * nothing until it is used.
     */
    public Builder outboundStreams(int value) {
      this.outboundStreams = check("outboundStreams", value, 1, 65535);
      return this;
    }

    /**
     * How many incoming streams to allow.
     *
     * <p>Default: 65535, for the same reason.
     */
    public Builder inboundStreams(int value) {
      this.inboundStreams = check("inboundStreams", value, 1, 65535);
      return this;
    }

    /**
     * How many streams there may be each way after streams were added (RFC 6525), by us or by the
     * peer.
     *
     * <p>Default: 65535: as many as the handshake may have said; a stream costs nothing until it is
     * used.
     */
    public Builder maxStreams(int value) {
      this.maxStreams = check("maxStreams", value, 1, 65535);
      return this;
    }

    /**
     * The largest message that {@code send} takes, in bytes.
     *
     * <p>Default: 1 GiB: what Firefox announces; the send buffer is the tighter bound, and the
     * peer's limit is the upper layer's to know.
     */
    public Builder maxMessageSize(int value) {
      this.maxMessageSize = check("maxMessageSize", value, 1, Integer.MAX_VALUE);
      return this;
    }

    /**
     * How many bytes of messages may wait to be sent for the first time, over all streams.
     *
     * <p>Default: 16 MiB: one bandwidth-delay product of 1 Gbit/s at 100 ms is 12.5 MB.
     */
    public Builder sendBuffer(long value) {
      this.sendBuffer = check("sendBuffer", value, 1, Long.MAX_VALUE);
      return this;
    }

    /**
     * How many bytes of messages an association may hold, from {@code send} until they are
     * acknowledged, without asking the {@link BufferBudget}.
     *
     * <p>Default: 256 KiB: one message of the size that browsers send at most. It is allocated when
     * a message is sent, not before.
     */
    public Builder sendBufferGuaranteed(long value) {
      this.sendBufferGuaranteed = check("sendBufferGuaranteed", value, 1, Long.MAX_VALUE);
      return this;
    }

    /**
     * How many bytes may be sent and not yet acknowledged for good; they are kept in case they are
     * lost. The congestion window and the peer's window are the tighter bounds as a rule.
     *
     * <p>Default: 32 MiB: 1 Gbit/s at 100 ms is 12.5 MB; twice that, because while a lost chunk is
     * sent again a further round trip of data waits behind it; rounded up.
     */
    public Builder maxInFlight(long value) {
      this.maxInFlight = check("maxInFlight", value, 1, Long.MAX_VALUE);
      return this;
    }

    /**
     * How many received bytes may be held at first: out of order, incomplete, or delivered and not
     * yet consumed. The window in INIT and INIT ACK; it is an association's own, whatever the
     * {@link BufferBudget} says, and one largest message more may be held while chunks come in
     * order.
     *
     * <p>Default: 512 KiB: two of the largest messages, so that one is read while the next arrives.
     * Nothing is allocated until it arrives, but ten thousand hostile peers could fill it at once.
     * It holds nobody up: the first flights of every sender are smaller, and the window grows
     * faster than slow start.
     */
    public Builder receiveBuffer(int value) {
      this.receiveBuffer = check("receiveBuffer", value, 1500, 1 << 30);
      return this;
    }

    /**
     * How many received bytes may be held at most. The window follows what arrives in a round trip,
     * up to here, while the application keeps up and the {@link BufferBudget} lasts; after some
     * seconds without data it goes back.
     *
     * <p>Default: 32 MiB: 1 Gbit/s at 100 ms is 12.5 MB; twice that, because while a lost chunk is
     * sent again a further round trip of data waits behind it; rounded up.
     */
    public Builder receiveBufferMax(int value) {
      this.receiveBufferMax = check("receiveBufferMax", value, 1500, 1 << 30);
      return this;
    }

    /**
     * The largest message to put together, in bytes; a peer that sends a larger one is aborted. At
     * most {@link #receiveBufferMax}; the first window is at least this, so that every message can
     * be put together whatever the budget says.
     *
     * <p>Default: 256 KiB: what browsers send unless the description says otherwise; say the same
     * there.
     */
    public Builder maxReceivedMessageSize(int value) {
      this.maxReceivedMessageSize = check("maxReceivedMessageSize", value, 1, 1 << 30);
      return this;
    }

    /**
     * The retransmission timeout before the first RTT is measured, in nanoseconds.
     *
     * <p>Default: 500 ms where RFC 9260 section 16 says 1 s: ICE has just seen the path work, and a
     * needless second INIT costs a packet.
     */
    public Builder rtoInitialNanos(long value) {
      this.rtoInitialNanos = check("rtoInitialNanos", value, 1, Long.MAX_VALUE / 1024);
      return this;
    }

    /**
     * The lower bound of the retransmission timeout, in nanoseconds.
     *
     * <p>Default: 400 ms where RFC 9260 says 1 s: above the 200 ms by which a peer may delay its
     * SACK, with as much to spare.
     */
    public Builder rtoMinNanos(long value) {
      this.rtoMinNanos = check("rtoMinNanos", value, 1, Long.MAX_VALUE / 1024);
      return this;
    }

    /**
     * The upper bound of the retransmission timeout, in nanoseconds.
     *
     * <p>Default: 10 s where RFC 9260 says 60 s: a path that comes back should be noticed while the
     * user still looks.
     */
    public Builder rtoMaxNanos(long value) {
      this.rtoMaxNanos = check("rtoMaxNanos", value, 1, Long.MAX_VALUE / 1024);
      return this;
    }

    /**
     * How often INIT, and then COOKIE ECHO, is sent again before the attempt fails.
     *
     * <p>Default: 8: Max.Init.Retransmits of RFC 9260 section 16.
     */
    public Builder maxInitRetransmits(int value) {
      this.maxInitRetransmits = check("maxInitRetransmits", value, 0, 1000);
      return this;
    }

    /**
     * How many timeouts in a row make the peer unreachable.
     *
     * <p>Default: 10: Association.Max.Retrans of RFC 9260 section 16; with the timeouts above,
     * about a minute.
     */
    public Builder maxRetransmits(int value) {
      this.maxRetransmits = check("maxRetransmits", value, 0, 1000);
      return this;
    }

    /**
     * How long a path stays idle before a HEARTBEAT, in nanoseconds; 0 for never.
     *
     * <p>Default: 30 s: HB.interval of RFC 9260 section 16.
     */
    public Builder heartbeatIntervalNanos(long value) {
      this.heartbeatIntervalNanos =
          check("heartbeatIntervalNanos", value, 0, Long.MAX_VALUE / 1024);
      return this;
    }

    /**
     * How long a state cookie is good, in nanoseconds.
     *
     * <p>Default: 60 s: Valid.Cookie.Life of RFC 9260 section 16.
     */
    public Builder cookieLifetimeNanos(long value) {
      this.cookieLifetimeNanos = check("cookieLifetimeNanos", value, 1, Long.MAX_VALUE / 1024);
      return this;
    }

    /**
     * How long an acknowledgement may wait for company, in nanoseconds.
     *
     * <p>Default: 200 ms: SACK.Delay of RFC 9260 section 16; 500 ms is its upper bound.
     */
    public Builder sackDelayNanos(long value) {
      this.sackDelayNanos = check("sackDelayNanos", value, 0, 500_000_000L);
      return this;
    }

    /**
     * The first congestion window, in packets.
     *
     * <p>Default: 10 where RFC 9260 section 7.2.1 says about 4: RFC 6928's reasons hold for any
     * window-based sender.
     */
    public Builder initialWindowPackets(int value) {
      this.initialWindowPackets = check("initialWindowPackets", value, 2, 1000);
      return this;
    }

    /**
     * How many packets may go out at one event beyond what its acknowledgements pay for; 0 for no
     * limit.
     *
     * <p>Default: 10, the first window, where RFC 9260 section 6.1 says 4 in all: that starves a
     * sender whose peer acknowledges batches.
     */
    public Builder maxBurst(int value) {
      this.maxBurst = check("maxBurst", value, 0, 100_000);
      return this;
    }

    /**
     * How many answers (HEARTBEAT ACK, INIT ACK, ERROR, ...) may wait to be sent; more are dropped.
     *
     * <p>Default: 64: an honest peer waits for one or two; a flood must not fill the heap.
     */
    public Builder maxPendingReplies(int value) {
      this.maxPendingReplies = check("maxPendingReplies", value, 8, 100_000);
      return this;
    }

    /**
     * Whether to offer message interleaving (RFC 8260); it is used when the peer offers it too.
     *
     * <p>Default: true: without it a short message waits for the end of a long one on another
     * stream. It costs 4 bytes a packet.
     */
    public Builder interleaving(boolean value) {
      this.interleaving = value;
      return this;
    }

    /**
     * See {@link SctpOptions#congestionControl}.
     *
     * <p>Default: {@code BBR}, for what benchmarks/RESULTS.md has measured. One lost packet in a
     * hundred leaves the two others a fiftieth of a path of 50 ms, and data channels often run over
     * radio links; it holds the queue, in which a ping and a call beside it wait, far shorter; two
     * of it share evenly, and CUBIC beside it keeps about half.
     */
    public Builder congestionControl(CongestionControl value) {
      this.congestionControl = Objects.requireNonNull(value, "congestionControl");
      return this;
    }

    /**
     * Whether to announce that packets need no CRC32C, and to send without where the peer announces
     * it (RFC 9653 with DTLS as the method that finds errors).
     *
     * <p>Default: true: SCTP runs over DTLS here (RFC 8261), which finds every error that CRC32C
     * would, and this saves both sides one pass over every packet. Set it to false over anything
     * but DTLS. To a peer that aborts an INIT with this parameter, or is silent to two of them,
     * INIT goes without it.
     */
    public Builder zeroChecksum(boolean value) {
      this.zeroChecksum = value;
      return this;
    }

    /**
     * Which stream sends next when several have something to send.
     *
     * <p>Default: weighted fair queueing: it is what RFC 8831 section 6.4 wants of channel
     * priorities, equal weights share bytes (not messages) equally, a stream that sends seldom
     * waits for one fragment, and none starves. A turn costs a few comparisons and no allocation,
     * so round robin would not be cheaper.
     */
    public Builder streamScheduling(StreamScheduling value) {
      this.streamScheduling = Objects.requireNonNull(value, "streamScheduling");
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException if the limits contradict each other
     */
    public SctpOptions build() {
      if (pathMtuDiscovery && maxMtu < mtu) {
        throw new IllegalArgumentException(
            "maxMtu must not be below mtu, are " + maxMtu + " and " + mtu);
      }
      if (rtoMinNanos > rtoMaxNanos || rtoInitialNanos > rtoMaxNanos) {
        throw new IllegalArgumentException(
            "rtoMinNanos and rtoInitialNanos must not exceed rtoMaxNanos, are "
                + rtoMinNanos
                + ", "
                + rtoInitialNanos
                + " and "
                + rtoMaxNanos);
      }
      if (receiveBuffer > receiveBufferMax || maxReceivedMessageSize > receiveBufferMax) {
        throw new IllegalArgumentException(
            "receiveBuffer and maxReceivedMessageSize must not exceed receiveBufferMax, are "
                + receiveBuffer
                + ", "
                + maxReceivedMessageSize
                + " and "
                + receiveBufferMax);
      }
      return new SctpOptions(copy());
    }

    private Builder copy() {
      try {
        return (Builder) clone();
      } catch (CloneNotSupportedException impossible) {
        throw new AssertionError(impossible);
      }
    }

    private static int check(String name, int value, int min, int max) {
      return (int) check(name, (long) value, min, max);
    }

    private static long check(String name, long value, long min, long max) {
      if (value < min || value > max) {
        throw new IllegalArgumentException(
            name + " must be " + min + " to " + max + ", is " + value);
      }
      return value;
    }
  }
}
