package dev.turnstone.testkit.internet;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * One end of a TCP stream: bytes in order, each exactly once, after the delay of the two hosts'
 * links. There is no loss, no congestion and no limit to what waits. While something on the way is
 * gone (an address, a NAT's mappings, a link in blackout) bytes wait, for 30 seconds at most.
 */
public final class SimulatedTcpStream {
  private static final Duration RETRY = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Hears a stream. */
  public interface Handler {
    /** The other side has accepted; not called for streams that were accepted here. */
    void onConnected();

    /**
     * Bytes arrived, in pieces of any size.
     *
     * @param bytes borrowed for the call
     */
    void onBytes(ByteBuffer bytes);

    /**
     * The stream is over, or never began; not called after {@link #close} of this end.
     *
     * @param reason a short text
     */
    void onClosed(String reason);
  }

  /** Some bytes on their way; none at the end of the stream. */
  private record Piece(byte[] bytes, long arrivesNanos) {}

  private final SimulatedInternet internet;
  private final InetSocketAddress local;
  private final InetSocketAddress remote;
  private final boolean client;
  private final ArrayDeque<Piece> underWay = new ArrayDeque<>();
  private TcpRoute route;
  private SimulatedTcpStream peer;
  private Handler handler;
  private boolean connected;
  private boolean closed;
  private boolean scheduled;
  private long waiting;
  private long stuckSince = -1;

  private SimulatedTcpStream(
      SimulatedInternet internet,
      InetSocketAddress local,
      InetSocketAddress remote,
      boolean client) {
    this.internet = internet;
    this.local = local;
    this.remote = remote;
    this.client = client;
  }

  static SimulatedTcpStream connect(
      SimulatedInternet internet,
      SimulatedHost host,
      InetSocketAddress local,
      InetSocketAddress remote,
      Handler handler) {
    SimulatedTcpStream stream = new SimulatedTcpStream(internet, local, remote, true);
    stream.setHandler(handler);
    TcpRoute route = TcpRoute.find(host, local, remote);
    if (route == null) {
      internet.schedule(PATIENCE, () -> stream.end("the connection timed out"));
    } else {
      stream.route = route;
      internet.schedule(route.delay(true), stream::handleSyn);
    }
    return stream;
  }

  private void handleSyn() {
    Consumer<SimulatedTcpStream> acceptor = route.server().listener(route.target());
    if (acceptor == null) {
      internet.schedule(route.delay(false), () -> end("the connection was refused"));
      return;
    }
    SimulatedTcpStream accepted =
        new SimulatedTcpStream(internet, route.target(), route.seen(), false);
    accepted.route = route;
    accepted.peer = this;
    peer = accepted;
    internet.schedule(route.delay(false), () -> handleSynAck(acceptor));
  }

  private void handleSynAck(Consumer<SimulatedTcpStream> acceptor) {
    if (closed) {
      return;
    }
    connected = true;
    internet.schedule(
        route.delay(true),
        () -> {
          peer.connected = true;
          acceptor.accept(peer);
          if (peer.handler == null && !peer.closed) {
            throw new IllegalStateException("an accepted stream was given no handler");
          }
        });
    handler.onConnected();
  }

  /**
   * Sets who hears this end; there is one at a time.
   *
   * @param newHandler the handler
   */
  public void setHandler(Handler newHandler) {
    handler = Objects.requireNonNull(newHandler, "newHandler");
  }

  /**
   * This end.
   *
   * @return address and port
   */
  public InetSocketAddress localAddress() {
    return local;
  }

  /**
   * The other end, as this one sees it.
   *
   * @return address and port
   */
  public InetSocketAddress remoteAddress() {
    return remote;
  }

  /**
   * Sends bytes; they are lost when the stream is not connected or closed.
   *
   * @param bytes the remaining bytes; copied, the position stays
   */
  public void send(ByteBuffer bytes) {
    if (!connected || closed) {
      return;
    }
    ByteBuffer rest = bytes.duplicate();
    while (rest.hasRemaining()) {
      byte[] piece = new byte[Math.min(rest.remaining(), internet.tcpSegmentBytes())];
      rest.get(piece);
      enqueue(piece);
    }
  }

  /**
   * What was sent and has not arrived.
   *
   * @return bytes
   */
  public long bytesUnderWay() {
    return waiting;
  }

  /** Ends the stream after what was sent; nothing is heard any more. A second call does nothing. */
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (connected) {
      enqueue(null);
    } else {
      release();
    }
  }

  private void enqueue(byte[] bytes) {
    long arrives = internet.nowNanos() + route.delay(client).toNanos();
    if (!underWay.isEmpty()) {
      arrives = Math.max(arrives, underWay.getLast().arrivesNanos);
    }
    underWay.add(new Piece(bytes, arrives));
    waiting += bytes == null ? 0 : bytes.length;
    scheduleNext();
  }

  private void scheduleNext() {
    if (!scheduled && !underWay.isEmpty()) {
      scheduled = true;
      long wait = underWay.getFirst().arrivesNanos - internet.nowNanos();
      internet.schedule(Duration.ofNanos(wait), this::arriveNext);
    }
  }

  private void arriveNext() {
    scheduled = false;
    if (!route.isOpen()) {
      stuckSince = stuckSince < 0 ? internet.nowNanos() : stuckSince;
      if (internet.nowNanos() - stuckSince >= PATIENCE.toNanos()) {
        underWay.clear();
        end("the connection timed out");
      } else {
        scheduled = true;
        internet.schedule(RETRY, this::arriveNext);
      }
      return;
    }
    stuckSince = -1;
    Piece piece = underWay.poll();
    if (piece.bytes == null) {
      release();
      peer.end("closed by the peer");
    } else {
      waiting -= piece.bytes.length;
      if (!peer.closed) {
        peer.handler.onBytes(ByteBuffer.wrap(piece.bytes));
      }
    }
    scheduleNext();
  }

  private void end(String reason) {
    if (!closed) {
      closed = true;
      release();
      handler.onClosed(reason);
    }
  }

  private void release() {
    if (route != null) {
      route.release();
    }
  }
}
