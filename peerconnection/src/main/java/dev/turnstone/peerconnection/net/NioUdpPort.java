package dev.turnstone.peerconnection.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * A socket of the JDK. Each datagram is a system call anyway, so it leaves at once and is queued
 * only while the system takes no more.
 */
final class NioUdpPort extends UdpPort {
  private final DatagramChannel socket;
  private LoopBuffers buffers;

  NioUdpPort(NioDatagramChannel channel, DatagramChannel socket, UdpStatistics statistics) {
    super(channel, statistics);
    this.socket = socket;
  }

  @Override
  void register(EventLoop loop, LoopBuffers its, ChannelHandler inbound) {
    buffers = its;
    super.register(loop, its, inbound);
  }

  @Override
  void send(ByteBuffer packet, InetSocketAddress remote) {
    if (!channel.isWritable()) {
      statistics.countSendError();
    } else if (!channel.eventLoop().inEventLoop() || hasQueued() || !sendNow(packet, remote)) {
      queue(packet, remote);
    }
  }

  private boolean hasQueued() {
    ChannelOutboundBuffer queued = channel.unsafe().outboundBuffer();
    return queued != null && !queued.isEmpty();
  }

  /** Whether the system has taken it, or refused it for good. */
  private boolean sendNow(ByteBuffer packet, InetSocketAddress remote) {
    int bytes = packet.remaining();
    ByteBuffer direct = buffers.direct(packet);
    try {
      if (socket.send(direct, remote) == 0 && bytes > 0) {
        return false;
      }
      statistics.countSent(1, bytes);
      statistics.countSendCalls(1);
    } catch (IOException | IllegalArgumentException refused) {
      // No route, no such port, or an address of the other family.
      statistics.countSendError();
    }
    return true;
  }

  /** Where several loops have one socket, or the system takes no more now. */
  private void queue(ByteBuffer packet, InetSocketAddress remote) {
    int bytes = packet.remaining();
    ByteBuf copy = channel.alloc().directBuffer(bytes);
    copy.writeBytes(packet.duplicate());
    statistics.countSent(1, bytes);
    statistics.countSendCalls(1);
    channel.writeAndFlush(new DatagramPacket(copy, remote), channel.voidPromise());
  }

  @Override
  void flush() {
    // What could not leave at once is flushed already, and leaves when the system takes it.
  }
}
