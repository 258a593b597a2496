package dev.turnstone.peerconnection;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A candidate as signaling carries it: W3C's {@code RTCIceCandidateInit}.
 *
 * @param candidate the text that starts with {@code candidate:}; empty for the end of candidates
 * @param sdpMid the mid of the section that it belongs to, if told
 * @param sdpMLineIndex the index of that section, if told
 * @param usernameFragment the ufrag of the generation that it belongs to, if told
 */
public record IceCandidate(
    String candidate,
    Optional<String> sdpMid,
    OptionalInt sdpMLineIndex,
    Optional<String> usernameFragment) {

  /** Checks that nothing is null. */
  public IceCandidate {
    Objects.requireNonNull(candidate);
    Objects.requireNonNull(sdpMid);
    Objects.requireNonNull(sdpMLineIndex);
    Objects.requireNonNull(usernameFragment);
  }

  /** A candidate of a section. */
  public static IceCandidate of(String candidate, String sdpMid) {
    return new IceCandidate(candidate, Optional.of(sdpMid), OptionalInt.empty(), Optional.empty());
  }
}
