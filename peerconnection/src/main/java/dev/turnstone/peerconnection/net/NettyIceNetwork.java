package dev.turnstone.peerconnection.net;

import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.mdns.MdnsName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The network of one connection: sockets on its event loop. */
public final class NettyIceNetwork implements IceNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(NettyIceNetwork.class);

  private final ConnectionLoop loop;
  private final EventLoops loops;
  private final HostUse host;
  private final Executor lookups;
  private final TcpChannels tcp;
  private final Optional<SharedPorts> shared;
  private final NettyMdns mdns;
  private final NetworkMonitor monitor;

  /**
   * A network on a loop.
   *
   * @param loops those that the loop is one of
   * @param host which addresses and ports may be used
   * @param lookups runs name look-ups, which block
   * @param tls for connections to TURN servers over TLS; asked for each, on the loop
   * @param shared the ports of the factory, when all its connections share them
   * @param mdns finds names that conceal addresses
   * @param monitor tells that the addresses have changed
   */
  public NettyIceNetwork(
      ConnectionLoop loop,
      EventLoops loops,
      HostUse host,
      Executor lookups,
      Supplier<SSLContext> tls,
      Optional<SharedPorts> shared,
      NettyMdns mdns,
      NetworkMonitor monitor) {
    this.shared = shared;
    this.tcp = new TcpChannels(loop, loops.sockets(), tls);
    this.loop = loop;
    this.loops = loops;
    this.host = host;
    this.lookups = lookups;
    this.mdns = mdns;
    this.monitor = monitor;
  }

  @Override
  public List<InetAddress> localAddresses() {
    return host.addresses().get();
  }

  @Override
  public Cancellable watchAddresses(Runnable onChange) {
    return monitor.watch(loop, onChange)::run;
  }

  @Override
  public void resolve(String host, Consumer<List<InetAddress>> onResult) {
    if (MdnsName.matches(host)) {
      mdns.resolve(host, found -> loop.execute(() -> onResult.accept(found)));
      return;
    }
    lookups.execute(
        () -> {
          List<InetAddress> found = lookUp(host);
          loop.execute(() -> onResult.accept(found));
        });
  }

  @Override
  public Cancellable publish(String name, InetAddress address) {
    mdns.publish(name, address);
    return () -> mdns.withdraw(List.of(name));
  }

  private static List<InetAddress> lookUp(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      LOG.debug("{} has no address", host);
      return List.of();
    }
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    return loop.schedule(delay, task)::run;
  }

  @Override
  public long nowNanos() {
    return loop.nowNanos();
  }

  @Override
  public UdpSocket bind(InetSocketAddress local, UdpReceiver receiver) throws IOException {
    if (shared.isPresent()) {
      return shared.get().bindUdp(local.getAddress(), loop, receiver);
    }
    return bindAlone(local, receiver);
  }

  @Override
  public UdpSocket bindAlone(InetSocketAddress local, UdpReceiver receiver) throws IOException {
    UdpStatistics statistics = loops.statistics();
    UdpPort port = inRange(local, place -> loops.sockets().bindUdp(place, false, statistics));
    LoopBuffers buffers = loops.buffers(loop.eventLoop());
    // We are on the loop, so this happens before the call returns.
    port.register(loop.eventLoop(), buffers, new Inbound(buffers, statistics, receiver));
    return new Socket(port);
  }

  @Override
  public TcpStream connect(
      InetSocketAddress local,
      InetSocketAddress remote,
      Optional<String> tlsName,
      TcpReceiver receiver) {
    return tcp.connect(local, remote, tlsName, receiver);
  }

  @Override
  public TcpListener listen(InetSocketAddress local, TcpAcceptor acceptor) throws IOException {
    return shared.isPresent()
        ? shared.get().listen(local.getAddress(), loop, tcp, acceptor)
        : inRange(local, place -> tcp.listen(place, acceptor));
  }

  @FunctionalInterface
  private interface Binding<T> {
    T bind(InetSocketAddress local) throws IOException;
  }

  /** Binds where it is asked for; where any port will do, one of the configured range. */
  private <T> T inRange(InetSocketAddress local, Binding<T> binding) throws IOException {
    if (local.getPort() != 0 || host.anyPort()) {
      return binding.bind(local);
    }
    int count = host.lastPort() - host.firstPort() + 1;
    // From anywhere on: connections that begin at the same time do not all try the same ports.
    int start = ThreadLocalRandom.current().nextInt(count);
    IOException failure = null;
    for (int i = 0; i < count; i++) {
      int port = host.firstPort() + (start + i) % count;
      try {
        return binding.bind(new InetSocketAddress(local.getAddress(), port));
      } catch (IOException e) {
        failure = e;
      }
    }
    throw new IOException(
        "no port of "
            + host.firstPort()
            + " to "
            + host.lastPort()
            + " is free on "
            + local.getAddress(),
        failure);
  }

  /** A read is a turn of the connection. */
  private final class Inbound extends UdpInbound {
    private final UdpReceiver receiver;
    private boolean inTurn;

    Inbound(LoopBuffers buffers, UdpStatistics statistics, UdpReceiver receiver) {
      super(buffers, statistics);
      this.receiver = receiver;
    }

    @Override
    void handle(ByteBuffer bytes, InetSocketAddress from) {
      if (!inTurn) {
        inTurn = true;
        loop.beginTurn();
      }
      try {
        receiver.onDatagram(bytes, from);
      } catch (RuntimeException | Error fault) {
        loop.fault(fault);
      }
    }

    @Override
    void handleReadComplete() {
      if (inTurn) {
        inTurn = false;
        loop.guard(receiver::onReadComplete);
        loop.endTurn();
      }
    }
  }

  private record Socket(UdpPort port) implements UdpSocket {
    @Override
    public InetSocketAddress localAddress() {
      return port.localAddress();
    }

    @Override
    public void send(ByteBuffer packet, InetSocketAddress remote) {
      port.send(packet, remote);
    }

    @Override
    public void flush() {
      port.flush();
    }

    @Override
    public void close() {
      port.close();
    }
  }
}
