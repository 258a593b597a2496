package dev.turnstone.cli.nat;

import dev.turnstone.ice.discovery.NatBehaviour;
import dev.turnstone.ice.discovery.NatReport;

/** With whom direct connections work, and why. */
public enum Reach {
  /** With all. */
  EVERYBODY("Direct connections work with everybody who has UDP, peers behind symmetric NATs too."),
  /** With all but symmetric NATs. */
  NEARLY_EVERYBODY(
      "Direct connections work with nearly everybody. A peer behind a symmetric NAT needs a relay"
          + " (TURN)."),
  /** With the open ones. */
  SOME(
      "Direct connections work with peers that have no NAT or an open one. A peer behind a"
          + " port-restricted or a symmetric NAT needs a relay (TURN)."),
  /** Not known. */
  UNKNOWN(
      "There is a NAT, and this server cannot tell which kind: that takes one with two addresses"
          + " (RFC 5780), such as coturn with two --listening-ip.");

  private final String meaning;

  Reach(String meaning) {
    this.meaning = meaning;
  }

  /** In a sentence or two. */
  public String meaning() {
    return meaning;
  }

  /** What a report means, when the server answered. */
  public static Reach of(NatReport report) {
    return switch (report.mapping()) {
      case UNKNOWN -> UNKNOWN;
      case ADDRESS_DEPENDENT, ADDRESS_AND_PORT_DEPENDENT -> SOME;
      case ENDPOINT_INDEPENDENT ->
          report.filtering() == NatBehaviour.ENDPOINT_INDEPENDENT
                  || report.filtering() == NatBehaviour.ADDRESS_DEPENDENT
              ? EVERYBODY
              : NEARLY_EVERYBODY;
    };
  }
}
