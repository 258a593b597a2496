package dev.turnstone.benchmarks.paths;

import static dev.turnstone.benchmarks.paths.Table.fixed;
import static dev.turnstone.benchmarks.paths.Table.millis;
import static dev.turnstone.benchmarks.paths.Table.percent;

import java.time.Duration;
import java.util.List;

/** A small message each 50 ms, and its echo, beside a bulk transfer on another channel. */
final class Ping {
  private static final Duration INTERVAL = Duration.ofMillis(50);

  private final Arguments arguments;
  private final double seconds;
  private final double measuredFrom;

  private Ping(Arguments arguments) {
    this.arguments = arguments;
    seconds = arguments.number("seconds", 30);
    measuredFrom = seconds / 3;
  }

  static Table table(Arguments arguments) {
    Ping ping = new Ping(arguments);
    Table table =
        new Table(
            "controller",
            "link",
            "base round trip",
            "loss",
            "interleaving",
            "ping p50",
            "p95",
            "p99",
            "p95 in base round trips",
            "unanswered",
            "bulk, of capacity",
            "queue mean",
            "queue p95");
    for (String controller : arguments.texts("controller", Controllers.ALL)) {
      for (double megabits : arguments.numbers("rate", "100")) {
        for (double rtt : arguments.numbers("rtt", "20,50,100")) {
          for (double loss : arguments.numbers("loss", "0")) {
            for (String interleaving : arguments.texts("interleaving", "on,off")) {
              Bottleneck path = Bottleneck.of(arguments, megabits, rtt, loss / 100);
              table.row(() -> ping.measure(controller, path, interleaving.equals("on")));
            }
          }
        }
      }
    }
    return table;
  }

  private List<String> measure(String controller, Bottleneck path, boolean interleaving) {
    long seed = (long) arguments.number("seed", 1);
    Flow flow = new Flow(Controllers.options(controller).interleaving(interleaving).build(), seed);
    Simulation simulation = new Simulation(seed, path, List.of(flow));
    simulation.startAt(0, flow);
    simulation.pingEach(INTERVAL, measuredFrom, seconds, flow);
    simulation.runUntil(measuredFrom);
    long bytesBefore = flow.deliveredBytes();
    simulation.queueing().clear();
    simulation.runUntil(seconds);
    long bytes = flow.deliveredBytes() - bytesBefore;
    return List.of(
        controller,
        path.rateText(),
        path.rttText(),
        path.lossText(),
        interleaving ? "on" : "off",
        millis(flow.pings().millis(0.5)),
        millis(flow.pings().millis(0.95)),
        millis(flow.pings().millis(0.99)),
        fixed(flow.pings().millis(0.95) / path.rttMillis()),
        Long.toString(flow.pingsUnanswered()),
        percent(simulation.ofCapacity(bytes, seconds - measuredFrom, flow)),
        millis(simulation.queueing().meanMillis()),
        millis(simulation.queueing().millis(0.95)));
  }
}
