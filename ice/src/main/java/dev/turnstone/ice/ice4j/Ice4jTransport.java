package dev.turnstone.ice.ice4j;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateReport;
import dev.turnstone.ice.IceCounters;
import dev.turnstone.ice.IceListener;
import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.IceOptions;
import dev.turnstone.ice.IceParameters;
import dev.turnstone.ice.IceReport;
import dev.turnstone.ice.IceRole;
import dev.turnstone.ice.IceState;
import dev.turnstone.ice.IceTransport;
import dev.turnstone.ice.PairReport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An ICE transport whose checks ice4j makes. Sending begins with the first pair that works, before
 * any nomination.
 *
 * <p>A datagram reaches the listener when its source address, at the socket where it arrives, has
 * been validated: by a check of ours that was answered, or by a check of the peer's that was
 * protected with our password.
 *
 * <p>The state is {@link IceState#FAILED} after a time without a working pair ({@link
 * dev.turnstone.ice.IceTiming}), never because a list of pairs ran dry. A peer that checks later
 * than that still connects, unless the transport was closed. It is also {@code FAILED}, and nothing
 * is sent any more, when consent has expired (RFC 7675); then only {@link #restart} helps.
 */
public final class Ice4jTransport implements IceTransport {
  /** How long the old pair may still deliver what was on its way when a restart has moved on. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  /** As many candidates of the peer as ice4j pairs at most. */
  private static final int MAX_REPORTED = 100;

  private final IceOptions options;
  private final IceNetwork network;
  private final IceListener listener;
  private final Counters counters = new Counters();

  /** The generation that gathers and checks; the one that carries data is the path's. */
  private Generation current;

  /** Generations that have been replaced, while they still carry or deliver data. */
  private Generation previous;

  private final Traffic traffic = new Traffic();
  private final List<Candidate> localCandidates = new ArrayList<>();
  private final List<Candidate> remoteCandidates = new ArrayList<>();
  private String peerUfrag = "";
  private Path path;
  private Consent consent;
  private IceState state = IceState.NEW;
  private IceNetwork.UdpSocket unflushed;
  private IceNetwork.Cancellable failing = () -> {};

  /** The generation that the peer no longer consents to, if any. */
  private Generation lapsed;

  private IceParameters nextParameters;
  private boolean peerIsDone;
  private boolean closed;

  Ice4jTransport(IceOptions options, IceNetwork network, IceListener listener) {
    this.options = options;
    this.network = network;
    this.listener = listener;
    this.current = generation(IceParameters.random(options.random()));
  }

  private Generation generation(IceParameters local) {
    GenerationListener hearing = new GenerationListener();
    Generation generation = new Generation(options, network, hearing, counters, local);
    hearing.generation = generation;
    return generation;
  }

  @Override
  public IceParameters localParameters() {
    return current.local();
  }

  @Override
  public IceParameters nextParameters() {
    if (nextParameters == null) {
      nextParameters = IceParameters.random(options.random());
    }
    return nextParameters;
  }

  /** {@inheritDoc} ice4j keeps no figures of pairs: the one in use is told alone. */
  @Override
  public IceReport report() {
    Optional<PairReport> selected = Optional.ofNullable(path).map(traffic::report);
    return new IceReport(
        state,
        Optional.empty(),
        current.local().usernameFragment(),
        candidates(localCandidates, current.local().usernameFragment()),
        candidates(remoteCandidates, peerUfrag),
        selected.stream().toList(),
        selected,
        traffic.changes,
        traffic.packetsSent,
        counters.dataDelivered,
        traffic.bytesSent,
        traffic.bytesReceived);
  }

  private static List<CandidateReport> candidates(List<Candidate> of, String ufrag) {
    return of.stream().map(each -> new CandidateReport(each, ufrag)).toList();
  }

  @Override
  public IceCounters counters() {
    return counters.snapshot();
  }

  @Override
  public void gather() {
    if (!closed) {
      current.gather();
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Gathers too, if that has not begun.
   *
   * @throws IllegalStateException when this generation has been started already
   */
  @Override
  public void start(IceRole role, IceParameters remote) {
    if (closed) {
      return;
    }
    if (current.isStarted()) {
      throw new IllegalStateException("ICE is started already; restart() begins anew");
    }
    peerUfrag = remote.usernameFragment();
    current.start(role, remote);
    if (path == null) {
      become(IceState.CHECKING, "checks begin");
    }
    failLater();
  }

  @Override
  public void addRemoteCandidate(Candidate candidate) {
    if (!closed) {
      if (remoteCandidates.size() < MAX_REPORTED) {
        remoteCandidates.add(candidate);
      }
      current.addRemote(candidate);
      failLater();
    }
  }

  @Override
  public void endOfRemoteCandidates() {
    if (!closed && !peerIsDone) {
      peerIsDone = true;
      failLater();
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>{@link #gather} is to be called again; {@link #start} does so if nobody has. The state stays
   * while the old pair works.
   */
  @Override
  public IceParameters restart() {
    if (closed) {
      return current.local();
    }
    Generation old = current;
    current = generation(nextParameters());
    localCandidates.clear();
    remoteCandidates.clear();
    nextParameters = null;
    peerIsDone = false;
    failing.cancel();
    if (path != null && path.generation() == old) {
      retire(old);
    } else {
      // It never carried anything; what carries is older still, or nothing.
      old.close();
    }
    if (path == null) {
      become(IceState.NEW, "restarting");
    }
    return current.local();
  }

  /** {@inheritDoc} A generation that never carried anything is gone with the restart. */
  @Override
  public boolean cancelRestart() {
    boolean kept = path != null && path.generation() == previous;
    if (closed || current.isStarted() || !kept) {
      return false;
    }
    current.close();
    current = previous;
    previous = null;
    nextParameters = null;
    return true;
  }

  private void retire(Generation old) {
    if (previous != null && previous != old) {
      previous.close();
    }
    previous = old;
  }

  // Data

  @Override
  public boolean send(ByteBuffer packet) {
    Path to = path;
    if (to == null) {
      return false;
    }
    IceNetwork.UdpSocket udp = to.socket().udp();
    if (unflushed != udp) {
      flush();
      unflushed = udp;
    }
    traffic.handleSent(packet.remaining(), network.nowNanos());
    udp.send(packet, to.remote());
    return true;
  }

  @Override
  public void flush() {
    if (unflushed != null) {
      unflushed.flush();
      unflushed = null;
    }
  }

  // What the checks find

  private void onPath(Path found) {
    if (found.generation() != current || found.generation() == lapsed) {
      return;
    }
    boolean first = path == null || path.generation() != current;
    if (first || isBetter(found)) {
      select(found);
    } else if (found.isSamePair(path)) {
      path = found.nominated() ? found : path;
    }
    if (path.nominated()) {
      become(consentIsSilent() ? IceState.DISCONNECTED : IceState.COMPLETED, "a pair is nominated");
    }
  }

  /**
   * Before nomination the best pair that works carries data; then the nominated one. A peer that
   * nominates several is followed to the best of them (RFC 8445 section 8.1.1), or to any when the
   * one in use has fallen silent.
   */
  private boolean isBetter(Path found) {
    if (found.isSamePair(path)) {
      return false;
    }
    if (found.nominated() != path.nominated()) {
      return found.nominated();
    }
    return found.priority() > path.priority() || found.nominated() && consentIsSilent();
  }

  private boolean consentIsSilent() {
    return consent != null && consent.isSilent();
  }

  private void select(Path found) {
    flush();
    if (consent != null) {
      consent.cancel();
    }
    path = found;
    traffic.handleSelected();
    consent = new Consent(options, network, found, new ConsentListener());
    failing.cancel();
    become(found.nominated() ? IceState.COMPLETED : IceState.CONNECTED, "a pair works");
    if (closed) {
      return;
    }
    listener.onSelectedPair(found.pair());
    Generation old = previous;
    if (old != null && !closed) {
      network.schedule(FAREWELL, () -> bidFarewell(old));
    }
  }

  private void bidFarewell(Generation old) {
    if (path != null && path.generation() == old) {
      return;
    }
    old.close();
    if (previous == old) {
      previous = null;
    }
  }

  // Failing

  /** Something has happened that may lead to a pair: begin to wait anew. */
  private void failLater() {
    failing.cancel();
    if (!current.isStarted() || path != null) {
      return;
    }
    Duration wait = peerIsDone ? options.timing().failingAfterEnd() : options.timing().failing();
    failing = network.schedule(wait, () -> fail("no pair of candidates works"));
  }

  private void fail(String reason) {
    if (!closed && path == null) {
      become(IceState.FAILED, reason);
    }
  }

  private void become(IceState next, String reason) {
    if (!closed && state != next) {
      state = next;
      listener.onStateChange(next, reason);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    flush();
    become(IceState.CLOSED, "closed");
    closed = true;
    path = null;
    failing.cancel();
    if (consent != null) {
      consent.cancel();
    }
    if (previous != null) {
      previous.close();
    }
    current.close();
  }

  private final class ConsentListener implements Consent.Listener {
    @Override
    public void onSilence() {
      become(IceState.DISCONNECTED, "the peer does not answer");
    }

    @Override
    public void onAnswerAfterSilence() {
      become(path.nominated() ? IceState.COMPLETED : IceState.CONNECTED, "the peer answers again");
    }

    @Override
    public void onExpired() {
      flush();
      lapsed = path.generation();
      path = null;
      if (current.isStarted() && current != lapsed) {
        // A restart is under way and may still find a pair.
        failLater();
      } else {
        fail("the peer has not answered for so long that consent has expired");
      }
    }
  }

  private final class GenerationListener implements Generation.Listener {
    private Generation generation;

    @Override
    public void onLocalCandidate(Candidate candidate) {
      if (!closed && generation == current) {
        localCandidates.add(candidate);
        listener.onLocalCandidate(candidate);
      }
    }

    @Override
    public void onGatheringComplete() {
      if (!closed && generation == current) {
        listener.onGatheringComplete();
      }
    }

    @Override
    public void onPath(Path found) {
      if (!closed) {
        Ice4jTransport.this.onPath(found);
      }
    }

    @Override
    public void onBroken(String reason) {
      if (!closed && generation == current) {
        fail(reason);
      }
    }

    @Override
    public void onData(ByteBuffer packet) {
      if (!closed) {
        traffic.handleReceived(packet.remaining(), network.nowNanos());
        listener.onPacket(packet);
      }
    }
  }
}
