package dev.turnstone.ice.transport;

import dev.turnstone.ice.Addresses;
import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateError;
import dev.turnstone.ice.IceCounters;
import dev.turnstone.ice.IceListener;
import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.IceOptions;
import dev.turnstone.ice.IceParameters;
import dev.turnstone.ice.IceReport;
import dev.turnstone.ice.IceRole;
import dev.turnstone.ice.IceState;
import dev.turnstone.ice.IceTiming;
import dev.turnstone.ice.IceTransport;
import dev.turnstone.ice.IceTransportPolicy;
import dev.turnstone.ice.agent.AgentEvent;
import dev.turnstone.ice.agent.AgentTiming;
import dev.turnstone.ice.agent.Base;
import dev.turnstone.ice.agent.IceAgent;
import dev.turnstone.ice.agent.Path;
import dev.turnstone.ice.agent.Transmit;
import dev.turnstone.ice.mdns.MdnsName;
import dev.turnstone.stun.StunMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An ICE transport over our own agent. Everything happens on the loop. Sending begins with the
 * first pair that works, before any nomination.
 */
public final class AgentTransport implements IceTransport {
  /** The bit of a message type that sets responses apart (RFC 8489 section 5). */
  private static final int RESPONSE = 0x0100;

  private final IceOptions options;
  private final IceNetwork network;
  private final IceListener listener;
  private final IceAgent agent;
  private final Gatherer gatherer;
  private final RemoteNames names;

  private IceNetwork.Cancellable timer = () -> {};
  private long timerAt = IceAgent.NEVER;
  private Outlet unflushed;
  private IceParameters nextParameters;
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
    this.agent = new IceAgent(timing(options.timing()), credentials(), options.random());
    this.gatherer = new Gatherer(options, network, new GathererListener());
    gatherer.setUfrag(agent.localParameters().usernameFragment());
    this.names = new RemoteNames(network, new NamesListener());
  }

  private IceParameters credentials() {
    IceParameters fresh = IceParameters.random(options.random());
    return options.lite()
        ? new IceParameters(fresh.usernameFragment(), fresh.password(), true)
        : fresh;
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

  @Override
  public IceParameters nextParameters() {
    if (nextParameters == null) {
      nextParameters = credentials();
    }
    return nextParameters;
  }

  // Gathering

  @Override
  public void gather() {
    if (!closed) {
      gatherer.gather();
      drain();
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
      gatherer.gather();
      drain();
    }
  }

  @Override
  public void addRemoteCandidate(Candidate candidate) {
    if (closed) {
      return;
    }
    boolean known =
        candidate.transport().equals("udp") || options.tcp() && candidate.tcpType().isPresent();
    Optional<InetAddress> literal = Addresses.parse(candidate.address());
    if (!known || candidate.component() != 1 || literal.isEmpty() && !resolve(candidate)) {
      skipped++;
      return;
    }
    literal.ifPresent(
        address -> {
          // Before the checks: a relay drops what comes from whom it has not been told of. What a
          // name conceals it is not told (draft-ietf-mmusic-mdns-ice-candidates section 3.3.2).
          gatherer.handleRemote(address);
          addRemoteCandidate(candidate, address);
        });
    drain();
  }

  /**
   * Looks a name up, if it is one that conceals an address. Other names are left out, as browsers
   * do: a peer could have us ask the world's name servers, or the devices on our link, for whatever
   * it likes. With relays alone, none is looked up: that would show us on the link.
   */
  private boolean resolve(Candidate candidate) {
    return MdnsName.matches(candidate.address())
        && options.transportPolicy() == IceTransportPolicy.ALL
        && names.resolve(candidate);
  }

  private void addRemoteCandidate(Candidate candidate, InetAddress host) {
    InetSocketAddress address = new InetSocketAddress(host, candidate.port());
    if (Addresses.isUsable(address)) {
      agent.addRemoteCandidate(candidate, address, network.nowNanos());
    } else {
      skipped++;
    }
  }

  @Override
  public void endOfRemoteCandidates() {
    if (!closed) {
      names.end();
      drain();
    }
  }

  @Override
  public IceParameters restart() {
    if (!closed) {
      names.forget();
      gatherer.restart();
      agent.restart(nextParameters(), network.nowNanos());
      nextParameters = null;
      gatherer.setUfrag(agent.localParameters().usernameFragment());
      drain();
    }
    return agent.localParameters();
  }

  @Override
  public boolean cancelRestart() {
    if (closed || !agent.cancelRestart(network.nowNanos())) {
      return false;
    }
    names.forget();
    nextParameters = null;
    gatherer.cancelRestart();
    drain();
    return true;
  }

  // Data

  @Override
  public boolean send(ByteBuffer packet) {
    Path path = closed ? null : agent.selectedPath();
    if (path == null) {
      return false;
    }
    Outlet outlet = (Outlet) path.base().owner();
    if (unflushed != outlet) {
      flush();
      unflushed = outlet;
    }
    agent.handleDataSent(packet.remaining(), network.nowNanos());
    outlet.send(packet, path.remote());
    return true;
  }

  @Override
  public void flush() {
    if (unflushed != null) {
      unflushed.flush();
      unflushed = null;
    }
  }

  // What happens

  private void handleTimer() {
    timerAt = IceAgent.NEVER;
    if (!closed) {
      agent.handleTimeout(network.nowNanos());
      gatherer.handleTimeout(network.nowNanos());
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
      gatherer.handleTimeout(network.nowNanos());
      agent.handleTimeout(network.nowNanos());
      boolean moved = true;
      while (moved && !closed) {
        moved = false;
        gatherer.progress(network.nowNanos());
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
    return out == null ? gatherer.pollTransmit() : out;
  }

  private void transmit(Transmit out) {
    Outlet outlet = (Outlet) out.base().owner();
    outlet.send(out.message(), out.remote());
    outlet.flush();
  }

  private void hear(AgentEvent event) {
    if (event instanceof AgentEvent.StateChanged changed) {
      listener.onStateChange(changed.state(), changed.reason());
    } else if (event instanceof AgentEvent.PathSelected selected) {
      flush();
      Path path = selected.path();
      ((Outlet) path.base().owner()).handleSelected(path.remote());
      gatherer.handlePairWorks();
      listener.onSelectedPair(selected.candidates());
    }
  }

  private void setTimer() {
    long now = network.nowNanos();
    long next = Math.min(agent.nextTimeout(now), gatherer.nextTimeout());
    if (next == timerAt) {
      return;
    }
    timer.cancel();
    timerAt = next;
    if (next != IceAgent.NEVER) {
      timer = network.schedule(Duration.ofNanos(Math.max(0, next - now)), this::handleTimer);
    }
  }

  /**
   * A datagram came to a base, from the peer or from anyone.
   *
   * @return whether it is the peer's
   */
  private boolean handleDatagram(Base base, ByteBuffer packet, InetSocketAddress from) {
    if (!packet.hasRemaining()) {
      malformed++;
      return false;
    }
    if ((packet.get(packet.position()) & 0xFC) == 0) {
      return handleStun(base, packet, from);
    }
    if (agent.handleData(base, from, packet.remaining(), network.nowNanos())) {
      delivered++;
      listener.onPacket(packet);
      if (agent.state() == IceState.DISCONNECTED || agent.state() == IceState.CHECKING) {
        drain();
      }
      return true;
    }
    unvalidated++;
    return false;
  }

  private boolean handleStun(Base base, ByteBuffer packet, InetSocketAddress from) {
    if (!StunMessage.isStun(packet)) {
      malformed++;
      return false;
    }
    boolean isResponse = (packet.getShort(packet.position()) & RESPONSE) != 0;
    boolean authentic = agent.handlePacket(base, from, packet, network.nowNanos());
    if (authentic) {
      ((Outlet) base.owner()).claim(from, isResponse);
    }
    drain();
    return authentic;
  }

  @Override
  public IceReport report() {
    return agent.report(gatherer::origin);
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

  @Override
  public void close() {
    if (closed) {
      return;
    }
    flush();
    listener.onStateChange(IceState.CLOSED, "closed");
    closed = true;
    names.forget();
    timer.cancel();
    gatherer.close();
  }

  private final class NamesListener implements RemoteNames.Listener {
    @Override
    public void onResolved(Candidate candidate, List<InetAddress> addresses) {
      if (addresses.isEmpty()) {
        skipped++;
      }
      addresses.forEach(address -> addRemoteCandidate(candidate, address));
      drain();
    }

    @Override
    public void onEnd() {
      agent.endOfRemoteCandidates(network.nowNanos());
      drain();
    }
  }

  private final class GathererListener implements Gatherer.Listener {
    @Override
    public void onCandidate(Candidate candidate, Base base) {
      agent.addLocalCandidate(candidate, base, network.nowNanos());
      listener.onLocalCandidate(candidate);
    }

    @Override
    public void onCandidateError(CandidateError error) {
      listener.onCandidateError(error);
    }

    @Override
    public void onBaseGone(Base base) {
      if (unflushed == base.owner()) {
        unflushed = null;
      }
      agent.removeBase(base, network.nowNanos());
    }

    @Override
    public void onComplete() {
      agent.endOfLocalCandidates(network.nowNanos());
      listener.onGatheringComplete();
    }

    @Override
    public void onRestartWanted() {
      listener.onRestartWanted();
    }

    @Override
    public void onProgress() {
      drain();
    }

    @Override
    public boolean onDatagram(Base base, ByteBuffer packet, InetSocketAddress from) {
      return !closed && handleDatagram(base, packet, from);
    }

    @Override
    public void onPathGone(Base base, InetSocketAddress remote) {
      if (!closed) {
        agent.handlePathGone(base, remote, network.nowNanos());
        drain();
      }
    }

    @Override
    public void onMalformed() {
      malformed++;
    }
  }
}
