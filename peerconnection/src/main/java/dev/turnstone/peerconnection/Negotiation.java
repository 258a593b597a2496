package dev.turnstone.peerconnection;

import dev.turnstone.sdp.Sdp;

/**
 * Where offer and answer stand (RFC 9429 section 3.2): the signaling state and the descriptions
 * that belong to it. Immutable; each step gives the next one or says why it cannot be taken.
 *
 * @param state the signaling state
 * @param currentLocal ours, agreed
 * @param currentRemote the peer's, agreed
 * @param pendingLocal ours, being negotiated
 * @param pendingRemote the peer's, being negotiated
 */
record Negotiation(
    SignalingState state,
    Applied currentLocal,
    Applied currentRemote,
    Applied pendingLocal,
    Applied pendingRemote) {

  /** A description that was applied, with what was read from it. */
  record Applied(SdpType type, Sdp sdp) {}

  static final Negotiation START = new Negotiation(SignalingState.STABLE, null, null, null, null);

  Applied local() {
    return pendingLocal != null ? pendingLocal : currentLocal;
  }

  Applied remote() {
    return pendingRemote != null ? pendingRemote : currentRemote;
  }

  /** Applies a description of ours. */
  Negotiation withLocal(Applied description) {
    switch (description.type()) {
      case OFFER -> {
        require(
            "setLocalDescription",
            description,
            SignalingState.STABLE,
            SignalingState.HAVE_LOCAL_OFFER);
        return new Negotiation(
            SignalingState.HAVE_LOCAL_OFFER, currentLocal, currentRemote, description, null);
      }
      case ANSWER -> {
        require(
            "setLocalDescription",
            description,
            SignalingState.HAVE_REMOTE_OFFER,
            SignalingState.HAVE_LOCAL_PRANSWER);
        return new Negotiation(SignalingState.STABLE, description, pendingRemote, null, null);
      }
      case PRANSWER -> {
        require(
            "setLocalDescription",
            description,
            SignalingState.HAVE_REMOTE_OFFER,
            SignalingState.HAVE_LOCAL_PRANSWER);
        return new Negotiation(
            SignalingState.HAVE_LOCAL_PRANSWER,
            currentLocal,
            currentRemote,
            description,
            pendingRemote);
      }
      default -> throw new AssertionError("a rollback has no description");
    }
  }

  /** Applies a description of the peer. */
  Negotiation withRemote(Applied description) {
    switch (description.type()) {
      case OFFER -> {
        require(
            "setRemoteDescription",
            description,
            SignalingState.STABLE,
            SignalingState.HAVE_REMOTE_OFFER);
        return new Negotiation(
            SignalingState.HAVE_REMOTE_OFFER, currentLocal, currentRemote, null, description);
      }
      case ANSWER -> {
        require(
            "setRemoteDescription",
            description,
            SignalingState.HAVE_LOCAL_OFFER,
            SignalingState.HAVE_REMOTE_PRANSWER);
        return new Negotiation(SignalingState.STABLE, pendingLocal, description, null, null);
      }
      case PRANSWER -> {
        require(
            "setRemoteDescription",
            description,
            SignalingState.HAVE_LOCAL_OFFER,
            SignalingState.HAVE_REMOTE_PRANSWER);
        return new Negotiation(
            SignalingState.HAVE_REMOTE_PRANSWER,
            currentLocal,
            currentRemote,
            pendingLocal,
            description);
      }
      default -> throw new AssertionError("a rollback has no description");
    }
  }

  /**
   * Takes back an offer, ours or the peer's (RFC 9429 section 4.1.10.2). What was answered, even
   * provisionally, cannot be taken back.
   */
  Negotiation rolledBack(String call, SignalingState required) {
    if (state != required) {
      throw new InvalidStateException(
          call + "(ROLLBACK): the signaling state is " + state + ", not " + required);
    }
    return new Negotiation(SignalingState.STABLE, currentLocal, currentRemote, null, null);
  }

  Negotiation closed() {
    return new Negotiation(
        SignalingState.CLOSED, currentLocal, currentRemote, pendingLocal, pendingRemote);
  }

  private void require(String call, Applied description, SignalingState either, SignalingState or) {
    if (state != either && state != or) {
      throw new InvalidStateException(
          call
              + "("
              + description.type()
              + "): the signaling state is "
              + state
              + ", not "
              + either
              + " or "
              + or);
    }
  }
}
