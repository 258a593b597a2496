package dev.turnstone.ice.transport;

import dev.turnstone.ice.IceNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Datagrams to a TURN server, from the socket of a host candidate: the address that the server sees
 * is then a reflexive candidate too. Where that port has an allocation already, as on a port that
 * connections share, from a socket of its own.
 */
final class UdpTurnLink implements TurnLink {
  private final InetSocketAddress server;
  private final UdpOutlet shared;
  private final IceNetwork.UdpSocket own;

  private UdpTurnLink(InetSocketAddress server, UdpOutlet shared, IceNetwork.UdpSocket own) {
    this.server = server;
    this.shared = shared;
    this.own = own;
  }

  /** From the socket of a host candidate; who drives that hands over what comes from the server. */
  static UdpTurnLink over(UdpOutlet socket, InetSocketAddress server) {
    return new UdpTurnLink(server, socket, null);
  }

  /**
   * From a socket of its own beside that of a host candidate.
   *
   * @throws IOException when there is none
   */
  static UdpTurnLink beside(
      UdpOutlet socket, InetSocketAddress server, IceNetwork network, Receiver receiver)
      throws IOException {
    IceNetwork.UdpReceiver fromServer =
        new IceNetwork.UdpReceiver() {
          @Override
          public void onDatagram(ByteBuffer packet, InetSocketAddress from) {
            if (from.equals(server)) {
              receiver.onMessage(packet);
            }
          }

          @Override
          public void onReadComplete() {}
        };
    return new UdpTurnLink(
        server, null, network.bindAlone(new InetSocketAddress(socket.address(), 0), fromServer));
  }

  /** Whether what comes to that socket from there is for this link. */
  boolean isFrom(UdpOutlet socket, InetSocketAddress from) {
    return socket == shared && server.equals(from);
  }

  @Override
  public InetSocketAddress local() {
    return shared != null ? shared.base().address() : own.localAddress();
  }

  @Override
  public boolean isStream() {
    return false;
  }

  @Override
  public boolean isWritable() {
    return true;
  }

  @Override
  public void send(ByteBuffer message) {
    if (shared != null) {
      shared.send(message, server);
    } else {
      own.send(message, server);
    }
  }

  @Override
  public void flush() {
    if (shared != null) {
      shared.flush();
    } else {
      own.flush();
    }
  }

  @Override
  public void close() {
    if (own != null) {
      own.close();
    }
  }
}
