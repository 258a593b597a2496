package dev.turnstone.peerconnection;

import dev.turnstone.dtls.DtlsIdentity;
import dev.turnstone.ice.AddressChange;
import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.IceTransportPolicy;
import dev.turnstone.sctp.CongestionControl;
import dev.turnstone.sctp.SctpOptions;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;

/** What a connection is made with. Immutable; made with {@link #builder}. */
public final class PeerConnectionConfiguration {
  private final List<IceServer> iceServers;
  private final Function<IceServer, Optional<IceServer.Credentials>> iceCredentialRenewal;
  private final List<InetAddress> bindAddresses;
  private final boolean loopbackCandidates;
  private final boolean mdnsCandidates;
  private final String iceEngine;
  private final Optional<DtlsIdentity> certificate;
  private final Optional<Executor> callbackExecutor;
  private final boolean directCallbacks;
  private final boolean iceTcp;
  private final IceTransportPolicy iceTransportPolicy;
  private final int iceCandidatePoolSize;
  private final AddressChange addressChange;
  private final Map<InetAddress, InetAddress> publicAddresses;
  private final Predicate<InetAddress> addressFilter;
  private final Predicate<String> interfaceFilter;
  private final int firstIcePort;
  private final int lastIcePort;
  private final boolean sctpSnap;
  private final CongestionControl congestionControl;

  private PeerConnectionConfiguration(Builder builder) {
    iceServers = List.copyOf(builder.iceServers);
    iceCredentialRenewal = builder.iceCredentialRenewal;
    bindAddresses = builder.bindAddresses;
    loopbackCandidates = builder.loopbackCandidates;
    mdnsCandidates = builder.mdnsCandidates;
    iceEngine = builder.iceEngine;
    certificate = builder.certificate;
    callbackExecutor = builder.callbackExecutor;
    directCallbacks = builder.directCallbacks;
    iceTcp = builder.iceTcp;
    iceTransportPolicy = builder.iceTransportPolicy;
    iceCandidatePoolSize = builder.iceCandidatePoolSize;
    addressChange = builder.addressChange;
    publicAddresses = builder.publicAddresses;
    addressFilter = builder.addressFilter;
    interfaceFilter = builder.interfaceFilter;
    firstIcePort = builder.firstIcePort;
    lastIcePort = builder.lastIcePort;
    sctpSnap = builder.sctpSnap;
    congestionControl = builder.congestionControl;
  }

  /** STUN and TURN servers. */
  public List<IceServer> iceServers() {
    return iceServers;
  }

  /** Gives new credentials for a TURN server that refuses those in use. */
  public Function<IceServer, Optional<IceServer.Credentials>> iceCredentialRenewal() {
    return iceCredentialRenewal;
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
   * calls on the event loop, or on the thread whose call caused them; {@link #directCallbacks} is
   * the better way to the loop. While the executor refuses work, the factory's own threads run the
   * callbacks.
   */
  public Optional<Executor> callbackExecutor() {
    return callbackExecutor;
  }

  /** Whether callbacks run on the event loop. */
  public boolean directCallbacks() {
    return directCallbacks;
  }

  /** Whether TCP candidates are gathered and used. */
  public boolean iceTcp() {
    return iceTcp;
  }

  /** Which candidates may be used. */
  public IceTransportPolicy iceTransportPolicy() {
    return iceTransportPolicy;
  }

  /** How many transports gather before they are needed; more than one is as good as one. */
  public int iceCandidatePoolSize() {
    return iceCandidatePoolSize;
  }

  /** What to do when the host's addresses change. */
  public AddressChange addressChange() {
    return addressChange;
  }

  /** Under which address the world reaches one of ours. */
  public Map<InetAddress, InetAddress> publicAddresses() {
    return publicAddresses;
  }

  /** Which addresses of this host may be used. */
  public Predicate<InetAddress> addressFilter() {
    return addressFilter;
  }

  /** Which interfaces of this host may be used, by name. */
  public Predicate<String> interfaceFilter() {
    return interfaceFilter;
  }

  /** The lowest local port, or 0: the system chooses. */
  public int firstIcePort() {
    return firstIcePort;
  }

  /** The highest local port, or 0: the system chooses. */
  public int lastIcePort() {
    return lastIcePort;
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
    private final List<IceServer> iceServers = new ArrayList<>();
    private Function<IceServer, Optional<IceServer.Credentials>> iceCredentialRenewal =
        server -> Optional.empty();
    private List<InetAddress> bindAddresses = List.of();
    private boolean loopbackCandidates;
    private boolean mdnsCandidates;
    private String iceEngine = "turnstone";
    private Optional<DtlsIdentity> certificate = Optional.empty();
    private Optional<Executor> callbackExecutor = Optional.empty();
    private boolean directCallbacks;
    private boolean iceTcp;
    private IceTransportPolicy iceTransportPolicy = IceTransportPolicy.ALL;
    private int iceCandidatePoolSize;
    private AddressChange addressChange = AddressChange.GATHER;
    private Map<InetAddress, InetAddress> publicAddresses = Map.of();
    private Predicate<InetAddress> addressFilter = any -> true;
    private Predicate<String> interfaceFilter = any -> true;
    private int firstIcePort;
    private int lastIcePort;
    private boolean sctpSnap;
    private CongestionControl congestionControl = SctpOptions.defaults().congestionControl();

    private Builder() {}

    /**
     * STUN servers, as URLs such as {@code stun:stun.example.org:3478} (RFC 7064); none by default.
     * They replace all servers that were given before.
     *
     * @throws IllegalArgumentException when a URL is malformed, or a TURN server's, which needs
     *     credentials
     */
    public Builder iceServers(List<String> urls) {
      List<IceServer> parsed = urls.stream().map(IceServer::parse).toList();
      iceServers.clear();
      iceServers.addAll(parsed);
      return this;
    }

    /**
     * Adds a server under one or more URLs, as W3C's {@code RTCIceServer} has it: {@code
     * turn:host:port}, {@code turn:host?transport=tcp}, {@code turns:host} (RFC 7065), or {@code
     * stun:host}.
     *
     * @throws IllegalArgumentException when a URL is malformed
     */
    public Builder addIceServer(List<String> urls, String username, String credential) {
      Optional<IceServer.Credentials> credentials =
          Optional.of(new IceServer.Credentials(username, credential));
      for (String url : urls) {
        addIceServer(IceServer.parse(url, credentials));
      }
      return this;
    }

    /** Adds a server. */
    public Builder addIceServer(IceServer server) {
      iceServers.add(Objects.requireNonNull(server));
      return this;
    }

    /**
     * Where new credentials come from when a TURN server refuses those in use, as it does with
     * those that expire; nowhere by default. Called on the event loop, so it must not block: give
     * what was fetched before.
     */
    public Builder iceCredentialRenewal(
        Function<IceServer, Optional<IceServer.Credentials>> renewal) {
      iceCredentialRenewal = Objects.requireNonNull(renewal);
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
     * Whether callbacks run on the connection's event loop, inside the turn that brings them, with
     * no queue and no other thread between; {@code callbackExecutor} is not used then. A message
     * that a callback sends on its own connection leaves with the same turn. Futures of the
     * connection complete on the loop too, and so does what is chained to them.
     *
     * <p>This is a promise of the application not to block: a callback that waits, for a lock, a
     * disk or a future, holds up every connection of that loop, and one that waits for its own
     * connection waits for ever. {@code sendAndWait} is refused there. Callbacks of different
     * connections run at the same time, on different loops.
     *
     * <p>Default: false. It saves two changes of thread for each message, which is most of what a
     * short message costs; a listener that works for long does better on an executor.
     */
    public Builder directCallbacks(boolean value) {
      directCallbacks = value;
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
     * Which candidates may be used (W3C's {@code iceTransportPolicy}): {@link
     * IceTransportPolicy#RELAY} hides our addresses from the peer, and needs a TURN server.
     *
     * <p>Default: all, as W3C has it.
     */
    public Builder iceTransportPolicy(IceTransportPolicy policy) {
      iceTransportPolicy = Objects.requireNonNull(policy);
      return this;
    }

    /**
     * How many transports are to gather from the connection's birth on, so that candidates are at
     * hand when the first local description is applied, and told then (W3C's {@code
     * iceCandidatePoolSize}). All sections share one transport here, so any number above 0 means
     * one.
     *
     * <p>Default: 0, as W3C has it: sockets are opened, and servers asked, when they are needed.
     *
     * @throws IllegalArgumentException when it is not 0 to 255
     */
    public Builder iceCandidatePoolSize(int size) {
      if (size < 0 || size > 255) {
        throw new IllegalArgumentException("iceCandidatePoolSize must be 0 to 255, is " + size);
      }
      iceCandidatePoolSize = size;
      return this;
    }

    /**
     * What to do when the host's addresses change. {@link AddressChange#RESTART} asks for an ICE
     * restart, as {@link PeerConnection#restartIce} does: the application hears {@link
     * PeerConnectionListener#onNegotiationNeeded} and carries the new offer.
     *
     * <p>Default: {@link AddressChange#GATHER}, as browsers do: candidates on new addresses are
     * told in the generation that runs, which costs nothing, and nobody has to negotiate.
     */
    public Builder addressChange(AddressChange change) {
      addressChange = Objects.requireNonNull(change);
      return this;
    }

    /**
     * One-to-one NAT, as clouds have it: host candidates of an address are told under the one that
     * the world reaches it by, with the same port.
     *
     * <p>Default: none.
     *
     * @param byLocal the public address of each local one
     */
    public Builder publicAddresses(Map<InetAddress, InetAddress> byLocal) {
      publicAddresses = Map.copyOf(byLocal);
      return this;
    }

    /**
     * Which addresses of this host may be used; those of {@link #bindAddresses} are asked for too.
     * Asked whenever candidates are gathered, a restart included, and when the host's addresses
     * have changed; on the event loop, so it must not block. An address that it no longer allows is
     * given up then, though data goes over it.
     *
     * <p>Default: all.
     */
    public Builder addressFilter(Predicate<InetAddress> allowed) {
      addressFilter = Objects.requireNonNull(allowed);
      return this;
    }

    /**
     * Which interfaces of this host may be used, by name, such as {@code eth0}; as {@link
     * #addressFilter} otherwise. {@link #bindAddresses} are used whatever their interface.
     *
     * <p>Default: all.
     */
    public Builder interfaceFilter(Predicate<String> allowed) {
      interfaceFilter = Objects.requireNonNull(allowed);
      return this;
    }

    /**
     * The local ports to use, UDP and TCP each, for firewalls that open a range: one for each
     * address and connection. An address that finds none free has no candidate. Where the factory
     * has one port for all ({@link PeerConnectionFactory.Builder#icePort}) that is the one.
     *
     * <p>Default: the system chooses.
     *
     * @throws IllegalArgumentException when they are not 1 to 65535 and in order
     */
    public Builder icePortRange(int first, int last) {
      if (first < 1 || last < first || last > 65535) {
        throw new IllegalArgumentException(
            "icePortRange must lie in 1 to 65535, is " + first + " to " + last);
      }
      firstIcePort = first;
      lastIcePort = last;
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
