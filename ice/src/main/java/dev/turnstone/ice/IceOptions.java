package dev.turnstone.ice;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** What an engine needs to know beyond the network. Immutable; made with {@link #builder}. */
public final class IceOptions {
  private static final int MAX_SERVERS = 16;

  private final List<IceServer> servers;
  private final SecureRandom random;
  private final IceTiming timing;
  private final IceTransportPolicy transportPolicy;
  private final AddressChange addressChange;
  private final Map<InetAddress, InetAddress> publicAddresses;
  private final Function<IceServer, Optional<IceServer.Credentials>> renewal;
  private final boolean tcp;
  private final boolean mdns;
  private final boolean lite;

  private IceOptions(Builder builder) {
    servers = builder.servers;
    random = builder.random;
    timing = builder.timing;
    transportPolicy = builder.transportPolicy;
    addressChange = builder.addressChange;
    publicAddresses = builder.publicAddresses;
    renewal = builder.renewal;
    tcp = builder.tcp;
    mdns = builder.mdns;
    lite = builder.lite;
  }

  /** Servers with the default timing. */
  public IceOptions(List<IceServer> servers, SecureRandom random) {
    this(builder(random).servers(servers));
  }

  /** No servers: host candidates alone. */
  public IceOptions(SecureRandom random) {
    this(builder(random));
  }

  /** Servers and timing. */
  public IceOptions(List<IceServer> servers, SecureRandom random, IceTiming timing) {
    this(builder(random).servers(servers).timing(timing));
  }

  /**
   * Options with every default.
   *
   * @param random for credentials, transaction ids and jitter
   */
  public static Builder builder(SecureRandom random) {
    return new Builder(random);
  }

  /** Asked for reflexive and relayed candidates. */
  public List<IceServer> servers() {
    return servers;
  }

  /** For credentials, transaction ids and jitter. */
  public SecureRandom random() {
    return random;
  }

  /** How long to wait for what. */
  public IceTiming timing() {
    return timing;
  }

  /** Which candidates may be used. */
  public IceTransportPolicy transportPolicy() {
    return transportPolicy;
  }

  /** What to do when the host's addresses change. */
  public AddressChange addressChange() {
    return addressChange;
  }

  /** Under which address the world reaches one of ours. */
  public Map<InetAddress, InetAddress> publicAddresses() {
    return publicAddresses;
  }

  /**
   * Gives new credentials for a TURN server that refuses those in use; empty when there are none.
   */
  public Function<IceServer, Optional<IceServer.Credentials>> credentialRenewal() {
    return renewal;
  }

  /** Whether TCP candidates are gathered and used (RFC 6544). */
  public boolean tcp() {
    return tcp;
  }

  /** Whether host candidates are told as names of multicast DNS. */
  public boolean mdns() {
    return mdns;
  }

  /** Whether the agent is lite (RFC 8445 section 2.5). */
  public boolean lite() {
    return lite;
  }

  /** Collects options. One thread at a time. */
  public static final class Builder {
    private List<IceServer> servers = List.of();
    private final SecureRandom random;
    private IceTiming timing = IceTiming.DEFAULT;
    private IceTransportPolicy transportPolicy = IceTransportPolicy.ALL;
    private AddressChange addressChange = AddressChange.GATHER;
    private Map<InetAddress, InetAddress> publicAddresses = Map.of();
    private Function<IceServer, Optional<IceServer.Credentials>> renewal =
        server -> Optional.empty();
    private boolean tcp;
    private boolean mdns;
    private boolean lite;

    private Builder(SecureRandom random) {
      this.random = Objects.requireNonNull(random, "random");
    }

    /**
     * Servers to ask; none by default.
     *
     * @throws IllegalArgumentException when there are more than 16
     */
    public Builder servers(List<IceServer> servers) {
      this.servers = List.copyOf(servers);
      if (servers.size() > MAX_SERVERS) {
        throw new IllegalArgumentException("more than " + MAX_SERVERS + " ICE servers");
      }
      return this;
    }

    /** How long to wait for what; {@link IceTiming#DEFAULT} by default. */
    public Builder timing(IceTiming timing) {
      this.timing = Objects.requireNonNull(timing, "timing");
      return this;
    }

    /** Which candidates may be used; all by default. */
    public Builder transportPolicy(IceTransportPolicy policy) {
      this.transportPolicy = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * What to do when the host's addresses change; {@link AddressChange#GATHER} by default, as
     * browsers do.
     */
    public Builder addressChange(AddressChange change) {
      this.addressChange = Objects.requireNonNull(change, "change");
      return this;
    }

    /**
     * One-to-one NAT: host candidates of an address are told under the address that the world
     * reaches it by. Ports are the same on both sides. Addresses that are not in the map are told
     * as they are.
     *
     * @param byLocal the public address of each local one
     */
    public Builder publicAddresses(Map<InetAddress, InetAddress> byLocal) {
      this.publicAddresses = Map.copyOf(byLocal);
      return this;
    }

    /**
     * Where new credentials come from when a TURN server refuses those in use, as it does with
     * those that expire; nowhere by default. Called on the loop, so it must not block.
     */
    public Builder credentialRenewal(Function<IceServer, Optional<IceServer.Credentials>> renewal) {
      this.renewal = Objects.requireNonNull(renewal, "renewal");
      return this;
    }

    /** Whether TCP candidates are gathered and used (RFC 6544); no by default. */
    public Builder tcp(boolean tcp) {
      this.tcp = tcp;
      return this;
    }

    /**
     * Whether host candidates are told as names of multicast DNS, and no other candidate tells our
     * addresses (RFC 8828, draft-ietf-mmusic-mdns-ice-candidates): then whoever reads our signaling
     * does not learn how our network is built, and peers on our links still find us. What {@link
     * #publicAddresses} names stays as it is.
     *
     * <p>No by default: a server has nothing to conceal, and peers that do not speak multicast DNS
     * would have to wait for our checks.
     */
    public Builder mdns(boolean mdns) {
      this.mdns = mdns;
      return this;
    }

    /**
     * Whether the agent is lite: for a server on a public address that lets its peers check (RFC
     * 8445 section 2.5); no by default.
     */
    public Builder lite(boolean lite) {
      this.lite = lite;
      return this;
    }

    /** The options. */
    public IceOptions build() {
      return new IceOptions(this);
    }
  }
}
