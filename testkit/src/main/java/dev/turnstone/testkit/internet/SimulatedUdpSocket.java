package dev.turnstone.testkit.internet;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A UDP socket of a {@link SimulatedHost}. */
public final class SimulatedUdpSocket implements AutoCloseable {
  /** Hears a socket. */
  @FunctionalInterface
  public interface Receiver {
    /**
     * One datagram arrived.
     *
     * @param packet borrowed for the call; overwritten after it
     * @param from where it seems to come from
     */
    void onDatagram(ByteBuffer packet, InetSocketAddress from);
  }

  private final SimulatedHost host;
  private final InetSocketAddress local;
  private final Receiver receiver;
  private boolean open = true;

  SimulatedUdpSocket(SimulatedHost host, InetSocketAddress local, Receiver receiver) {
    this.host = host;
    this.local = local;
    this.receiver = Objects.requireNonNull(receiver, "receiver");
  }

  /**
   * Where it is bound.
   *
   * @return address and port
   */
  public InetSocketAddress localAddress() {
    return local;
  }

  /**
   * Sends one datagram. It is lost in silence when the socket is closed, when the host does not
   * have the socket's address any more, and wherever a network would lose it.
   *
   * @param packet the remaining bytes; copied, the position stays
   * @param remote where it goes
   */
  public void send(ByteBuffer packet, InetSocketAddress remote) {
    if (open) {
      host.send(local, remote, packet);
    }
  }

  void receive(ByteBuffer packet, InetSocketAddress from) {
    receiver.onDatagram(packet, from);
  }

  /** Closes the socket; a second call does nothing. */
  @Override
  public void close() {
    if (open) {
      open = false;
      host.unbind(this);
    }
  }
}
