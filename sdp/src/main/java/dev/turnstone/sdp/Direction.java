package dev.turnstone.sdp;

import java.util.Locale;

/** Which way media flows, seen from the side that wrote the description (RFC 8866 section 6.7). */
public enum Direction {
  /** Both ways; what a section without a direction means. */
  SENDRECV,
  /** Out only. */
  SENDONLY,
  /** In only. */
  RECVONLY,
  /** Neither way. */
  INACTIVE;

  /** The attribute's name as it stands in a description. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
