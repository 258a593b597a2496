package dev.turnstone.ice.transport;

import dev.turnstone.ice.Addresses;
import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceCounters;
import dev.turnstone.ice.IceListener;
import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.IceOptions;
import dev.turnstone.ice.IceParameters;
import dev.turnstone.ice.IceRole;
import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.IceState;
import dev.turnstone.ice.IceTiming;
import dev.turnstone.ice.IceTransport;
import dev.turnstone.ice.agent.AgentEvent;
import dev.turnstone.ice.agent.AgentTiming;
import dev.turnstone.ice.agent.Base;
import dev.turnstone.ice.agent.IceAgent;
import dev.turnstone.ice.agent.Path;
import dev.turnstone.ice.agent.Transmit;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunParseException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An ICE transport over our own agent. Everything happens on the loop. Sending begins with the
 * first pair that works, before any nomination.
 *
 * <p>A restart keeps the sockets whose addresses are still there, so that a firewall's holes and a
 * NAT's bindings stay.
 */
public final class AgentTransport implements IceTransport {
  private static final Logger LOG = LoggerFactory.getLogger(AgentTransport.class);
  private static final int MAX_LOCAL_PREFERENCE = 65535;

  private final IceOptions options;
  private final IceNetwork network;
  private final IceListener listener;
  private final IceAgent agent;
  private final Map<InetAddress, LocalSocket> sockets = new LinkedHashMap<>();
  private final List<InetSocketAddress> servers = new ArrayList<>();
  private final ReflexiveGathering reflexive;

  private IceNetwork.Cancellable timer = () -> {};
  private long timerAt = IceAgent.NEVER;
  private LocalSocket unflushed;
  private int resolving;
  private long gatheringEndsAt = IceAgent.NEVER;
  private boolean gathering;
  private boolean gathered;
  private boolean draining;
  private boolean closed;
  private long malformed;
  private long unvalidated;
  private long delivered;
  private long skipped;

  AgentTransport(IceOptions options, IceNetwork network, IceListener listener) {
    this.options = options;
    this.network = network;
    this.listener = listener;
    this.reflexive = new ReflexiveGathering(options.random());
    this.agent =
        new IceAgent(
            timing(options.timing()), IceParameters.random(options.random()), options.random());
  }

  private static AgentTiming timing(IceTiming given) {
    AgentTiming own = AgentTiming.DEFAULT;
    return new AgentTiming(
        own.pace(),
        own.firstTimeout(),
        own.transmissions(),
        given.consentInterval(),
        given.disconnected(),
        given.consentExpiry(),
        given.failing(),
        given.failingAfterEnd(),
        own.farewell());
  }

  @Override
  public IceParameters localParameters() {
    return agent.localParameters();
  }

  // Gathering

  @Override
  public void gather() {
    if (closed || gathering || gathered) {
      return;
    }
    gathering = true;
    gatheringEndsAt = network.nowNanos() + options.timing().gathering().toNanos();
    openSockets();
    for (LocalSocket socket : List.copyOf(sockets.values())) {
      tell(Candidate.host(socket.base.address(), socket.base.localPreference()), socket.base);
      if (closed) {
        return;
      }
    }
    if (servers.isEmpty()) {
      options.servers().forEach(this::resolve);
    } else {
      servers.forEach(this::ask);
    }
    drain();
  }

  private void openSockets() {
    List<InetAddress> addresses = network.localAddresses();
    for (LocalSocket socket : List.copyOf(sockets.values())) {
      if (!addresses.contains(socket.address)) {
        closeSocket(socket);
      }
    }
    int preference = MAX_LOCAL_PREFERENCE;
    for (InetAddress address : addresses) {
      if (!sockets.containsKey(address)) {
        try {
          LocalSocket socket = new LocalSocket(address, preference);
          sockets.put(address, socket);
        } catch (IOException e) {
          LOG.debug("no candidate on {}: {}", address, e.getMessage());
        }
      }
      preference--;
    }
  }

  private void tell(Candidate candidate, Base base) {
    agent.addLocalCandidate(candidate, base, network.nowNanos());
    listener.onLocalCandidate(candidate);
  }

  private void resolve(IceServer server) {
    resolving++;
    network.resolve(
        server.host(),
        addresses -> {
          resolving--;
          if (closed) {
            return;
          }
          boolean four = false;
          boolean six = false;
          for (InetAddress address : addresses) {
            boolean isFour = address instanceof Inet4Address;
            // One address of each family: others are likely to be the same server.
            if (isFour ? !four : !six) {
              InetSocketAddress found = new InetSocketAddress(address, server.port());
              servers.add(found);
              ask(found);
            }
            four |= isFour;
            six |= !isFour;
          }
          drain();
        });
  }

  private void ask(InetSocketAddress server) {
    for (LocalSocket socket : sockets.values()) {
      reflexive.ask(socket.base, server, network.nowNanos());
    }
  }

  private void learnReflexive() {
    for (ReflexiveGathering.Found found = reflexive.pollFound();
        found != null && !closed;
        found = reflexive.pollFound()) {
      LocalSocket socket = sockets.get(found.base().address().getAddress());
      if (socket != null && socket.isNews(found.mapped())) {
        tell(
            Candidate.serverReflexive(
                found.mapped(),
                found.base().address(),
                found.server().getAddress(),
                found.base().localPreference()),
            found.base());
      }
    }
  }

  private void endGathering() {
    boolean late = network.nowNanos() >= gatheringEndsAt;
    if (gathering && (late || resolving == 0 && reflexive.isDone())) {
      gathering = false;
      gathered = true;
      gatheringEndsAt = IceAgent.NEVER;
      reflexive.cancel();
      agent.endOfLocalCandidates(network.nowNanos());
      listener.onGatheringComplete();
    }
  }

  // Commands

  /**
   * {@inheritDoc}
   *
   * <p>Gathers too, if that has not begun.
   *
   * @throws IllegalStateException when this generation has been started already
   */
  @Override
  public void start(IceRole role, IceParameters remote) {
    if (!closed) {
      agent.start(role, remote, network.nowNanos());
      gather();
      drain();
    }
  }

  @Override
  public void addRemoteCandidate(Candidate candidate) {
    if (closed) {
      return;
    }
    Optional<InetSocketAddress> address =
        Addresses.parse(candidate.address())
            .map(host -> new InetSocketAddress(host, candidate.port()))
            .filter(Addresses::isUsable);
    if (address.isEmpty() || !candidate.transport().equals("udp") || candidate.component() != 1) {
      skipped++;
      return;
    }
    agent.addRemoteCandidate(candidate, address.get(), network.nowNanos());
    drain();
  }

  @Override
  public void endOfRemoteCandidates() {
    if (!closed) {
      agent.endOfRemoteCandidates(network.nowNanos());
      drain();
    }
  }

  @Override
  public IceParameters restart() {
    if (!closed) {
      gathering = false;
      gathered = false;
      gatheringEndsAt = IceAgent.NEVER;
      reflexive.cancel();
      sockets.values().forEach(LocalSocket::forgetReflexive);
      agent.restart(IceParameters.random(options.random()), network.nowNanos());
      drain();
    }
    return agent.localParameters();
  }

  // Data

  @Override
  public boolean send(ByteBuffer packet) {
    Path path = closed ? null : agent.selectedPath();
    if (path == null) {
      return false;
    }
    LocalSocket socket = (LocalSocket) path.base().owner();
    if (unflushed != socket) {
      flush();
      unflushed = socket;
    }
    agent.handleDataSent(packet.remaining());
    socket.udp.send(packet, path.remote());
    return true;
  }

  @Override
  public void flush() {
    if (unflushed != null) {
      unflushed.udp.flush();
      unflushed = null;
    }
  }

  // What happens

  private void handleTimer() {
    timerAt = IceAgent.NEVER;
    if (!closed) {
      agent.handleTimeout(network.nowNanos());
      reflexive.handleTimeout(network.nowNanos());
      drain();
    }
  }

  /** Lets out what the agent and the gathering have to say, and sets the timer. */
  private void drain() {
    if (draining || closed) {
      return;
    }
    draining = true;
    try {
      reflexive.handleTimeout(network.nowNanos());
      agent.handleTimeout(network.nowNanos());
      boolean moved = true;
      while (moved && !closed) {
        moved = false;
        learnReflexive();
        for (Transmit out = nextTransmit(); out != null; out = nextTransmit()) {
          moved = true;
          transmit(out);
        }
        for (AgentEvent event = agent.pollEvent();
            event != null && !closed;
            event = agent.pollEvent()) {
          moved = true;
          hear(event);
        }
        if (!closed) {
          endGathering();
        }
      }
    } finally {
      draining = false;
    }
    if (!closed) {
      flush();
      setTimer();
    }
  }

  private Transmit nextTransmit() {
    Transmit out = agent.pollTransmit();
    return out == null ? reflexive.pollTransmit() : out;
  }

  private void transmit(Transmit out) {
    LocalSocket socket = (LocalSocket) out.base().owner();
    if (socket.open) {
      socket.udp.send(out.message(), out.remote());
      socket.udp.flush();
    }
  }

  private void hear(AgentEvent event) {
    if (event instanceof AgentEvent.StateChanged changed) {
      listener.onStateChange(changed.state(), changed.reason());
    } else if (event instanceof AgentEvent.PathSelected selected) {
      flush();
      listener.onSelectedPair(selected.candidates());
    }
  }

  private void setTimer() {
    long now = network.nowNanos();
    long next = Math.min(agent.nextTimeout(now), reflexive.nextTimeout());
    next = Math.min(next, gatheringEndsAt);
    if (next == timerAt) {
      return;
    }
    timer.cancel();
    timerAt = next;
    if (next != IceAgent.NEVER) {
      timer = network.schedule(Duration.ofNanos(Math.max(0, next - now)), this::handleTimer);
    }
  }

  private void handleDatagram(LocalSocket socket, ByteBuffer packet, InetSocketAddress from) {
    if (closed || !socket.open) {
      return;
    }
    if (!packet.hasRemaining()) {
      malformed++;
    } else if ((packet.get(packet.position()) & 0xFC) == 0) {
      handleStun(socket, packet, from);
    } else if (agent.handleData(socket.base, from, packet.remaining(), network.nowNanos())) {
      delivered++;
      listener.onPacket(packet);
      if (agent.state() == IceState.DISCONNECTED) {
        drain();
      }
    } else {
      unvalidated++;
    }
  }

  private void handleStun(LocalSocket socket, ByteBuffer packet, InetSocketAddress from) {
    if (!StunMessage.isStun(packet)) {
      malformed++;
      return;
    }
    if (!reflexive.isDone()) {
      try {
        StunMessage message = StunMessage.parse(packet);
        if (message.messageClass().isResponse()
            && reflexive.handleResponse(message, socket.base, from)) {
          drain();
          return;
        }
      } catch (StunParseException e) {
        malformed++;
        return;
      }
    }
    agent.handlePacket(socket.base, from, packet, network.nowNanos());
    drain();
  }

  @Override
  public IceCounters counters() {
    return new IceCounters(
        agent.checksAccepted(),
        delivered,
        malformed + agent.malformed(),
        agent.unauthenticated(),
        unvalidated,
        agent.overflow(),
        skipped);
  }

  private void closeSocket(LocalSocket socket) {
    sockets.remove(socket.address);
    socket.close();
    reflexive.remove(socket.base);
    agent.removeBase(socket.base, network.nowNanos());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    flush();
    listener.onStateChange(IceState.CLOSED, "closed");
    closed = true;
    timer.cancel();
    sockets.values().forEach(LocalSocket::close);
    sockets.clear();
  }

  /** One UDP socket, which is one base. */
  private final class LocalSocket implements IceNetwork.UdpReceiver {
    private final InetAddress address;
    private final IceNetwork.UdpSocket udp;
    private final Base base;
    private final List<InetSocketAddress> mapped = new ArrayList<>();
    private boolean open = true;

    LocalSocket(InetAddress address, int localPreference) throws IOException {
      this.address = address;
      this.udp = network.bind(new InetSocketAddress(address, 0), this);
      this.base = new Base(udp.localAddress(), CandidateType.HOST, localPreference, this);
    }

    /**
     * Whether no server has told that address before, nor is it our own (RFC 8445 section 5.1.3).
     */
    boolean isNews(InetSocketAddress seen) {
      if (seen.equals(base.address()) || mapped.contains(seen)) {
        return false;
      }
      mapped.add(seen);
      return true;
    }

    void forgetReflexive() {
      mapped.clear();
    }

    @Override
    public void onDatagram(ByteBuffer packet, InetSocketAddress from) {
      handleDatagram(this, packet, from);
    }

    @Override
    public void onReadComplete() {}

    void close() {
      if (open) {
        open = false;
        udp.close();
      }
    }
  }
}
