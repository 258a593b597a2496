package dev.turnstone.ice.agent;

import dev.turnstone.ice.Addresses;
import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceParameters;
import dev.turnstone.ice.IceRole;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.TransactionId;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * One ICE generation: credentials, pairs, and the checks that go out for them (RFC 8445 section
 * 7.2). A restart begins another.
 */
final class Generation {
  /** Hears what the checks show. */
  interface Listener {
    /** A check was answered: the pair works. */
    void onValid(Generation generation, Pair pair, boolean nominated, long now);

    /** The peer keeps the role that we have claimed. */
    void onRoleRefused(IceRole claimed);
  }

  /** Checks of the peer that came before its credentials. */
  record Early(Base base, InetSocketAddress from, long priority, boolean useCandidate) {}

  private static final int MAX_EARLY = 16;

  /** How many checks may begin at one moment before they are spread by Ta. */
  private static final int BURST = 3;

  final CheckList list = new CheckList();
  final Credentials credentials;
  final List<Early> early = new ArrayList<>();

  private final Shared shared;
  private final Listener listener;
  private final Transactions transactions;

  /** An authentic check of the peer came: it has our credentials. */
  boolean isKnownToPeer;

  /** A restart has replaced this one: what is asked is still answered, nothing new is tried. */
  private boolean retired;

  /**
   * The greatest number of a nomination so far. It outlives its pair: the peer may know that one
   * still.
   */
  private long latest;

  /** When the next check may begin if none had been allowed ahead of its time. */
  private long paceAt;

  Generation(Shared shared, Listener listener, IceParameters local) {
    this.shared = shared;
    this.listener = listener;
    this.credentials = new Credentials(local);
    this.transactions = new Transactions(shared.timing);
  }

  boolean isStarted() {
    return credentials.remote() != null;
  }

  /** A lite agent answers checks and makes none (RFC 8445 section 2.5). */
  boolean isLite() {
    return credentials.local().lite();
  }

  /** Whether an authentic check came that way before the peer's credentials were known. */
  boolean isEarly(Base base, InetSocketAddress from) {
    for (Early check : early) {
      if (check.base() == base && check.from().equals(from)) {
        return true;
      }
    }
    return false;
  }

  void addEarly(Early check) {
    if (early.size() < MAX_EARLY) {
      early.add(check);
    } else {
      shared.counters.overflow++;
    }
  }

  void retire() {
    retired = true;
  }

  /** The restart is off. */
  void resume() {
    retired = false;
  }

  private boolean checks() {
    return isStarted() && !isLite() && !retired;
  }

  // Going out

  private long slack() {
    return (BURST - 1) * shared.timing.pace().toNanos();
  }

  /** When {@link #handleTimeout} has something to do. */
  long nextTimeout(long now) {
    long next = transactions.nextTimeout();
    if (checks() && list.hasNext()) {
      next = Math.min(next, Math.max(now, paceAt - slack()));
    }
    return next;
  }

  void handleTimeout(long now) {
    for (Transactions.Transaction over : transactions.due(now, shared)) {
      if (over.purpose != Transactions.Purpose.CONSENT) {
        handleFailed(over);
      }
    }
    if (!checks()) {
      return;
    }
    while (now >= paceAt - slack()) {
      Pair pair = list.next(shared.role());
      if (pair == null) {
        return;
      }
      paceAt = Math.max(paceAt, now) + shared.timing.pace().toNanos();
      check(pair, now);
    }
  }

  private void check(Pair pair, long now) {
    if (pair.state != Pair.State.SUCCEEDED) {
      pair.state = Pair.State.IN_PROGRESS;
    }
    transactions.supersede(pair);
    boolean nominate = pair.nominating && shared.isControlling();
    send(pair, nominate ? Transactions.Purpose.NOMINATE : Transactions.Purpose.CHECK, now);
  }

  /** Asks whether the peer still wants what we send. */
  void askConsent(Pair pair, long now) {
    pair.counters.consentRequestsSent++;
    if (pair.unanswered++ == 0) {
      pair.unansweredSince = now;
    }
    send(pair, Transactions.Purpose.CONSENT, now);
  }

  private void send(Pair pair, Transactions.Purpose purpose, long now) {
    TransactionId id = TransactionId.random(shared.random);
    boolean useCandidate =
        purpose == Transactions.Purpose.NOMINATE
            // 8.1.1 lets later checks of the nominated pair say it again; it helps a peer that has
            // forgotten.
            || purpose == Transactions.Purpose.CONSENT && pair.nominated && shared.isControlling();
    pair.counters.requestsSent++;
    transactions.add(
        new Transactions.Transaction(
            id,
            pair,
            purpose,
            shared.role(),
            shared.sendCheck(id, credentials, pair, useCandidate),
            now));
  }

  /** Starts to nominate a pair that works, unless it is the one that was nominated last. */
  void nominate(Pair pair) {
    // A pair that the peer nominated before a change of roles has a number too.
    for (Pair other : list.pairs()) {
      latest = Math.max(latest, other.nomination);
    }
    boolean isLatest = pair.nominated && pair.nomination == latest;
    if (!isLatest && !pair.nominating) {
      pair.nominating = true;
      pair.nomination = ++latest;
      list.triggerFirst(pair);
    }
  }

  /** Nominates no more: another pair is better. */
  void stopNominating(Pair pair) {
    pair.nominating = false;
  }

  private void handleFailed(Transactions.Transaction over) {
    Pair pair = over.pair;
    if (over.purpose == Transactions.Purpose.NOMINATE) {
      pair.nominating = false;
    }
    if (pair.state == Pair.State.IN_PROGRESS
        && !transactions.isWaitingFor(pair)
        && !list.isTriggered(pair)) {
      pair.state = Pair.State.FAILED;
    }
  }

  // Coming back

  /**
   * Takes a response to a request of this generation (7.2.5).
   *
   * @return whether it was authentic
   */
  boolean handleResponse(
      StunMessage response,
      Transactions.Transaction request,
      Base base,
      InetSocketAddress from,
      long now) {
    Pair pair = request.pair;
    if (!Shared.isSymmetric(pair.path(), base, from)) {
      // 7.2.5.2.1: it must come from where the request went. Deviation: the pair does not fail by
      // it; whoever can copy our packets could otherwise take a pair away.
      return false;
    }
    if (!transactions.settle(request)) {
      // An answer to a repetition: the first has told all.
      return true;
    }
    if (response.messageClass() == MessageClass.SUCCESS_RESPONSE) {
      handleSuccess(response, request, now);
    } else {
      handleRefusal(response, request);
    }
    return true;
  }

  Transactions.Transaction request(TransactionId id) {
    return transactions.get(id);
  }

  private void handleSuccess(StunMessage response, Transactions.Transaction request, long now) {
    Pair pair = request.pair;
    if (request.wasSentOnce()) {
      pair.counters.handleRoundTrip(now - request.firstSentAt);
    } else {
      pair.counters.responsesReceived++;
    }
    response
        .attribute(StunAttribute.XorMappedAddress.class)
        .ifPresent(mapped -> learn(pair, mapped.address()));
    pair.state = Pair.State.SUCCEEDED;
    pair.heardAt = now;
    pair.unanswered = 0;
    // A later question is answered too by the answer to an earlier one.
    transactions.settleOlder(request);
    list.thaw(pair);
    boolean nominated = request.purpose == Transactions.Purpose.NOMINATE && pair.nominating;
    listener.onValid(this, pair, nominated, now);
  }

  /** 7.2.5.3.1: our end as the peer sees it, known or peer-reflexive. */
  private void learn(Pair pair, InetSocketAddress mapped) {
    String plain = Addresses.text(mapped.getAddress());
    for (LocalCandidate local : list.locals()) {
      Candidate candidate = local.candidate();
      // A host candidate may be told under another address than its own, or under a name.
      boolean itself =
          candidate.type() == CandidateType.HOST && mapped.equals(pair.base().address());
      boolean told = candidate.port() == mapped.getPort() && candidate.address().equals(plain);
      if (local.base() == pair.base() && (itself || told)) {
        pair.setMapped(candidate);
        return;
      }
    }
    Base base = pair.base();
    pair.setMapped(base.peerReflexive(mapped, base.peerReflexivePriority()));
  }

  private void handleRefusal(StunMessage response, Transactions.Transaction request) {
    int code =
        response
            .attribute(StunAttribute.ErrorCode.class)
            .map(StunAttribute.ErrorCode::code)
            .orElse(0);
    if (code == 487) {
      // 7.2.5.1: the peer keeps the role that we have claimed, so it is not ours.
      listener.onRoleRefused(request.role);
      if (!request.pair.isValid()) {
        list.trigger(request.pair);
      }
    } else {
      handleFailed(request);
    }
  }

  /** 7.3.1.4: a check of the peer makes one of ours, at once if it can be. */
  void trigger(Pair pair) {
    switch (pair.state) {
      case SUCCEEDED -> {}
      case IN_PROGRESS -> {
        // The one under way is not sent again, its answer is still good.
        list.trigger(pair);
      }
      case FROZEN, WAITING, FAILED -> list.trigger(pair);
    }
  }

  /** Every pair is tried anew: the one in use has fallen silent. */
  void recheck() {
    for (Pair pair : list.pairs()) {
      if (!pair.isValid() && pair.state != Pair.State.IN_PROGRESS) {
        list.trigger(pair);
      }
    }
  }
}
