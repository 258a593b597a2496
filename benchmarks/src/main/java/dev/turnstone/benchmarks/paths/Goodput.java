package dev.turnstone.benchmarks.paths;

import static dev.turnstone.benchmarks.paths.Table.fixed;
import static dev.turnstone.benchmarks.paths.Table.millis;
import static dev.turnstone.benchmarks.paths.Table.percent;

import dev.turnstone.testkit.LinkStatistics;
import java.util.List;
import java.util.Locale;

/** One association that sends all that it can over one path. */
final class Goodput {
  private final Arguments arguments;
  private final double seconds;
  private final double steadyFrom;

  private Goodput(Arguments arguments) {
    this.arguments = arguments;
    seconds = arguments.number("seconds", 30);
    steadyFrom = seconds / 3;
  }

  static Table table(Arguments arguments) {
    Goodput goodput = new Goodput(arguments);
    Table table =
        new Table(
            "controller",
            "link",
            "round trip",
            "loss",
            "steady Mbit/s",
            "of capacity",
            "of link",
            "whole, of capacity",
            "of link",
            "queue mean",
            "queue p95",
            "sent again",
            "needless",
            "queue drops");
    for (String controller : arguments.texts("controller", Controllers.ALL)) {
      for (double megabits : arguments.numbers("rate", "100")) {
        for (double rtt : arguments.numbers("rtt", "1,20,50,100,300")) {
          for (double loss : arguments.numbers("loss", "0,0.1,1,5")) {
            goodput.row(table, controller, megabits, rtt, loss);
          }
        }
      }
      if (!arguments.has("rate") && !arguments.has("rtt")) {
        goodput.row(table, controller, 1000, 100, 0);
      }
    }
    return table;
  }

  private void row(Table table, String controller, double megabits, double rtt, double loss) {
    Bottleneck path = Bottleneck.of(arguments, megabits, rtt, loss / 100);
    table.row(() -> measure(controller, path));
  }

  private List<String> measure(String controller, Bottleneck path) {
    long seed = (long) arguments.number("seed", 1);
    Flow flow = new Flow(Controllers.options(controller).build(), seed);
    Simulation simulation = new Simulation(seed, path, List.of(flow));
    simulation.startAt(0, flow);
    simulation.runUntil(steadyFrom);
    long bytesBefore = flow.deliveredBytes();
    long againBefore = flow.metrics().retransmissions();
    long needlessBefore = flow.needlessRetransmissions();
    LinkStatistics linkBefore = simulation.dataLink();
    simulation.queueing().clear();
    simulation.runUntil(seconds);

    double steadySeconds = seconds - steadyFrom;
    long steadyBytes = flow.deliveredBytes() - bytesBefore;
    LinkStatistics link = simulation.dataLink();
    double packets = Math.max(1, link.sent() - linkBefore.sent());
    return List.of(
        controller,
        path.rateText(),
        path.rttText(),
        path.lossText(),
        fixed(steadyBytes * 8 / steadySeconds / 1e6),
        percent(simulation.ofCapacity(steadyBytes, steadySeconds, flow)),
        percent(simulation.ofLink(steadyBytes, steadySeconds)),
        percent(simulation.ofCapacity(flow.deliveredBytes(), seconds, flow)),
        percent(simulation.ofLink(flow.deliveredBytes(), seconds)),
        millis(simulation.queueing().meanMillis()),
        millis(simulation.queueing().millis(0.95)),
        precise((flow.metrics().retransmissions() - againBefore) / packets),
        precise((flow.needlessRetransmissions() - needlessBefore) / packets),
        precise((link.queueDropped() - linkBefore.queueDropped()) / packets));
  }

  private static String precise(double share) {
    return String.format(Locale.ROOT, "%.2f %%", share * 100);
  }
}
