package dev.turnstone.benchmarks.paths;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What can be measured. */
enum Experiment {
  GOODPUT,
  FAIRNESS,
  PING,
  IDLE;

  static Experiment of(String title) {
    return Arrays.stream(values())
        .filter(experiment -> experiment.title().equals(title))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException("no experiment " + title + "; there are " + titles()));
  }

  static List<String> titles() {
    return Arrays.stream(values()).map(Experiment::title).toList();
  }

  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  Table table(Arguments arguments) {
    return switch (this) {
      case GOODPUT -> Goodput.table(arguments);
      case FAIRNESS -> Fairness.table(arguments);
      case PING -> Ping.table(arguments);
      case IDLE -> Idle.table(arguments);
    };
  }
}
