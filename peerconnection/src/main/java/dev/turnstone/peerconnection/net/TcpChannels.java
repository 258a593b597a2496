package dev.turnstone.peerconnection.net;

import dev.turnstone.ice.IceNetwork.TcpAcceptor;
import dev.turnstone.ice.IceNetwork.TcpListener;
import dev.turnstone.ice.IceNetwork.TcpReceiver;
import dev.turnstone.ice.IceNetwork.TcpStream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TCP connections and listeners of one connection, on its event loop. */
final class TcpChannels {
  private static final Logger LOG = LoggerFactory.getLogger(TcpChannels.class);

  /** Longer than a connection over any path takes that is worth having. */
  private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

  private final ConnectionLoop loop;
  private final Sockets sockets;
  private final Supplier<SSLContext> tls;

  TcpChannels(ConnectionLoop loop, Sockets sockets, Supplier<SSLContext> tls) {
    this.loop = loop;
    this.sockets = sockets;
    this.tls = tls;
  }

  TcpStream connect(
      InetSocketAddress local,
      InetSocketAddress remote,
      Optional<String> tlsName,
      TcpReceiver receiver) {
    SocketChannel channel;
    try {
      channel = sockets.newTcp(local);
    } catch (ChannelException e) {
      loop.execute(() -> receiver.onClosed("no TCP socket: " + e.getMessage()));
      return new Unopened(local);
    }
    channel.config().setConnectTimeoutMillis(CONNECT_TIMEOUT_MILLIS);
    Stream stream = new Stream(channel, receiver, tlsName.isPresent());
    tlsName.ifPresent(name -> channel.pipeline().addLast(tlsHandler(name, remote.getPort())));
    channel.pipeline().addLast(stream);
    ChannelFuture done = prepare(channel);
    if (done.isSuccess()) {
      done = channel.bind(local);
    }
    if (done.isSuccess()) {
      done = channel.connect(remote);
    }
    done.addListener(
        result -> {
          if (!result.isSuccess()) {
            loop.execute(() -> stream.end(String.valueOf(result.cause().getMessage())));
          }
        });
    return stream;
  }

  /** The server's certificate must be for that name (RFC 8489 section 6.2.3). */
  private SslHandler tlsHandler(String name, int port) {
    SSLEngine engine = tls.get().createSSLEngine(name, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    SslHandler handler = new SslHandler(engine);
    handler.setHandshakeTimeoutMillis(CONNECT_TIMEOUT_MILLIS);
    return handler;
  }

  /** We are on the loop, so this happens before the call returns. */
  private ChannelFuture prepare(Channel channel) {
    channel.config().setOption(ChannelOption.TCP_NODELAY, true);
    return loop.eventLoop().register(channel);
  }

  TcpListener listen(InetSocketAddress local, TcpAcceptor acceptor) throws IOException {
    ServerSocketChannel channel = sockets.bindTcp(local);
    channel.pipeline().addLast(new Accepting(acceptor));
    loop.eventLoop().register(channel);
    return new Listener(channel);
  }

  /**
   * Takes over a stream that stands and that another loop has let go.
   *
   * @param first what was read of it already
   */
  void adopt(SocketChannel channel, ByteBuffer first, TcpAcceptor acceptor) {
    Stream stream = new Stream(channel, null, false);
    channel.pipeline().addLast(stream);
    stream.receiver = acceptor.onAccept(stream, channel.remoteAddress());
    if (stream.receiver == null || stream.isOver) {
      channel.unsafe().closeForcibly();
      return;
    }
    prepare(channel);
    stream.receiver.onBytes(first);
    stream.receiver.onReadComplete();
    channel.config().setAutoRead(true);
  }

  private record Listener(ServerSocketChannel channel) implements TcpListener {
    @Override
    public InetSocketAddress localAddress() {
      return channel.localAddress();
    }

    @Override
    public void close() {
      channel.close();
    }
  }

  private final class Accepting extends ChannelInboundHandlerAdapter {
    private final TcpAcceptor acceptor;

    Accepting(TcpAcceptor acceptor) {
      this.acceptor = acceptor;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      SocketChannel channel = (SocketChannel) message;
      Stream stream = new Stream(channel, null, false);
      channel.pipeline().addLast(stream);
      loop.beginTurn();
      loop.guard(() -> stream.receiver = acceptor.onAccept(stream, channel.remoteAddress()));
      loop.endTurn();
      if (stream.receiver == null || stream.isOver) {
        channel.unsafe().closeForcibly();
      } else {
        prepare(channel);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // No file descriptor is left, most likely.
      LOG.debug("a TCP connection could not be accepted", cause);
    }
  }

  /** One connection: its handler and its handle. */
  private final class Stream extends ChannelInboundHandlerAdapter implements TcpStream {
    private final SocketChannel channel;
    private final boolean secure;
    private final boolean accepted;
    private TcpReceiver receiver;
    private ByteBuf early;
    private boolean stands;
    private boolean isOver;
    private boolean inTurn;

    Stream(SocketChannel channel, TcpReceiver receiver, boolean secure) {
      this.channel = channel;
      this.receiver = receiver;
      this.secure = secure;
      this.accepted = receiver == null;
      this.stands = accepted;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      if (!secure && !accepted) {
        connected();
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake) {
        if (handshake.isSuccess()) {
          connected();
        } else {
          inTurn(() -> end("TLS: " + handshake.cause().getMessage()));
        }
      }
    }

    private void connected() {
      if (stands || isOver) {
        return;
      }
      stands = true;
      if (early != null) {
        channel.writeAndFlush(early, channel.voidPromise());
        early = null;
      }
      inTurn(receiver::onConnected);
    }

    private void inTurn(Runnable task) {
      loop.beginTurn();
      loop.guard(task);
      loop.endTurn();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf content = (ByteBuf) message;
      try {
        if (isOver) {
          return;
        }
        if (!inTurn) {
          inTurn = true;
          loop.beginTurn();
        }
        for (ByteBuffer bytes : content.nioBuffers()) {
          loop.guard(() -> receiver.onBytes(bytes));
        }
      } finally {
        content.release();
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (inTurn) {
        inTurn = false;
        if (!isOver) {
          loop.guard(receiver::onReadComplete);
        }
        loop.endTurn();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      inTurn(() -> end("the other side closed"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      inTurn(() -> end(String.valueOf(cause.getMessage())));
    }

    /** Over, and the receiver hears of it unless it has closed. */
    void end(String reason) {
      if (!isOver) {
        close();
        receiver.onClosed(reason);
      }
    }

    @Override
    public void send(ByteBuffer bytes) {
      if (isOver) {
        return;
      }
      if (!stands) {
        early = early == null ? channel.alloc().buffer() : early;
        early.writeBytes(bytes.duplicate());
        return;
      }
      ByteBuf copy = channel.alloc().directBuffer(bytes.remaining());
      copy.writeBytes(bytes.duplicate());
      channel.write(copy, channel.voidPromise());
    }

    @Override
    public void flush() {
      if (stands && !isOver) {
        channel.flush();
      }
    }

    @Override
    public long pendingBytes() {
      if (isOver) {
        return 0;
      }
      var queued = channel.unsafe().outboundBuffer();
      return (early == null ? 0 : early.readableBytes())
          + (queued == null ? 0 : queued.totalPendingWriteBytes());
    }

    @Override
    public InetSocketAddress localAddress() {
      return channel.localAddress();
    }

    @Override
    public void close() {
      if (isOver) {
        return;
      }
      isOver = true;
      if (early != null) {
        early.release();
        early = null;
      }
      channel.close();
    }
  }

  /** A connection for which there was no socket. */
  private record Unopened(InetSocketAddress localAddress) implements TcpStream {
    @Override
    public void send(ByteBuffer bytes) {}

    @Override
    public void flush() {}

    @Override
    public long pendingBytes() {
      return 0;
    }

    @Override
    public void close() {}
  }
}
