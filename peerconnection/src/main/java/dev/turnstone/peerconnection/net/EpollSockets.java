package dev.turnstone.peerconnection.net;

import io.netty.channel.ChannelException;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Sockets of Netty's native epoll: many datagrams in a system call, both ways. */
final class EpollSockets extends Sockets {
  /** As many as the JDK lets wait. */
  private static final int BACKLOG = 50;

  @Override
  public boolean isNative() {
    return true;
  }

  @Override
  IoHandlerFactory waiting(SelectStrategyFactory strategy) {
    return EpollIoHandler.newFactory(0, strategy);
  }

  @Override
  boolean canSharePorts() {
    return true;
  }

  /** Something that is done with a socket before it becomes a channel. */
  @FunctionalInterface
  private interface Preparing {
    void prepare(LinuxSocket socket) throws IOException;
  }

  private static int prepared(LinuxSocket socket, Preparing preparing) throws IOException {
    try {
      preparing.prepare(socket);
      return socket.intValue();
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  UdpPort bindUdp(InetSocketAddress local, boolean shared, UdpStatistics statistics)
      throws IOException {
    LinuxSocket socket;
    try {
      socket = LinuxSocket.newSocketDgram(family(local));
    } catch (ChannelException e) {
      // No file descriptor is left, most likely: not a defect, and other addresses may do.
      throw new IOException("cannot open a UDP socket for " + local, e);
    }
    try {
      int descriptor =
          prepared(
              socket,
              unbound -> {
                unbound.setReusePort(shared);
                unbound.bind(local);
              });
      EpollDatagramChannel channel = new EpollDatagramChannel(descriptor);
      // One large buffer that the system fills with datagrams, side by side.
      channel.config().setMaxDatagramPayloadSize(LoopBuffers.LARGEST_DATAGRAM_BYTES);
      return new EpollUdpPort(channel, statistics);
    } catch (IOException | ChannelException e) {
      throw new IOException("cannot bind UDP " + local, e);
    }
  }

  @Override
  SocketChannel newTcp(InetSocketAddress local) {
    return new EpollSocketChannel(family(local));
  }

  @Override
  ServerSocketChannel bindTcp(InetSocketAddress local) throws IOException {
    LinuxSocket socket;
    try {
      socket = LinuxSocket.newSocketStream(family(local));
    } catch (ChannelException e) {
      throw new IOException("cannot open a TCP socket for " + local, e);
    }
    try {
      return new EpollServerSocketChannel(
          prepared(
              socket,
              unbound -> {
                unbound.setReuseAddress(true);
                unbound.bind(local);
                unbound.listen(BACKLOG);
              }));
    } catch (IOException | ChannelException e) {
      throw new IOException("cannot bind TCP " + local, e);
    }
  }
}
