package dev.turnstone.peerconnection.net;

import dev.turnstone.ice.IceNetwork.TcpAcceptor;
import dev.turnstone.ice.IceNetwork.TcpListener;
import dev.turnstone.ice.IceNetwork.UdpReceiver;
import dev.turnstone.ice.IceNetwork.UdpSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * One port for every connection of a factory: the sockets are opened when the first connection
 * binds an address, and stay until the factory closes. Safe to use from any thread.
 */
public final class SharedPorts implements AutoCloseable {
  private final EventLoops loops;
  private final int port;
  private final Map<InetAddress, SharedUdpPort> udp = new HashMap<>();
  private final Map<InetAddress, SharedTcpPort> tcp = new HashMap<>();
  private boolean closed;

  /**
   * Ports that nobody has bound yet.
   *
   * @param port 1 to 65535, or 0: the system chooses one for each address
   */
  public SharedPorts(EventLoops loops, int port) {
    this.loops = loops;
    this.port = port;
  }

  /** A part in the UDP port of an address; called on the connection's loop. */
  UdpSocket bindUdp(InetAddress address, ConnectionLoop loop, UdpReceiver receiver)
      throws IOException {
    return udp(address).join(loop, receiver);
  }

  private synchronized SharedUdpPort udp(InetAddress address) throws IOException {
    requireOpen();
    SharedUdpPort shared = udp.get(address);
    if (shared == null) {
      shared = new SharedUdpPort(loops, new InetSocketAddress(address, port));
      udp.put(address, shared);
    }
    return shared;
  }

  /** A part in the TCP port of an address; called on the connection's loop. */
  TcpListener listen(
      InetAddress address, ConnectionLoop loop, TcpChannels streams, TcpAcceptor acceptor)
      throws IOException {
    return tcp(address).join(loop, streams, acceptor);
  }

  private synchronized SharedTcpPort tcp(InetAddress address) throws IOException {
    requireOpen();
    SharedTcpPort shared = tcp.get(address);
    if (shared == null) {
      shared = new SharedTcpPort(loops, new InetSocketAddress(address, port));
      tcp.put(address, shared);
    }
    return shared;
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("the factory is closed");
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    udp.values().forEach(SharedUdpPort::close);
    udp.clear();
    tcp.values().forEach(SharedTcpPort::close);
    tcp.clear();
  }
}
