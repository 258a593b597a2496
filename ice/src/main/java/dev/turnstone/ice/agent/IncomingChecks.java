package dev.turnstone.ice.agent;

import dev.turnstone.ice.IceRole;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.TransactionId;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Checks of the peer that have proved to be its own: answered and learned from (RFC 8445 section
 * 7.3).
 */
final class IncomingChecks {
  /** Hears what the peer's checks want. */
  interface Listener {
    /** The peer has the same role as we, and ours is to change. */
    void onRoleConflict(IceRole ours);

    /** The peer nominates this pair. */
    void onNominated(Generation generation, Pair pair, long now);

    /** An authentic check of the peer came over this pair. */
    void onChecked(Pair pair, long now);

    /** The peer's check shows a lite agent that the pair works. */
    void onHeard(Generation generation, Pair pair, long now);
  }

  private final Shared shared;
  private final Listener listener;

  IncomingChecks(Shared shared, Listener listener) {
    this.shared = shared;
    this.listener = listener;
  }

  /** Takes a Binding request whose integrity is right. */
  void handle(
      Generation generation, StunMessage request, Base base, InetSocketAddress from, long now) {
    shared.counters.checksAccepted++;
    Path path = new Path(base, from);
    var key = generation.credentials.localKey();
    List<Integer> unknown = request.unknownComprehensionRequired();
    if (!unknown.isEmpty()) {
      shared.sendUnknown(request.transactionId(), key, path, unknown);
      return;
    }
    if (conflicts(generation, request, path)) {
      return;
    }
    shared.sendSuccess(request.transactionId(), key, path);
    long priority =
        request
            .attribute(StunAttribute.Priority.class)
            .map(StunAttribute.Priority::priority)
            .orElse(1L);
    boolean useCandidate = request.attribute(StunAttribute.UseCandidate.class).isPresent();
    if (generation.isStarted()) {
      learn(
          generation,
          request.transactionId(),
          base,
          from,
          priority,
          useCandidate,
          nomination(request),
          now);
    } else {
      // 7.3.1.4: the peer may check before we know its credentials; it is not made to wait.
      generation.addEarly(new Generation.Early(base, from, priority, useCandidate));
    }
  }

  /** The peer's credentials are known: what its early checks showed counts now. */
  void handleEarly(Generation generation, long now) {
    for (Generation.Early check : generation.early) {
      learn(
          generation,
          null,
          check.base(),
          check.from(),
          check.priority(),
          check.useCandidate(),
          -1,
          now);
    }
    generation.early.clear();
  }

  /** 7.3.1.1: true when the request was refused for it. */
  private boolean conflicts(Generation generation, StunMessage request, Path path) {
    var controlling = request.attribute(StunAttribute.IceControlling.class);
    var controlled = request.attribute(StunAttribute.IceControlled.class);
    boolean same = shared.isControlling() ? controlling.isPresent() : controlled.isPresent();
    if (!same || !generation.isStarted()) {
      return false;
    }
    shared.counters.roleConflicts++;
    long theirs =
        shared.isControlling() ? controlling.get().tieBreaker() : controlled.get().tieBreaker();
    boolean oursIsLarger = Long.compareUnsigned(shared.tieBreaker(), theirs) >= 0;
    // The side with the larger tie-breaker becomes controlling; a lite agent never does.
    boolean oursShouldControl = oursIsLarger && !generation.isLite();
    if (oursShouldControl == shared.isControlling()) {
      shared.sendError(
          request.transactionId(), generation.credentials.localKey(), path, 487, "Role Conflict");
      return true;
    }
    listener.onRoleConflict(oursShouldControl ? IceRole.CONTROLLING : IceRole.CONTROLLED);
    return false;
  }

  private static long nomination(StunMessage request) {
    for (StunAttribute.Unknown attribute : request.attributes(StunAttribute.Unknown.class)) {
      ByteBuffer value = attribute.value();
      if (attribute.type() == Shared.NOMINATION && value.remaining() == 4) {
        return Integer.toUnsignedLong(value.getInt(value.position()));
      }
    }
    return -1;
  }

  private void learn(
      Generation generation,
      TransactionId id,
      Base base,
      InetSocketAddress from,
      long priority,
      boolean useCandidate,
      long nomination,
      long now) {
    CheckList list = generation.list;
    RemoteCandidate remote = list.remote(base, from);
    if (remote == null) {
      // 7.3.1.3: a peer-reflexive candidate.
      remote = new RemoteCandidate(from, base.peersReflexive(from, priority));
      if (!list.addRemote(remote, shared.role())) {
        shared.counters.overflow++;
        return;
      }
    }
    Pair pair = list.form(base, remote, shared.role());
    if (pair == null) {
      shared.counters.overflow++;
      return;
    }
    pair.counters.requestsReceived++;
    pair.counters.responsesSent++;
    pair.checkedByPeer = true;
    listener.onChecked(pair, now);
    if (generation.isLite()) {
      pair.heardAt = now;
      pair.state = Pair.State.SUCCEEDED;
      listener.onHeard(generation, pair, now);
    } else if (id == null || !id.equals(pair.lastCheck)) {
      // Sent again, or replayed: what it made us do has been done.
      generation.trigger(pair);
      pair.lastCheck = id;
    }
    if (useCandidate && !shared.isControlling()) {
      pair.nomination = Math.max(pair.nomination, nomination);
      // 7.3.1.5: a pair that works is nominated now, another when its check has succeeded.
      if (pair.isValid()) {
        listener.onNominated(generation, pair, now);
      } else {
        pair.wanted = true;
      }
    }
  }
}
