package dev.turnstone.ice.transport;

import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.turn.Received;
import dev.turnstone.ice.turn.Redirections;
import dev.turnstone.ice.turn.TurnClient;
import dev.turnstone.ice.turn.TurnEvent;
import dev.turnstone.ice.turn.TurnSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One allocation on a TURN server: a {@link TurnClient} and the link that its messages take. Each
 * of its relayed addresses is an outlet.
 */
final class Relay implements TurnLink.Receiver {
  /** No datagram that WebRTC sends is larger; the buffer grows if one is. */
  private static final int USUAL_PACKET = 1500 + TurnClient.OVERHEAD;

  /** Hears a relay. */
  interface Listener {
    /** Something but data has happened: {@link Relay#pollEvent} may tell. */
    void onEvents(Relay relay);

    /** A peer's datagram came; the bytes are borrowed for the call. */
    void onDatagram(RelayOutlet outlet, ByteBuffer packet, InetSocketAddress from);
  }

  /**
   * What is asked for.
   *
   * @param uri the server as configured
   * @param address where its name led
   * @param server whom to ask: there, or where that one has sent us
   * @param tlsName the name that its certificate must be for
   * @param socket the host candidate's socket that is asked from; for a stream its address counts
   * @param ownSocket whether to ask from a port of its own
   * @param asked where this wish has been sent already
   */
  record Wish(
      IceServer uri,
      InetAddress address,
      InetSocketAddress server,
      Optional<String> tlsName,
      UdpOutlet socket,
      boolean ownSocket,
      Redirections asked) {

    /** For a server that nobody has sent us to. */
    static Wish first(IceServer uri, InetAddress address, UdpOutlet socket) {
      InetSocketAddress server = new InetSocketAddress(address, uri.port());
      return new Wish(
          uri,
          address,
          server,
          uri.scheme().isSecure() ? Optional.of(uri.host()) : Optional.empty(),
          socket,
          socket.isShared(),
          new Redirections(server));
    }

    Wish at(InetSocketAddress other, Optional<String> domain) {
      return new Wish(uri, address, other, tlsName.map(domain::orElse), socket, ownSocket, asked);
    }

    Wish fromOwnSocket() {
      return new Wish(uri, address, server, tlsName, socket, true, asked);
    }

    boolean isStream() {
      return uri.transport() == IceServer.Transport.TCP;
    }

    /** Whether it is what that wish is for. Over a stream it does not matter where from. */
    boolean isSame(Wish other) {
      return uri.equals(other.uri)
          && address.equals(other.address)
          && (isStream() || socket == other.socket);
    }
  }

  private final Wish wish;
  private final IceNetwork network;
  private final Listener listener;
  private final TurnClient client;
  private final List<RelayOutlet> outlets = new ArrayList<>();
  private Optional<InetSocketAddress> mapped = Optional.empty();
  private TurnLink link;
  private ByteBuffer scratch = ByteBuffer.allocateDirect(USUAL_PACKET);
  private long allocatedAt;
  private boolean closed;

  Relay(
      Wish wish,
      Supplier<IceServer.Credentials> credentials,
      IceNetwork network,
      SecureRandom random,
      Listener listener) {
    this.wish = wish;
    this.network = network;
    this.listener = listener;
    this.client =
        new TurnClient(
            new TurnSettings(
                wish.server(), wish.isStream(), TurnSettings.Families.BOTH, credentials),
            random);
  }

  /**
   * Begins to ask.
   *
   * @throws IOException when there is no socket to ask from
   */
  void start() throws IOException {
    if (wish.isStream()) {
      link =
          new StreamTurnLink(
              network,
              new InetSocketAddress(wish.socket().address(), 0),
              wish.server(),
              wish.tlsName(),
              this);
    } else {
      link =
          wish.ownSocket()
              ? UdpTurnLink.beside(wish.socket(), wish.server(), network, this)
              : UdpTurnLink.over(wish.socket(), wish.server());
      onReady();
    }
  }

  Wish wish() {
    return wish;
  }

  /** Where it is asked from, if that is known. */
  Optional<InetSocketAddress> local() {
    return Optional.ofNullable(link).map(TurnLink::local);
  }

  /** Our address as the server sees it, once it has told. */
  Optional<InetSocketAddress> mapped() {
    return mapped;
  }

  /** Its addresses, none before it is allocated. */
  List<RelayOutlet> outlets() {
    return outlets;
  }

  /** Whether the server has still to answer. */
  boolean isAsking() {
    return outlets.isEmpty() && !client.isEnded();
  }

  /** Since when it is allocated. */
  long allocatedAt() {
    return allocatedAt;
  }

  /** Takes note of what the server has given. */
  void handleAllocated(TurnEvent.Allocated given, int localPreference) {
    allocatedAt = network.nowNanos();
    mapped = given.mapped();
    int preference = localPreference;
    for (InetSocketAddress relayed : given.relayed()) {
      outlets.add(new RelayOutlet(this, relayed, preference--));
    }
  }

  // Out

  /** Lets an address send to us. */
  void permit(InetAddress peer) {
    client.permit(peer, network.nowNanos());
  }

  /** Binds a channel: data goes there from now on. */
  void bind(InetSocketAddress peer) {
    client.bind(peer, network.nowNanos());
    drain();
  }

  void send(ByteBuffer packet, InetSocketAddress remote) {
    if (closed || !link.isWritable()) {
      return;
    }
    int needed = packet.remaining() + TurnClient.OVERHEAD;
    if (scratch.capacity() < needed) {
      scratch = ByteBuffer.allocateDirect(needed);
    }
    if (client.wrap(remote, packet, scratch.clear(), network.nowNanos())) {
      transmit();
      link.send(scratch.flip());
    }
  }

  void flush() {
    if (!closed) {
      link.flush();
    }
  }

  void handleTimeout(long now) {
    if (!closed && client.nextTimeout() <= now) {
      client.handleTimeout(now);
      drain();
    }
  }

  long nextTimeout() {
    return closed ? TurnClient.NEVER : client.nextTimeout();
  }

  TurnEvent pollEvent() {
    return client.pollEvent();
  }

  /** Sends what the client has for the server; {@link #pollEvent} is the owner's. */
  void drain() {
    if (!closed && transmit()) {
      link.flush();
    }
  }

  private boolean transmit() {
    boolean any = false;
    long now = network.nowNanos();
    for (ByteBuffer out = client.pollTransmit(now); out != null; out = client.pollTransmit(now)) {
      link.send(out);
      any = true;
    }
    return any;
  }

  // In

  /** Takes a datagram that came to a socket. Returns whether it was for this relay. */
  boolean handleDatagram(UdpOutlet socket, ByteBuffer packet, InetSocketAddress from) {
    if (!closed && link instanceof UdpTurnLink udp && udp.isFrom(socket, from)) {
      onMessage(packet);
      return true;
    }
    return false;
  }

  @Override
  public void onReady() {
    if (!closed) {
      client.allocate(network.nowNanos());
      drain();
    }
  }

  @Override
  public void onMessage(ByteBuffer message) {
    if (closed) {
      return;
    }
    Received received = client.handlePacket(message, network.nowNanos());
    if (received == null) {
      drain();
      listener.onEvents(this);
      return;
    }
    for (RelayOutlet outlet : outlets) {
      if (outlet.base().address().getAddress().getClass()
          == received.peer().getAddress().getClass()) {
        listener.onDatagram(outlet, received.data(), received.peer());
        return;
      }
    }
  }

  @Override
  public void onEnd(String reason) {
    if (!closed) {
      client.handleDisconnect(reason);
      listener.onEvents(this);
    }
  }

  /** Gives the allocation back and closes the link; a second call does nothing. */
  void close() {
    if (!closed) {
      client.release(network.nowNanos());
      drain();
      closed = true;
      if (link != null) {
        link.close();
      }
    }
  }
}
