package dev.turnstone.ice.internet;

import dev.turnstone.ice.Addresses;
import dev.turnstone.ice.IceNetwork;
import dev.turnstone.testkit.Simulation;
import dev.turnstone.testkit.internet.SimulatedHost;
import dev.turnstone.testkit.internet.SimulatedInternet;
import dev.turnstone.testkit.internet.SimulatedTcpStream;
import dev.turnstone.testkit.internet.SimulatedUdpSocket;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The network of an engine on a simulated host. TLS is TCP here: who asks for it gets a stream
 * without encryption, and the server has to know.
 */
final class SimulatedIceNetwork implements IceNetwork {
  private final SimulatedInternet internet;
  private final SimulatedHost host;
  private final Map<String, List<InetAddress>> names = new HashMap<>();
  private final List<SimulatedIceNetwork> neighbours = new ArrayList<>();
  private int openSockets;

  SimulatedIceNetwork(SimulatedInternet internet, SimulatedHost host) {
    this.internet = internet;
    this.host = host;
  }

  /** What this host publishes is found by that one from now on, as on a link of theirs. */
  void sharesLinkWith(SimulatedIceNetwork neighbour) {
    neighbours.add(neighbour);
  }

  @Override
  public Cancellable publish(String name, InetAddress address) {
    neighbours.forEach(neighbour -> neighbour.name(name, address));
    return () -> neighbours.forEach(neighbour -> neighbour.names.remove(name));
  }

  /** Lets a name be found. */
  void name(String name, InetAddress... addresses) {
    names.put(name, List.of(addresses));
  }

  int openSockets() {
    return openSockets;
  }

  @Override
  public List<InetAddress> localAddresses() {
    return host.addresses();
  }

  @Override
  public UdpSocket bind(InetSocketAddress local, UdpReceiver receiver) throws IOException {
    SimulatedUdpSocket socket =
        host.bindUdp(
            local,
            (packet, from) -> {
              receiver.onDatagram(packet, from);
              receiver.onReadComplete();
            });
    openSockets++;
    return new UdpSocket() {
      private boolean open = true;

      @Override
      public InetSocketAddress localAddress() {
        return socket.localAddress();
      }

      @Override
      public void send(ByteBuffer packet, InetSocketAddress remote) {
        socket.send(packet, remote);
      }

      @Override
      public void flush() {}

      @Override
      public void close() {
        openSockets -= open ? 1 : 0;
        open = false;
        socket.close();
      }
    };
  }

  @Override
  public void resolve(String name, Consumer<List<InetAddress>> onResult) {
    List<InetAddress> found =
        Addresses.parse(name).map(List::of).orElse(names.getOrDefault(name, List.of()));
    execute(() -> onResult.accept(found));
  }

  @Override
  public TcpStream connect(
      InetSocketAddress local,
      InetSocketAddress remote,
      Optional<String> tlsName,
      TcpReceiver receiver) {
    Stream stream = new Stream(local, receiver);
    try {
      stream.begin(host.connect(local, remote, stream));
    } catch (BindException e) {
      execute(() -> stream.onClosed(e.getMessage()));
    }
    return stream;
  }

  @Override
  public TcpListener listen(InetSocketAddress local, TcpAcceptor acceptor) throws IOException {
    InetSocketAddress bound =
        host.listen(
            local,
            accepted -> {
              Stream stream = new Stream(accepted.localAddress(), null);
              stream.begin(accepted);
              stream.connected = true;
              accepted.setHandler(stream);
              stream.receiver = acceptor.onAccept(stream, accepted.remoteAddress());
            });
    return new TcpListener() {
      @Override
      public InetSocketAddress localAddress() {
        return bound;
      }

      @Override
      public void close() {
        host.stopListening(bound);
      }
    };
  }

  @Override
  public Cancellable watchAddresses(Runnable onChange) {
    boolean[] over = new boolean[1];
    host.onAddressChange(
        () -> {
          if (!over[0]) {
            onChange.run();
          }
        });
    return () -> over[0] = true;
  }

  @Override
  public void execute(Runnable task) {
    internet.schedule(Duration.ZERO, task);
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    Simulation.Timer timer = internet.schedule(delay, task);
    return timer::cancel;
  }

  @Override
  public long nowNanos() {
    return internet.nowNanos();
  }

  private static final class Stream implements TcpStream, SimulatedTcpStream.Handler {
    private final InetSocketAddress local;
    private final List<ByteBuffer> early = new ArrayList<>();
    private TcpReceiver receiver;
    private SimulatedTcpStream stream;
    private boolean connected;
    private boolean closed;

    Stream(InetSocketAddress local, TcpReceiver receiver) {
      this.local = local;
      this.receiver = receiver;
    }

    void begin(SimulatedTcpStream beneath) {
      stream = beneath;
    }

    @Override
    public void send(ByteBuffer bytes) {
      if (closed) {
        return;
      }
      if (connected) {
        stream.send(bytes);
      } else {
        early.add(ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip());
      }
    }

    @Override
    public void flush() {}

    @Override
    public long pendingBytes() {
      long waiting = stream == null ? 0 : stream.bytesUnderWay();
      return waiting + early.stream().mapToLong(ByteBuffer::remaining).sum();
    }

    @Override
    public InetSocketAddress localAddress() {
      return stream == null ? local : stream.localAddress();
    }

    @Override
    public void close() {
      closed = true;
      if (stream != null) {
        stream.close();
      }
    }

    @Override
    public void onConnected() {
      connected = true;
      early.forEach(stream::send);
      early.clear();
      receiver.onConnected();
    }

    @Override
    public void onBytes(ByteBuffer bytes) {
      receiver.onBytes(bytes);
      receiver.onReadComplete();
    }

    @Override
    public void onClosed(String reason) {
      if (!closed) {
        closed = true;
        receiver.onClosed(reason);
      }
    }
  }
}
