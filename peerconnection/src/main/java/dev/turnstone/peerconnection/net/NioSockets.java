package dev.turnstone.peerconnection.net;

import io.netty.channel.ChannelException;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SelectStrategyFactory;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;

/** The JDK's sockets: a system call for each datagram. */
final class NioSockets extends Sockets {

  @Override
  public boolean isNative() {
    return false;
  }

  @Override
  IoHandlerFactory waiting(SelectStrategyFactory strategy) {
    return NioIoHandler.newFactory(SelectorProvider.provider(), strategy);
  }

  @Override
  boolean canSharePorts() {
    try (DatagramChannel probe = DatagramChannel.open()) {
      return probe.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  UdpPort bindUdp(InetSocketAddress local, boolean shared, UdpStatistics statistics)
      throws IOException {
    DatagramChannel socket;
    try {
      socket = DatagramChannel.open();
    } catch (IOException e) {
      // No file descriptor is left, most likely: not a defect, and other addresses may do.
      throw new IOException("cannot open a UDP socket for " + local, e);
    }
    try {
      if (shared) {
        socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      socket.bind(local);
      NioDatagramChannel channel = new NioDatagramChannel(socket);
      channel
          .config()
          .setRecvByteBufAllocator(
              new FixedRecvByteBufAllocator(LoopBuffers.LARGEST_DATAGRAM_BYTES)
                  .maxMessagesPerRead(LoopBuffers.DATAGRAMS_PER_READ));
      return new NioUdpPort(channel, socket, statistics);
    } catch (IOException | ChannelException e) {
      socket.close();
      throw new IOException("cannot bind UDP " + local, e);
    }
  }

  @Override
  SocketChannel newTcp(InetSocketAddress local) {
    return new NioSocketChannel();
  }

  @Override
  ServerSocketChannel bindTcp(InetSocketAddress local) throws IOException {
    java.nio.channels.ServerSocketChannel socket;
    try {
      socket = java.nio.channels.ServerSocketChannel.open();
    } catch (IOException e) {
      throw new IOException("cannot open a TCP socket for " + local, e);
    }
    try {
      socket.bind(local);
      return new NioServerSocketChannel(socket);
    } catch (IOException | ChannelException e) {
      socket.close();
      throw new IOException("cannot bind TCP " + local, e);
    }
  }
}
