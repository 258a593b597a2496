package dev.turnstone.peerconnection.net;

import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.mdns.MdnsName;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
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
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The network of one connection: sockets on its event loop. */
public final class NettyIceNetwork implements IceNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(NettyIceNetwork.class);

  private final ConnectionLoop loop;
  private final UdpStatistics statistics;
  private final HostUse host;
  private final Executor lookups;
  private final TcpChannels tcp;
  private final Optional<SharedPorts> shared;
  private final NettyMdns mdns;
  private final NetworkMonitor monitor;

  /**
   * A network on a loop.
   *
   * @param host which addresses and ports may be used
   * @param lookups runs name look-ups, which block
   * @param tls for connections to TURN servers over TLS
   * @param shared the ports of the factory, when all its connections share them
   * @param mdns finds names that conceal addresses
   * @param monitor tells that the addresses have changed
   */
  public NettyIceNetwork(
      ConnectionLoop loop,
      UdpStatistics statistics,
      HostUse host,
      Executor lookups,
      SSLContext tls,
      Optional<SharedPorts> shared,
      NettyMdns mdns,
      NetworkMonitor monitor) {
    this.shared = shared;
    this.tcp = new TcpChannels(loop, tls);
    this.loop = loop;
    this.statistics = statistics;
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
    NioDatagramChannel channel = inRange(local, place -> UdpChannels.bind(place, false));
    channel.pipeline().addLast(new Inbound(receiver));
    // We are on the loop, so this happens before the call returns.
    loop.eventLoop().register(channel);
    return new Socket(channel);
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

  private final class Inbound extends ChannelInboundHandlerAdapter {
    private final UdpReceiver receiver;
    private boolean inTurn;

    Inbound(UdpReceiver receiver) {
      this.receiver = receiver;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      DatagramPacket packet = (DatagramPacket) message;
      try {
        if (!inTurn) {
          inTurn = true;
          loop.beginTurn();
        }
        ByteBuf content = packet.content();
        statistics.countReceived(content.readableBytes());
        ByteBuffer bytes =
            content.internalNioBuffer(content.readerIndex(), content.readableBytes());
        loop.guard(() -> receiver.onDatagram(bytes, packet.sender()));
      } finally {
        packet.release();
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (inTurn) {
        inTurn = false;
        loop.guard(receiver::onReadComplete);
        loop.endTurn();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // An ICMP error that the system reports on an unconnected socket, or a send that it refused.
      statistics.countSendError();
    }
  }

  private final class Socket implements UdpSocket {
    private final NioDatagramChannel channel;
    private final InetSocketAddress local;

    Socket(NioDatagramChannel channel) {
      this.channel = channel;
      this.local = channel.localAddress();
    }

    @Override
    public InetSocketAddress localAddress() {
      return local;
    }

    @Override
    public void send(ByteBuffer packet, InetSocketAddress remote) {
      UdpChannels.send(channel, packet, remote, statistics);
    }

    @Override
    public void flush() {
      channel.flush();
    }

    @Override
    public void close() {
      channel.close();
    }
  }
}
