package dev.turnstone.testkit;

import java.time.Duration;
import java.util.Objects;

/**
 * What a {@link SimulatedLink} does to the packets on it. Begin with {@link #PERFECT} and add what
 * is wanted: {@code LinkOptions.PERFECT.withDelay(Duration.ofMillis(20)).withLoss(0.05)}.
 *
 * <p>A packet meets the parts in this order: MTU, queue and rate, loss, duplication, reordering,
 * delay and jitter.
 *
 * @param delay how long a packet travels
 * @param jitter a random time, uniform from zero to this, on top of the delay; jitter alone never
 *     changes the order of packets, so those sent close together wait for the slowest before them
 * @param loss the probability that a packet is lost, independent of all others
 * @param burstLoss losses that come in bursts, on top of {@code loss}
 * @param duplication the probability that a packet arrives twice
 * @param reordering the probability that a packet leaves the order
 * @param reorderDelay how much later than others such a packet arrives; zero lets it overtake
 *     instead: it arrives without any delay
 * @param bitsPerSecond how fast packets leave the queue, or {@link #UNLIMITED}; only the packet's
 *     own bytes count, no headers below it
 * @param queueBytes how many bytes may wait, the packet that is leaving included; a packet that
 *     does not fit is dropped, but an empty queue takes any packet
 * @param mtu the largest packet in bytes; larger ones are dropped
 */
public record LinkOptions(
    Duration delay,
    Duration jitter,
    double loss,
    BurstLoss burstLoss,
    double duplication,
    double reordering,
    Duration reorderDelay,
    long bitsPerSecond,
    int queueBytes,
    int mtu) {

  /** No limit to the rate. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** Every packet arrives at once, in order, exactly once. */
  public static final LinkOptions PERFECT =
      new LinkOptions(
          Duration.ZERO,
          Duration.ZERO,
          0,
          BurstLoss.NONE,
          0,
          0,
          Duration.ZERO,
          UNLIMITED,
          Integer.MAX_VALUE,
          65535);

  /** Nothing arrives. What is already travelling when a link is set to this does arrive. */
  public static final LinkOptions BLACKOUT = PERFECT.withLoss(1);

  /**
   * Loss after Gilbert and Elliott: the link is good or bad, and loses packets only while bad.
   * Before each packet the state may change.
   *
   * @param goodToBad the probability that a good link turns bad
   * @param badToGood the probability that a bad link turns good; 1 / this is the mean length of a
   *     burst in packets
   * @param lossInBad the probability that a packet is lost while the link is bad
   */
  public record BurstLoss(double goodToBad, double badToGood, double lossInBad) {
    /** No bursts. */
    public static final BurstLoss NONE = new BurstLoss(0, 1, 0);

    /** Checks the probabilities. */
    public BurstLoss {
      checkProbability("goodToBad", goodToBad);
      checkProbability("badToGood", badToGood);
      checkProbability("lossInBad", lossInBad);
    }
  }

  /** Checks the ranges. */
  public LinkOptions {
    checkDuration("delay", delay);
    checkDuration("jitter", jitter);
    checkProbability("loss", loss);
    Objects.requireNonNull(burstLoss, "burstLoss");
    checkProbability("duplication", duplication);
    checkProbability("reordering", reordering);
    checkDuration("reorderDelay", reorderDelay);
    if (bitsPerSecond < 1) {
      throw new IllegalArgumentException("bitsPerSecond must be 1 or more, is " + bitsPerSecond);
    }
    if (queueBytes < 0) {
      throw new IllegalArgumentException("queueBytes must be 0 or more, is " + queueBytes);
    }
    if (mtu < 1 || mtu > 65535) {
      throw new IllegalArgumentException("mtu must be 1 to 65535 bytes, is " + mtu);
    }
  }

  /**
   * These options with another delay.
   *
   * @param delay how long a packet travels
   * @return the new options
   */
  public LinkOptions withDelay(Duration delay) {
    return new LinkOptions(
        delay,
        jitter,
        loss,
        burstLoss,
        duplication,
        reordering,
        reorderDelay,
        bitsPerSecond,
        queueBytes,
        mtu);
  }

  /**
   * These options with another jitter.
   *
   * @param jitter the most that is added to the delay
   * @return the new options
   */
  public LinkOptions withJitter(Duration jitter) {
    return new LinkOptions(
        delay,
        jitter,
        loss,
        burstLoss,
        duplication,
        reordering,
        reorderDelay,
        bitsPerSecond,
        queueBytes,
        mtu);
  }

  /**
   * These options with another independent loss.
   *
   * @param probability 0 to 1
   * @return the new options
   */
  public LinkOptions withLoss(double probability) {
    return new LinkOptions(
        delay,
        jitter,
        probability,
        burstLoss,
        duplication,
        reordering,
        reorderDelay,
        bitsPerSecond,
        queueBytes,
        mtu);
  }

  /**
   * These options with losses in bursts.
   *
   * @param goodToBad the probability, for each packet, that a good link turns bad
   * @param badToGood the probability, for each packet, that a bad link turns good
   * @param lossInBad the probability that a packet is lost while the link is bad
   * @return the new options
   */
  public LinkOptions withBurstLoss(double goodToBad, double badToGood, double lossInBad) {
    return new LinkOptions(
        delay,
        jitter,
        loss,
        new BurstLoss(goodToBad, badToGood, lossInBad),
        duplication,
        reordering,
        reorderDelay,
        bitsPerSecond,
        queueBytes,
        mtu);
  }

  /**
   * These options with another duplication.
   *
   * @param probability 0 to 1
   * @return the new options
   */
  public LinkOptions withDuplication(double probability) {
    return new LinkOptions(
        delay,
        jitter,
        loss,
        burstLoss,
        probability,
        reordering,
        reorderDelay,
        bitsPerSecond,
        queueBytes,
        mtu);
  }

  /**
   * These options with packets that arrive late.
   *
   * @param probability 0 to 1
   * @param extraDelay how much later than others a chosen packet arrives
   * @return the new options
   */
  public LinkOptions withReordering(double probability, Duration extraDelay) {
    return new LinkOptions(
        delay,
        jitter,
        loss,
        burstLoss,
        duplication,
        probability,
        extraDelay,
        bitsPerSecond,
        queueBytes,
        mtu);
  }

  /**
   * These options with packets that overtake: a chosen packet arrives without any delay.
   *
   * @param probability 0 to 1
   * @return the new options
   */
  public LinkOptions withOvertaking(double probability) {
    return withReordering(probability, Duration.ZERO);
  }

  /**
   * These options with a rate and a queue before it.
   *
   * @param bitsPerSecond how fast packets leave, or {@link #UNLIMITED}
   * @param queueBytes how many bytes may wait
   * @return the new options
   */
  public LinkOptions withRate(long bitsPerSecond, int queueBytes) {
    return new LinkOptions(
        delay,
        jitter,
        loss,
        burstLoss,
        duplication,
        reordering,
        reorderDelay,
        bitsPerSecond,
        queueBytes,
        mtu);
  }

  /**
   * These options with another largest packet.
   *
   * @param bytes 1 to 65535
   * @return the new options
   */
  public LinkOptions withMtu(int bytes) {
    return new LinkOptions(
        delay,
        jitter,
        loss,
        burstLoss,
        duplication,
        reordering,
        reorderDelay,
        bitsPerSecond,
        queueBytes,
        bytes);
  }

  private static void checkProbability(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be 0 to 1, is " + value);
    }
  }

  private static void checkDuration(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(name + " must not be negative, is " + value);
    }
  }
}
