package dev.turnstone.benchmarks.paths;

import dev.turnstone.testkit.Direction;
import dev.turnstone.testkit.LinkStatistics;
import dev.turnstone.testkit.SharedEndpoint;
import dev.turnstone.testkit.SimulatedNetwork;
import java.time.Duration;
import java.util.List;

/** Flows that share a bottleneck, driven as the product's loop drives an association. */
final class Simulation {
  private final Bottleneck path;
  private final SimulatedNetwork network;
  private final Quantiles queueing = new Quantiles();

  private long instant = -1;
  private int sentAtInstant;
  private int largestBurst;

  Simulation(long seed, Bottleneck path, List<Flow> flows) {
    this.path = path;
    int header = Math.max(1, path.overheadBytes());
    network =
        new SimulatedNetwork(
            seed,
            0,
            new SharedEndpoint(header, flows.stream().map(f -> f.sendingEnd(path)).toList()),
            new SharedEndpoint(header, flows.stream().map(f -> f.receivingEnd(path)).toList()),
            path.forward(),
            path.backward());
    Flow[] all = flows.toArray(Flow[]::new);
    network.afterTurn(
        () -> {
          for (Flow flow : all) {
            flow.afterTurn(network.nowNanos());
          }
        });
    network.link(Direction.A_TO_B).onQueueingDelay(queueing::add);
  }

  void startAt(double seconds, Flow flow) {
    at(seconds, () -> flow.start(network.nowNanos()));
  }

  void pingEach(Duration interval, double fromSeconds, double toSeconds, Flow flow) {
    for (double at = fromSeconds; at < toSeconds; at += interval.toNanos() / 1e9) {
      at(at, () -> flow.ping(network.nowNanos()));
    }
  }

  void at(double seconds, Runnable action) {
    network.at(Duration.ofNanos((long) (seconds * 1e9)), action);
  }

  void runUntil(double seconds) {
    network.runFor(Duration.ofNanos((long) (seconds * 1e9)).minus(network.elapsed()));
  }

  /** How long the data packets waited, since the start or since it was last cleared. */
  Quantiles queueing() {
    return queueing;
  }

  LinkStatistics dataLink() {
    return network.link(Direction.A_TO_B).statistics();
  }

  /** Begins to count bursts anew: data packets that left their sender at one instant. */
  void watchBursts() {
    if (instant < 0) {
      network.onSent((direction, packet, nowNanos) -> countBurst(direction, nowNanos));
    }
    instant = 0;
    sentAtInstant = 0;
    largestBurst = 0;
  }

  private void countBurst(Direction direction, long nowNanos) {
    if (direction == Direction.A_TO_B) {
      sentAtInstant = nowNanos == instant ? sentAtInstant + 1 : 1;
      instant = nowNanos;
      largestBurst = Math.max(largestBurst, sentAtInstant);
    }
  }

  int largestBurst() {
    return largestBurst;
  }

  /** Payload bits per second over the bits per second that the link carries, headers included. */
  double ofLink(long payloadBytes, double seconds) {
    return payloadBytes * 8 / seconds / path.bitsPerSecond();
  }

  /** The same over what the link could carry of payload in full packets. */
  double ofCapacity(long payloadBytes, double seconds, Flow flow) {
    return ofLink(payloadBytes, seconds)
        / path.payloadShare(flow.options().mtu(), flow.options().interleaving());
  }

  /** See {@link SimulatedNetwork#traceHash}. */
  long traceHash() {
    return network.traceHash();
  }
}
