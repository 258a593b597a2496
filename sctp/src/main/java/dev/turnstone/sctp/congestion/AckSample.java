package dev.turnstone.sctp.congestion;

/**
 * What one acknowledgement tells. The rate part is that of
 * draft-cheng-iccrg-delivery-rate-estimation: what was delivered between the sending of the newest
 * chunk that it acknowledges and now.
 *
 * @param nowNanos the time
 * @param ackedBytes bytes acknowledged for the first time, by the cumulative TSN and by gap blocks
 * @param lostBytes bytes found lost by the same acknowledgement
 * @param cumulativeAdvanced whether the cumulative TSN moved
 * @param bytesInFlightBefore what was in flight before it
 * @param bytesInFlight what is in flight after it
 * @param rttNanos the RTT of the newest chunk that was sent only once, or -1 when there is none
 * @param smoothedRttNanos the smoothed RTT, or -1 before the first measurement
 * @param delivered bytes delivered since the association began, this acknowledgement included
 * @param lost bytes found lost since the association began
 * @param priorDelivered {@code delivered} when the newest acknowledged chunk was sent
 * @param priorLost {@code lost} when it was sent
 * @param priorInFlight bytes in flight when it was sent, itself included
 * @param intervalNanos how long {@code delivered - priorDelivered} took, the longer of sending and
 *     acknowledging; 0 when this makes no rate sample
 * @param appLimited whether, when it was sent, there was too little to send to fill the window
 */
public record AckSample(
    long nowNanos,
    long ackedBytes,
    long lostBytes,
    boolean cumulativeAdvanced,
    long bytesInFlightBefore,
    long bytesInFlight,
    long rttNanos,
    long smoothedRttNanos,
    long delivered,
    long lost,
    long priorDelivered,
    long priorLost,
    long priorInFlight,
    long intervalNanos,
    boolean appLimited) {

  /** Bytes a second that the path delivered, or 0 when this makes no rate sample. */
  public long deliveryRate() {
    return intervalNanos <= 0 ? 0 : (long) ((delivered - priorDelivered) * 1e9 / intervalNanos);
  }
}
