package dev.turnstone.ice;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
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
   * Looks a name up, away from the loop; a literal is looked up too.
   *
   * @param host a name or an IP literal
   * @param onResult called on the loop with what was found, empty when there is nothing
   */
  void resolve(String host, Consumer<List<InetAddress>> onResult);

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

  /** Something that will happen and can be called off. */
  @FunctionalInterface
  interface Cancellable {
    /** Calls it off; does nothing when it has happened or was called off before. */
    void cancel();
  }
}
