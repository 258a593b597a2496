package dev.turnstone.ice.agent;

import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceRole;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pairs of one generation, and which of them is checked next (RFC 8445 sections 6.1.2 and
 * 6.1.4.2). There is one data stream with one component, so there is one list.
 */
final class CheckList {
  /** RFC 8445 section 6.1.2.5 recommends no more than 100 pairs. */
  static final int MAX_PAIRS = 100;

  static final int MAX_REMOTE_CANDIDATES = 100;

  /** One address may take datagrams and connections. */
  private record RemoteKey(boolean tcp, InetSocketAddress address) {
    static RemoteKey of(RemoteCandidate remote) {
      return new RemoteKey(remote.isTcp(), remote.address());
    }
  }

  private final List<LocalCandidate> locals = new ArrayList<>();
  // Linked, so that pairs of equal priority keep their order and a seed gives one run.
  private final Map<RemoteKey, RemoteCandidate> remotes = new LinkedHashMap<>();
  private final Map<Path, Pair> pairs = new LinkedHashMap<>();
  private final ArrayDeque<Pair> triggered = new ArrayDeque<>();

  Collection<Pair> pairs() {
    return pairs.values();
  }

  Collection<RemoteCandidate> remotes() {
    return remotes.values();
  }

  List<LocalCandidate> locals() {
    return locals;
  }

  Pair pair(Base base, InetSocketAddress remote) {
    return pairs.get(new Path(base, remote));
  }

  /**
   * Pairs a candidate of ours with all of the peer's. A second one with the same base (a reflexive
   * one) makes no pairs: its checks would be those of the base (6.1.2.4).
   */
  void addLocal(LocalCandidate local, IceRole role) {
    boolean known = locals.stream().anyMatch(other -> other.base() == local.base());
    locals.add(local);
    if (!known) {
      for (RemoteCandidate remote : remotes.values()) {
        form(local, remote, role);
      }
    }
  }

  /** Forgets a base: its socket is gone. */
  void removeBase(Base base) {
    locals.removeIf(local -> local.base() == base);
    pairs.values().removeIf(pair -> pair.base() == base);
    triggered.removeIf(pair -> pair.base() == base);
  }

  /**
   * Pairs a candidate of the peer with all of ours.
   *
   * @return false when there are too many
   */
  boolean addRemote(RemoteCandidate remote, IceRole role) {
    RemoteCandidate known = remotes.get(RemoteKey.of(remote));
    if (known != null) {
      if (known.isPeerReflexive()) {
        known.signaled(remote.candidate());
      }
      return true;
    }
    if (remotes.size() >= MAX_REMOTE_CANDIDATES) {
      return false;
    }
    remotes.put(RemoteKey.of(remote), remote);
    List<Base> done = new ArrayList<>();
    for (LocalCandidate local : List.copyOf(locals)) {
      if (!done.contains(local.base())) {
        done.add(local.base());
        form(local, remote, role);
      }
    }
    return true;
  }

  private void form(LocalCandidate local, RemoteCandidate remote, IceRole role) {
    // draft-ietf-mmusic-mdns-ice-candidates section 3.3.2: a TURN server must not learn what a name
    // conceals.
    boolean telling = local.base().type() == CandidateType.RELAYED && remote.isConcealed();
    if (!telling && local.base().canCheck(remote)) {
      pairs.computeIfAbsent(
          new Path(local.base(), remote.address()), path -> new Pair(local, remote));
      prune(role);
    }
  }

  /** 6.1.2.5: the pairs of lowest priority go when there are too many, if nothing came of them. */
  private void prune(IceRole role) {
    if (pairs.size() <= MAX_PAIRS) {
      return;
    }
    Pair lowest = null;
    for (Pair pair : pairs.values()) {
      boolean idle =
          (pair.state == Pair.State.FROZEN
                  || pair.state == Pair.State.WAITING
                  || pair.state == Pair.State.FAILED)
              && !pair.checkedByPeer;
      if (idle && (lowest == null || pair.priority(role) < lowest.priority(role))) {
        lowest = pair;
      }
    }
    if (lowest != null) {
      pairs.remove(lowest.path());
      triggered.remove(lowest);
    }
  }

  /**
   * The pair for a check that came from an unknown path, or null when there are too many pairs
   * (7.3.1.4).
   */
  Pair form(Base base, RemoteCandidate remote, IceRole role) {
    Pair known = pair(base, remote.address());
    if (known != null) {
      return known;
    }
    for (LocalCandidate local : locals) {
      if (local.base() == base) {
        Pair pair = new Pair(local, remote);
        pairs.put(pair.path(), pair);
        prune(role);
        return pair(base, remote.address());
      }
    }
    return null;
  }

  /** The peer's candidate that packets to a base come from, or null. */
  RemoteCandidate remote(Base base, InetSocketAddress from) {
    return remotes.get(new RemoteKey(base.tcp().isPresent(), from));
  }

  /** 6.1.2.2: only of one family, link-local only to link-local. */
  static boolean canReach(InetAddress from, InetAddress to) {
    return from instanceof Inet4Address == to instanceof Inet4Address
        && (from instanceof Inet4Address || from.isLinkLocalAddress() == to.isLinkLocalAddress())
        && !to.isAnyLocalAddress()
        && !to.isMulticastAddress();
  }

  /** Puts a pair at the end of the triggered-check queue (7.3.1.4). */
  void trigger(Pair pair) {
    if (!triggered.contains(pair)) {
      triggered.add(pair);
    }
    if (pair.state == Pair.State.FROZEN || pair.state == Pair.State.FAILED) {
      pair.state = Pair.State.WAITING;
    }
  }

  /** Puts a pair before all others. */
  void triggerFirst(Pair pair) {
    triggered.remove(pair);
    triggered.addFirst(pair);
  }

  /** Whether a check of it waits for its turn. */
  boolean isTriggered(Pair pair) {
    return triggered.contains(pair);
  }

  /** Whether {@link #next} would give one. */
  boolean hasNext() {
    if (!triggered.isEmpty()) {
      return true;
    }
    for (Pair pair : pairs.values()) {
      if (pair.state == Pair.State.WAITING || pair.state == Pair.State.FROZEN && mayThaw(pair)) {
        return true;
      }
    }
    return false;
  }

  /** The pair to check now, or null (6.1.4.2). */
  Pair next(IceRole role) {
    Pair first = triggered.poll();
    if (first != null) {
      return first;
    }
    Pair waiting = best(Pair.State.WAITING, role);
    return waiting != null ? waiting : best(Pair.State.FROZEN, role);
  }

  private Pair best(Pair.State state, IceRole role) {
    Pair best = null;
    for (Pair pair : pairs.values()) {
      if (pair.state == state
          && (best == null || pair.priority(role) > best.priority(role))
          && (state != Pair.State.FROZEN || mayThaw(pair))) {
        best = pair;
      }
    }
    return best;
  }

  /** A frozen pair thaws when no pair of its foundation is being checked or is about to be. */
  private boolean mayThaw(Pair frozen) {
    for (Pair pair : pairs.values()) {
      boolean busy = pair.state == Pair.State.IN_PROGRESS || pair.state == Pair.State.WAITING;
      if (busy && pair.sharesFoundation(frozen)) {
        return false;
      }
    }
    return true;
  }

  /** 7.2.5.3.3: the others of its foundation are likely to work too. */
  void thaw(Pair succeeded) {
    for (Pair pair : pairs.values()) {
      if (pair.state == Pair.State.FROZEN && pair.sharesFoundation(succeeded)) {
        pair.state = Pair.State.WAITING;
      }
    }
  }

  /** The valid pair of the highest priority, or null. */
  Pair bestValid(IceRole role) {
    return best(Pair.State.SUCCEEDED, role);
  }

  /** Whether nothing is left that could come to work. */
  boolean isExhausted() {
    return triggered.isEmpty()
        && pairs.values().stream().allMatch(pair -> pair.state == Pair.State.FAILED);
  }
}
