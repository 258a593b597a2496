package dev.turnstone.peerconnection;

/**
 * What an offer is to ask for: W3C's {@code RTCOfferOptions}.
 *
 * @param iceRestart whether the offer has new ICE credentials, so that applying it begins a restart
 *     (RFC 9429 section 5.2.3.1); without effect on the first offer of a connection
 */
public record OfferOptions(boolean iceRestart) {
  /** Nothing special. */
  public static final OfferOptions DEFAULT = new OfferOptions(false);

  /** An ICE restart. */
  public static OfferOptions restartingIce() {
    return new OfferOptions(true);
  }
}
