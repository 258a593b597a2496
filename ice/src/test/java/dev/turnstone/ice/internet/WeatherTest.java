package dev.turnstone.ice.internet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceOptions;
import dev.turnstone.ice.IceRole;
import dev.turnstone.ice.IceState;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.Seeds;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The same sites where packets are lost, late, twice and out of order; and odd roles. */
final class WeatherTest {
  /** What one host's links do; between two hosts there are four of them. */
  private static final LinkOptions ROUGH =
      Scene.LINK
          .withJitter(Duration.ofMillis(20))
          .withLoss(0.08)
          .withDuplication(0.05)
          .withReordering(0.05, Duration.ofMillis(30));

  static Stream<Arguments> pairsOfSites() {
    return Arrays.stream(Site.values())
        .flatMap(a -> Arrays.stream(Site.values()).map(b -> Arguments.of(a, b)));
  }

  @ParameterizedTest
  @MethodSource("pairsOfSites")
  void inBadWeatherTheSameSitesConnectAndAgreeOnAPair(Site a, Site b) {
    Seeds.runEach(
        100,
        3,
        seed -> {
          Scene scene = new Scene(seed).withTurn();
          SimulatedPeer first = scene.peer(a.host(scene.internet, 1, ROUGH));
          SimulatedPeer second = scene.peer(b.host(scene.internet, 2, ROUGH));
          scene.start(first, second);
          assertTrue(
              scene.runUntil(
                  () -> first.isConnected() && second.isConnected(), Duration.ofSeconds(20)));
          // The last step of a handshake may be lost as often as a check is sent.
          scene.runFor(Duration.ofSeconds(60));
          // No restless change to and fro, though every fourth round trip fails.
          assertTrue(first.pairs.size() <= 8 && second.pairs.size() <= 8);
          assertFalse(first.states.contains(IceState.FAILED));
          assertFalse(second.states.contains(IceState.FAILED));
          assertEquals(end(first.pair().local()), end(second.pair().remote()));
          assertEquals(end(first.pair().remote()), end(second.pair().local()));
          assertEquals(NatTheory.relays(a, b), relays(first));
        });
  }

  private static String end(Candidate candidate) {
    return candidate.address() + " " + candidate.port();
  }

  private static long relays(SimulatedPeer peer) {
    return Stream.of(peer.pair().local(), peer.pair().remote())
        .filter(candidate -> candidate.type() == CandidateType.RELAYED)
        .count();
  }

  @ParameterizedTest
  @EnumSource(IceRole.class)
  void twoOfOneRoleSettleItAndAgreeOnAPair(IceRole role) {
    Scene scene = new Scene(1).withTurn();
    SimulatedPeer first = scene.peer(Site.SYMMETRIC.host(scene.internet, 1, Scene.LINK));
    SimulatedPeer second = scene.peer(Site.PORT_RESTRICTED.host(scene.internet, 2, Scene.LINK));
    SimulatedPeer.start(first, second, Duration.ofMillis(25), role, role);
    scene.runFor(Duration.ofSeconds(10));
    assertEquals(IceState.COMPLETED, first.state());
    assertEquals(IceState.COMPLETED, second.state());
    assertEquals(end(first.pair().local()), end(second.pair().remote()));
    assertEquals(end(first.pair().remote()), end(second.pair().local()));
  }

  @ParameterizedTest
  @EnumSource(value = Site.class, mode = EnumSource.Mode.EXCLUDE, names = "UDP_BLOCKED")
  void aLiteServerIsReachedFromEverySiteThatSendsUdp(Site site) {
    Scene scene = new Scene(1).withStun();
    SimulatedPeer server =
        scene.peer(
            Site.NO_NAT.host(scene.internet, 1, Scene.LINK),
            IceOptions.builder(scene.random()).lite(true));
    SimulatedPeer client = scene.peer(site.host(scene.internet, 2, Scene.LINK));
    scene.start(client, server);
    assertTrue(
        scene.runUntil(
            () -> client.state() == IceState.COMPLETED && server.state() == IceState.COMPLETED,
            Duration.ofSeconds(2)));
    client.send("there");
    server.send("back");
    scene.runFor(Scene.ROUND_TRIP);
    assertEquals(List.of("there"), server.packets);
    assertEquals(List.of("back"), client.packets);
  }

  @Test
  void withoutUdpAServerIsReachedByIceTcpAlone() {
    Scene scene = new Scene(1).withStun();
    SimulatedPeer server =
        scene.peer(
            Site.NO_NAT.host(scene.internet, 1, Scene.LINK),
            IceOptions.builder(scene.random()).tcp(true));
    SimulatedPeer client =
        scene.peer(
            Site.UDP_BLOCKED.host(scene.internet, 2, Scene.LINK),
            IceOptions.builder(scene.random()).tcp(true));
    scene.internet.setTcpSegmentBytes(7);
    scene.start(client, server);
    assertTrue(
        scene.runUntil(() -> client.isConnected() && server.isConnected(), Duration.ofSeconds(5)));
    assertEquals("tcp", client.pair().remote().transport());
    client.send("there");
    server.send("back");
    scene.runFor(Scene.ROUND_TRIP);
    assertEquals(List.of("there"), server.packets);
    assertEquals(List.of("back"), client.packets);
  }
}
