package dev.turnstone.sctp.congestion;

/**
 * Decides how many bytes may be in flight, and how fast they may leave. Told of everything that
 * happens to them; owns nothing else. Bytes are those of DATA chunks, headers and padding included;
 * times are nanoseconds of the association's clock.
 *
 * <p>What one SACK brings is told in this order: {@link #handleRecovered}, {@link
 * #handleSpuriousLoss}, {@link #handleLoss}, {@link #handleAcked}.
 */
public interface CongestionController {
  /** A {@link #pacingRate} that holds nothing back. */
  long UNPACED = Long.MAX_VALUE;

  /** The window: something may be sent while fewer bytes than this are in flight. */
  long window();

  /** Bytes a second at which packets are to be spread, or {@link #UNPACED}. Always above zero. */
  long pacingRate();

  /** Bytes left for the first time or again; {@code bytesInFlight} counts them already. */
  void handleSent(long bytes, long bytesInFlight, long nowNanos);

  /** A SACK acknowledged something for the first time. */
  void handleAcked(AckSample ack);

  /** Chunks were found lost: by a SACK, or by time. */
  void handleLoss(LossSample loss);

  /** All that was outstanding when a {@link LossSample#beginsRecovery} came is acknowledged. */
  void handleRecovered(long nowNanos);

  /**
   * Everything that was sent again since the last {@link LossSample#beginsRecovery}, or since the
   * last {@link #handleTimeout}, had arrived the first time: the reaction to it was a mistake.
   */
  void handleSpuriousLoss(long nowNanos);

  /** The retransmission timer expired: everything in flight counts as lost, a recovery is over. */
  void handleTimeout(long nowNanos);

  /** Nothing has been in flight for {@code idleNanos}, and something is about to be sent. */
  void handleIdle(long idleNanos, long rtoNanos, long nowNanos);
}
