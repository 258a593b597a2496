package dev.turnstone.benchmarks.report;

import java.util.Locale;

/** A part of the report that can be run by itself. */
enum Section {
  MACHINE,
  STACKS,
  THROUGHPUT,
  LATENCY,
  SETUP,
  IDLE,
  BROWSER;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
