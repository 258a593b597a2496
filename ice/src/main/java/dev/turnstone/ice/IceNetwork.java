package dev.turnstone.ice;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The sockets, the clock and the loop that an ICE engine runs on. The product implements it over
 * Netty, tests over memory.
 *
 * <p>Unless a method says otherwise it is called on the loop.
 */
public interface IceNetwork {

  /**
   * The addresses to gather host candidates on, best first, already filtered by what the user
   * configured. Loopback is among them only when the user asked for it or nothing else is there.
   */
  List<InetAddress> localAddresses();

  /**
   * Binds a UDP socket.
   *
   * @param local the address to bind; port 0 lets the system (or the configured range) choose
   * @param receiver called on the loop for what arrives
   * @throws IOException when the address cannot be bound; the text names it
   */
  UdpSocket bind(InetSocketAddress local, UdpReceiver receiver) throws IOException;

  /**
   * Binds a UDP socket that is nobody else's, where {@link #bind} would give a part in a port that
   * others have too: a TURN server tells its clients by their ports (RFC 8656 section 3.2).
   *
   * @throws IOException when the address cannot be bound; the text names it
   */
  default UdpSocket bindAlone(InetSocketAddress local, UdpReceiver receiver) throws IOException {
    return bind(local, receiver);
  }

  /**
   * Looks a name up, away from the loop; a literal is looked up too. A UUID under {@code .local} is
   * asked for by multicast DNS and never told to a name server.
   *
   * @param host a name or an IP literal
   * @param onResult called on the loop with what was found, empty when there is nothing
   */
  void resolve(String host, Consumer<List<InetAddress>> onResult);

  /**
   * Lets hosts on our links find an address by a name of multicast DNS. Nothing is said until one
   * asks; where there is no multicast, nobody finds it.
   *
   * @param name a UUID and {@code .local}
   * @return ends it
   */
  default Cancellable publish(String name, InetAddress address) {
    return () -> {};
  }

  /**
   * Opens a TCP connection, with TLS on top when asked. Returns at once; what becomes of it the
   * receiver hears. Without TCP, {@link TcpReceiver#onClosed} is called.
   *
   * @param local where to connect from, port 0 lets the system choose
   * @param remote whom to connect to
   * @param tlsName the name that the server's certificate must be for; empty means no TLS
   * @param receiver called on the loop, never from inside this call
   */
  default TcpStream connect(
      InetSocketAddress local,
      InetSocketAddress remote,
      Optional<String> tlsName,
      TcpReceiver receiver) {
    execute(() -> receiver.onClosed("this network has no TCP"));
    return new NoTcpStream(local);
  }

  /**
   * Listens for TCP connections.
   *
   * @param local the address to bind; port 0 lets the system (or the configured range) choose
   * @param acceptor called on the loop for each that comes
   * @throws IOException when the address cannot be bound, or there is no TCP; the text says why
   */
  default TcpListener listen(InetSocketAddress local, TcpAcceptor acceptor) throws IOException {
    throw new IOException("this network has no TCP");
  }

  /**
   * Asks to hear when {@link #localAddresses} may have changed.
   *
   * @param onChange called on the loop
   * @return ends it
   */
  default Cancellable watchAddresses(Runnable onChange) {
    return () -> {};
  }

  /** Runs a task on the loop. May be called from any thread. */
  void execute(Runnable task);

  /**
   * Runs a task on the loop once, after a delay.
   *
   * @return cancels the task if it has not run
   */
  Cancellable schedule(Duration delay, Runnable task);

  /** Now, in nanoseconds since the connection's birth, as the current loop turn read it. */
  long nowNanos();

  /** A bound UDP socket. Called on the loop. */
  interface UdpSocket extends AutoCloseable {
    /** Where the socket is bound, with the real port. */
    InetSocketAddress localAddress();

    /**
     * Checks that name this user are for whoever bound this: several may share one port. Of many
     * names the last few count. Who has a port alone need not hear it.
     */
    default void addUfrag(String ufrag) {}

    /**
     * Datagrams from there are for whoever bound this: an authentic check has shown it.
     *
     * @param proven whether an answer came to something that was sent there, which the sender of a
     *     forged source cannot do: it wins against an earlier claim
     */
    default void claim(InetSocketAddress remote, boolean proven) {}

    /** Whether others have a part in this port. */
    default boolean isShared() {
      return false;
    }

    /** Queues one datagram; the bytes are copied. Errors of the network are counted, not thrown. */
    void send(ByteBuffer packet, InetSocketAddress remote);

    /** Writes what was queued. */
    void flush();

    /** Closes the socket; a second call does nothing. */
    @Override
    void close();
  }

  /** Hears a socket. Called on the loop. */
  interface UdpReceiver {
    /** One datagram; the bytes are borrowed for the call. */
    void onDatagram(ByteBuffer packet, InetSocketAddress from);

    /** All datagrams of this read have been given. */
    void onReadComplete();
  }

  /** A TCP connection, or an attempt at one. Called on the loop. */
  interface TcpStream extends AutoCloseable {
    /** Queues bytes; they are copied. Before the connection stands they wait. */
    void send(ByteBuffer bytes);

    /** Writes what was queued. */
    void flush();

    /** Bytes that are queued and that the system has not taken. */
    long pendingBytes();

    /** Where it is bound, once the connection stands. */
    InetSocketAddress localAddress();

    /** Closes it; nothing is heard after that. A second call does nothing. */
    @Override
    void close();
  }

  /** Hears a TCP connection. Called on the loop. */
  interface TcpReceiver {
    /** The connection stands, TLS included. */
    void onConnected();

    /** Bytes in order, cut anywhere; borrowed for the call. */
    void onBytes(ByteBuffer bytes);

    /** All bytes of this read have been given. */
    default void onReadComplete() {}

    /**
     * It is over, or never came to stand. Called once, and not after {@link TcpStream#close}.
     *
     * @param reason a short text for logs
     */
    void onClosed(String reason);
  }

  /** A TCP listener. Called on the loop. */
  interface TcpListener extends AutoCloseable {
    /** Where it listens, with the real port. */
    InetSocketAddress localAddress();

    /** As {@link UdpSocket#addUfrag}. */
    default void addUfrag(String ufrag) {}

    /** Listens no more; what was accepted stays. A second call does nothing. */
    @Override
    void close();
  }

  /** Takes what came to a listener. Called on the loop. */
  @FunctionalInterface
  interface TcpAcceptor {
    /**
     * A connection stands.
     *
     * @param from who connects
     * @return hears it; {@link TcpReceiver#onConnected} is not called
     */
    TcpReceiver onAccept(TcpStream stream, InetSocketAddress from);
  }

  /** Something that will happen and can be called off. */
  @FunctionalInterface
  interface Cancellable {
    /** Calls it off; does nothing when it has happened or was called off before. */
    void cancel();
  }
}
