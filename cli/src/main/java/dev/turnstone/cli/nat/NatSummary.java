package dev.turnstone.cli.nat;

import dev.turnstone.ice.discovery.NatBehaviour;
import dev.turnstone.ice.discovery.NatReport;
import dev.turnstone.ice.discovery.NatType;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A report as it is printed, as JSON or in words.
 *
 * @param server whom we asked
 * @param local address and port
 * @param outside what the server saw
 * @param other the server's other address and port, or null
 * @param nat whether the two differ
 * @param portKept whether the outside port is ours
 * @param mapping in the words of RFC 4787
 * @param filtering in the words of RFC 4787
 * @param hairpinning whether we reach ourselves by the outside address, or null without a NAT
 * @param type in the words of RFC 3489
 * @param direct with whom direct connections work
 * @param meaning the same in a sentence
 */
public record NatSummary(
    String server,
    String local,
    String outside,
    String other,
    boolean nat,
    boolean portKept,
    String mapping,
    String filtering,
    Boolean hairpinning,
    String type,
    String direct,
    String meaning) {

  /** From a report of a server that answered. */
  public static NatSummary of(String server, NatReport report) {
    Reach reach = Reach.of(report);
    return new NatSummary(
        server,
        text(report.local()),
        text(report.mapped().orElseThrow()),
        report.other().map(NatSummary::text).orElse(null),
        report.isTranslated(),
        report.isPortPreserved(),
        text(report.mapping()),
        text(report.filtering()),
        report.hairpinning().orElse(null),
        text(report.type()),
        reach.name().toLowerCase(Locale.ROOT).replace('_', '-'),
        reach.meaning());
  }

  /** Lines for people. */
  public List<String> rows() {
    List<String> rows = new ArrayList<>();
    rows.add(row("local address", local));
    rows.add(row("outside address", outside + (nat ? "" : " (the same: no NAT)")));
    if (nat) {
      rows.add(row("outside port", portKept ? "the local one" : "another one"));
      rows.add(row("mapping", mapping));
    }
    rows.add(row("filtering", filtering));
    if (hairpinning != null) {
      rows.add(row("hairpinning", hairpinning ? "yes" : "no"));
    }
    rows.add(row("also called", type));
    return rows;
  }

  private static String row(String name, String value) {
    return String.format(Locale.ROOT, "%-16s %s", name, value);
  }

  private static String text(InetSocketAddress address) {
    String ip = address.getAddress().getHostAddress();
    return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + address.getPort();
  }

  private static String text(NatBehaviour behaviour) {
    return switch (behaviour) {
      case ENDPOINT_INDEPENDENT -> "endpoint-independent";
      case ADDRESS_DEPENDENT -> "address-dependent";
      case ADDRESS_AND_PORT_DEPENDENT -> "address- and port-dependent";
      case UNKNOWN -> "unknown";
    };
  }

  private static String text(NatType type) {
    return switch (type) {
      case OPEN -> "open internet";
      case FIREWALL -> "symmetric firewall";
      case FULL_CONE -> "full cone";
      case ADDRESS_RESTRICTED -> "restricted cone";
      case PORT_RESTRICTED -> "port-restricted cone";
      case SYMMETRIC -> "symmetric";
      case UNKNOWN -> "unknown";
    };
  }
}
