package dev.turnstone.peerconnection.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;

/** A socket in the mDNS group of one family on one interface (RFC 6762 section 3). */
final class MdnsLink {
  private static final int PORT = 5353;
  private static final byte[] GROUP_4 = {(byte) 224, 0, 0, (byte) 251};
  private static final byte[] GROUP_6 = {
    (byte) 0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xFB
  };
  private static final int LARGEST_MESSAGE_BYTES = 9000;
  private static final int MESSAGES_PER_READ = 16;

  /** RFC 6762 section 11: so that those who check can tell that nobody has forwarded it. */
  private static final int HOP_LIMIT = 255;

  private final NioDatagramChannel channel;
  private final InetSocketAddress group;
  private final List<InterfaceAddress> addresses;
  private final boolean groupOnly;

  private MdnsLink(
      NioDatagramChannel channel,
      InetSocketAddress group,
      List<InterfaceAddress> addresses,
      boolean groupOnly) {
    this.channel = channel;
    this.group = group;
    this.addresses = addresses;
    this.groupOnly = groupOnly;
  }

  /**
   * Opens one, on the loop.
   *
   * @throws IOException when the port is taken by one that does not share it, or the interface
   *     knows no multicast
   */
  static MdnsLink open(
      ConnectionLoop loop, NetworkInterface on, boolean six, ChannelHandler handler)
      throws IOException {
    InetSocketAddress group = group(on, six);
    try {
      // Bound to the group we get nothing that was sent to this host alone: neither packets from
      // far away nor answers that another program on this port is waiting for.
      return open(loop, on, six, handler, group, group);
    } catch (IOException unheardOf) {
      // Windows binds to addresses of its own alone.
      byte[] any = new byte[six ? 16 : 4];
      InetSocketAddress wildcard = new InetSocketAddress(InetAddress.getByAddress(any), PORT);
      return open(loop, on, six, handler, group, wildcard);
    }
  }

  private static InetSocketAddress group(NetworkInterface on, boolean six)
      throws UnknownHostException {
    InetAddress address =
        six
            ? Inet6Address.getByAddress(null, GROUP_6, on.getIndex())
            : InetAddress.getByAddress(GROUP_4);
    return new InetSocketAddress(address, PORT);
  }

  private static MdnsLink open(
      ConnectionLoop loop,
      NetworkInterface on,
      boolean six,
      ChannelHandler handler,
      InetSocketAddress group,
      InetSocketAddress local)
      throws IOException {
    NioDatagramChannel channel = newChannel(on, six);
    channel.pipeline().addLast(handler);
    // We are on the loop, so these have happened before the calls return.
    ChannelFuture done = loop.eventLoop().register(channel);
    if (done.isSuccess()) {
      done = channel.bind(local);
    }
    if (done.isSuccess()) {
      done = channel.joinGroup(group, on);
    }
    if (!done.isSuccess()) {
      channel.unsafe().closeForcibly();
      throw new IOException("cannot join " + group + " on " + on.getName(), done.cause());
    }
    return new MdnsLink(channel, group, on.getInterfaceAddresses(), local.equals(group));
  }

  private static NioDatagramChannel newChannel(NetworkInterface on, boolean six)
      throws IOException {
    try {
      NioDatagramChannel channel =
          new NioDatagramChannel(six ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET);
      channel
          .config()
          .setRecvByteBufAllocator(
              new FixedRecvByteBufAllocator(LARGEST_MESSAGE_BYTES)
                  .maxMessagesPerRead(MESSAGES_PER_READ));
      // RFC 6762 section 15: several programs of a host share the port; they do if all say so.
      channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
      channel.config().setOption(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
      channel.config().setOption(ChannelOption.IP_MULTICAST_IF, on);
      channel.config().setOption(ChannelOption.IP_MULTICAST_TTL, HOP_LIMIT);
      return channel;
    } catch (ChannelException | UnsupportedOperationException e) {
      throw new IOException("cannot open a UDP socket on " + on.getName(), e);
    }
  }

  /**
   * Whether a packet from there may count (RFC 6762 section 11): what was sent to the group has not
   * come over a router.
   */
  boolean isOnLink(InetAddress from) {
    return groupOnly
        || addresses.stream()
            .anyMatch(own -> isInSubnet(from, own.getAddress(), own.getNetworkPrefixLength()));
  }

  static boolean isInSubnet(InetAddress from, InetAddress own, int prefixLength) {
    byte[] a = from.getAddress();
    byte[] b = own.getAddress();
    if (a.length != b.length) {
      return false;
    }
    for (int bit = 0; bit < prefixLength; bit++) {
      int mask = 0x80 >> bit % 8;
      if (((a[bit / 8] ^ b[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Sends a message to everyone, or to one. */
  void send(ByteBuffer message, InetSocketAddress to) {
    channel.writeAndFlush(
        new DatagramPacket(Unpooled.copiedBuffer(message), to == null ? group : to),
        channel.voidPromise());
  }

  void close() {
    channel.close();
  }
}
