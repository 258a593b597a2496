package dev.turnstone.peerconnection;

import dev.turnstone.ice.IceTransport;
import dev.turnstone.sdp.Sdp;
import dev.turnstone.sdp.SdpMedia;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The peer's candidates on their way to ICE, by generation: the ufrag tells. Those whose
 * description has not come wait here, and so do those of a generation that ICE has not begun. Lives
 * on the loop.
 */
final class RemoteCandidates {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteCandidates.class);

  /** A peer gathers a few dozen at most; more is a flood. */
  private static final int MAX_WAITING = 256;

  /** Stragglers of generations before these are taken for those of one to come. */
  private static final int MAX_FORMER = 16;

  private final IceTransport ice;

  /** What came before the description that it belongs to. */
  private final List<IceCandidate> waiting = new ArrayList<>();

  /** The ufrags of generations that are over. */
  private final ArrayDeque<String> former = new ArrayDeque<>();

  /** The generation of the last remote description. */
  private RemoteGeneration described;

  /** The one that ICE began last with, or null. */
  private RemoteGeneration running;

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
    if (!candidate.candidate().isEmpty()) {
      RemoteGeneration.parse(candidate.candidate());
    }
    await(candidate);
  }

  private void await(IceCandidate candidate) {
    if (waiting.size() == MAX_WAITING) {
      throw new OperationException(
          "addIceCandidate: " + MAX_WAITING + " candidates wait for a remote description");
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
    described = generation(data().iceUfrag().orElse(""));
    for (SdpMedia section : applied.media()) {
      if (sharesTransport(section)) {
        section
            .candidates()
            .forEach(candidate -> tryTo(() -> described.add("candidate:" + candidate)));
      }
    }
    if (applied.media().stream()
        .anyMatch(each -> sharesTransport(each) && each.endOfCandidates())) {
      described.end();
    }
    List<IceCandidate> waited = List.copyOf(waiting);
    waiting.clear();
    waited.forEach(candidate -> tryTo(() -> use(candidate)));
  }

  private RemoteGeneration generation(String ufrag) {
    if (described != null && described.ufrag().equals(ufrag)) {
      return described;
    }
    return running != null && running.ufrag().equals(ufrag) ? running : new RemoteGeneration(ufrag);
  }

  /**
   * The last remote description was rolled back, and its generation with it.
   *
   * @param before the description that stands, or null
   * @param dataIndex the place of its data section
   */
  void rolledBack(Sdp before, int dataIndex) {
    if (described != null && described != running) {
      leave(described);
    }
    description = before;
    index = dataIndex;
    described = running;
  }

  private void leave(RemoteGeneration generation) {
    if (former.size() == MAX_FORMER) {
      former.remove();
    }
    former.add(generation.ufrag());
  }

  /** ICE takes back a restart: the peer's generation that ran goes on. */
  void cancelRestart() {
    if (running != null) {
      running.giveTo(ice);
    }
  }

  /** ICE has begun a generation of ours: what else the peer's old one brings is not for it. */
  void restart() {
    if (running != null) {
      running.holdBack();
    }
  }

  /** ICE begins with the generation of the last description: it gets what has come of it. */
  void begin() {
    if (running != null && running != described) {
      leave(running);
    }
    running = described;
    waiting.clear();
    running.giveTo(ice);
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
    boolean end = candidate.candidate().isEmpty();
    Optional<String> ufrag =
        candidate
            .usernameFragment()
            .or(() -> end ? Optional.empty() : RemoteGeneration.ufragIn(candidate.candidate()))
            .filter(given -> !given.isEmpty());
    RemoteGeneration generation = ufrag.isPresent() ? known(ufrag.get()) : described;
    if (generation != null) {
      if (end) {
        generation.end();
      } else {
        generation.addSignaled(candidate.candidate());
      }
    } else if (!former.contains(ufrag.get())) {
      // Deviation: W3C webrtc-pc section 4.4.2 (addIceCandidate) refuses it. Not every signaling
      // path keeps the order of a restart's offer and its candidates.
      if (!end) {
        RemoteGeneration.parse(candidate.candidate());
      }
      await(candidate);
    }
  }

  /** The generation of a ufrag that stands in a remote description, or null. */
  private RemoteGeneration known(String ufrag) {
    if (described.ufrag().equals(ufrag)) {
      return described;
    }
    return running != null && running.ufrag().equals(ufrag) ? running : null;
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

  /** The generation of the last remote description, or null. */
  RemoteGeneration last() {
    return described;
  }

  /** The generation that ICE has begun with, or null. */
  RemoteGeneration running() {
    return running;
  }
}
