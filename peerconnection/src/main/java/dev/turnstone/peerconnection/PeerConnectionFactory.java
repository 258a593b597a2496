package dev.turnstone.peerconnection;

import dev.turnstone.dtls.DtlsEngine;
import dev.turnstone.dtls.DtlsEngineFactory;
import dev.turnstone.dtls.DtlsIdentity;
import dev.turnstone.dtls.DtlsListener;
import dev.turnstone.dtls.DtlsOptions;
import dev.turnstone.dtls.bouncycastle.BouncyCastleDtlsEngineFactory;
import dev.turnstone.dtls.bouncycastle.SelfSigned;
import dev.turnstone.ice.IceEngine;
import dev.turnstone.ice.IceOptions;
import dev.turnstone.peerconnection.net.ConnectionLoop;
import dev.turnstone.peerconnection.net.EventLoops;
import dev.turnstone.peerconnection.net.HostUse;
import dev.turnstone.peerconnection.net.LocalAddresses;
import dev.turnstone.peerconnection.net.NettyIceNetwork;
import dev.turnstone.peerconnection.net.NettyMdns;
import dev.turnstone.peerconnection.net.NetworkMonitor;
import dev.turnstone.peerconnection.net.SharedPorts;
import dev.turnstone.peerconnection.net.UdpStatistics;
import dev.turnstone.sctp.BufferBudget;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.association.SctpAssociation;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * Makes {@link PeerConnection}s and owns what they share: event loops, the threads that callbacks
 * run on, and the threads that DTLS handshakes borrow. One factory serves thousands of connections;
 * several in one JVM do not know of each other. All its threads are daemons.
 *
 * <p>Safe to use from any thread.
 */
public final class PeerConnectionFactory implements AutoCloseable {
  /** DTLS over IPv6 over a tunnel or two still fits: what browsers use too. */
  private static final int DATAGRAM_BYTES = 1200;

  /**
   * Header, explicit nonce and tag of an AES-GCM record (RFC 5288), the largest that we negotiate.
   */
  private static final int DTLS_RECORD_OVERHEAD = 13 + 8 + 16;

  /** Room for DCEP beside what applications send. */
  private static final long CONTROL_BYTES = 1 << 20;

  /** A quarter: what is left is the application's, and the garbage of what passes through. */
  private static final int SHARE_OF_HEAP = 4;

  private final SecureRandom random = new SecureRandom();
  private final EventLoops loops;
  private final NettyMdns mdns;
  private final NetworkMonitor monitor;
  private final ThreadPoolExecutor callbackThreads;
  private final ExecutorService workers;
  private final DtlsEngineFactory dtls;
  private final IdentitySource identities;
  private final int maxMessageSize;
  private final long sendBufferBytes;
  private final BufferBudget bufferBudget;
  private final Supplier<SSLContext> tls;
  private final Optional<SharedPorts> sharedPorts;
  private final Set<PeerConnection> open = ConcurrentHashMap.newKeySet();
  private final Object lock = new Object();
  private boolean closed;

  /** A factory with every default: one event loop per processor. */
  public PeerConnectionFactory() {
    this(builder());
  }

  private PeerConnectionFactory(Builder builder) {
    // For what blocks: DTLS handshakes and name look-ups. Unbounded: two peers of one JVM wait for
    // each other, so a bound could block both. A handshake
    // holds its thread for milliseconds and for no longer than the handshake timeout.
    workers =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            daemons("turnstone-worker"));
    // First of all: the workers load what is for DTLS while this thread loads what is for sockets.
    identities = new IdentitySource(() -> SelfSigned.ecdsa(random), workers);
    BouncyCastleDtlsEngineFactory engines = new BouncyCastleDtlsEngineFactory(workers, random);
    identities.afterFirst(engines::prepare);
    dtls = engines;
    maxMessageSize = builder.maxMessageSize;
    sendBufferBytes = builder.sendBufferBytes;
    bufferBudget = builder.bufferBudget;
    SSLContext context = builder.tls;
    // The JVM's is made when the first TURN server wants it: that reads every root certificate.
    tls = context == null ? PeerConnectionFactory::defaultTls : () -> context;
    loops = new EventLoops(builder.eventLoops, builder.socketTransport.sockets(), builder.busyPoll);
    sharedPorts = builder.icePort.map(port -> new SharedPorts(loops, port));
    mdns = new NettyMdns(loops);
    int callbacks = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
    callbackThreads =
        new ThreadPoolExecutor(
            callbacks,
            callbacks,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            daemons("turnstone-callback"));
    callbackThreads.allowCoreThreadTimeOut(true);
    monitor =
        new NetworkMonitor(loops, workers, builder.networkMonitorInterval, LocalAddresses::present);
  }

  private static SSLContext defaultTls() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(
          "the JVM's default TLS context cannot be made; give tlsContext(...)", e);
    }
  }

  private static ThreadFactory daemons(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** A builder with every default set. */
  public static Builder builder() {
    return new Builder();
  }

  /** A new connection with the default configuration. */
  public PeerConnection createPeerConnection() {
    return createPeerConnection(PeerConnectionConfiguration.builder().build());
  }

  /**
   * A new connection.
   *
   * @throws InvalidStateException when the factory is closed
   * @throws IllegalArgumentException when an ICE server's URL is malformed or the engine unknown
   */
  public PeerConnection createPeerConnection(PeerConnectionConfiguration configuration) {
    // With close() under one lock: a connection is either refused, or closed before its loop ends.
    synchronized (lock) {
      if (closed) {
        throw new InvalidStateException("createPeerConnection: the factory is closed");
      }
      DefaultPeerConnection connection = new DefaultPeerConnection(new Shared(), configuration);
      open.add(connection);
      connection.begin();
      return connection;
    }
  }

  /**
   * Says that the addresses of this host have changed, for who knows it sooner than the monitor
   * does. Every connection looks at once and does what its {@code addressChange} says.
   */
  public void networkChanged() {
    monitor.tell();
  }

  /** What the sockets of all connections have done so far. */
  public FactoryStatistics statistics() {
    UdpStatistics udp = loops.statistics();
    return new FactoryStatistics(
        udp.datagramsSent(),
        udp.datagramsReceived(),
        udp.sendErrors(),
        udp.sendCalls(),
        udp.segmentedSends(),
        udp.refusedSegmentations(),
        udp.largestSentBytes(),
        udp.largestReceivedBytes(),
        open.size());
  }

  /** Which sockets are in use: {@link SocketTransport#EPOLL} or {@link SocketTransport#NIO}. */
  public SocketTransport socketTransport() {
    return SocketTransport.of(loops.sockets());
  }

  /** Closes every connection and ends the threads. Does not wait; a second call does nothing. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      open.forEach(PeerConnection::close);
      mdns.close();
      monitor.close();
      // The loops run what was posted before they end, so the connections close; and with them the
      // handshakes, whose threads are idle then.
      sharedPorts.ifPresent(SharedPorts::close);
      loops.close();
      workers.shutdown();
    }
    // The callbacks that tell of the closing still run; idle threads then end by themselves.
  }

  /** Builds a {@link PeerConnectionFactory}. */
  public static final class Builder {
    private SocketTransport socketTransport = SocketTransport.AUTO;
    private Duration busyPoll = Duration.ZERO;
    private int eventLoops = Runtime.getRuntime().availableProcessors();
    private int maxMessageSize = 262144;
    private long sendBufferBytes = 64L << 20;
    private BufferBudget bufferBudget =
        BufferBudget.of(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);

    private Duration networkMonitorInterval = Duration.ofSeconds(2);
    private SSLContext tls;
    private Optional<Integer> icePort = Optional.empty();

    private Builder() {}

    /** How many event loops to run connections on; by default one per processor. */
    public Builder eventLoops(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("at least one event loop is needed, asked for " + count);
      }
      eventLoops = count;
      return this;
    }

    /**
     * Which sockets to use; by default {@link SocketTransport#AUTO}: the fastest that there are.
     */
    public Builder socketTransport(SocketTransport transport) {
      socketTransport = Objects.requireNonNull(transport, "transport");
      return this;
    }

    /**
     * For how long an event loop that has nothing to do looks for packets before it sleeps. It
     * looks only while packets come so close that this pays, as in a transfer or a quick exchange:
     * then it saves the time, and most of the processor's time, that it takes to wake a thread. A
     * loop that looks seems busy, though it lets others have the processor; with callbacks on
     * threads of their own, and no processors to spare, it is in their way. 100 microseconds suit
     * {@link PeerConnectionConfiguration.Builder#directCallbacks}. Default: zero, it sleeps at
     * once.
     *
     * @throws IllegalArgumentException when it is negative or longer than a second
     */
    public Builder busyPoll(Duration longest) {
      if (longest.isNegative() || longest.compareTo(Duration.ofSeconds(1)) > 0) {
        throw new IllegalArgumentException("busyPoll must be 0 to 1 second, is " + longest);
      }
      busyPoll = longest;
      return this;
    }

    /**
     * The largest message that connections take, in bytes: what {@code a=max-message-size} says.
     * 256 KiB by default, as browsers say.
     */
    public Builder maxMessageSize(int bytes) {
      if (bytes < 1 || bytes > 256 << 20) {
        throw new IllegalArgumentException("maxMessageSize must be 1 byte to 256 MiB, is " + bytes);
      }
      maxMessageSize = bytes;
      return this;
    }

    /**
     * How much may wait to be sent on one connection before {@code send} refuses; 64 MiB by
     * default.
     */
    public Builder sendBufferBytes(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("sendBufferBytes must be positive, is " + bytes);
      }
      sendBufferBytes = bytes;
      return this;
    }

    /**
     * How much memory the buffers of all connections may take together: what waits to be sent or
     * acknowledged, and receive windows. By default a quarter of the largest heap that the JVM will
     * use, for this factory alone; give several factories the same one to share it.
     *
     * <p>When it is spent, receive windows stop growing and {@code send} refuses what is beyond a
     * connection's guaranteed 256 KiB; a connection that hardly moves anything does not notice.
     */
    public Builder bufferBudget(BufferBudget budget) {
      bufferBudget = Objects.requireNonNull(budget, "budget");
      return this;
    }

    /**
     * Whom to trust where a TURN server is reached over TLS ({@code turns:}). By default the JVM's
     * own trust store decides. The server's certificate is always checked against the host of its
     * URL.
     */
    public Builder tlsContext(SSLContext context) {
      tls = Objects.requireNonNull(context, "context");
      return this;
    }

    /**
     * One UDP port, and one TCP port of the same number where {@code iceTcp} is on, for all
     * connections of the factory: what a server behind a firewall or in a container opens. What
     * arrives is told apart by ICE's user names, then by address. The sockets open with the first
     * connection; one whose port is taken gathers nothing on that address.
     *
     * <p>A peer's address and port can have one connection only: that is so with browsers, not
     * between two factories that both share a port.
     *
     * @param port 1 to 65535, or 0: the system chooses, for UDP and TCP each
     */
    public Builder icePort(int port) {
      if (port < 0 || port > 65535) {
        throw new IllegalArgumentException("icePort must be 0 to 65535, is " + port);
      }
      icePort = Optional.of(port);
      return this;
    }

    /**
     * How often this host's network interfaces are looked at while connections are open, for the
     * {@code addressChange} of their configuration. 2 seconds by default, which costs a millisecond
     * of a worker each time; zero: only {@link PeerConnectionFactory#networkChanged} tells.
     */
    public Builder networkMonitorInterval(Duration interval) {
      if (interval.isNegative()) {
        throw new IllegalArgumentException("networkMonitorInterval is negative: " + interval);
      }
      networkMonitorInterval = interval;
      return this;
    }

    /**
     * The factory. Its threads start when the first connection needs them.
     *
     * @throws SocketTransportException when the sockets that were asked for are not there
     */
    public PeerConnectionFactory build() {
      return new PeerConnectionFactory(this);
    }
  }

  private final class Shared implements Environment {
    @Override
    public ConnectionLoop newLoop(Runnable endTurn, Consumer<Throwable> onFault) {
      return loops.newConnectionLoop(endTurn, onFault);
    }

    @Override
    public Executor callbackExecutor() {
      return callbackThreads;
    }

    @Override
    public SecureRandom random() {
      return random;
    }

    @Override
    public CompletableFuture<DtlsIdentity> newIdentity() {
      return identities.take();
    }

    @Override
    public IceFactory iceFactory(PeerConnectionConfiguration configuration) {
      IceEngine engine = IceEngines.named(configuration.iceEngine());
      IceOptions options =
          IceOptions.builder(random)
              .servers(configuration.iceServers())
              .credentialRenewal(configuration.iceCredentialRenewal())
              .tcp(configuration.iceTcp())
              .mdns(configuration.mdnsCandidates())
              .transportPolicy(configuration.iceTransportPolicy())
              .addressChange(configuration.addressChange())
              .publicAddresses(configuration.publicAddresses())
              .build();
      engine.check(options);
      if (configuration.iceServers().stream().anyMatch(server -> server.scheme().isSecure())) {
        // Here, and not on the loop, which would wait for it.
        tls.get();
      }
      return (loop, listener) ->
          engine.create(
              options,
              new NettyIceNetwork(
                  loop, loops, hostUse(configuration), workers, tls, sharedPorts, mdns, monitor),
              listener);
    }

    private HostUse hostUse(PeerConnectionConfiguration configuration) {
      return new HostUse(
          () ->
              LocalAddresses.find(
                  configuration.bindAddresses(),
                  configuration.loopbackCandidates(),
                  configuration.addressFilter(),
                  configuration.interfaceFilter()),
          configuration.firstIcePort(),
          configuration.lastIcePort());
    }

    @Override
    public DtlsEngine newDtlsEngine(DtlsOptions options, Executor loop, DtlsListener listener) {
      return dtls.create(options, loop, listener);
    }

    @Override
    public SctpAssociation newAssociation(PeerConnectionConfiguration configuration) {
      SctpOptions sctpDefaults = SctpOptions.defaults();
      SctpOptions options =
          SctpOptions.builder()
              .mtu(DATAGRAM_BYTES - DTLS_RECORD_OVERHEAD)
              .sendBuffer(sendBufferBytes + CONTROL_BYTES)
              .maxReceivedMessageSize(maxMessageSize)
              // One message is read while the next arrives.
              .receiveBuffer(Math.max(sctpDefaults.receiveBuffer(), 2 * maxMessageSize))
              .congestionControl(configuration.congestionControl())
              .receiveBufferMax(Math.max(sctpDefaults.receiveBufferMax(), 4 * maxMessageSize))
              .build();
      // What is sent was admitted before it came to the loop, and must not be refused there.
      return new SctpAssociation(options, random, bufferBudget, bufferBudget.withoutRefusal());
    }

    @Override
    public long maxMessageSize() {
      return maxMessageSize;
    }

    @Override
    public SendAdmission newSendAdmission() {
      return new SendAdmission(
          sendBufferBytes, SctpOptions.defaults().sendBufferGuaranteed(), bufferBudget);
    }

    @Override
    public void forget(PeerConnection connection) {
      open.remove(connection);
    }
  }
}
