package dev.turnstone.sctp.send;

import dev.turnstone.sctp.congestion.AckSample;

/**
 * How fast the path delivers (draft-cheng-iccrg-delivery-rate-estimation): each chunk remembers how
 * much had been delivered, and when, at the time when it was sent; when it is acknowledged, the
 * difference is a sample.
 */
final class RateSampler {
  private long delivered;
  private long deliveredAtNanos;
  private long firstSentAtNanos;
  private long lost;

  /**
   * Samples are bounded by the application until this much is delivered; 0 when they are not. It is
   * what was delivered or in flight when there was nothing more to send.
   */
  private long appLimitedUntil;

  // The newest chunk that the SACK at hand acknowledges.
  private long packet = -1;
  private long priorDelivered;
  private long priorLost;
  private long priorInFlight;
  private long sentForNanos;
  private long priorAtNanos;
  private boolean priorAppLimited;

  /**
   * A chunk leaves.
   *
   * @param bytesInFlight what is in flight now, the chunk included
   */
  void handleSent(SentChunk chunk, long bytesInFlight, long nowNanos) {
    if (bytesInFlight <= chunk.wireLength()) {
      // After a silence the measurement begins anew.
      firstSentAtNanos = nowNanos;
      deliveredAtNanos = nowNanos;
    }
    chunk.delivered = delivered;
    chunk.deliveredAtNanos = deliveredAtNanos;
    chunk.firstSentAtNanos = firstSentAtNanos;
    chunk.lost = lost;
    chunk.inFlight = bytesInFlight;
    chunk.appLimited = appLimitedUntil > 0;
  }

  /** A SACK is about to be taken in. */
  void begin() {
    packet = -1;
  }

  /** The SACK acknowledges a chunk for the first time. */
  void handleAcked(SentChunk chunk, long nowNanos) {
    delivered += chunk.wireLength();
    deliveredAtNanos = nowNanos;
    if (chunk.packet >= packet) {
      packet = chunk.packet;
      priorDelivered = chunk.delivered;
      priorAtNanos = chunk.deliveredAtNanos;
      priorLost = chunk.lost;
      priorInFlight = chunk.inFlight;
      priorAppLimited = chunk.appLimited;
      sentForNanos = chunk.sentAtNanos - chunk.firstSentAtNanos;
      firstSentAtNanos = chunk.sentAtNanos;
    }
  }

  /** Chunks were found lost. */
  void handleLost(long bytes) {
    lost += bytes;
  }

  /** There is no more to send than this, though the congestion window has room. */
  void handleAppLimited(long bytesInFlight) {
    appLimitedUntil = Math.max(1, delivered + bytesInFlight);
  }

  /** The path is new: what was measured says nothing any more. */
  void reset(long bytesInFlight, long nowNanos) {
    firstSentAtNanos = nowNanos;
    deliveredAtNanos = nowNanos;
    handleAppLimited(bytesInFlight);
  }

  /**
   * What the SACK at hand tells.
   *
   * @param rttNanos the RTT of the newest chunk that was sent only once, or -1
   * @param smoothedRttNanos the smoothed RTT, or -1
   * @param minRttNanos the shortest RTT of late: a sample over less time is no sample, because
   *     acknowledgements were squeezed together on their way
   */
  AckSample sample(
      long ackedBytes,
      long lostBytes,
      boolean advanced,
      long bytesInFlightBefore,
      long bytesInFlight,
      long rttNanos,
      long smoothedRttNanos,
      long minRttNanos,
      long nowNanos) {
    if (appLimitedUntil > 0 && delivered > appLimitedUntil) {
      appLimitedUntil = 0;
    }
    // What was sent faster than it arrives, or arrives faster than it was sent, measures neither:
    // the longer of both times is safe.
    long interval = Math.max(sentForNanos, deliveredAtNanos - priorAtNanos);
    boolean usable = minRttNanos == Long.MAX_VALUE || interval >= minRttNanos;
    return new AckSample(
        nowNanos,
        ackedBytes,
        lostBytes,
        advanced,
        bytesInFlightBefore,
        bytesInFlight,
        rttNanos,
        smoothedRttNanos,
        delivered,
        lost,
        priorDelivered,
        priorLost,
        priorInFlight,
        usable ? interval : 0,
        priorAppLimited);
  }
}
