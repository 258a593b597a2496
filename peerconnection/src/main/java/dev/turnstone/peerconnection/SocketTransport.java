package dev.turnstone.peerconnection;

import dev.turnstone.peerconnection.net.Sockets;

/** Which sockets a factory uses. */
public enum SocketTransport {
  /** {@link #EPOLL} where its native library is on the class path and loads, else {@link #NIO}. */
  AUTO,

  /**
   * Netty's native epoll, on Linux: many datagrams leave and arrive with one system call, for less
   * processor time. Who wants it adds {@code io.netty:netty-transport-native-epoll} with the
   * classifier of the platform ({@code linux-x86_64}, {@code linux-aarch_64}).
   */
  EPOLL,

  /** The JDK's own sockets, everywhere: a system call for each datagram. */
  NIO;

  /**
   * What makes such sockets.
   *
   * @throws SocketTransportException when they are not there
   */
  Sockets sockets() {
    try {
      return switch (this) {
        case AUTO -> Sockets.best();
        case EPOLL -> Sockets.epoll();
        case NIO -> Sockets.nio();
      };
    } catch (UnsupportedOperationException e) {
      throw new SocketTransportException("socketTransport " + this + ": " + e.getMessage(), e);
    }
  }

  static SocketTransport of(Sockets sockets) {
    return sockets.isNative() ? EPOLL : NIO;
  }
}
