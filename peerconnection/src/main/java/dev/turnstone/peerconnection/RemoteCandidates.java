package dev.turnstone.peerconnection;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.IceTransport;
import java.util.ArrayList;
import java.util.List;
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
  private int taken;
  private boolean ended;
  private String mid;
  private int index;

  RemoteCandidates(IceTransport ice) {
    this.ice = ice;
  }

  /** Adds one that signaling brought (W3C's addIceCandidate). */
  void add(IceCandidate candidate) {
    if (mid != null) {
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
   * A remote description was applied: takes its candidates, and those that waited for it.
   *
   * @param candidates attribute values without the word {@code candidate:}
   * @param complete whether {@code a=end-of-candidates} stands there
   */
  void described(String dataMid, int dataIndex, List<String> candidates, boolean complete) {
    mid = dataMid;
    index = dataIndex;
    for (String candidate : candidates) {
      try {
        give("candidate:" + candidate);
      } catch (OperationException e) {
        // RFC 8839 section 5.1: what cannot be read is ignored; one bad line must not cost the
        // rest.
        LOG.debug("ignoring a candidate of the description: {}", e.getMessage());
      }
    }
    if (complete) {
      end();
    }
    List<IceCandidate> waited = List.copyOf(waiting);
    waiting.clear();
    waited.forEach(this::use);
  }

  private void use(IceCandidate candidate) {
    boolean otherSection =
        candidate.sdpMid().isPresent()
            ? !candidate.sdpMid().get().equals(mid)
            : candidate.sdpMLineIndex().isPresent()
                && candidate.sdpMLineIndex().getAsInt() != index;
    if (otherSection) {
      // A section that we rejected, or that is bundled with ours: its candidates are not needed.
      return;
    }
    if (candidate.candidate().isEmpty()) {
      end();
    } else {
      signaled.add(give(candidate.candidate()).substring("candidate:".length()));
    }
  }

  /** What came outside of descriptions, as attribute values. */
  List<String> signaled() {
    return List.copyOf(signaled);
  }

  boolean ended() {
    return ended;
  }

  private String give(String text) {
    Candidate candidate = parse(text);
    if (taken == MAX_CANDIDATES) {
      throw new OperationException(
          "the peer has sent " + MAX_CANDIDATES + " candidates, and no more are taken");
    }
    taken++;
    ice.addRemoteCandidate(candidate);
    return candidate.toString();
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
