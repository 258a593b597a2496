package dev.turnstone.ice.internet;

import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.internet.NatTable.Help;
import dev.turnstone.ice.internet.NatTable.Outcome;
import java.util.Locale;

/** The NAT table as a document. */
final class NatTableDocument {
  private static final long SEED = 1;

  private final StringBuilder out = new StringBuilder();

  private NatTableDocument() {}

  static String render() {
    NatTableDocument document = new NatTableDocument();
    document.introduction();
    document.overview();
    document.details();
    document.iceTcp();
    return document.out.toString();
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private void introduction() {
    line("# Who connects with whom, and how");
    line("");
    line(
        "Written by `NatTableTest` from runs of our agent on the simulated internet of `testkit`;");
    line("the test fails when this page is not what the runs give. To write it anew:");
    line(
        "`mvn -pl ice -am test -Dtest=NatTableTest -Dsurefire.failIfNoSpecifiedTests=false "
            + "-Dnat.table.write=true`.");
    line("");
    line("What a NAT does is said in the words of RFC 4787:");
    line("");
    line("| site | mapping | filtering |");
    line("| --- | --- | --- |");
    line("| no NAT | none | none |");
    line("| full cone | endpoint-independent | endpoint-independent |");
    line("| address-restricted | endpoint-independent | address-dependent |");
    line("| port-restricted | endpoint-independent | address- and port-dependent |");
    line("| symmetric | address- and port-dependent, random ports | address- and port-dependent |");
    line("| double NAT | a port-restricted NAT behind a carrier's symmetric one | |");
    line("| UDP blocked | a NAT whose firewall lets TCP out, and no UDP in or out | |");
    line("");
    line(
        "Any two hosts, the server among them, are one round trip of 50 ms apart. Signaling takes");
    line("25 ms one way, candidates trickle. Time runs from the moment when both sides begin to");
    line("gather and to check, until both have a pair that works: asking the server and signaling");
    line("what it said take 1.5 round trips of it.");
    line("`NatTheory` in the tests says from mapping and filtering alone which pairs of sites");
    line("connect and over how many relays; every run, with either side controlling, agrees.");
    line("");
  }

  private void overview() {
    line("## In short");
    line("");
    line("How the two connect: directly, over one side's relay or over both.");
    line("");
    StringBuilder head = new StringBuilder("| |");
    StringBuilder rule = new StringBuilder("| --- |");
    for (Site site : Site.values()) {
      head.append(' ').append(site.words).append(" |");
      rule.append(" --- |");
    }
    line(head.toString());
    line(rule.toString());
    for (Site a : Site.values()) {
      StringBuilder row = new StringBuilder("| ").append(a.words).append(" |");
      for (Site b : Site.values()) {
        row.append(
            switch (NatTheory.relays(a, b)) {
              case 0 -> " directly |";
              case 1 -> " one relay |";
              default -> " two relays |";
            });
      }
      line(row.toString());
    }
    line("");
    line("Where it says a relay, nothing connects without one.");
    line("");
  }

  private void details() {
    line("## The runs");
    line("");
    line(
        "The pair is told by the side on the left, which controls: its own candidate first. With a");
    line(
        "relay each side may ask one TURN server over UDP and over TCP. A relayed candidate costs");
    line(
        "two round trips to the server (the first request is refused with the nonce that the second");
    line("needs), over TCP one more to connect, and a permission for each peer one more.");
    line("");
    line("| A | B | without a relay | with a relay |");
    line("| --- | --- | --- | --- |");
    Site[] sites = Site.values();
    for (int i = 0; i < sites.length; i++) {
      for (int j = i; j < sites.length; j++) {
        line(
            "| "
                + sites[i].words
                + " | "
                + sites[j].words
                + " | "
                + words(NatTable.run(sites[i], sites[j], Help.NONE, SEED))
                + " | "
                + words(NatTable.run(sites[i], sites[j], Help.RELAY, SEED))
                + " |");
      }
    }
  }

  private void iceTcp() {
    line("");
    line("## Without UDP and without a relay");
    line("");
    line("With TCP candidates on both sides (RFC 6544) a host without UDP reaches one that can be");
    line("connected to:");
    line("");
    line("| A | B | with ICE-TCP |");
    line("| --- | --- | --- |");
    for (Site b : Site.values()) {
      line(
          "| UDP blocked | "
              + b.words
              + " | "
              + words(NatTable.run(Site.UDP_BLOCKED, b, Help.ICE_TCP, SEED))
              + " |");
    }
  }

  private static String words(Outcome outcome) {
    if (!outcome.connected()) {
      return "not connected: failed after "
          + String.format(Locale.ROOT, "%.1f", outcome.nanos() / 1e9)
          + " s";
    }
    return type(outcome.first().local().type())
        + " to "
        + type(outcome.first().remote().type())
        + ", "
        + outcome.nanos() / 1_000_000
        + " ms ("
        + String.format(Locale.ROOT, "%.1f", Scene.roundTrips(outcome.nanos()))
        + " RTT)";
  }

  private static String type(CandidateType type) {
    return type.token();
  }
}
