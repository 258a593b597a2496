package dev.turnstone.sctp;

/**
 * How the congestion window and the pace of an association are found.
 *
 * <p>What was measured on simulated paths (100 Mbit/s, a drop-tail queue of one bandwidth-delay
 * product, 1 to 300 ms) says when to take which. {@link #BBR} fills 97 % and more of what the path
 * can carry without loss, 96 % at 1 % of random loss and 87 % at 5 %, and from 20 ms on holds the
 * queue at a tenth to two fifths of the round trip; two of them share evenly, and CUBIC beside one
 * keeps about half. {@link #CUBIC} fills a path that loses nothing and keeps its queue four fifths
 * full; 1 % of random loss leaves it a fiftieth of a path of 50 ms. {@link #NEW_RENO} is the same
 * with slower growth. Data channels often run over radio links, and beside calls.
 */
public enum CongestionControl {
  /** The controller of RFC 9260 section 7: for comparison, and where nothing else is allowed. */
  NEW_RENO,
  /**
   * CUBIC (RFC 9438) with HyStart++ (RFC 9406): what TCP flows beside it do. For paths without
   * random loss, where being like them counts.
   */
  CUBIC,
  /**
   * A model of the path's rate and round trip, in the manner of BBR (draft-ietf-ccwg-bbr version
   * 3), with loss judged against what the path loses anyway. For long and lossy paths, and for
   * short queues.
   */
  BBR
}
