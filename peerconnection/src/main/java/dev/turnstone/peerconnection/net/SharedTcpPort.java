package dev.turnstone.peerconnection.net;

import dev.turnstone.ice.IceNetwork.TcpAcceptor;
import dev.turnstone.ice.IceNetwork.TcpListener;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunParseException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP port that many connections share (RFC 6544). Who connects must first send a check, which
 * names the user that it is for; then the stream moves to the loop of that connection.
 */
final class SharedTcpPort {
  private static final Logger LOG = LoggerFactory.getLogger(SharedTcpPort.class);

  /** A check is far smaller. */
  private static final int LONGEST_CHECK = 1024;

  /** Who has connected and not named a user yet; beyond that the one who waits longest goes. */
  private static final int MAX_STRANGERS = 256;

  private static final int LENGTH_BYTES = 2;

  private final EventLoop loop;
  private final ServerSocketChannel channel;
  private final SharedUsers<Member> users = new SharedUsers<>();

  /** Used on the listener's loop alone. */
  private final Set<Channel> strangers = new LinkedHashSet<>();

  /**
   * Listens.
   *
   * @throws IOException when the address cannot be bound
   */
  SharedTcpPort(EventLoops loops, InetSocketAddress wanted) throws IOException {
    loop = loops.all().get(0);
    channel = loops.sockets().bindTcp(wanted);
    channel.pipeline().addLast(new Accepting());
    loop.register(channel);
  }

  /** A part in the port for one connection. */
  TcpListener join(ConnectionLoop connection, TcpChannels streams, TcpAcceptor acceptor) {
    return new Member(connection, streams, acceptor);
  }

  void close() {
    channel.close();
    loop.execute(() -> strangers.forEach(Channel::close));
  }

  private final class Accepting extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      SocketChannel stranger = (SocketChannel) message;
      if (strangers.size() >= MAX_STRANGERS) {
        strangers.iterator().next().close();
      }
      strangers.add(stranger);
      stranger.pipeline().addLast(new Introduction(stranger));
      loop.register(stranger);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // No file descriptor is left, most likely.
      LOG.debug("a TCP connection could not be accepted", cause);
    }
  }

  /** Reads the first frame of a stream. */
  private final class Introduction extends ChannelInboundHandlerAdapter {
    private final SocketChannel stranger;
    private final ByteBuf read;
    private boolean known;

    Introduction(SocketChannel stranger) {
      this.stranger = stranger;
      this.read = stranger.alloc().heapBuffer(256);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      read.writeBytes(bytes);
      bytes.release();
      if (known || read.readableBytes() < LENGTH_BYTES) {
        return;
      }
      int length = read.getUnsignedShort(0);
      if (length > LONGEST_CHECK) {
        stranger.close();
      } else if (read.readableBytes() >= LENGTH_BYTES + length) {
        Member member = addressed(read.nioBuffer(LENGTH_BYTES, length));
        if (member == null) {
          stranger.close();
        } else {
          known = true;
          handOver(member);
        }
      }
    }

    /** The stream leaves this loop, with all that was read of it. */
    private void handOver(Member member) {
      stranger.config().setAutoRead(false);
      stranger
          .deregister()
          .addListener(
              done -> {
                strangers.remove(stranger);
                if (!done.isSuccess()) {
                  stranger.close();
                  return;
                }
                byte[] first = new byte[read.readableBytes()];
                read.readBytes(first);
                stranger.pipeline().remove(this);
                member.connection.execute(() -> member.take(stranger, ByteBuffer.wrap(first)));
              });
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      strangers.remove(stranger);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
      read.release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      stranger.close();
    }
  }

  private Member addressed(ByteBuffer packet) {
    try {
      StunMessage message = StunMessage.parse(packet);
      return message.messageClass() == MessageClass.REQUEST ? users.addressed(message) : null;
    } catch (StunParseException e) {
      return null;
    }
  }

  /** One connection's part. Its methods are called on its loop. */
  private final class Member implements TcpListener {
    private final ConnectionLoop connection;
    private final TcpChannels streams;
    private final TcpAcceptor acceptor;
    private final SharedUsers<Member>.Names names = users.of(this);
    private boolean closed;

    Member(ConnectionLoop connection, TcpChannels streams, TcpAcceptor acceptor) {
      this.connection = connection;
      this.streams = streams;
      this.acceptor = acceptor;
    }

    void take(SocketChannel stream, ByteBuffer first) {
      if (closed) {
        stream.unsafe().closeForcibly();
      } else {
        streams.adopt(stream, first, acceptor);
      }
    }

    @Override
    public InetSocketAddress localAddress() {
      return channel.localAddress();
    }

    @Override
    public void addUfrag(String ufrag) {
      names.add(ufrag);
    }

    @Override
    public void close() {
      closed = true;
      names.clear();
    }
  }
}
