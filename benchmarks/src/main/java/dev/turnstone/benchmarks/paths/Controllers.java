package dev.turnstone.benchmarks.paths;

import dev.turnstone.sctp.CongestionControl;
import dev.turnstone.sctp.SctpOptions;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The congestion controllers to compare. */
final class Controllers {
  static final String ALL =
      Arrays.stream(CongestionControl.values()).map(Enum::name).collect(Collectors.joining(","));

  private Controllers() {}

  /** The product's default options, with a controller. */
  static SctpOptions.Builder options(String controller) {
    return SctpOptions.builder().congestionControl(CongestionControl.valueOf(controller));
  }
}
