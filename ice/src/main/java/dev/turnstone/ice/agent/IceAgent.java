package dev.turnstone.ice.agent;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.IceParameters;
import dev.turnstone.ice.IceReport;
import dev.turnstone.ice.IceRole;
import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.IceState;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunFingerprint;
import dev.turnstone.stun.StunIntegrity;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.StunParseException;
import dev.turnstone.stun.Verdict;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * An ICE agent for one component (RFC 8445), sans-IO: candidates, STUN messages and the time go in;
 * STUN messages and events come out. It owns no socket, no thread and no clock. One thread at a
 * time may use it.
 *
 * <p>Data may leave over the first pair that works, before any nomination (RFC 8445 section 12.1);
 * a better one takes over when it works. The controlling side nominates the best pair at once and
 * nominates again when a better one is found; the controlled side follows.
 *
 * <p>After {@link #restart} the pair in use goes on until the new generation has one.
 */
public final class IceAgent {
  /** A {@link #nextTimeout} that never comes. */
  public static final long NEVER = Long.MAX_VALUE;

  /** A pair that has answered so lately is not suspected. */
  private static final long RECENT = Duration.ofMillis(500).toNanos();

  private final Shared shared;
  private final Consent consent;
  private final Selection selection;
  private final IncomingChecks incoming;
  private final ArrayDeque<AgentEvent> events = new ArrayDeque<>();
  private final ChecksListener checks = new ChecksListener();

  private Generation current;

  /** The one before a restart, while it carries data or may still deliver some. */
  private Generation previous;

  private IceState state = IceState.NEW;

  /** Both sides were full when the roles were settled: a restart keeps them. */
  private boolean roleStands;

  private boolean localEnded;
  private boolean remoteEnded;
  private long failAt = NEVER;
  private long farewellAt = NEVER;

  /**
   * An agent with no candidates.
   *
   * @param timing how long to wait for what
   * @param local our credentials; {@link IceParameters#lite} makes a lite agent
   * @param random for transaction ids, tie-breaker and jitter
   */
  public IceAgent(AgentTiming timing, IceParameters local, SecureRandom random) {
    this.shared = new Shared(timing, random);
    this.consent = new Consent(shared);
    this.selection = new Selection(shared);
    this.incoming = new IncomingChecks(shared, checks);
    this.current = new Generation(shared, checks, local);
  }

  // Commands

  /** Our credentials of this generation. */
  public IceParameters localParameters() {
    return current.credentials.local();
  }

  /** Our role now; a conflict may change it. */
  public IceRole role() {
    return shared.role();
  }

  /** How the agent stands. */
  public IceState state() {
    return state;
  }

  /** Adds a candidate of ours that is reached through that base. */
  public void addLocalCandidate(Candidate candidate, Base base, long nowNanos) {
    current.list.addLocal(new LocalCandidate(base, candidate), shared.role());
    progress(nowNanos);
  }

  /** No more candidates of ours will come in this generation. */
  public void endOfLocalCandidates(long nowNanos) {
    localEnded = true;
    progress(nowNanos);
  }

  /** A base is gone: its socket or allocation does not work any more. */
  public void removeBase(Base base, long nowNanos) {
    for (Generation generation : generations()) {
      for (Pair pair : List.copyOf(generation.list.pairs())) {
        if (pair.base() == base) {
          consent.forget(pair);
        }
      }
      generation.list.removeBase(base);
    }
    if (!selection.isEmpty() && selection.pair().base() == base) {
      deselect("the address in use is gone", nowNanos);
    }
    progress(nowNanos);
  }

  /**
   * A path is gone, while its base still works: the connection that it was has ended, or could not
   * be made.
   */
  public void handlePathGone(Base base, InetSocketAddress remote, long nowNanos) {
    for (Generation generation : generations()) {
      Pair pair = generation.list.pair(base, remote);
      if (pair != null) {
        consent.forget(pair);
        pair.fail();
        if (pair == selection.pair()) {
          deselect("the connection in use has ended", nowNanos);
        }
      }
    }
    progress(nowNanos);
  }

  private void deselect(String reason, long now) {
    selection.clear();
    reselect(now);
    if (selection.isEmpty()) {
      become(IceState.DISCONNECTED, reason);
      failLater(now);
    } else {
      // A check tells the peer where we are now.
      consent.hurry(selection.pair(), now);
    }
  }

  /**
   * Starts the checks of this generation.
   *
   * @param role the role to begin with; a restart keeps the one that stands
   * @throws IllegalStateException when it has been started already
   */
  public void start(IceRole role, IceParameters remote, long nowNanos) {
    if (current.isStarted()) {
      throw new IllegalStateException("the checks have begun already; restart() begins anew");
    }
    boolean bothFull = !current.isLite() && !remote.lite();
    // RFC 8445 section 6.1.1: where one side is lite, the other is controlling.
    // A restart redetermines them only where a full side has become lite or the reverse.
    if (!bothFull) {
      shared.setRole(current.isLite() ? IceRole.CONTROLLED : IceRole.CONTROLLING);
    } else if (!roleStands) {
      shared.setRole(role);
    }
    roleStands = bothFull;
    current.credentials.setRemote(remote);
    beginChecking();
    incoming.handleEarly(current, nowNanos);
    failLater(nowNanos);
    progress(nowNanos);
  }

  private void beginChecking() {
    if (selection.isEmpty()) {
      become(IceState.CHECKING, "checks begin");
    } else if (state == IceState.DISCONNECTED) {
      // W3C webrtc-pc section 5.6.4: a restart forgets that connectivity was lost.
      become(IceState.CHECKING, "checks begin anew");
    } else if (state == IceState.COMPLETED) {
      become(IceState.CONNECTED, "checks begin anew beside the pair in use");
    }
  }

  /**
   * Adds a candidate of the peer, at any time.
   *
   * @param address its address, resolved
   * @return false when there are too many and it is left out
   */
  public boolean addRemoteCandidate(Candidate candidate, InetSocketAddress address, long nowNanos) {
    boolean taken = current.list.addRemote(new RemoteCandidate(address, candidate), shared.role());
    if (!taken) {
      shared.counters.overflow++;
    }
    failLater(nowNanos);
    progress(nowNanos);
    return taken;
  }

  /** The peer has no more candidates (RFC 8838 section 14). */
  public void endOfRemoteCandidates(long nowNanos) {
    remoteEnded = true;
    failLater(nowNanos);
    progress(nowNanos);
  }

  /**
   * Begins a new generation (RFC 8445 section 2.4). Candidates of ours have to be added again;
   * bases may be the same. The pair in use goes on.
   *
   * @param local the new credentials
   */
  public void restart(IceParameters local, long nowNanos) {
    if (selection.isEmpty() || selection.generation() == current) {
      previous = selection.isEmpty() ? null : current;
    }
    current.retire();
    current = new Generation(shared, checks, local);
    localEnded = false;
    remoteEnded = false;
    failAt = NEVER;
    farewellAt = NEVER;
    if (selection.isEmpty()) {
      become(IceState.NEW, "restarting");
    }
  }

  // In

  /**
   * Takes a STUN message from the network. Never throws on what is in it.
   *
   * @param message what is between position and limit, which stay; borrowed for the call
   * @return whether it was authentic and for this agent
   */
  public boolean handlePacket(
      Base base, InetSocketAddress from, ByteBuffer message, long nowNanos) {
    StunMessage parsed;
    try {
      parsed = StunMessage.parse(message);
    } catch (StunParseException e) {
      shared.counters.malformed++;
      return false;
    }
    if (!parsed.method().equals(StunMethod.BINDING)
        || StunFingerprint.verify(message) == Verdict.INVALID) {
      shared.counters.malformed++;
      return false;
    }
    boolean authentic =
        switch (parsed.messageClass()) {
          case REQUEST -> handleRequest(parsed, message, base, from, nowNanos);
          case SUCCESS_RESPONSE, ERROR_RESPONSE ->
              handleResponse(parsed, message, base, from, nowNanos);
          // A keepalive (RFC 8445 section 11) says nothing.
          case INDICATION -> false;
        };
    if (!authentic) {
      shared.counters.unauthenticated++;
    }
    progress(nowNanos);
    return authentic;
  }

  private boolean handleRequest(
      StunMessage request, ByteBuffer bytes, Base base, InetSocketAddress from, long now) {
    String username =
        request
            .attribute(StunAttribute.Username.class)
            .map(StunAttribute.Username::name)
            .orElse("");
    for (Generation generation : generations()) {
      if (generation.credentials.isAddressed(username)) {
        // Deviation: RFC 8489 section 9.1.3 answers 400 and 401. Whoever has no password is not
        // answered at all: nothing is learned, nothing is reflected.
        if (StunIntegrity.verify(bytes, generation.credentials.localKey()) != Verdict.VALID) {
          return false;
        }
        incoming.handle(generation, request, base, from, now);
        if (isDoubtful()) {
          consent.hurry(selection.pair(), now);
        }
        generation.isKnownToPeer = true;
        bidFarewell(now);
        return true;
      }
    }
    return false;
  }

  private boolean handleResponse(
      StunMessage response, ByteBuffer bytes, Base base, InetSocketAddress from, long now) {
    for (Generation generation : generations()) {
      Transactions.Transaction request = generation.request(response.transactionId());
      if (request != null) {
        return StunIntegrity.verify(bytes, generation.credentials.remoteKey()) == Verdict.VALID
            && generation.handleResponse(response, request, base, from, now);
      }
    }
    return false;
  }

  /**
   * A packet that is not STUN arrived.
   *
   * @param length its bytes
   * @return whether a check has shown that it comes from the peer; if not it must be dropped
   */
  public boolean handleData(Base base, InetSocketAddress from, int length, long nowNanos) {
    if (!takeData(base, from, length, nowNanos)) {
      return false;
    }
    shared.counters.packetsReceived++;
    shared.counters.bytesReceived += length;
    return true;
  }

  private boolean takeData(Base base, InetSocketAddress from, int length, long nowNanos) {
    Pair pair = selection.pair();
    if (pair == null || pair.base() != base || !pair.path().remote().equals(from)) {
      pair = trusted(base, from);
      if (pair == null) {
        return current.isEarly(base, from);
      }
    }
    pair.counters.handleReceived(length, nowNanos);
    if (isDoubtful()) {
      consent.hurry(pair, nowNanos);
    }
    suspect(pair, nowNanos);
    return true;
  }

  private Pair trusted(Base base, InetSocketAddress from) {
    for (Generation generation : generations()) {
      Pair pair = generation.list.pair(base, from);
      if (pair != null && pair.isTrusted()) {
        return pair;
      }
    }
    return null;
  }

  /** Fires what is due; calling it early or twice does no harm. */
  public void handleTimeout(long nowNanos) {
    current.handleTimeout(nowNanos);
    if (previous != null) {
      previous.handleTimeout(nowNanos);
    }
    for (Pair expired = consent.handleTimeout(watched(), selection.pair(), nowNanos);
        expired != null;
        expired = consent.handleTimeout(watched(), selection.pair(), nowNanos)) {
      handleExpired(expired, nowNanos);
    }
    if (nowNanos >= farewellAt) {
      endPrevious();
    }
    if (selection.hasComeIntoDoubt(nowNanos)) {
      handleDoubt(nowNanos);
    }
    if (selection.hasFallenSilent(nowNanos)) {
      handleSilence(nowNanos);
    }
    if (nowNanos >= failAt) {
      failAt = NEVER;
      fail("no pair of candidates works");
    }
    progress(nowNanos);
  }

  /** When {@link #handleTimeout} wants to be called: absolute, or {@link #NEVER}. */
  public long nextTimeout(long nowNanos) {
    long next = Math.min(current.nextTimeout(nowNanos), consent.nextTimeout());
    if (previous != null) {
      next = Math.min(next, previous.nextTimeout(nowNanos));
    }
    next = Math.min(next, Math.min(selection.silentAt(), selection.doubtAt()));
    return Math.min(next, Math.min(farewellAt, failAt));
  }

  // Out

  /** The next STUN message to send, or null. */
  public Transmit pollTransmit() {
    return shared.pollTransmit();
  }

  /** The next event, or null. */
  public AgentEvent pollEvent() {
    return events.poll();
  }

  /** Where data goes, or null while there is nowhere. */
  public Path selectedPath() {
    return selection.isEmpty() ? null : selection.pair().path();
  }

  /** Data left over the selected path. */
  public void handleDataSent(int length, long nowNanos) {
    if (!selection.isEmpty()) {
      selection.pair().counters.handleSent(length, nowNanos);
      shared.counters.packetsSent++;
      shared.counters.bytesSent += length;
    }
  }

  /** Says where our candidates come from; who drives the agent knows. */
  @FunctionalInterface
  public interface Origins {
    /** The server that told a candidate, if one did. */
    Optional<IceServer> of(Candidate candidate, Base base);
  }

  /** How the agent stands, and what went over its pairs. */
  public IceReport report(Origins origins) {
    Reporting reporting = new Reporting(shared.role(), origins);
    generations().forEach(each -> reporting.add(each, selection.pair()));
    return reporting.finish(
        state,
        localParameters().usernameFragment(),
        current.isStarted() || !selection.isEmpty(),
        selection.changes(),
        shared.counters);
  }

  /** Checks of the peer, and answers of it, that were authentic. */
  public long checksAccepted() {
    return shared.counters.checksAccepted;
  }

  /** STUN messages that make no sense. */
  public long malformed() {
    return shared.counters.malformed;
  }

  /** STUN messages without integrity or with a wrong one, or for nobody here. */
  public long unauthenticated() {
    return shared.counters.unauthenticated;
  }

  /** Candidates and checks beyond what is kept. */
  public long overflow() {
    return shared.counters.overflow;
  }

  // What the checks show

  private List<Generation> generations() {
    return previous == null ? List.of(current) : List.of(current, previous);
  }

  /** The generation whose pairs are asked for consent: the one that carries data. */
  private Generation watched() {
    return selection.generation() == null ? current : selection.generation();
  }

  private final class ChecksListener implements Generation.Listener, IncomingChecks.Listener {
    @Override
    public void onValid(Generation generation, Pair pair, boolean nominated, long now) {
      if (pair.wanted && !shared.isControlling()) {
        pair.wanted = false;
        pair.nominated = true;
      }
      if (nominated) {
        pair.nominating = false;
        pair.nominated = true;
      }
      consent.handleAnswer(pair, pair == selection.pair(), now);
      handleWorks(pair, now);
    }

    @Override
    public void onNominated(Generation generation, Pair pair, long now) {
      pair.nominated = true;
      handleWorks(pair, now);
    }

    @Override
    public void onChecked(Pair pair, long now) {
      if (pair.unanswered > 0) {
        // The way is open again.
        consent.hurry(pair, now);
      }
      suspect(pair, now);
    }

    @Override
    public void onHeard(Generation generation, Pair pair, long now) {
      handleWorks(pair, now);
    }

    @Override
    public void onRoleConflict(IceRole ours) {
      shared.setRole(ours);
    }

    @Override
    public void onRoleRefused(IceRole claimed) {
      // An answer to an older check must not turn back a role that has changed since.
      if (shared.role() == claimed) {
        shared.setRole(claimed == IceRole.CONTROLLING ? IceRole.CONTROLLED : IceRole.CONTROLLING);
      }
    }
  }

  private void handleWorks(Pair pair, long now) {
    reselect(now);
    if (pair == selection.pair() && isDoubtful()) {
      become(working(), "the peer answers again");
    }
    if (!selection.isEmpty()
        && selection.generation() == current
        && state != IceState.DISCONNECTED) {
      become(working(), selection.pair().nominated ? "a pair is nominated" : "a pair works");
    }
  }

  /** There is a pair, and it has not been heard for a while. */
  private boolean isDoubtful() {
    return !selection.isEmpty() && (state == IceState.DISCONNECTED || state == IceState.CHECKING);
  }

  /** The state while the pair in use works: checks of a newer generation are not over. */
  private IceState working() {
    boolean newest = selection.generation() == current || !current.isStarted();
    return selection.pair().nominated && newest ? IceState.COMPLETED : IceState.CONNECTED;
  }

  /** Chooses the pair that data goes over. */
  private void reselect(long now) {
    Pair best = selection.best(current, now);
    if (best == null) {
      fallBack(now);
      return;
    }
    if (shared.isControlling() && !current.isLite()) {
      for (Pair pair : current.list.pairs()) {
        if (pair != best && pair.nominating) {
          current.stopNominating(pair);
        }
      }
      // Deviation: RFC 8445 section 8.1.1 nominates once. Here the first pair that works is
      // nominated at once, and a better one later too, as agents of RFC 5245 did; every peer in the
      // field follows to the pair of higher priority, and nobody waits for pairs that may never
      // work.
      current.nominate(best);
    }
    if (best != selection.pair()) {
      select(best, current, now);
    }
  }

  /** A restart has not found a pair yet, and the one in use is gone: another old one may do. */
  private void fallBack(long now) {
    Pair best = selection.isEmpty() && previous != null ? selection.best(previous, now) : null;
    if (best != null) {
      select(best, previous, now);
    }
  }

  private void select(Pair pair, Generation generation, long now) {
    selection.take(pair, generation);
    failAt = NEVER;
    consent.handleSelected(pair, now);
    events.add(new AgentEvent.PathSelected(pair.path(), pair.candidates()));
    if (state != IceState.DISCONNECTED || !selection.isSilent(pair, now)) {
      become(working(), "a pair works");
    }
    if (previous != null && generation == current) {
      previous.list.pairs().forEach(consent::forget);
      bidFarewell(now);
    }
  }

  /**
   * What the old pairs still have on their way is welcome for a while. Until the peer has checked
   * with the new credentials it may not know them: its answer or ours may be on its way, and it
   * needs the old ones to go on meanwhile.
   */
  private void bidFarewell(long now) {
    boolean peerHasMovedOn =
        current.isKnownToPeer || current.isStarted() && current.credentials.remote().lite();
    if (previous != null
        && farewellAt == NEVER
        && selection.generation() == current
        && peerHasMovedOn) {
      farewellAt = now + shared.timing.farewell().toNanos();
    }
  }

  private void endPrevious() {
    farewellAt = NEVER;
    if (previous != null) {
      previous.list.pairs().forEach(consent::forget);
      previous = null;
      events.add(new AgentEvent.PreviousGenerationEnded());
    }
  }

  // Doubt, silence and failing

  /**
   * The peer was heard elsewhere than on the pair in use: it may have moved. Both pairs are asked,
   * so that it is soon known which of them works.
   */
  private void suspect(Pair heard, long now) {
    Pair used = selection.pair();
    if (used != null && heard != used && now - used.heardAt >= RECENT) {
      consent.hurry(used, now);
      consent.hurry(heard, now);
    }
  }

  /** The pair in use does not answer: another that does takes over, before all others fail too. */
  private void handleDoubt(long now) {
    Pair before = selection.pair();
    if (selection.generation() != current) {
      return;
    }
    reselect(now);
    if (selection.pair() == before) {
      for (Pair pair : current.list.pairs()) {
        if (pair != before && pair.isValid()) {
          consent.hurry(pair, now);
        }
      }
    }
  }

  private void handleSilence(long now) {
    if (selection.generation() == current) {
      Pair before = selection.pair();
      reselect(now);
      if (selection.pair() != before) {
        return;
      }
      current.recheck();
    }
    if (state != IceState.CHECKING) {
      become(IceState.DISCONNECTED, "the peer is not heard");
    }
  }

  private void handleExpired(Pair pair, long now) {
    pair.state = Pair.State.FAILED;
    pair.nominated = false;
    if (pair != selection.pair()) {
      return;
    }
    Generation lapsed = selection.generation();
    selection.clear();
    reselect(now);
    if (!selection.isEmpty()) {
      return;
    }
    if (lapsed != current) {
      endPrevious();
    }
    if (lapsed != current && current.isStarted()) {
      // A restart is under way and may still find a pair.
      failLater(now);
    } else {
      fail("the peer has not answered for so long that consent has expired");
    }
  }

  /** Something has happened that may lead to a pair: begin to wait anew. */
  private void failLater(long now) {
    if (selection.isEmpty() && current.isStarted() && state != IceState.FAILED) {
      failAt =
          now + (remoteEnded ? shared.timing.failingAfterEnd() : shared.timing.failing()).toNanos();
    }
  }

  private void progress(long now) {
    // Where a path was lost a new address may come: that waits as long as it may.
    if (selection.isEmpty()
        && state != IceState.DISCONNECTED
        && current.isStarted()
        && remoteEnded
        && localEnded
        && !current.isLite()
        && current.list.isExhausted()
        && !current.list.pairs().isEmpty()) {
      fail("every pair of candidates has failed");
    }
  }

  private void fail(String reason) {
    if (selection.isEmpty()) {
      failAt = NEVER;
      become(IceState.FAILED, reason);
    }
  }

  private void become(IceState next, String reason) {
    if (state != next) {
      state = next;
      events.add(new AgentEvent.StateChanged(next, reason));
    }
  }
}
