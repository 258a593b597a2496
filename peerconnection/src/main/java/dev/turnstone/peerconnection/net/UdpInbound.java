package dev.turnstone.peerconnection.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Hears one UDP socket: datagrams, and the end of each batch that was read together. */
abstract class UdpInbound extends ChannelInboundHandlerAdapter {
  private final LoopBuffers buffers;
  private final UdpStatistics statistics;

  UdpInbound(LoopBuffers buffers, UdpStatistics statistics) {
    this.buffers = buffers;
    this.statistics = statistics;
  }

  /** One datagram, on the heap; the bytes are borrowed for the call. */
  abstract void handle(ByteBuffer bytes, InetSocketAddress from);

  /** All datagrams of this read have been given. */
  abstract void handleReadComplete();

  @Override
  public final void channelRead(ChannelHandlerContext context, Object message) {
    DatagramPacket packet = (DatagramPacket) message;
    ByteBuffer bytes;
    InetSocketAddress from = packet.sender();
    try {
      bytes = buffers.received(packet.content());
    } finally {
      packet.release();
    }
    statistics.countReceived(bytes.remaining());
    handle(bytes, from);
  }

  @Override
  public final void channelReadComplete(ChannelHandlerContext context) {
    handleReadComplete();
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // An ICMP error that the system reports on an unconnected socket, or a send that it refused.
    statistics.countSendError();
  }
}
