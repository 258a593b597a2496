package dev.turnstone.peerconnection.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramChannelConfig;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How UDP sockets are opened, bound, sized and written to. */
final class UdpChannels {
  private static final Logger LOG = LoggerFactory.getLogger(UdpChannels.class);

  /** The default of 208 KiB loses packets in bursts. The system may give less. */
  private static final int SOCKET_BUFFER_BYTES = 4 << 20;

  /**
   * No datagram that WebRTC sends is larger; a larger one is cut off, fails its checks and is
   * dropped.
   */
  private static final int LARGEST_DATAGRAM_BYTES = 2048;

  private static final int DATAGRAMS_PER_READ = 64;

  private UdpChannels() {}

  /**
   * A bound socket that no loop has yet. Any thread may call it.
   *
   * @param shared whether others of ours may bind the same port, see {@link #canSharePorts}
   * @throws IOException when the address cannot be bound; the text names it
   */
  static NioDatagramChannel bind(InetSocketAddress local, boolean shared) throws IOException {
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
      size(channel.config());
      LOG.debug(
          "UDP {}: the system granted {} bytes to receive, {} to send; asked for {}",
          channel.localAddress(),
          channel.config().getReceiveBufferSize(),
          channel.config().getSendBufferSize(),
          SOCKET_BUFFER_BYTES);
      return channel;
    } catch (IOException | ChannelException e) {
      socket.close();
      throw new IOException("cannot bind UDP " + local, e);
    }
  }

  private static void size(DatagramChannelConfig config) {
    config.setRecvByteBufAllocator(
        new FixedRecvByteBufAllocator(LARGEST_DATAGRAM_BYTES)
            .maxMessagesPerRead(DATAGRAMS_PER_READ));
    config.setOption(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES);
    config.setOption(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES);
    config.setWriteBufferWaterMark(
        new WriteBufferWaterMark(SOCKET_BUFFER_BYTES / 2, SOCKET_BUFFER_BYTES));
  }

  /** Whether the system lets several sockets bind one port and spreads what arrives. */
  static boolean canSharePorts() {
    try (DatagramChannel probe = DatagramChannel.open()) {
      return probe.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
    } catch (IOException e) {
      return false;
    }
  }

  /** Queues one datagram; the bytes are copied. */
  static void send(
      Channel channel, ByteBuffer packet, InetSocketAddress remote, UdpStatistics statistics) {
    if (!channel.isWritable()) {
      // The system takes no more: dropping is what a full queue on the path would do.
      statistics.countSendError();
      return;
    }
    int bytes = packet.remaining();
    ByteBuf copy = channel.alloc().directBuffer(bytes);
    copy.writeBytes(packet.duplicate());
    statistics.countSent(bytes);
    channel.write(new DatagramPacket(copy, remote), channel.voidPromise());
  }
}
