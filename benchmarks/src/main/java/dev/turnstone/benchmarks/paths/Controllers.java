package dev.turnstone.benchmarks.paths;

import dev.turnstone.sctp.SctpOptions;

/** The congestion controllers to compare. */
final class Controllers {
  static final String ALL = "NEW_RENO";

  private Controllers() {}

  /** The product's default options, with a controller. */
  static SctpOptions.Builder options(String controller) {
    if (!controller.equals("NEW_RENO")) {
      throw new IllegalArgumentException("no controller " + controller + "; there are " + ALL);
    }
    return SctpOptions.builder();
  }
}
