package dev.turnstone.peerconnection;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.IceTransport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The peer's candidates of one generation of ICE, and its end of candidates (RFC 8838). */
final class RemoteGeneration {
  private static final int MAX_CANDIDATES = 256;

  private final String ufrag;
  private final List<String> signaled = new ArrayList<>();

  /** Each is taken once, however many descriptions repeat it. */
  private final Set<String> known = new HashSet<>();

  /** What ICE has not been given. */
  private final List<Candidate> held = new ArrayList<>();

  /** Who takes them, or null while ICE is not at this generation. */
  private IceTransport ice;

  private boolean ended;

  RemoteGeneration(String ufrag) {
    this.ufrag = ufrag;
  }

  String ufrag() {
    return ufrag;
  }

  /** Adds one that came by itself. */
  void addSignaled(String text) {
    String added = add(text);
    if (added != null) {
      signaled.add(added.substring("candidate:".length()));
    }
  }

  /** Adds one; null when it is known already. */
  String add(String text) {
    Candidate candidate = withoutUfrag(parse(text));
    String normal = candidate.toString();
    if (known.contains(normal)) {
      return null;
    }
    if (known.size() == MAX_CANDIDATES) {
      throw new OperationException(
          "the peer has sent " + MAX_CANDIDATES + " candidates, and no more are taken");
    }
    known.add(normal);
    if (ice == null) {
      held.add(candidate);
    } else {
      ice.addRemoteCandidate(candidate);
    }
    return normal;
  }

  /** No more will come. */
  void end() {
    if (!ended && ice != null) {
      ice.endOfRemoteCandidates();
    }
    ended = true;
  }

  boolean hasEnded() {
    return ended;
  }

  /** What came outside of descriptions, as attribute values. */
  List<String> signaled() {
    return List.copyOf(signaled);
  }

  /** ICE is at this generation: it gets what was held for it, and what comes. */
  void giveTo(IceTransport transport) {
    ice = transport;
    held.forEach(transport::addRemoteCandidate);
    held.clear();
    if (ended) {
      transport.endOfRemoteCandidates();
    }
  }

  /** ICE has left this generation. */
  void holdBack() {
    ice = null;
  }

  static Candidate parse(String text) {
    try {
      return Candidate.parse(text);
    } catch (IllegalArgumentException e) {
      throw new OperationException("the candidate is malformed: " + e.getMessage(), e);
    }
  }

  /** The ufrag that stands in the candidate itself. */
  static Optional<String> ufragIn(String text) {
    return Optional.ofNullable(parse(text).extensions().get("ufrag"));
  }

  /** In a description the section says it; so both forms of a candidate are the same. */
  private static Candidate withoutUfrag(Candidate given) {
    if (!given.extensions().containsKey("ufrag")) {
      return given;
    }
    Map<String, String> others = new LinkedHashMap<>(given.extensions());
    others.remove("ufrag");
    return new Candidate(
        given.foundation(),
        given.component(),
        given.transport(),
        given.priority(),
        given.address(),
        given.port(),
        given.type(),
        given.relatedAddress(),
        given.relatedPort(),
        others);
  }
}
