package dev.turnstone.peerconnection;

import dev.turnstone.ice.IceParameters;
import dev.turnstone.ice.IceTransport;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which ICE credentials our descriptions carry, and what those of the peer mean: the same go on,
 * new ones restart ICE (RFC 8839 section 4.4.1.1.1). Lives on the loop.
 */
final class IceRestarts {
  private final IceTransport ice;

  /** The credentials that the checks were begun with last, ours and the peer's, or null. */
  private IceParameters ours;

  private IceParameters theirs;

  /** W3C's [[LocalIceCredentialsToReplace]], by ufrag. */
  private final Set<String> toReplace = new HashSet<>();

  /** The credentials of an offer that was rolled back before anything was agreed, or null. */
  private IceParameters spent;

  IceRestarts(IceTransport ice) {
    this.ice = ice;
  }

  /**
   * The application wants a restart (W3C webrtc-pc section 4.4.2, restartIce).
   *
   * @param described the ufrags in our current and our pending description
   */
  void want(Stream<String> described) {
    toReplace.clear();
    described.forEach(toReplace::add);
  }

  /** Whether a restart is wanted that no description has brought yet. */
  boolean isWanted() {
    return !toReplace.isEmpty();
  }

  /** An offer and an answer stand: what was wanted may have come with them. */
  void stable(Optional<String> described) {
    if (described.filter(toReplace::contains).isEmpty()) {
      toReplace.clear();
    }
  }

  /**
   * What an offer says.
   *
   * @param restart whether a restart was asked for with this offer
   * @param agreed the ufrag in our current description
   */
  IceParameters forOffer(boolean restart, Optional<String> agreed) {
    String now = ice.localParameters().usernameFragment();
    // W3C webrtc-pc section 4.4.2.1 (iceRestart): new means other than in the current description.
    boolean old = agreed.filter(now::equals).isPresent();
    return restart && old || toReplace.contains(now) ? ice.nextParameters() : fresh();
  }

  /** What the answer to an offer with these says. */
  IceParameters forAnswer(IceParameters offered) {
    return isRestart(offered) ? ice.nextParameters() : fresh();
  }

  /** Those of now, if they have not been told in vain. */
  private IceParameters fresh() {
    return ice.localParameters().equals(spent) ? ice.nextParameters() : ice.localParameters();
  }

  /** Whether our description with this ufrag begins a generation of ICE. */
  boolean begins(String ufrag) {
    return !ufrag.equals(ice.localParameters().usernameFragment());
  }

  /**
   * Whether the peer's credentials are those of another generation than the one that runs.
   *
   * @throws InvalidAccessException when they contradict themselves
   */
  boolean isRestart(IceParameters described) {
    if (theirs == null) {
      return false;
    }
    boolean otherName = !described.usernameFragment().equals(theirs.usernameFragment());
    boolean otherPassword = !described.password().equals(theirs.password());
    if (otherName != otherPassword) {
      throw new InvalidAccessException(
          "the description changes one of ice-ufrag and ice-pwd: an ICE restart changes both");
    }
    if (!otherName && described.lite() != theirs.lite()) {
      throw new InvalidAccessException("the description changes a=ice-lite without an ICE restart");
    }
    return otherName;
  }

  /**
   * Holds an answer against the offer that we made.
   *
   * @throws InvalidAccessException when only one of them restarts ICE
   */
  void requireAnswering(IceParameters answered) {
    boolean answers = isRestart(answered);
    boolean asked = theirs != null && begun();
    if (answers && !asked) {
      throw new InvalidAccessException(
          "the answer changes ice-ufrag and ice-pwd, and the offer asked for no ICE restart");
    }
    if (asked && !answers) {
      throw new InvalidAccessException(
          "the offer asked for an ICE restart, and the answer keeps ice-ufrag and ice-pwd");
    }
  }

  /** Whether a generation of ours has begun that has not met the peer's yet. */
  private boolean begun() {
    return !ice.localParameters().equals(ours);
  }

  /**
   * Our offer was rolled back. What it told of ICE is void: whoever has read it must not take what
   * we say next for a part of it.
   *
   * @return whether the generation before a restart goes on
   */
  boolean rolledBack() {
    if (theirs != null && !begun()) {
      return false;
    }
    boolean goesOn = theirs != null && ice.cancelRestart();
    if (!goesOn) {
      spent = ice.localParameters();
    }
    return goesOn;
  }

  /** The checks begin with these. */
  void agreed(IceParameters peers) {
    ours = ice.localParameters();
    theirs = peers;
  }
}
