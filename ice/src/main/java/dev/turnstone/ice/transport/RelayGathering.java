package dev.turnstone.ice.transport;

import dev.turnstone.ice.Addresses;
import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateError;
import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.IceOptions;
import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.IceTransportPolicy;
import dev.turnstone.ice.agent.Base;
import dev.turnstone.ice.turn.TurnClient;
import dev.turnstone.ice.turn.TurnEvent;
import dev.turnstone.ice.turn.TurnFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Asks TURN servers for relayed candidates, all at once, and keeps what they give (RFC 8445 section
 * 5.1.1.2). Over UDP each of our sockets asks; over a stream one connection to a server is enough.
 */
final class RelayGathering implements Relay.Listener {
  private static final int MAX_RELAYS = 16;
  private static final int MAX_PEERS = 100;

  /** An allocation that is lost sooner is not asked for again: the server would lose it again. */
  private static final long LIVED = Duration.ofSeconds(30).toNanos();

  /** Hears what was found. */
  interface Listener {
    /** A relayed candidate was found. */
    void onRelayed(Candidate candidate, Base base);

    /** A server told how it sees a socket. */
    void onMapped(UdpOutlet socket, InetSocketAddress mapped, InetSocketAddress server);

    /** A server gives nothing, or no longer. */
    void onError(CandidateError error);

    /** A relayed address is gone. */
    void onBaseGone(Base base);

    /** A datagram of a peer came; the bytes are borrowed for the call. */
    void onDatagram(Base base, ByteBuffer packet, InetSocketAddress from);

    /** What waits should be drained. */
    void onProgress();
  }

  private final IceOptions options;
  private final IceNetwork network;
  private final Listener listener;
  private final List<Relay> relays = new ArrayList<>();
  private final Set<InetAddress> peers = new LinkedHashSet<>();
  private int asked;
  private boolean closed;

  RelayGathering(IceOptions options, IceNetwork network, Listener listener) {
    this.options = options;
    this.network = network;
    this.listener = listener;
  }

  /** Asks a server from those of our sockets that it has not been asked from. */
  void ask(IceServer server, InetAddress address, Collection<UdpOutlet> sockets) {
    for (UdpOutlet socket : List.copyOf(sockets)) {
      Relay.Wish wish = Relay.Wish.first(server, address, socket);
      if (Addresses.canReach(socket.address(), address)
          && relays.stream().noneMatch(relay -> relay.wish().isSame(wish))) {
        start(wish);
      }
    }
  }

  /** Tells what the servers have given so far. */
  void tellAgain() {
    List.copyOf(relays).forEach(this::tell);
  }

  private void start(Relay.Wish wish) {
    // Who hears of an error may have closed us from inside the call.
    if (closed || relays.size() >= MAX_RELAYS) {
      return;
    }
    Relay relay = new Relay(wish, credentials(wish.uri()), network, options.random(), this);
    relays.add(relay);
    try {
      relay.start();
    } catch (IOException e) {
      relays.remove(relay);
      listener.onError(error(relay, CandidateError.UNREACHABLE, e.getMessage()));
    }
  }

  /** Those that the application gave; asked again, what it gives in their place. */
  private Supplier<IceServer.Credentials> credentials(IceServer server) {
    Iterator<IceServer.Credentials> given = server.credentials().stream().iterator();
    return () ->
        given.hasNext() ? given.next() : options.credentialRenewal().apply(server).orElse(null);
  }

  /** Whether every server has answered or been given up. */
  boolean isDone() {
    return relays.stream().noneMatch(Relay::isAsking);
  }

  /** The time for gathering is over: who has not answered will not be heard. */
  void giveUp() {
    for (Relay relay : List.copyOf(relays)) {
      if (relay.isAsking()) {
        drop(relay);
        listener.onError(
            error(relay, CandidateError.UNREACHABLE, "the TURN server does not answer"));
      }
    }
  }

  /** The peer may send from that address: the servers must let it. */
  void handleRemote(InetAddress peer) {
    if (peers.add(peer)) {
      if (peers.size() > MAX_PEERS) {
        peers.remove(peers.iterator().next());
      }
      for (Relay relay : relays) {
        relay.permit(peer);
        relay.drain();
      }
    }
  }

  /** A socket is gone, and what was allocated from it. */
  void remove(UdpOutlet socket) {
    for (Relay relay : List.copyOf(relays)) {
      if (relay.wish().socket() == socket) {
        drop(relay);
      }
    }
  }

  private void drop(Relay relay) {
    relays.remove(relay);
    relay.close();
    for (RelayOutlet outlet : relay.outlets()) {
      listener.onBaseGone(outlet.base());
    }
  }

  /** Whether a datagram that came to a socket was from a TURN server, and not from a peer. */
  boolean handleDatagram(UdpOutlet socket, ByteBuffer packet, InetSocketAddress from) {
    if (relays.isEmpty() || !mayBeTurn(packet)) {
      return false;
    }
    for (int i = 0; i < relays.size(); i++) {
      if (relays.get(i).handleDatagram(socket, packet, from)) {
        return true;
      }
    }
    return false;
  }

  /**
   * ChannelData, or STUN that is about anything but Binding: that may come from any STUN server.
   */
  private static boolean mayBeTurn(ByteBuffer packet) {
    if (packet.remaining() < 4) {
      return false;
    }
    int type = Short.toUnsignedInt(packet.getShort(packet.position()));
    // RFC 8489 section 5: without the two bits of the class, Binding is 1.
    return type < 0x4000 ? (type & 0x3EEF) != 1 : type < 0x5000;
  }

  void handleTimeout(long now) {
    for (Relay relay : List.copyOf(relays)) {
      relay.handleTimeout(now);
      hear(relay);
    }
  }

  long nextTimeout() {
    long next = TurnClient.NEVER;
    for (Relay relay : relays) {
      next = Math.min(next, relay.nextTimeout());
    }
    return next;
  }

  void close() {
    closed = true;
    relays.forEach(Relay::close);
    relays.clear();
  }

  // What the servers say

  @Override
  public void onEvents(Relay relay) {
    hear(relay);
    listener.onProgress();
  }

  @Override
  public void onDatagram(RelayOutlet outlet, ByteBuffer packet, InetSocketAddress from) {
    listener.onDatagram(outlet.base(), packet, from);
  }

  private void hear(Relay relay) {
    for (TurnEvent event = relay.pollEvent();
        event != null && relays.contains(relay);
        event = relay.pollEvent()) {
      if (event instanceof TurnEvent.Allocated given) {
        handleAllocated(relay, given);
      } else if (event instanceof TurnEvent.Redirected elsewhere) {
        handleRedirected(relay, elsewhere);
      } else if (event instanceof TurnEvent.Ended ended) {
        handleEnded(relay, ended);
      }
    }
  }

  private void handleAllocated(Relay relay, TurnEvent.Allocated given) {
    relay.handleAllocated(given, preference(relay.wish()));
    for (InetAddress peer : peers) {
      relay.permit(peer);
    }
    relay.drain();
    tell(relay);
  }

  private void tell(Relay relay) {
    Relay.Wish wish = relay.wish();
    if (!wish.isStream() && !wish.ownSocket()) {
      relay.mapped().ifPresent(mapped -> listener.onMapped(wish.socket(), mapped, wish.server()));
    }
    // Who wants relays alone, or names in the place of addresses, does not want that one told.
    boolean hide = options.transportPolicy() == IceTransportPolicy.RELAY || options.mdns();
    for (RelayOutlet outlet : List.copyOf(relay.outlets())) {
      listener.onRelayed(
          Candidate.relayed(
              outlet.base().address(),
              hide ? Optional.empty() : relay.mapped().or(relay::local),
              wish.uri(),
              outlet.base().localPreference()),
          outlet.base());
    }
  }

  /**
   * A relay over UDP comes before one over TCP, and that before one over TLS; among equals the one
   * that was asked first. Each has two, for the two families of addresses.
   */
  private int preference(Relay.Wish wish) {
    int rank = !wish.isStream() ? 3 : wish.uri().scheme().isSecure() ? 1 : 2;
    int order = Math.min(asked++, 0x1FFE);
    return (rank << 14) + 0x3FFF - 2 * order;
  }

  private void handleRedirected(Relay relay, TurnEvent.Redirected elsewhere) {
    drop(relay);
    Relay.Wish wish = relay.wish();
    if (Addresses.canReach(wish.socket().address(), elsewhere.server().getAddress())
        && wish.asked().follow(elsewhere.server())) {
      start(wish.at(elsewhere.server(), elsewhere.domain()));
    } else {
      listener.onError(error(relay, 300, "the TURN servers send us to each other"));
    }
  }

  private void handleEnded(Relay relay, TurnEvent.Ended ended) {
    boolean lived = !relay.outlets().isEmpty() && network.nowNanos() - relay.allocatedAt() >= LIVED;
    boolean portInUse =
        relay.outlets().isEmpty()
            && ended.failure() == TurnFailure.ALLOCATION_MISMATCH
            && !relay.wish().isStream()
            && !relay.wish().ownSocket();
    drop(relay);
    if (portInUse) {
      // RFC 8656 section 7.4: another port of ours.
      start(relay.wish().fromOwnSocket());
      return;
    }
    listener.onError(
        error(
            relay, ended.code() == 0 ? CandidateError.UNREACHABLE : ended.code(), ended.reason()));
    if (lived) {
      start(relay.wish());
    }
  }

  private CandidateError error(Relay relay, int code, String text) {
    Optional<InetSocketAddress> local =
        options.transportPolicy() == IceTransportPolicy.RELAY || options.mdns()
            ? Optional.empty()
            : relay.local();
    return new CandidateError(
        local.map(address -> Addresses.text(address.getAddress())).orElse(""),
        local.map(InetSocketAddress::getPort).orElse(0),
        relay.wish().uri().uri(),
        code,
        text);
  }
}
