package dev.turnstone.peerconnection.net;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * How sockets are made and waited for: by the JDK alone, or by Netty's native epoll, which sends
 * and receives many datagrams with one system call. Safe to use from any thread.
 */
public abstract sealed class Sockets permits NioSockets, EpollSockets {
  /** The default of 208 KiB loses packets in bursts. The system may give less. */
  static final int SOCKET_BUFFER_BYTES = 4 << 20;

  Sockets() {}

  /** The JDK's own, everywhere. */
  public static Sockets nio() {
    return new NioSockets();
  }

  /**
   * Netty's native epoll.
   *
   * @throws UnsupportedOperationException when its library is not there or does not load; the cause
   *     says why
   */
  public static Sockets epoll() {
    if (!Epoll.isAvailable()) {
      Throwable cause = Epoll.unavailabilityCause();
      throw new UnsupportedOperationException("no native epoll: " + innermost(cause), cause);
    }
    return new EpollSockets();
  }

  /** Native epoll where it loads, else the JDK's own. */
  public static Sockets best() {
    return Epoll.isAvailable() ? new EpollSockets() : nio();
  }

  private static Throwable innermost(Throwable cause) {
    return cause == null || cause.getCause() == null ? cause : innermost(cause.getCause());
  }

  /** Whether these are native. */
  public abstract boolean isNative();

  /** What waits for these sockets, one for each loop. */
  abstract IoHandlerFactory waiting(SelectStrategyFactory strategy);

  /** Whether the system lets several sockets bind one port and spreads what arrives. */
  abstract boolean canSharePorts();

  /**
   * A bound UDP socket that no loop has yet.
   *
   * @param shared whether others of ours may bind the same port, see {@link #canSharePorts}
   * @throws IOException when the address cannot be bound; the text names it
   */
  abstract UdpPort bindUdp(InetSocketAddress local, boolean shared, UdpStatistics statistics)
      throws IOException;

  /**
   * A TCP socket that is neither bound nor connected.
   *
   * @throws io.netty.channel.ChannelException when the system gives none
   */
  abstract SocketChannel newTcp(InetSocketAddress local);

  /**
   * A bound TCP listener that no loop has yet.
   *
   * @throws IOException when the address cannot be bound; the text names it
   */
  abstract ServerSocketChannel bindTcp(InetSocketAddress local) throws IOException;

  static SocketProtocolFamily family(InetSocketAddress local) {
    return local.getAddress() instanceof Inet6Address
        ? SocketProtocolFamily.INET6
        : SocketProtocolFamily.INET;
  }
}
