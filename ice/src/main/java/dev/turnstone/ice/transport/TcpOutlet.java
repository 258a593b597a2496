package dev.turnstone.ice.transport;

import dev.turnstone.ice.Addresses;
import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.TcpType;
import dev.turnstone.ice.agent.Base;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The TCP connections of one base (RFC 6544), one for each address of the peer. An active base
 * connects when the first check goes to an address; a passive one takes whom listens to it.
 */
final class TcpOutlet implements Outlet {
  /** Hears what the connections bring. */
  interface Receiver {
    /**
     * One datagram; the bytes are borrowed for the call.
     *
     * @return whether it has shown that it comes from the peer
     */
    boolean onDatagram(Base base, ByteBuffer packet, InetSocketAddress from);

    /** The connection with that address has ended, or could not be made. */
    void onPathGone(Base base, InetSocketAddress remote);
  }

  /**
   * So many connections may have shown nothing yet that proves them the peer's. Beyond that the
   * oldest goes: a stranger that opens many can delay the peer, who tries again, but costs no more.
   */
  private static final int MAX_STRANGERS = 16;

  /** So many connections that are the peer's; each pair needs one. */
  private static final int MAX_CONNECTIONS = 64;

  /** What a full queue on the path would hold; more is dropped, as the path would. */
  private static final int MAX_PENDING_BYTES = 1 << 20;

  private final IceNetwork network;
  private final Receiver receiver;
  private final Base base;
  private final IceNetwork.TcpListener listener;
  private final Map<InetSocketAddress, Connection> connections = new HashMap<>();
  private final Set<Connection> strangers = new LinkedHashSet<>();
  private final Set<Connection> unflushed = new LinkedHashSet<>();
  private boolean open = true;

  private TcpOutlet(
      IceNetwork network, InetAddress address, TcpType type, int localPreference, Receiver receiver)
      throws IOException {
    this.network = network;
    this.receiver = receiver;
    InetSocketAddress any = new InetSocketAddress(address, 0);
    this.listener = type == TcpType.PASSIVE ? network.listen(any, this::accept) : null;
    this.base =
        Base.tcp(listener == null ? any : listener.localAddress(), type, localPreference, this);
  }

  /** Connections that we open. */
  static TcpOutlet active(
      IceNetwork network, InetAddress address, int localPreference, Receiver receiver) {
    try {
      return new TcpOutlet(network, address, TcpType.ACTIVE, localPreference, receiver);
    } catch (IOException e) {
      throw new AssertionError("nothing was bound", e);
    }
  }

  /**
   * Connections that come to us.
   *
   * @throws IOException when the address cannot be bound
   */
  static TcpOutlet passive(
      IceNetwork network, InetAddress address, int localPreference, Receiver receiver)
      throws IOException {
    return new TcpOutlet(network, address, TcpType.PASSIVE, localPreference, receiver);
  }

  @Override
  public Base base() {
    return base;
  }

  private IceNetwork.TcpReceiver accept(IceNetwork.TcpStream stream, InetSocketAddress from) {
    if (!open || connections.size() >= MAX_CONNECTIONS || !Addresses.isUsable(from)) {
      stream.close();
      return null;
    }
    if (strangers.size() >= MAX_STRANGERS) {
      strangers.iterator().next().end();
    }
    Connection connection = new Connection(from);
    connection.stream = stream;
    connections.put(from, connection);
    strangers.add(connection);
    return connection;
  }

  @Override
  public void send(ByteBuffer packet, InetSocketAddress remote) {
    if (!open) {
      return;
    }
    Connection connection = connections.get(remote);
    if (connection == null) {
      if (listener != null || connections.size() >= MAX_CONNECTIONS) {
        // Nobody can be called back where he only connects from.
        return;
      }
      connection = new Connection(remote);
      connections.put(remote, connection);
      connection.stream =
          network.connect(
              new InetSocketAddress(base.address().getAddress(), 0),
              remote,
              Optional.empty(),
              connection);
    }
    if (connection.stream.pendingBytes() < MAX_PENDING_BYTES) {
      connection.stream.send(StreamFrames.frame(packet));
      unflushed.add(connection);
    }
  }

  @Override
  public void addUfrag(String ufrag) {
    if (listener != null) {
      listener.addUfrag(ufrag);
    }
  }

  @Override
  public void flush() {
    unflushed.forEach(connection -> connection.stream.flush());
    unflushed.clear();
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      if (listener != null) {
        listener.close();
      }
      List.copyOf(connections.values()).forEach(Connection::end);
    }
  }

  private final class Connection implements IceNetwork.TcpReceiver {
    private final InetSocketAddress remote;
    private final StreamFrames frames = new StreamFrames();
    private IceNetwork.TcpStream stream;
    private boolean over;

    Connection(InetSocketAddress remote) {
      this.remote = remote;
    }

    @Override
    public void onConnected() {}

    @Override
    public void onBytes(ByteBuffer bytes) {
      frames.handle(
          bytes,
          packet -> {
            if (!over && receiver.onDatagram(base, packet, remote)) {
              strangers.remove(this);
            } else if (strangers.contains(this)) {
              // The first thing that the peer sends is a check.
              end();
            }
          });
    }

    @Override
    public void onClosed(String reason) {
      if (!over) {
        forget();
        receiver.onPathGone(base, remote);
      }
    }

    private void forget() {
      over = true;
      connections.remove(remote, this);
      strangers.remove(this);
      unflushed.remove(this);
    }

    void end() {
      if (!over) {
        forget();
        stream.close();
      }
    }
  }
}
