package dev.turnstone.ice.agent;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidatePair;
import dev.turnstone.ice.IceRole;
import dev.turnstone.stun.TransactionId;

/** A base of ours and a candidate of the peer, and what checks have shown of them. */
final class Pair {
  /** RFC 8445 section 6.1.2.6. */
  enum State {
    FROZEN,
    WAITING,
    IN_PROGRESS,
    SUCCEEDED,
    FAILED
  }

  private final Path path;
  private final RemoteCandidate remote;

  /** Our end as it was gathered. */
  private final Candidate gathered;

  /** Our end as the peer sees it, once a check has told. */
  private Candidate mapped;

  State state = State.FROZEN;

  /** The peer has asked for this pair (controlled) or has agreed to it (controlling). */
  boolean nominated;

  /** A check with USE-CANDIDATE is on its way. */
  boolean nominating;

  /** The peer has asked for this pair, and no check of ours has succeeded yet. */
  boolean wanted;

  /** The number of its nomination, of ours or the greatest of the peer's; -1 without one. */
  long nomination = -1;

  /** An authentic check of the peer came this way: what comes from there is the peer's. */
  boolean checkedByPeer;

  /** The last check of the peer that came this way; null before the first. */
  TransactionId lastCheck;

  /** When the peer answered over it last; with a lite agent, when it checked last. */
  long heardAt;

  /** How many consent checks in a row have had no answer. */
  int unanswered;

  /** When the first of these was sent. */
  long unansweredSince;

  final PairCounters counters = new PairCounters();

  Pair(LocalCandidate local, RemoteCandidate remote) {
    this.path = new Path(local.base(), remote.address());
    this.gathered = local.candidate();
    this.remote = remote;
  }

  Path path() {
    return path;
  }

  Base base() {
    return path.base();
  }

  RemoteCandidate remote() {
    return remote;
  }

  /** Whether a check of ours has succeeded and none has failed since. */
  boolean isValid() {
    return state == State.SUCCEEDED;
  }

  /** Whether packets from there are the peer's. */
  boolean isTrusted() {
    return checkedByPeer || isValid();
  }

  /** Nothing works over it any more, and nothing from there is trusted. */
  void fail() {
    state = State.FAILED;
    nominated = false;
    nominating = false;
    checkedByPeer = false;
  }

  void setMapped(Candidate candidate) {
    mapped = candidate;
  }

  CandidatePair candidates() {
    return new CandidatePair(mapped == null ? gathered : mapped, remote.candidate());
  }

  /** RFC 8445 section 6.1.2.3. */
  long priority(IceRole ours) {
    long local = gathered.priority();
    long theirs = remote.candidate().priority();
    long controlling = ours == IceRole.CONTROLLING ? local : theirs;
    long controlled = ours == IceRole.CONTROLLING ? theirs : local;
    // 2^32 MIN(G,D) + 2 MAX(G,D) + (G > D ? 1 : 0); priorities have 31 bits, so it fits.
    return (Math.min(controlling, controlled) << 32)
        + 2 * Math.max(controlling, controlled)
        + (controlling > controlled ? 1 : 0);
  }

  /** RFC 8445 section 6.1.2.6: pairs of one foundation tend to fail together. */
  boolean sharesFoundation(Pair other) {
    return gathered.foundation().equals(other.gathered.foundation())
        && remote.candidate().foundation().equals(other.remote.candidate().foundation());
  }

  @Override
  public String toString() {
    return path.base() + " to " + path.remote() + " " + state;
  }
}
