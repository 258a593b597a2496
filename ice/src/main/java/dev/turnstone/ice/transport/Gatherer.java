package dev.turnstone.ice.transport;

import dev.turnstone.ice.AddressChange;
import dev.turnstone.ice.Addresses;
import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateError;
import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.IceOptions;
import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.IceTransportPolicy;
import dev.turnstone.ice.agent.Base;
import dev.turnstone.ice.agent.IceAgent;
import dev.turnstone.ice.agent.Transmit;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunParseException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds our candidates (RFC 8445 section 5.1): opens the sockets, asks the servers, tells what it
 * found. Host candidates never wait for a server.
 *
 * <p>A restart keeps the sockets whose addresses are still there, so that a firewall's holes and a
 * NAT's bindings stay.
 */
final class Gatherer {
  private static final Logger LOG = LoggerFactory.getLogger(Gatherer.class);
  private static final int MAX_LOCAL_PREFERENCE = 65535;

  /** Hears what was found. A listener may close the gatherer from inside any of these. */
  interface Listener extends TcpOutlet.Receiver {
    /** A candidate was found. */
    void onCandidate(Candidate candidate, Base base);

    /** A server gives no candidate, or no longer. */
    void onCandidateError(CandidateError error);

    /** A base does not work any more. */
    void onBaseGone(Base base);

    /** No more candidates will come in this generation. */
    void onComplete();

    /** The addresses of this host have changed, and the options want a restart for it. */
    void onRestartWanted();

    /** Something has happened away from the agent: what waits should be drained. */
    void onProgress();

    /** What came makes no sense. */
    void onMalformed();
  }

  private record TurnServer(IceServer server, InetAddress address) {}

  private final IceOptions options;
  private final IceNetwork network;
  private final Listener listener;
  private final Map<InetAddress, UdpOutlet> sockets = new LinkedHashMap<>();
  private final Map<InetAddress, List<TcpOutlet>> tcp = new LinkedHashMap<>();
  private final List<InetSocketAddress> stunServers = new ArrayList<>();
  private final List<TurnServer> turnServers = new ArrayList<>();
  private final Map<InetAddress, IceServer> servers = new HashMap<>();

  /** Who told us of a mapped address. */
  private final Map<InetSocketAddress, IceServer> mappedBy = new HashMap<>();

  private final ReflexiveGathering reflexive;
  private final BindingKeepalive keepalive;
  private final RelayGathering relays;
  private final LocalNames names;
  private final IceNetwork.Cancellable watch;

  private int resolving;
  private long endsAt = IceAgent.NEVER;
  private boolean gathering;
  private boolean gathered;
  private boolean resolved;
  private boolean closed;
  private String ufrag = "";

  Gatherer(IceOptions options, IceNetwork network, Listener listener) {
    this.options = options;
    this.network = network;
    this.listener = listener;
    this.reflexive = new ReflexiveGathering(options.random());
    this.keepalive = new BindingKeepalive(options.random());
    this.relays = new RelayGathering(options, network, new RelayListener());
    this.names = new LocalNames(options.mdns(), network, options.random());
    this.watch =
        options.addressChange() == AddressChange.IGNORE
            ? () -> {}
            : network.watchAddresses(this::handleAddressChange);
  }

  /** The user that checks of this generation name, for who shares a port with others. */
  void setUfrag(String own) {
    ufrag = own;
    sockets.values().forEach(outlet -> outlet.addUfrag(own));
    tcp.values().forEach(outlets -> outlets.forEach(outlet -> outlet.addUfrag(own)));
  }

  /** Begins; while it goes on and after it has ended it does nothing. */
  void gather() {
    if (closed || gathering || gathered) {
      return;
    }
    gathering = true;
    endsAt = network.nowNanos() + options.timing().gathering().toNanos();
    openSockets();
    for (UdpOutlet socket : List.copyOf(sockets.values())) {
      tellHost(socket);
    }
    for (List<TcpOutlet> outlets : List.copyOf(tcp.values())) {
      outlets.forEach(this::tellTcp);
    }
    if (closed) {
      return;
    }
    if (!resolved) {
      resolved = true;
      options.servers().stream()
          .filter(server -> server.scheme() != IceServer.Scheme.STUNS)
          .forEach(this::resolve);
    } else {
      stunServers.forEach(this::ask);
      relays.tellAgain();
      turnServers.forEach(turn -> relays.ask(turn.server(), turn.address(), sockets.values()));
    }
  }

  /** A new generation begins: {@link #gather} will tell everything anew. */
  void restart() {
    gathering = false;
    gathered = false;
    endsAt = IceAgent.NEVER;
    reflexive.cancel();
    mappedBy.clear();
    sockets.values().forEach(UdpOutlet::forgetReflexive);
  }

  /** The new generation is off: the one before has been told what there is. */
  void cancelRestart() {
    gathering = false;
    gathered = true;
    endsAt = IceAgent.NEVER;
    reflexive.cancel();
  }

  // Hosts

  private void openSockets() {
    List<InetAddress> addresses = network.localAddresses();
    for (UdpOutlet socket : List.copyOf(sockets.values())) {
      if (!addresses.contains(socket.address())) {
        closeSocket(socket);
      }
    }
    int preference = MAX_LOCAL_PREFERENCE;
    for (InetAddress address : addresses) {
      if (!sockets.containsKey(address) && !closed) {
        try {
          UdpOutlet socket = new UdpOutlet(network, address, preference, this::handleDatagram);
          socket.addUfrag(ufrag);
          sockets.put(address, socket);
        } catch (IOException e) {
          LOG.debug("no candidate on {}: {}", address, e.getMessage());
        }
        if (options.tcp()) {
          openTcp(address, preference);
        }
      }
      preference--;
    }
  }

  private void openTcp(InetAddress address, int preference) {
    List<TcpOutlet> outlets = new ArrayList<>();
    try {
      outlets.add(TcpOutlet.passive(network, address, preference, listener));
    } catch (IOException e) {
      LOG.debug("no TCP candidate on {}: {}", address, e.getMessage());
    }
    outlets.add(TcpOutlet.active(network, address, preference, listener));
    outlets.forEach(outlet -> outlet.addUfrag(ufrag));
    tcp.put(address, outlets);
  }

  private void tellHost(UdpOutlet socket) {
    Base base = socket.base();
    tell(Candidate.host(publicly(base.address()), base.localPreference()), base);
  }

  private void tellTcp(TcpOutlet outlet) {
    Base base = outlet.base();
    tell(
        Candidate.tcpHost(
            publicly(base.address()), base.tcp().orElseThrow(), base.localPreference()),
        base);
  }

  /** Under which address the world knows one of ours (one-to-one NAT). */
  private InetSocketAddress publicly(InetSocketAddress own) {
    InetAddress known = options.publicAddresses().get(own.getAddress());
    return known == null ? own : new InetSocketAddress(known, own.getPort());
  }

  private void tell(Candidate candidate, Base base) {
    if (!closed && options.transportPolicy() == IceTransportPolicy.ALL) {
      listener.onCandidate(names.conceal(candidate, base.address().getAddress()), base);
    }
  }

  private void closeSocket(UdpOutlet socket) {
    sockets.remove(socket.address());
    relays.remove(socket);
    socket.close();
    reflexive.remove(socket.base());
    keepalive.remove(socket.base());
    names.forget(socket.address());
    listener.onBaseGone(socket.base());
    List<TcpOutlet> outlets = tcp.remove(socket.address());
    if (outlets != null) {
      for (TcpOutlet outlet : outlets) {
        outlet.close();
        listener.onBaseGone(outlet.base());
      }
    }
  }

  /** The addresses of this host have changed. */
  private void handleAddressChange() {
    if (closed || !gathering && !gathered) {
      return;
    }
    List<UdpOutlet> before = List.copyOf(sockets.values());
    openSockets();
    for (UdpOutlet socket : List.copyOf(sockets.values())) {
      if (!before.contains(socket) && !closed) {
        tellHost(socket);
        tcp.getOrDefault(socket.address(), List.of()).forEach(this::tellTcp);
        for (InetSocketAddress server : stunServers) {
          reflexive.ask(socket.base(), server, network.nowNanos());
        }
      }
    }
    turnServers.forEach(turn -> relays.ask(turn.server(), turn.address(), sockets.values()));
    boolean changed = !before.equals(List.copyOf(sockets.values()));
    if (changed && !closed && options.addressChange() == AddressChange.RESTART) {
      listener.onRestartWanted();
    }
    listener.onProgress();
  }

  // Servers

  private void resolve(IceServer server) {
    resolving++;
    network.resolve(
        server.host(),
        addresses -> {
          resolving--;
          if (closed) {
            return;
          }
          if (addresses.isEmpty()) {
            listener.onCandidateError(
                new CandidateError(
                    "", 0, server.uri(), CandidateError.UNREACHABLE, "the name has no address"));
          }
          for (InetAddress address : oneOfEachFamily(addresses)) {
            servers.putIfAbsent(address, server);
            if (server.scheme().isTurn()) {
              turnServers.add(new TurnServer(server, address));
              relays.ask(server, address, sockets.values());
            } else {
              InetSocketAddress found = new InetSocketAddress(address, server.port());
              stunServers.add(found);
              ask(found);
            }
          }
          listener.onProgress();
        });
  }

  /** Others of a family are likely to be the same server. */
  static List<InetAddress> oneOfEachFamily(List<InetAddress> addresses) {
    List<InetAddress> chosen = new ArrayList<>();
    boolean four = false;
    boolean six = false;
    for (InetAddress address : addresses) {
      boolean isFour = address instanceof Inet4Address;
      if (isFour ? !four : !six) {
        chosen.add(address);
      }
      four |= isFour;
      six |= !isFour;
    }
    return chosen;
  }

  private void ask(InetSocketAddress server) {
    for (UdpOutlet socket : sockets.values()) {
      reflexive.ask(socket.base(), server, network.nowNanos());
    }
  }

  /** Answers of servers are for us, all else is for the agent. */
  private void handleDatagram(UdpOutlet socket, ByteBuffer packet, InetSocketAddress from) {
    if (relays.handleDatagram(socket, packet, from)) {
      return;
    }
    if (reflexive.isDone() || !StunMessage.isStun(packet)) {
      listener.onDatagram(socket.base(), packet, from);
      return;
    }
    StunMessage message;
    try {
      message = StunMessage.parse(packet);
    } catch (StunParseException e) {
      listener.onMalformed();
      return;
    }
    if (message.messageClass().isResponse()
        && reflexive.handleResponse(message, socket.base(), from)) {
      listener.onProgress();
    } else {
      listener.onDatagram(socket.base(), packet, from);
    }
  }

  void handleTimeout(long now) {
    reflexive.handleTimeout(now);
    keepalive.handleTimeout(now);
    relays.handleTimeout(now);
  }

  long nextTimeout() {
    long next = Math.min(reflexive.nextTimeout(), keepalive.nextTimeout());
    return Math.min(relays.nextTimeout(), Math.min(next, endsAt));
  }

  /** The peer may send from that address. */
  void handleRemote(InetAddress peer) {
    relays.handleRemote(peer);
  }

  /** What is to leave, or null. */
  Transmit pollTransmit() {
    Transmit out = reflexive.pollTransmit();
    return out == null ? keepalive.pollTransmit() : out;
  }

  /** A pair works: its own checks keep what it needs. */
  void handlePairWorks() {
    keepalive.cancel();
  }

  /** Tells what was learned, and the end when there is nothing more to learn. */
  void progress(long now) {
    for (ReflexiveGathering.Found found = reflexive.pollFound();
        found != null && !closed;
        found = reflexive.pollFound()) {
      handleMapped((UdpOutlet) found.base().owner(), found.mapped(), found.server());
    }
    if (gathering && !closed && (now >= endsAt || resolving == 0 && isAnswered())) {
      gathering = false;
      gathered = true;
      endsAt = IceAgent.NEVER;
      reflexive.cancel();
      relays.giveUp();
      listener.onComplete();
    }
  }

  private boolean isAnswered() {
    return reflexive.isDone() && relays.isDone();
  }

  private void handleMapped(UdpOutlet socket, InetSocketAddress mapped, InetSocketAddress from) {
    InetAddress server = from.getAddress();
    if (!mapped.equals(socket.base().address())) {
      keepalive.keep(socket.base(), from, network.nowNanos());
    }
    if (sockets.containsValue(socket) && socket.isNews(mapped, names.concealing())) {
      Base base = socket.base();
      Candidate candidate =
          Candidate.serverReflexive(mapped, base.address(), server, base.localPreference());
      if (servers.containsKey(server)) {
        mappedBy.put(mapped, servers.get(server));
      }
      tell(candidate, base);
    }
  }

  /** The server that told a candidate of ours, if one did. */
  Optional<IceServer> origin(Candidate candidate, Base base) {
    if (base.owner() instanceof RelayOutlet relayed) {
      return Optional.of(relayed.relay().wish().uri());
    }
    return candidate.type() == CandidateType.SERVER_REFLEXIVE
        ? Addresses.parse(candidate.address())
            .map(address -> mappedBy.get(new InetSocketAddress(address, candidate.port())))
        : Optional.empty();
  }

  /** Closes every socket. */
  void close() {
    closed = true;
    watch.cancel();
    relays.close();
    names.close();
    sockets.values().forEach(UdpOutlet::close);
    sockets.clear();
    tcp.values().forEach(outlets -> outlets.forEach(TcpOutlet::close));
    tcp.clear();
  }

  private final class RelayListener implements RelayGathering.Listener {
    @Override
    public void onRelayed(Candidate candidate, Base base) {
      // After a restart it waits for gather(), which tells everything.
      if (!closed && (gathering || gathered)) {
        listener.onCandidate(names.conceal(candidate, base.address().getAddress()), base);
      }
    }

    @Override
    public void onMapped(UdpOutlet socket, InetSocketAddress mapped, InetSocketAddress server) {
      if (!closed && (gathering || gathered)) {
        handleMapped(socket, mapped, server);
      }
    }

    @Override
    public void onError(CandidateError error) {
      LOG.debug("{} gives no candidate: {}", error.url(), error.errorText());
      if (!closed) {
        listener.onCandidateError(error);
      }
    }

    @Override
    public void onBaseGone(Base base) {
      listener.onBaseGone(base);
    }

    @Override
    public void onDatagram(Base base, ByteBuffer packet, InetSocketAddress from) {
      listener.onDatagram(base, packet, from);
    }

    @Override
    public void onProgress() {
      listener.onProgress();
    }
  }
}
