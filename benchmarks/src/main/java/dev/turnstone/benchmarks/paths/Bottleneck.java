package dev.turnstone.benchmarks.paths;

import dev.turnstone.testkit.LinkOptions;
import java.time.Duration;

/**
 * A path with one slow link. The way back has the same rate and the same queue.
 *
 * @param megabits how many million bits the link carries in a second, headers of all layers counted
 * @param rttMillis the round trip of a packet that meets no queue and takes no time to leave
 * @param loss the probability that a data packet is lost behind the queue
 * @param ackLoss the same for the way back
 * @param queueShare the queue in bandwidth-delay products
 * @param queueFloorPackets the queue holds at least so many full packets
 * @param overheadBytes what the layers below SCTP add to a packet
 * @param batching how long the loops of both ends gather packets
 * @param tick how coarse the timers of both ends are
 * @param jitter the most that either end takes over a packet before its association sees it
 */
record Bottleneck(
    double megabits,
    double rttMillis,
    double loss,
    double ackLoss,
    double queueShare,
    int queueFloorPackets,
    int overheadBytes,
    Duration batching,
    Duration tick,
    Duration jitter) {
  private static final int FULL_PACKET = 1256;

  static Bottleneck of(Arguments arguments, double megabits, double rttMillis, double loss) {
    return of(arguments, megabits, rttMillis, loss, 0);
  }

  /**
   * The same with a jitter unless another one is asked for.
   *
   * @param jitterPackets in times that a full packet takes on the link
   */
  static Bottleneck of(
      Arguments arguments, double megabits, double rttMillis, double loss, double jitterPackets) {
    double packetNanos = FULL_PACKET * 8e3 / megabits;
    return new Bottleneck(
        megabits,
        rttMillis,
        loss,
        arguments.number("ack-loss", 0) / 100,
        arguments.number("queue", 1),
        (int) arguments.number("queue-floor", 32),
        (int) arguments.number("overhead", 65),
        arguments.millis("batching", 0),
        arguments.millis("tick", 0),
        Duration.ofNanos((long) (arguments.number("jitter", jitterPackets) * packetNanos)));
  }

  double bitsPerSecond() {
    return megabits * 1e6;
  }

  int queueBytes() {
    double product = bitsPerSecond() / 8 * rttMillis / 1e3;
    return (int) Math.max(queueShare * product, (double) queueFloorPackets * FULL_PACKET);
  }

  LinkOptions forward() {
    return link(loss);
  }

  LinkOptions backward() {
    return link(ackLoss);
  }

  private LinkOptions link(double lossOfThisWay) {
    return LinkOptions.PERFECT
        .withDelay(Duration.ofNanos((long) (rttMillis * 1e6 / 2)))
        .withJitter(jitter)
        .withRate((long) bitsPerSecond(), queueBytes())
        .withLoss(lossOfThisWay);
  }

  /** The share of the link's bits that payload has when every packet is full. */
  double payloadShare(int mtu, boolean interleaving) {
    int headers = 12 + (interleaving ? 20 : 16);
    int payload = (mtu - headers) / 4 * 4;
    return payload / (double) (payload + headers + overheadBytes);
  }

  String rateText() {
    return Table.number(megabits) + " Mbit/s";
  }

  String rttText() {
    return Table.number(rttMillis) + " ms";
  }

  String lossText() {
    return Table.number(loss * 100) + " %";
  }
}
