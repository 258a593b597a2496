package dev.turnstone.ice.transport;

import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.agent.Base;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One UDP socket, which is one base. */
final class UdpOutlet implements Outlet, IceNetwork.UdpReceiver {
  /** Hears what arrives. */
  interface Receiver {
    /** One datagram; the bytes are borrowed for the call. */
    void onDatagram(UdpOutlet outlet, ByteBuffer packet, InetSocketAddress from);
  }

  private final InetAddress address;
  private final Receiver receiver;
  private final IceNetwork.UdpSocket udp;
  private final Base base;
  private final List<InetSocketAddress> mapped = new ArrayList<>();
  private boolean open = true;

  /**
   * Binds a socket.
   *
   * @throws IOException when the address cannot be bound
   */
  UdpOutlet(IceNetwork network, InetAddress address, int localPreference, Receiver receiver)
      throws IOException {
    this.address = address;
    this.receiver = receiver;
    this.udp = network.bind(new InetSocketAddress(address, 0), this);
    this.base = new Base(udp.localAddress(), CandidateType.HOST, localPreference, this);
  }

  InetAddress address() {
    return address;
  }

  /** Whether other connections have a part in its port. */
  boolean isShared() {
    return udp.isShared();
  }

  @Override
  public Base base() {
    return base;
  }

  /**
   * Whether no server has told that address before, nor have we (RFC 8445 section 5.1.3).
   *
   * @param concealed whether our own address has been told as a name: then it is news that the
   *     world may see it (draft-ietf-mmusic-mdns-ice-candidates section 3.1.2.2)
   */
  boolean isNews(InetSocketAddress seen, boolean concealed) {
    if (seen.equals(base.address()) && !concealed || mapped.contains(seen)) {
      return false;
    }
    mapped.add(seen);
    return true;
  }

  /** A new generation tells its candidates anew. */
  void forgetReflexive() {
    mapped.clear();
  }

  @Override
  public void send(ByteBuffer packet, InetSocketAddress remote) {
    if (open) {
      udp.send(packet, remote);
    }
  }

  @Override
  public void addUfrag(String ufrag) {
    udp.addUfrag(ufrag);
  }

  @Override
  public void claim(InetSocketAddress remote, boolean proven) {
    udp.claim(remote, proven);
  }

  @Override
  public void flush() {
    if (open) {
      udp.flush();
    }
  }

  @Override
  public void onDatagram(ByteBuffer packet, InetSocketAddress from) {
    if (open) {
      receiver.onDatagram(this, packet, from);
    }
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void close() {
    if (open) {
      open = false;
      udp.close();
    }
  }
}
