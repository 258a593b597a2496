package dev.turnstone.ice.internet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.internet.NatTable.Help;
import dev.turnstone.ice.internet.NatTable.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class NatTableTest {
  private static final Path DOCUMENT = Path.of("NAT-TABLE.md");

  static Stream<Arguments> pairsOfSites() {
    return Arrays.stream(Site.values())
        .flatMap(a -> Arrays.stream(Site.values()).map(b -> Arguments.of(a, b)));
  }

  @ParameterizedTest
  @MethodSource("pairsOfSites")
  void twoSitesConnectWithoutARelayAsTheorySays(Site a, Site b) {
    for (long seed = 1; seed <= 3; seed++) {
      Outcome outcome = NatTable.run(a, b, Help.NONE, seed);
      String which = "seed " + seed + ": " + outcome;
      assertEquals(NatTheory.connectsDirectly(a, b), outcome.connected(), which);
      if (outcome.connected()) {
        assertEquals(NatTheory.shows(a), outcome.firstLocal(), which);
        assertEquals(NatTheory.shows(b), outcome.secondLocal(), which);
        assertEquals(outcome.first().remote().type(), outcome.secondLocal(), which);
        assertEquals(outcome.second().remote().type(), outcome.firstLocal(), which);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairsOfSites")
  void withARelayAnyTwoSitesConnectOverAsFewRelaysAsTheorySays(Site a, Site b) {
    for (long seed = 1; seed <= 2; seed++) {
      Outcome outcome = NatTable.run(a, b, Help.RELAY, seed);
      String which = "seed " + seed + ": " + outcome;
      assertTrue(outcome.connected(), which);
      assertEquals(NatTheory.relays(a, b), outcome.relays(), which);
      // Both sides have agreed on one pair.
      assertEquals(outcome.first().remote().type(), outcome.secondLocal(), which);
      assertEquals(outcome.second().remote().type(), outcome.firstLocal(), which);
      if (outcome.relays() == 1) {
        boolean firstIsRelayed = outcome.firstLocal() == CandidateType.RELAYED;
        Site direct = firstIsRelayed ? b : a;
        assertEquals(
            NatTheory.shows(direct),
            firstIsRelayed ? outcome.secondLocal() : outcome.firstLocal(),
            which);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pairsOfSites")
  void tcpCandidatesConnectWhereUdpDoesNotAndOneSideCanBeConnectedTo(Site a, Site b) {
    Outcome outcome = NatTable.run(a, b, Help.ICE_TCP, 1);
    boolean overTcp = NatTheory.connectsOverTcp(a, b);
    assertEquals(NatTheory.connectsDirectly(a, b) || overTcp, outcome.connected());
    if (outcome.connected()) {
      // UDP is preferred wherever it gets through.
      String transport = NatTheory.connectsDirectly(a, b) ? "udp" : "tcp";
      assertEquals(transport, outcome.first().remote().transport());
    }
  }

  @Test
  void theTableInTheRepositoryIsWhatTheRunsGive() throws IOException {
    String rendered = NatTableDocument.render();
    if (Boolean.getBoolean("nat.table.write")) {
      Files.writeString(DOCUMENT, rendered);
    }
    assertEquals(Files.readString(DOCUMENT), rendered);
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    assertEquals(
        NatTable.run(Site.SYMMETRIC, Site.FULL_CONE, Help.RELAY, 5),
        NatTable.run(Site.SYMMETRIC, Site.FULL_CONE, Help.RELAY, 5));
  }
}
