package dev.turnstone.benchmarks.paths;

import static dev.turnstone.benchmarks.paths.Table.millis;

import java.util.List;

/** A transfer that pauses and goes on: what it throws at the path then. */
final class Idle {
  private static final long AFTERWARDS_BYTES = 4 << 20;

  private final Arguments arguments;
  private final double busySeconds;
  private final double idleSeconds;

  private Idle(Arguments arguments) {
    this.arguments = arguments;
    busySeconds = arguments.number("seconds", 10);
    idleSeconds = arguments.number("idle", 5);
  }

  static Table table(Arguments arguments) {
    Idle idle = new Idle(arguments);
    Table table =
        new Table(
            "controller",
            "link",
            "round trip",
            "largest burst in the first second",
            "later",
            "after the pause",
            "queue drops after the pause",
            "4 MiB after the pause took");
    for (String controller : arguments.texts("controller", Controllers.ALL)) {
      for (double megabits : arguments.numbers("rate", "100")) {
        for (double rtt : arguments.numbers("rtt", "20,100")) {
          for (double loss : arguments.numbers("loss", "0")) {
            Bottleneck path = Bottleneck.of(arguments, megabits, rtt, loss / 100);
            table.row(() -> idle.measure(controller, path));
          }
        }
      }
    }
    return table;
  }

  private List<String> measure(String controller, Bottleneck path) {
    long seed = (long) arguments.number("seed", 1);
    Flow flow = new Flow(Controllers.options(controller).build(), seed);
    Simulation simulation = new Simulation(seed, path, List.of(flow));
    simulation.watchBursts();
    simulation.startAt(0, flow);
    simulation.runUntil(1);
    int atStart = simulation.largestBurst();
    simulation.watchBursts();
    simulation.runUntil(busySeconds);
    int later = simulation.largestBurst();
    flow.setBytesToSend(0);
    simulation.runUntil(busySeconds + idleSeconds);

    simulation.watchBursts();
    long dropsBefore = simulation.dataLink().queueDropped();
    double resumed = busySeconds + idleSeconds;
    simulation.at(resumed, () -> flow.setBytesToSend(AFTERWARDS_BYTES));
    simulation.runUntil(resumed + 10);
    return List.of(
        controller,
        path.rateText(),
        path.rttText(),
        packets(atStart),
        packets(later),
        packets(simulation.largestBurst()),
        packets(simulation.dataLink().queueDropped() - dropsBefore),
        millis(flow.lastDeliveryNanos() / 1e6 - resumed * 1e3));
  }

  private static String packets(long count) {
    return Long.toString(count);
  }
}
