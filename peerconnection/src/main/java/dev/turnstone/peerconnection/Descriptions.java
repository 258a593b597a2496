package dev.turnstone.peerconnection;

import dev.turnstone.peerconnection.Negotiation.Applied;
import java.util.List;
import java.util.Optional;

/**
 * The descriptions that stand, as they are published: with the candidates that are known of each.
 * Any of them may be null.
 *
 * @param currentLocal ours, agreed
 * @param pendingLocal ours, being negotiated
 * @param currentRemote the peer's, agreed
 * @param pendingRemote the peer's, being negotiated
 * @param remoteTrickles whether the peer takes candidates one by one, once it has said
 */
record Descriptions(
    SessionDescription currentLocal,
    SessionDescription pendingLocal,
    SessionDescription currentRemote,
    SessionDescription pendingRemote,
    Optional<Boolean> remoteTrickles) {
  static final Descriptions NONE = new Descriptions(null, null, null, null, Optional.empty());

  static Descriptions of(Negotiation state, LocalCandidates ours, RemoteCandidates theirs) {
    boolean agreed = state.pendingLocal() == null;
    return new Descriptions(
        with(state.currentLocal(), agreed ? ours.found() : ours.agreedOn(), ours.complete()),
        with(state.pendingLocal(), ours.found(), ours.complete()),
        with(
            state.currentRemote(),
            state.pendingRemote() == null ? theirs.last() : theirs.running()),
        with(state.pendingRemote(), theirs.last()),
        Optional.ofNullable(state.remote()).map(Descriptions::trickles));
  }

  private static SessionDescription with(
      Applied applied, List<String> candidates, boolean complete) {
    return applied == null ? null : DataSection.withCandidates(applied, candidates, complete);
  }

  private static SessionDescription with(Applied applied, RemoteGeneration candidates) {
    return candidates == null
        ? with(applied, List.of(), false)
        : with(applied, candidates.signaled(), candidates.hasEnded());
  }

  /** W3C webrtc-pc section 4.4.2 (canTrickleIceCandidates), by RFC 8840 section 4.1.1. */
  private static boolean trickles(Applied remote) {
    int data = DataSection.indexIn(remote.sdp());
    return remote.sdp().media().stream()
        .skip(Math.max(0, data))
        .limit(1)
        .anyMatch(section -> section.iceOptions().contains("trickle"));
  }

  /** The pending one, else the current one, else null. */
  SessionDescription local() {
    return pendingLocal == null ? currentLocal : pendingLocal;
  }

  /** The pending one, else the current one, else null. */
  SessionDescription remote() {
    return pendingRemote == null ? currentRemote : pendingRemote;
  }
}
