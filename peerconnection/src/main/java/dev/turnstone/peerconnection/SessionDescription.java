package dev.turnstone.peerconnection;

import java.util.Objects;

/**
 * A description as signaling carries it: W3C's {@code RTCSessionDescription}.
 *
 * @param type what it is
 * @param sdp the text, with CRLF at the ends of lines
 */
public record SessionDescription(SdpType type, String sdp) {

  /** Checks that neither is null. */
  public SessionDescription {
    Objects.requireNonNull(type);
    Objects.requireNonNull(sdp);
  }

  /** An offer. */
  public static SessionDescription offer(String sdp) {
    return new SessionDescription(SdpType.OFFER, sdp);
  }

  /** A provisional answer. */
  public static SessionDescription pranswer(String sdp) {
    return new SessionDescription(SdpType.PRANSWER, sdp);
  }

  /** What takes back the offer that is being negotiated; it has no text. */
  public static SessionDescription rollback() {
    return new SessionDescription(SdpType.ROLLBACK, "");
  }

  /** An answer. */
  public static SessionDescription answer(String sdp) {
    return new SessionDescription(SdpType.ANSWER, sdp);
  }
}
