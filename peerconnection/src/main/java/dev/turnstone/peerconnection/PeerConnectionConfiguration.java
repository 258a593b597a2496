package dev.turnstone.peerconnection;

import dev.turnstone.dtls.DtlsIdentity;
import dev.turnstone.sctp.CongestionControl;
import dev.turnstone.sctp.SctpOptions;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;

/** What a connection is made with. Immutable; made with {@link #builder}. */
public final class PeerConnectionConfiguration {
  private final List<String> iceServers;
  private final List<InetAddress> bindAddresses;
  private final boolean loopbackCandidates;
  private final boolean mdnsCandidates;
  private final String iceEngine;
  private final Optional<DtlsIdentity> certificate;
  private final Optional<Executor> callbackExecutor;
  private final boolean iceTcp;
  private final boolean sctpSnap;
  private final CongestionControl congestionControl;

  private PeerConnectionConfiguration(Builder builder) {
    iceServers = builder.iceServers;
    bindAddresses = builder.bindAddresses;
    loopbackCandidates = builder.loopbackCandidates;
    mdnsCandidates = builder.mdnsCandidates;
    iceEngine = builder.iceEngine;
    certificate = builder.certificate;
    callbackExecutor = builder.callbackExecutor;
    iceTcp = builder.iceTcp;
    sctpSnap = builder.sctpSnap;
    congestionControl = builder.congestionControl;
  }

  /** URLs of STUN servers, such as {@code stun:stun.example.org:3478} (RFC 7064). */
  public List<String> iceServers() {
    return iceServers;
  }

  /** The local addresses to use; empty means all but loopback. */
  public List<InetAddress> bindAddresses() {
    return bindAddresses;
  }

  /** Whether loopback addresses are gathered too; they always are when there is no other. */
  public boolean loopbackCandidates() {
    return loopbackCandidates;
  }

  /** Whether candidates tell names of multicast DNS in the place of our addresses. */
  public boolean mdnsCandidates() {
    return mdnsCandidates;
  }

  /** The ICE engine's name. */
  public String iceEngine() {
    return iceEngine;
  }

  /** The DTLS identity; a fresh one is made when absent. */
  public Optional<DtlsIdentity> certificate() {
    return certificate;
  }

  /**
   * Where callbacks run; the factory's own threads when absent. {@code Runnable::run} asks for
   * calls on the event loop, or on the thread whose call caused them; they must not block then.
   * While the executor refuses work, the factory's own threads run the callbacks.
   */
  public Optional<Executor> callbackExecutor() {
    return callbackExecutor;
  }

  /** Whether TCP candidates are gathered and used. */
  public boolean iceTcp() {
    return iceTcp;
  }

  /** Whether descriptions carry the beginning of SCTP. */
  public boolean sctpSnap() {
    return sctpSnap;
  }

  /** How the congestion window of data channels is found. */
  public CongestionControl congestionControl() {
    return congestionControl;
  }

  /** A builder with every default set. */
  public static Builder builder() {
    return new Builder();
  }

  /** Builds {@link PeerConnectionConfiguration}. */
  public static final class Builder {
    private List<String> iceServers = List.of();
    private List<InetAddress> bindAddresses = List.of();
    private boolean loopbackCandidates;
    private boolean mdnsCandidates;
    private String iceEngine = "turnstone";
    private Optional<DtlsIdentity> certificate = Optional.empty();
    private Optional<Executor> callbackExecutor = Optional.empty();
    private boolean iceTcp;
    private boolean sctpSnap;
    private CongestionControl congestionControl = SctpOptions.defaults().congestionControl();

    private Builder() {}

    /** STUN servers, as URLs. */
    public Builder iceServers(List<String> urls) {
      iceServers = List.copyOf(urls);
      return this;
    }

    /**
     * The only local addresses to use.
     *
     * @throws IllegalArgumentException when one is a wildcard, which no peer could be told
     */
    public Builder bindAddresses(List<InetAddress> addresses) {
      for (InetAddress address : addresses) {
        if (address.isAnyLocalAddress()) {
          throw new IllegalArgumentException(
              "a bind address must be one of this host, is "
                  + address.getHostAddress()
                  + "; leave bindAddresses empty to use all");
        }
      }
      bindAddresses = List.copyOf(addresses);
      return this;
    }

    /** Whether to gather loopback addresses too. */
    public Builder loopbackCandidates(boolean value) {
      loopbackCandidates = value;
      return this;
    }

    /**
     * Whether candidates tell names of multicast DNS in the place of our addresses, as browsers do
     * (RFC 8828, draft-ietf-mmusic-mdns-ice-candidates): who reads the signaling does not learn how
     * our network is built. A peer on the same link finds us by the name, which each connection has
     * for itself and answers for while it lives; others need a server's help, or wait for our
     * checks. Our own engine alone can do this.
     *
     * <p>Default: false: a server has nothing to conceal, and an application of this JVM may read
     * the host's addresses anyway. Names of the peer are found in either case.
     */
    public Builder mdnsCandidates(boolean value) {
      mdnsCandidates = value;
      return this;
    }

    /**
     * The ICE engine's name: {@code turnstone}, our own (the default), or {@code ice4j}, for which
     * {@code org.jitsi:ice4j} must be on the class path: it is not inherited.
     */
    public Builder iceEngine(String name) {
      iceEngine = Objects.requireNonNull(name);
      return this;
    }

    /** The DTLS identity to use, to be recognized again by its fingerprint. */
    public Builder certificate(DtlsIdentity identity) {
      certificate = Optional.of(identity);
      return this;
    }

    /** Where callbacks run. They run one at a time for each connection, whatever the executor. */
    public Builder callbackExecutor(Executor executor) {
      callbackExecutor = Optional.of(executor);
      return this;
    }

    /**
     * Whether TCP candidates are gathered and used (RFC 6544), below all of UDP: a browser behind a
     * firewall that blocks UDP reaches a JVM on a public address without a relay. With our own
     * engine only.
     *
     * <p>Default: false: it costs a listening socket for each address and connection, and helps
     * only who can be connected to.
     */
    public Builder iceTcp(boolean value) {
      iceTcp = value;
      return this;
    }

    /**
     * Whether descriptions carry the beginning of SCTP, {@code a=sctp-init}
     * (draft-hancke-tsvwg-snap): where both sides do this, data channels open a round trip or two
     * earlier; where only one does, nothing changes.
     *
     * <p>Default: false: it is a draft of one group of authors yet, and Chromium has it behind a
     * flag.
     */
    public Builder sctpSnap(boolean value) {
      sctpSnap = value;
      return this;
    }

    /**
     * How the congestion window of data channels is found. {@link CongestionControl} says which is
     * for which path; the default is that of {@link SctpOptions#congestionControl}.
     */
    public Builder congestionControl(CongestionControl value) {
      congestionControl = Objects.requireNonNull(value);
      return this;
    }

    /** The configuration. */
    public PeerConnectionConfiguration build() {
      return new PeerConnectionConfiguration(this);
    }
  }
}
