package dev.turnstone.ice.internet;

import static dev.turnstone.testkit.internet.SimulatedInternet.address;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceOptions;
import dev.turnstone.ice.IceState;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.internet.Nat;
import dev.turnstone.testkit.internet.NatOptions;
import dev.turnstone.testkit.internet.SimulatedHost;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sessions in places that the table does not have. */
final class SessionTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  private final Scene scene = new Scene(1).withStun();

  private SimulatedHost host(String name) {
    return scene.internet.host(name, LinkOptions.PERFECT);
  }

  private Nat nat(int number, NatOptions options) {
    return scene.internet.nat(
        "nat " + number,
        options,
        scene.internet.realm(),
        Scene.LINK,
        address("203.0.113." + number));
  }

  private SimulatedPeer behind(Nat nat, String address) {
    return scene.peer(host(address).join(nat.inside(), address(address)));
  }

  private void connect(SimulatedPeer a, SimulatedPeer b) {
    scene.start(a, b);
    assertTrue(scene.runUntil(() -> a.isConnected() && b.isConnected(), SOON));
    scene.runFor(SOON);
  }

  private void exchange(SimulatedPeer a, SimulatedPeer b) {
    a.packets.clear();
    b.packets.clear();
    a.send("there");
    b.send("back");
    scene.runFor(Scene.ROUND_TRIP);
    assertEquals(List.of("back"), a.packets);
    assertEquals(List.of("there"), b.packets);
  }

  private static CandidateType local(SimulatedPeer peer) {
    return peer.pair().local().type();
  }

  @Test
  void twoBehindOneNatTalkAtHome() {
    Nat home = nat(1, NatOptions.PORT_RESTRICTED);
    SimulatedPeer a = behind(home, "192.168.1.2");
    SimulatedPeer b = behind(home, "192.168.1.3");
    connect(a, b);
    assertEquals(CandidateType.HOST, local(a));
    assertEquals(CandidateType.HOST, local(b));
    long outbound = home.statistics().outbound();
    exchange(a, b);
    assertEquals(outbound, home.statistics().outbound());
  }

  @Test
  void twoBehindOneNatThatConcealTheirAddressesNeedAHairpin() {
    for (boolean hairpinning : List.of(true, false)) {
      Scene one = new Scene(2).withStun();
      Nat home =
          one.internet.nat(
              "home",
              NatOptions.PORT_RESTRICTED.withHairpinning(hairpinning),
              one.internet.realm(),
              Scene.LINK,
              address("203.0.113.1"));
      SimulatedPeer a =
          one.peer(
              one.internet
                  .host("host", LinkOptions.PERFECT)
                  .join(home.inside(), address("192.168.1.2")));
      SimulatedPeer b =
          one.peer(
              one.internet
                  .host("host", LinkOptions.PERFECT)
                  .join(home.inside(), address("192.168.1.3")));
      a.signals = candidate -> candidate.type() != CandidateType.HOST;
      b.signals = a.signals;
      one.start(a, b);
      boolean connected = one.runUntil(() -> a.isConnected() && b.isConnected(), SOON);
      assertEquals(hairpinning, connected);
      if (hairpinning) {
        assertEquals(CandidateType.SERVER_REFLEXIVE, a.pair().remote().type());
        assertEquals(CandidateType.SERVER_REFLEXIVE, b.pair().remote().type());
        assertTrue(home.statistics().hairpinned() > 0);
      } else {
        assertTrue(one.runUntil(() -> a.state() == IceState.FAILED, Duration.ofSeconds(40)));
        assertTrue(home.statistics().notHairpinned() > 0);
      }
    }
  }

  @Test
  void aSilentSessionOutlivesMappingsOfThirtySeconds() {
    NatOptions hasty = NatOptions.PORT_RESTRICTED.withMappingLifetime(Duration.ofSeconds(30));
    SimulatedPeer a = behind(nat(1, hasty), "192.168.1.2");
    SimulatedPeer b = behind(nat(2, hasty), "192.168.2.2");
    connect(a, b);
    scene.runFor(Duration.ofHours(1));
    assertFalse(a.states.contains(IceState.DISCONNECTED));
    assertFalse(b.states.contains(IceState.DISCONNECTED));
    assertEquals(1, a.pairs.size());
    exchange(a, b);
  }

  @Test
  void anOfferThatWaitsForItsAnswerKeepsItsBindings() {
    NatOptions hasty =
        NatOptions.PORT_RESTRICTED
            .withPortPreservation(false)
            .withMappingLifetime(Duration.ofSeconds(30));
    SimulatedPeer a = behind(nat(1, hasty), "192.168.1.2");
    SimulatedPeer b = behind(nat(2, hasty), "192.168.2.2");
    a.transport.gather();
    b.transport.gather();
    scene.runFor(Duration.ofMinutes(10));
    connect(a, b);
    assertEquals(CandidateType.SERVER_REFLEXIVE, local(a));
    assertEquals(CandidateType.SERVER_REFLEXIVE, local(b));
    exchange(a, b);
  }

  @Test
  void twoWithIpv6AloneConnectAndOneWithIpv4AloneIsOutOfReach() {
    SimulatedHost six = host("six");
    six.join(scene.internet.realm(), address("2001:db8::6"));
    SimulatedHost both = host("both");
    both.join(scene.internet.realm(), address("2001:db8::46"));
    both.join(scene.internet.realm(), address("203.0.113.46"));
    SimulatedPeer a = scene.peer(six);
    SimulatedPeer b = scene.peer(both);
    connect(a, b);
    assertEquals("2001:db8::46", a.pair().remote().address());
    exchange(a, b);

    SimulatedPeer c = scene.peer(host("c").join(scene.internet.realm(), address("2001:db8::7")));
    SimulatedPeer d = scene.peer(host("d").join(scene.internet.realm(), address("203.0.113.4")));
    scene.start(c, d);
    scene.runFor(Duration.ofSeconds(60));
    assertEquals(IceState.FAILED, c.state());
    assertEquals(IceState.FAILED, d.state());
  }

  @Test
  void ipv6IsPreferredToTheWayThroughNats() {
    Nat first = nat(1, NatOptions.PORT_RESTRICTED);
    Nat second = nat(2, NatOptions.PORT_RESTRICTED);
    SimulatedHost one = host("one").join(first.inside(), address("192.168.1.2"));
    SimulatedHost two = host("two").join(second.inside(), address("192.168.2.2"));
    one.join(scene.internet.realm(), address("2001:db8::1"));
    two.join(scene.internet.realm(), address("2001:db8::2"));
    SimulatedPeer a = scene.peer(one);
    SimulatedPeer b = scene.peer(two);
    connect(a, b);
    assertEquals("2001:db8::2", a.pair().remote().address());
    assertEquals(CandidateType.HOST, local(a));
  }

  @Test
  void aServerBehindAOneToOneNatIsReachedUnderItsPublicAddressWithoutAnyStunServer() {
    Nat cloud = nat(1, NatOptions.SYMMETRIC);
    cloud.forwardAllTo(address("10.0.0.2"));
    SimulatedPeer server =
        scene.peer(
            host("server").join(cloud.inside(), address("10.0.0.2")),
            IceOptions.builder(scene.random())
                .publicAddresses(Map.of(address("10.0.0.2"), address("203.0.113.1"))));
    SimulatedPeer client = behind(nat(2, NatOptions.SYMMETRIC), "192.168.2.2");
    connect(client, server);
    assertEquals("203.0.113.1", client.pair().remote().address());
    assertEquals(CandidateType.HOST, client.pair().remote().type());
    exchange(client, server);
  }
}
