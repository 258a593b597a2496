package dev.turnstone.ice.ice4j;

import dev.turnstone.ice.Addresses;
import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidatePair;
import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.IceOptions;
import dev.turnstone.ice.IceParameters;
import dev.turnstone.ice.IceRole;
import dev.turnstone.stun.IntegrityKey;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.TransactionId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ICE generation: its credentials, its sockets, its agent. On the loop; the agent is called
 * through a {@link Worker} and answers through {@link IceNetwork#execute}.
 */
final class Generation implements CheckAgent.Listener, BoundSocket.Receiver {
  /** Hears a generation, on the loop. */
  interface Listener {
    /** Data from a validated address. */
    void onData(ByteBuffer packet);

    void onLocalCandidate(Candidate candidate);

    void onGatheringComplete();

    /** A pair works. */
    void onPath(Path path);

    /** The engine broke: nothing will come of this generation. */
    void onBroken(String reason);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Ice4jEngine.class);

  /** As many candidates of the peer as ice4j pairs at most. */
  private static final int MAX_REMOTE_CANDIDATES = 100;

  private static final int MAX_LOCAL_PREFERENCE = 65535;

  private final IceOptions options;
  private final IceNetwork network;
  private final Listener listener;
  private final Counters counters;
  private final IceParameters local;
  private final Worker worker;
  private final Transactions transactions = new Transactions();
  private final StunGate gate;
  private final ReflexiveGatherer gatherer;
  private final List<BoundSocket> sockets = new ArrayList<>();
  private final Map<InetSocketAddress, Candidate> remoteCandidates = new LinkedHashMap<>();

  /** Made, used and let go of on the worker; read for its role on the loop. */
  private volatile CheckAgent agent;

  private IceParameters remote;
  private boolean gathered;
  private boolean closed;

  Generation(
      IceOptions options,
      IceNetwork network,
      Listener listener,
      Counters counters,
      IceParameters local) {
    this.options = options;
    this.network = network;
    this.listener = listener;
    this.counters = counters;
    this.local = local;
    this.worker =
        new Worker(
            failure -> {
              LOG.warn("the ICE engine failed", failure);
              network.execute(() -> onBroken(failure));
            });
    this.gate = new StunGate(local, transactions, counters);
    this.gatherer =
        new ReflexiveGatherer(
            options,
            network,
            transactions,
            listener::onLocalCandidate,
            listener::onGatheringComplete);
  }

  private void onBroken(Throwable failure) {
    if (!closed) {
      listener.onBroken("the ICE engine failed: " + failure.getClass().getSimpleName());
    }
  }

  IceParameters local() {
    return local;
  }

  IntegrityKey remoteKey() {
    return gate.remoteKey();
  }

  Transactions transactions() {
    return transactions;
  }

  boolean isStarted() {
    return remote != null;
  }

  // Gathering

  void gather() {
    if (gathered || closed) {
      return;
    }
    gathered = true;
    worker.execute(() -> agent = new CheckAgent(local, this));
    int preference = MAX_LOCAL_PREFERENCE;
    for (InetAddress address : network.localAddresses()) {
      try {
        BoundSocket socket =
            new BoundSocket(network, new InetSocketAddress(address, 0), preference, this, counters);
        sockets.add(socket);
        int own = preference--;
        worker.execute(() -> agent.addHost(socket.agentSocket(), own));
      } catch (IOException e) {
        LOG.debug("no candidate on {}: {}", address, e.getMessage());
      }
    }
    // The caller may be in the middle of something: what was found reaches it a turn later.
    network.execute(this::announce);
  }

  private void announce() {
    if (!closed) {
      sockets.forEach(socket -> listener.onLocalCandidate(socket.host()));
    }
    if (!closed) {
      gatherer.start(sockets);
    }
  }

  // Datagrams

  @Override
  public void onStun(BoundSocket at, ByteBuffer packet, InetSocketAddress from) {
    gate.handle(at, packet, from);
  }

  @Override
  public void onData(ByteBuffer packet) {
    listener.onData(packet);
  }

  // Checks

  void start(IceRole role, IceParameters peer) {
    gather();
    remote = peer;
    gate.setRemote(peer);
    worker.execute(
        () -> {
          agent.start(role == IceRole.CONTROLLING, peer);
          network.execute(() -> gate.open(agent.isControlling()));
        });
    List<Map.Entry<InetSocketAddress, Candidate>> waiting =
        new ArrayList<>(remoteCandidates.entrySet());
    waiting.forEach(entry -> check(entry.getValue(), entry.getKey()));
  }

  /** Adds a candidate of the peer; one that cannot be used is counted and forgotten. */
  void addRemote(Candidate candidate) {
    Optional<InetAddress> address = Addresses.parse(candidate.address());
    boolean usable =
        address.isPresent()
            && candidate.component() == 1
            && candidate.transport().equals("udp")
            && candidate.port() != 0
            && !address.get().isAnyLocalAddress()
            && !address.get().isMulticastAddress();
    if (!usable) {
      // A name or TCP: the peer's own checks may still come, as those of a peer-reflexive
      // candidate.
      counters.skippedCandidates++;
      return;
    }
    InetSocketAddress key = new InetSocketAddress(address.get(), candidate.port());
    if (remoteCandidates.size() >= MAX_REMOTE_CANDIDATES) {
      counters.overflow++;
    } else if (remoteCandidates.putIfAbsent(key, candidate) == null && remote != null) {
      check(candidate, key);
    }
  }

  private void check(Candidate candidate, InetSocketAddress address) {
    String ufrag = candidate.extensions().get("ufrag");
    if (ufrag != null && !ufrag.equals(remote.usernameFragment())) {
      // RFC 8838 section 9: a candidate of another generation.
      counters.skippedCandidates++;
      remoteCandidates.remove(address);
      return;
    }
    worker.execute(() -> agent.addRemote(candidate, address.getAddress()));
  }

  @Override
  public void onValid(CheckAgent.FoundPair pair) {
    network.execute(() -> onFound(pair, false));
  }

  @Override
  public void onNominated(CheckAgent.FoundPair pair) {
    network.execute(() -> onFound(pair, true));
  }

  private void onFound(CheckAgent.FoundPair found, boolean nominated) {
    if (closed) {
      return;
    }
    for (BoundSocket socket : sockets) {
      if (socket.address().equals(found.base())) {
        gate.validate(socket, found.remote());
        Candidate ours = socket.candidateAt(found.mapped(), found.remotePriority());
        CandidatePair pair = new CandidatePair(ours, remoteCandidate(found));
        listener.onPath(new Path(this, socket, found.remote(), pair, found.priority(), nominated));
        return;
      }
    }
  }

  private Candidate remoteCandidate(CheckAgent.FoundPair found) {
    Candidate known = remoteCandidates.get(found.remote());
    return known != null ? known : Candidate.peerReflexive(found.remote(), found.remotePriority());
  }

  boolean isControlling() {
    return agent.isControlling();
  }

  /** Takes a role after a conflict. */
  void takeRole(boolean controlling) {
    worker.execute(() -> agent.setControlling(controlling));
  }

  /** A request as a check sends it (RFC 8445 section 7.1), for consent. */
  ByteBuffer bindingRequest(TransactionId id, BoundSocket from) {
    CheckAgent checks = agent;
    ByteBuffer out = ByteBuffer.allocate(600 + remote.usernameFragment().length());
    new StunMessage(
            MessageClass.REQUEST,
            StunMethod.BINDING,
            id,
            new StunAttribute.Username(remote.usernameFragment() + ":" + local.usernameFragment()),
            checks.isControlling()
                ? new StunAttribute.IceControlling(checks.getTieBreaker())
                : new StunAttribute.IceControlled(checks.getTieBreaker()),
            new StunAttribute.Priority(
                Candidate.priority(CandidateType.PEER_REFLEXIVE, from.localPreference(), 1)))
        .encoder(out)
        .integrity(gate.remoteKey())
        .fingerprint()
        .finish();
    return out.flip();
  }

  // The end

  /** Closes the sockets now and frees the agent soon, away from the loop. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    gatherer.cancel();
    sockets.forEach(BoundSocket::close);
    worker.execute(
        () -> {
          if (agent != null) {
            agent.free();
          }
        });
  }
}
