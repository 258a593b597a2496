package dev.turnstone.ice.agent;

import dev.turnstone.ice.IceParameters;
import dev.turnstone.ice.IceRole;
import dev.turnstone.ice.IceState;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Whether and over which pair the peer is reached: follows what checks show and what time takes
 * away, selects, doubts, and says how the agent stands.
 */
final class Connectivity {
  /** A pair that has answered so lately is not suspected. */
  private static final long RECENT = Duration.ofMillis(500).toNanos();

  private final Shared shared;
  private final Consent consent;
  private final Selection selection;
  private final ArrayDeque<AgentEvent> events = new ArrayDeque<>();
  private final ChecksListener checks = new ChecksListener();

  private Generation current;

  /** The one before a restart, while it carries data or may still deliver some. */
  private Generation previous;

  /** What the last restart that has not been started would take the place of, or null. */
  private Replaced replaced;

  private IceState state = IceState.NEW;

  /** A generation as a restart found it. */
  private record Replaced(Generation generation, boolean localEnded, boolean remoteEnded) {}

  private boolean localEnded;
  private boolean remoteEnded;
  private long failAt = IceAgent.NEVER;
  private long farewellAt = IceAgent.NEVER;

  Connectivity(Shared shared, IceParameters local) {
    this.shared = shared;
    this.consent = new Consent(shared);
    this.selection = new Selection(shared);
    this.current = new Generation(shared, checks, local);
  }

  IceState state() {
    return state;
  }

  /** The generation that candidates and checks are of now. */
  Generation current() {
    return current;
  }

  /** Both, the newer first. */
  List<Generation> generations() {
    return previous == null ? List.of(current) : List.of(current, previous);
  }

  /** Hears what the peer's checks want. */
  IncomingChecks.Listener checks() {
    return checks;
  }

  /** The pair that data goes over, or null. */
  Pair selected() {
    return selection.pair();
  }

  /** How often it became another one. */
  long changes() {
    return selection.changes();
  }

  AgentEvent pollEvent() {
    return events.poll();
  }

  // What happens to candidates, bases and paths

  /** Credentials of both sides are known, or candidates have come: there is something to check. */
  void handleCandidates(long now) {
    failLater(now);
    progress(now);
  }

  void endOfLocalCandidates(long now) {
    localEnded = true;
    progress(now);
  }

  void endOfRemoteCandidates(long now) {
    remoteEnded = true;
    handleCandidates(now);
  }

  /** A base is gone: its socket or allocation does not work any more. */
  void removeBase(Base base, long now) {
    for (Generation generation : generations()) {
      for (Pair pair : List.copyOf(generation.list.pairs())) {
        if (pair.base() == base) {
          consent.forget(pair);
        }
      }
      generation.list.removeBase(base);
    }
    if (!selection.isEmpty() && selection.pair().base() == base) {
      deselect("the address in use is gone", now);
    }
    progress(now);
  }

  /**
   * A path is gone, while its base still works: the connection that it was has ended, or could not
   * be made.
   */
  void handlePathGone(Base base, InetSocketAddress remote, long now) {
    for (Generation generation : generations()) {
      Pair pair = generation.list.pair(base, remote);
      if (pair != null) {
        consent.forget(pair);
        pair.fail();
        if (pair == selection.pair()) {
          deselect("the connection in use has ended", now);
        }
      }
    }
    progress(now);
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

  /** The checks of the current generation begin. */
  void begin() {
    replaced = null;
    if (selection.isEmpty()) {
      become(IceState.CHECKING, "checks begin");
    } else if (state == IceState.DISCONNECTED) {
      // W3C webrtc-pc section 5.6.4: a restart forgets that connectivity was lost.
      become(IceState.CHECKING, "checks begin anew");
    } else if (state == IceState.COMPLETED) {
      become(IceState.CONNECTED, "checks begin anew beside the pair in use");
    }
  }

  /** A new generation (RFC 8445 section 2.4): the pair in use goes on. */
  void restart(IceParameters local) {
    if (selection.isEmpty() || selection.generation() == current) {
      previous = selection.isEmpty() ? null : current;
    }
    if (current.isStarted()) {
      replaced = new Replaced(current, localEnded, remoteEnded);
    }
    current.retire();
    current = new Generation(shared, checks, local);
    localEnded = false;
    remoteEnded = false;
    failAt = IceAgent.NEVER;
    farewellAt = IceAgent.NEVER;
    if (selection.isEmpty()) {
      become(IceState.NEW, "restarting");
    }
  }

  /**
   * The restart is off: the generation that was started last goes on.
   *
   * @return whether there was a restart to take back
   */
  boolean cancelRestart(long now) {
    if (replaced == null) {
      return false;
    }
    current = replaced.generation();
    current.resume();
    previous = previous == current ? null : previous;
    localEnded = replaced.localEnded();
    remoteEnded = replaced.remoteEnded();
    replaced = null;
    if (state == IceState.NEW) {
      become(IceState.CHECKING, "the restart was taken back");
    }
    bidFarewell(now);
    handleCandidates(now);
    return true;
  }

  // What comes from the peer

  /** An authentic check of the peer has been taken. */
  void handleRequest(Generation generation, long now) {
    if (isDoubtful()) {
      consent.hurry(selection.pair(), now);
    }
    generation.isKnownToPeer = true;
    bidFarewell(now);
  }

  /** Data came; says whether a check has shown that it comes from the peer. */
  boolean handleData(Base base, InetSocketAddress from, int length, long now) {
    Pair pair = selection.pair();
    if (pair == null || pair.base() != base || !pair.path().remote().equals(from)) {
      pair = trusted(base, from);
      if (pair == null) {
        return current.isEarly(base, from);
      }
    }
    pair.counters.handleReceived(length, now);
    if (isDoubtful()) {
      consent.hurry(pair, now);
    }
    suspect(pair, now);
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
  void handleTimeout(long now) {
    current.handleTimeout(now);
    if (previous != null) {
      previous.handleTimeout(now);
    }
    for (Pair expired = consent.handleTimeout(watched(), selection.pair(), now);
        expired != null;
        expired = consent.handleTimeout(watched(), selection.pair(), now)) {
      handleExpired(expired, now);
    }
    if (now >= farewellAt) {
      endPrevious();
    }
    if (selection.hasComeIntoDoubt(now)) {
      handleDoubt(now);
    }
    if (selection.hasFallenSilent(now)) {
      handleSilence(now);
    }
    if (now >= failAt) {
      failAt = IceAgent.NEVER;
      fail("no pair of candidates works");
    }
    progress(now);
  }

  long nextTimeout(long now) {
    long next = Math.min(current.nextTimeout(now), consent.nextTimeout());
    if (previous != null) {
      next = Math.min(next, previous.nextTimeout(now));
    }
    next = Math.min(next, Math.min(selection.silentAt(), selection.doubtAt()));
    return Math.min(next, Math.min(farewellAt, failAt));
  }

  // What the checks show

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
    failAt = IceAgent.NEVER;
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
        && farewellAt == IceAgent.NEVER
        && selection.generation() == current
        && peerHasMovedOn) {
      farewellAt = now + shared.timing.farewell().toNanos();
    }
  }

  private void endPrevious() {
    farewellAt = IceAgent.NEVER;
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

  void progress(long now) {
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
      failAt = IceAgent.NEVER;
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
