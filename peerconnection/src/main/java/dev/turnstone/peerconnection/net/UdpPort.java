package dev.turnstone.peerconnection.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramChannelConfig;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One bound UDP socket and the way out of it. Used on its loop, once it has one. */
abstract class UdpPort {
  private static final Logger LOG = LoggerFactory.getLogger(UdpPort.class);

  final DatagramChannel channel;
  final UdpStatistics statistics;
  private final InetSocketAddress local;

  /** Sizes the socket. What the system grants is logged: bursts beyond it are lost. */
  UdpPort(DatagramChannel channel, UdpStatistics statistics) {
    this.channel = channel;
    this.statistics = statistics;
    this.local = channel.localAddress();
    DatagramChannelConfig config = channel.config();
    config.setReceiveBufferSize(Sockets.SOCKET_BUFFER_BYTES);
    config.setSendBufferSize(Sockets.SOCKET_BUFFER_BYTES);
    config.setWriteBufferWaterMark(
        new WriteBufferWaterMark(Sockets.SOCKET_BUFFER_BYTES / 2, Sockets.SOCKET_BUFFER_BYTES));
    LOG.debug(
        "UDP {}: the system granted {} bytes to receive, {} to send; asked for {}",
        local,
        config.getReceiveBufferSize(),
        config.getSendBufferSize(),
        Sockets.SOCKET_BUFFER_BYTES);
  }

  /** Gives it to a loop; any thread may call it. From then on the handler hears what arrives. */
  void register(EventLoop loop, LoopBuffers buffers, ChannelHandler inbound) {
    channel.pipeline().addLast(inbound);
    loop.register(channel);
  }

  Channel channel() {
    return channel;
  }

  InetSocketAddress localAddress() {
    return local;
  }

  EventLoop eventLoop() {
    return channel.eventLoop();
  }

  /**
   * Queues one datagram; the bytes are copied. Where the system takes no more it is dropped and
   * counted, which is what a full queue on the path would do.
   */
  abstract void send(ByteBuffer packet, InetSocketAddress remote);

  /** Hands to the system what was queued. */
  abstract void flush();

  /** Any thread may call it. */
  final void close() {
    channel.close();
  }
}
