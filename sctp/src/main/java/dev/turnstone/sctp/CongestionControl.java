package dev.turnstone.sctp;

/** How the congestion window and the pace of an association are found. */
public enum CongestionControl {
  /** The controller of RFC 9260 section 7. */
  NEW_RENO,
  /** CUBIC (RFC 9438) with HyStart++ (RFC 9406). */
  CUBIC,
  /** A model of the path's rate and round trip, in the manner of BBR (draft-ietf-ccwg-bbr). */
  BBR
}
