package dev.turnstone.benchmarks.paths;

import static dev.turnstone.benchmarks.paths.Table.millis;
import static dev.turnstone.benchmarks.paths.Table.percent;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** Two associations that share a bottleneck. */
final class Fairness {
  /** Which of two flows loses a packet is left to chance: single runs scatter. */
  private static final int SEEDS = 9;

  private static final double STAGGER_SECONDS = 5;
  private static final double SCATTER_SECONDS = 0.25;

  /**
   * No real end is exact to the nanosecond. Flows that keep exact step with a drop-tail queue may
   * lose by their phase instead of their rate (Floyd and Jacobson, On Traffic Phase Effects in
   * Packet-Switched Gateways, 1992); a random time at the ends, up to that of a packet on the link,
   * is the usual remedy.
   */
  private static final double JITTER_PACKETS = 1;

  /** The larger share that still counts as shared. */
  private static final double SHARED = 0.6;

  private final Arguments arguments;
  private final double seconds;
  private final double measured;

  private Fairness(Arguments arguments) {
    this.arguments = arguments;
    seconds = arguments.number("seconds", 120);
    measured = seconds / 2;
  }

  static Table table(Arguments arguments) {
    Fairness fairness = new Fairness(arguments);
    Table table =
        new Table(
            "first",
            "second",
            "second starts",
            "link",
            "round trip",
            "share of first, median",
            "least",
            "most",
            "larger share, median",
            "within 60/40",
            "both, of capacity",
            "queue mean",
            "queue p95");
    for (List<String> pair : pairs(arguments)) {
      for (double stagger : arguments.numbers("stagger", "0," + STAGGER_SECONDS)) {
        for (double megabits : arguments.numbers("rate", "100")) {
          for (double rtt : arguments.numbers("rtt", "50")) {
            for (double loss : arguments.numbers("loss", "0")) {
              Bottleneck path = Bottleneck.of(arguments, megabits, rtt, loss / 100, JITTER_PACKETS);
              table.row(() -> fairness.measure(pair.get(0), pair.get(1), stagger, path));
            }
          }
        }
      }
    }
    return table;
  }

  /** Each controller beside itself, then each beside each other, the second one first. */
  private static Set<List<String>> pairs(Arguments arguments) {
    List<String> controllers = arguments.texts("controller", Controllers.ALL);
    Set<List<String>> pairs = new LinkedHashSet<>();
    controllers.forEach(controller -> pairs.add(List.of(controller, controller)));
    for (int i = 0; i < controllers.size(); i++) {
      for (int j = i + 1; j < controllers.size(); j++) {
        pairs.add(List.of(controllers.get(j), controllers.get(i)));
      }
    }
    return pairs;
  }

  private List<String> measure(String first, String second, double stagger, Bottleneck path) {
    long firstSeed = (long) arguments.number("seed", 1);
    int seeds = (int) arguments.number("seeds", SEEDS);
    List<Double> shares = new ArrayList<>();
    double used = 0;
    Quantiles queueing = new Quantiles();
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      Flow one = new Flow(Controllers.options(first).build(), 2 * seed);
      Flow two = new Flow(Controllers.options(second).build(), 2 * seed + 1);
      Simulation simulation = new Simulation(seed, path, List.of(one, two));
      // A few round trips apart, other ones with each seed: less, and all seeds run alike.
      SplittableRandom random = new SplittableRandom(seed);
      simulation.startAt(random.nextDouble(SCATTER_SECONDS), one);
      simulation.startAt(stagger + random.nextDouble(SCATTER_SECONDS), two);
      simulation.runUntil(seconds - measured);
      long oneBefore = one.deliveredBytes();
      long twoBefore = two.deliveredBytes();
      simulation.queueing().clear();
      simulation.runUntil(seconds);
      long oneBytes = one.deliveredBytes() - oneBefore;
      long both = oneBytes + two.deliveredBytes() - twoBefore;
      shares.add(oneBytes / (double) Math.max(1, both));
      used += simulation.ofCapacity(both, measured, one) / seeds;
      queueing = simulation.queueing();
    }
    shares.sort(null);
    List<Double> larger =
        shares.stream().map(share -> Math.max(share, 1 - share)).sorted().toList();
    long shared = larger.stream().filter(share -> share <= SHARED).count();
    return List.of(
        first,
        second,
        stagger == 0 ? "together" : Table.number(stagger) + " s later",
        path.rateText(),
        path.rttText(),
        percent(shares.get(seeds / 2)),
        percent(shares.get(0)),
        percent(shares.get(seeds - 1)),
        percent(larger.get(seeds / 2)),
        shared + " of " + seeds,
        percent(used),
        millis(queueing.meanMillis()),
        millis(queueing.millis(0.95)));
  }
}
