package dev.turnstone.sctp.congestion;

/**
 * Decides how many bytes may be in flight. Told of everything that happens to them; owns nothing
 * else. Bytes are those of DATA chunks, headers and padding included; times are nanoseconds.
 */
public interface CongestionController {

  /** The window: something may be sent while fewer bytes than this are in flight. */
  long window();

  /** Bytes left for the first time or again; {@code bytesInFlight} counts them already. */
  void handleSent(long bytes, long bytesInFlight, long nowNanos);

  /**
   * Bytes were acknowledged for the first time.
   *
   * @param bytes how many, by the cumulative TSN and by gap blocks
   * @param cumulativeAdvanced whether the cumulative TSN moved
   * @param bytesInFlightBefore what was in flight before this acknowledgement
   * @param nowNanos the time
   */
  void handleAcked(long bytes, boolean cumulativeAdvanced, long bytesInFlightBefore, long nowNanos);

  /** Gap reports say that something is lost: the first loss of a recovery. */
  void handleLoss(long bytesInFlight, long nowNanos);

  /** All that was outstanding when {@link #handleLoss} was called has been acknowledged. */
  void handleRecovered(long nowNanos);

  /** The retransmission timer expired: everything in flight counts as lost, a recovery is over. */
  void handleTimeout(long nowNanos);

  /** Nothing has been in flight for {@code idleNanos}, and something is about to be sent. */
  void handleIdle(long idleNanos, long rtoNanos);
}
