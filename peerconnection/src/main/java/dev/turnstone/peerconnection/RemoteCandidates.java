package dev.turnstone.peerconnection;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.IceTransport;
import dev.turnstone.sdp.Sdp;
import dev.turnstone.sdp.SdpMedia;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The peer's candidates on their way to ICE. Those that come before the description wait here.
 * Lives on the loop.
 */
final class RemoteCandidates {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteCandidates.class);

  /** A peer gathers a few dozen at most; more is a flood. */
  private static final int MAX_CANDIDATES = 256;

  private final IceTransport ice;
  private final List<IceCandidate> waiting = new ArrayList<>();
  private final List<String> signaled = new ArrayList<>();

  /** Each is given to ICE once, however many descriptions repeat it. */
  private final Set<String> given = new HashSet<>();

  private boolean ended;
  private Sdp description;
  private int index;

  RemoteCandidates(IceTransport ice) {
    this.ice = ice;
  }

  /** Adds one that signaling brought (W3C's addIceCandidate). */
  void add(IceCandidate candidate) {
    if (description != null) {
      use(candidate);
      return;
    }
    if (waiting.size() == MAX_CANDIDATES) {
      throw new OperationException(
          "addIceCandidate: " + MAX_CANDIDATES + " candidates wait for a remote description");
    }
    if (!candidate.candidate().isEmpty()) {
      parse(candidate.candidate());
    }
    waiting.add(candidate);
  }

  /**
   * A remote description was applied: takes its candidates, and those that waited for it. What is
   * wrong with them does not undo the description.
   *
   * @param dataIndex the place of its data section
   */
  void described(Sdp applied, int dataIndex) {
    description = applied;
    index = dataIndex;
    for (SdpMedia section : applied.media()) {
      if (sharesTransport(section)) {
        section.candidates().forEach(candidate -> tryTo(() -> give("candidate:" + candidate)));
      }
    }
    if (applied.media().stream()
        .anyMatch(each -> sharesTransport(each) && each.endOfCandidates())) {
      end();
    }
    List<IceCandidate> waited = List.copyOf(waiting);
    waiting.clear();
    waited.forEach(candidate -> tryTo(() -> use(candidate)));
  }

  /** RFC 8839 section 5.1: what cannot be read is ignored; one bad line must not cost the rest. */
  private static void tryTo(Runnable taking) {
    try {
      taking.run();
    } catch (OperationException e) {
      LOG.debug("ignoring a candidate: {}", e.getMessage());
    }
  }

  /**
   * A section with a transport of its own has its own candidates: those of others lead to sockets
   * that go away when we reject them. A section that is bundle-only has none of its own (RFC 9143
   * section 6), and its candidates stand where its transport is: the ufrag tells.
   */
  private boolean sharesTransport(SdpMedia section) {
    return section == data()
        || data().has("bundle-only") && section.iceUfrag().equals(data().iceUfrag());
  }

  private SdpMedia data() {
    return description.media().get(index);
  }

  private void use(IceCandidate candidate) {
    // An end counts for the section that it names; one that names none counts for all.
    boolean ours = section(candidate).map(this::sharesTransport).orElse(false);
    if (!ours) {
      // A section that we rejected: its candidates are not needed.
      return;
    }
    Optional<String> ufrag = candidate.usernameFragment().filter(given -> !given.isEmpty());
    if (ufrag.isPresent() && !ufrag.equals(data().iceUfrag())) {
      // W3C webrtc-pc section 4.4.1.6.
      throw new OperationException(
          "addIceCandidate: the candidate belongs to ufrag "
              + ufrag.get()
              + ", which is not in the remote description");
    }
    if (candidate.candidate().isEmpty()) {
      end();
    } else {
      String text = give(candidate.candidate());
      if (text != null) {
        signaled.add(text.substring("candidate:".length()));
      }
    }
  }

  private Optional<SdpMedia> section(IceCandidate candidate) {
    if (candidate.sdpMid().isPresent()) {
      Optional<SdpMedia> named = description.media(candidate.sdpMid().get());
      boolean nameless = data().mid().isEmpty() && named.isEmpty();
      return nameless && candidate.sdpMid().get().equals(Integer.toString(index))
          ? Optional.of(data())
          : named;
    }
    if (candidate.sdpMLineIndex().isPresent()) {
      int at = candidate.sdpMLineIndex().getAsInt();
      List<SdpMedia> all = description.media();
      return at >= 0 && at < all.size() ? Optional.of(all.get(at)) : Optional.empty();
    }
    return Optional.of(data());
  }

  /** What came outside of descriptions, as attribute values. */
  List<String> signaled() {
    return List.copyOf(signaled);
  }

  boolean ended() {
    return ended;
  }

  /** Gives one to ICE; null when it has it already. */
  private String give(String text) {
    Candidate candidate = parse(text);
    String normal = candidate.toString();
    if (given.contains(normal)) {
      return null;
    }
    if (given.size() == MAX_CANDIDATES) {
      throw new OperationException(
          "the peer has sent " + MAX_CANDIDATES + " candidates, and no more are taken");
    }
    given.add(normal);
    ice.addRemoteCandidate(candidate);
    return normal;
  }

  private void end() {
    if (!ended) {
      ended = true;
      ice.endOfRemoteCandidates();
    }
  }

  private static Candidate parse(String text) {
    try {
      return Candidate.parse(text);
    } catch (IllegalArgumentException e) {
      throw new OperationException("the candidate is malformed: " + e.getMessage(), e);
    }
  }
}
