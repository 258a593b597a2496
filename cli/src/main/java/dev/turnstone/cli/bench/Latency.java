package dev.turnstone.cli.bench;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The time from sending a message to having its echo; one message at a time on each connection.
 * Every echo is compared with what was sent.
 *
 * @param size of each message, in bytes
 * @param connections at the same time
 * @param p50Micros the median of a round, in microseconds
 * @param p95Micros the 95th percentile of a round
 * @param p99Micros the 99th percentile of a round
 * @param cpuMicrosPerRoundTrip CPU time of the process, both peers, for each round trip
 * @param contextSwitchesPerRoundTrip how often a thread went to wait, for each round trip; negative
 *     where the system does not tell
 * @param roundTripsPerSecond how many there were, all connections together
 * @param largestDatagramBytes the largest UDP payload sent or received; 0 if unknown
 * @param rounds each round, in order
 */
public record Latency(
    int size,
    int connections,
    Spread p50Micros,
    Spread p95Micros,
    Spread p99Micros,
    Spread cpuMicrosPerRoundTrip,
    Spread contextSwitchesPerRoundTrip,
    Spread roundTripsPerSecond,
    long largestDatagramBytes,
    List<Round> rounds) {

  /**
   * One round.
   *
   * @param seconds how long it took
   * @param roundTrips how many there were
   * @param p50Micros the median
   * @param p95Micros the 95th percentile
   * @param p99Micros the 99th percentile
   * @param cpuSeconds CPU time of the process
   * @param contextSwitches how often a thread went to wait; -1 where the system does not tell
   */
  public record Round(
      double seconds,
      int roundTrips,
      double p50Micros,
      double p95Micros,
      double p99Micros,
      double cpuSeconds,
      long contextSwitches) {}

  /**
   * Measures; blocks.
   *
   * @throws IllegalArgumentException when the peer does not take messages of that size
   * @throws IllegalStateException when not a single echo came in a round, or a wrong one, or the
   *     last one not at all
   */
  public static Latency measure(Load load, Workload workload) {
    List<Player> players = new ArrayList<>();
    for (Link link : load.links()) {
      Lane far = link.far();
      far.hear(message -> load.guard(() -> far.send(message)), 0, () -> {});
      Player player = new Player(link.near(), workload.size());
      link.near().hear(message -> load.guard(() -> player.echo(message)), 0, () -> {});
      players.add(player);
    }
    players.forEach(Player::serve);
    load.run(workload.warmUpSeconds());

    List<Round> rounds = new ArrayList<>();
    for (int i = 0; i < workload.rounds(); i++) {
      rounds.add(round(load, workload, players));
    }
    players.forEach(Player::stop);
    load.runUntil(() -> players.stream().allMatch(Player::hasAllEchoes));
    return new Latency(
        workload.size(),
        load.links().size(),
        Spread.of(rounds, Round::p50Micros),
        Spread.of(rounds, Round::p95Micros),
        Spread.of(rounds, Round::p99Micros),
        Spread.of(rounds, r -> r.cpuSeconds() * 1e6 / r.roundTrips()),
        Spread.of(rounds, r -> (double) r.contextSwitches() / r.roundTrips()),
        Spread.of(rounds, r -> r.roundTrips() / r.seconds()),
        load.checkedLargestDatagramBytes(),
        rounds);
  }

  private static Round round(Load load, Workload workload, List<Player> players) {
    players.forEach(Player::take);
    long switchesBefore = Cpu.contextSwitches();
    long cpuBefore = Cpu.nanos();
    long begin = System.nanoTime();
    load.run(workload.seconds());
    double seconds = (System.nanoTime() - begin) / 1e9;
    double cpuSeconds = (Cpu.nanos() - cpuBefore) / 1e9;
    long switches = switchesBefore < 0 ? -1 : Math.max(0, Cpu.contextSwitches() - switchesBefore);
    Percentiles times = new Percentiles();
    players.forEach(player -> times.addAll(player.take()));
    return new Round(
        seconds,
        times.count(),
        Spread.round(times.at(0.5) / 1e3),
        Spread.round(times.at(0.95) / 1e3),
        Spread.round(times.at(0.99) / 1e3),
        cpuSeconds,
        switches);
  }

  /** The side that serves and keeps the time. */
  private static final class Player {
    private final Lane lane;
    private final Content served;
    private Percentiles times = new Percentiles();
    private ByteBuffer message;
    private long servedNanos;
    private boolean waiting = true;
    private boolean stopped;

    Player(Lane lane, int size) {
      this.lane = lane;
      served = new Content(size);
    }

    synchronized void serve() {
      message = served.next();
      servedNanos = System.nanoTime();
      lane.send(message);
    }

    synchronized void echo(ByteBuffer echo) {
      long now = System.nanoTime();
      if (!message.equals(echo)) {
        throw new IllegalStateException("the echo differs from what was sent");
      }
      times.add(now - servedNanos);
      waiting = !stopped;
      if (waiting) {
        serve();
      }
    }

    /** The times since the last call. */
    synchronized Percentiles take() {
      Percentiles taken = times;
      times = new Percentiles();
      return taken;
    }

    synchronized void stop() {
      stopped = true;
    }

    synchronized boolean hasAllEchoes() {
      return !waiting;
    }
  }
}
