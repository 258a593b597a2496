package dev.turnstone.ice.internet;

import static dev.turnstone.testkit.internet.SimulatedInternet.address;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceOptions;
import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.mdns.MdnsName;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.internet.Nat;
import dev.turnstone.testkit.internet.NatOptions;
import dev.turnstone.testkit.internet.SimulatedHost;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hosts that tell names in the place of their addresses. */
final class ConcealedTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  private final Scene scene = new Scene(7).withStun();

  private SimulatedPeer peer(SimulatedHost host) {
    return scene.peer(
        host,
        IceOptions.builder(scene.random())
            .mdns(true)
            .servers(
                List.of(
                    new IceServer(
                        Scene.STUN_SERVER.getAddress().getHostAddress(),
                        Scene.STUN_SERVER.getPort()))));
  }

  private SimulatedPeer behind(Nat nat, String address) {
    return peer(
        scene.internet.host(address, LinkOptions.PERFECT).join(nat.inside(), address(address)));
  }

  private void connect(SimulatedPeer a, SimulatedPeer b) {
    scene.start(a, b);
    assertTrue(scene.runUntil(() -> a.isConnected() && b.isConnected(), SOON));
    scene.runFor(SOON);
  }

  private static List<CandidateType> types(SimulatedPeer peer) {
    return peer.candidates.stream().map(Candidate::type).toList();
  }

  @Test
  void twoOfOneLinkMeetThereThoughNoAddressOfItWasTold() {
    Nat home =
        scene.internet.nat(
            "home",
            NatOptions.PORT_RESTRICTED.withHairpinning(false),
            scene.internet.realm(),
            Scene.LINK,
            address("203.0.113.1"));
    SimulatedPeer a = behind(home, "192.168.1.2");
    SimulatedPeer b = behind(home, "192.168.1.3");
    a.network.sharesLinkWith(b.network);
    b.network.sharesLinkWith(a.network);
    connect(a, b);
    for (SimulatedPeer each : List.of(a, b)) {
      assertEquals(List.of(CandidateType.HOST, CandidateType.SERVER_REFLEXIVE), types(each));
      assertTrue(MdnsName.matches(each.candidates.get(0).address()));
      assertFalse(each.candidates.toString().contains("192.168"), each.candidates::toString);
      assertFalse(each.pair().toString().contains("192.168"), each.pair()::toString);
      assertEquals(CandidateType.HOST, each.pair().local().type());
    }
  }

  @Test
  void twoOfDifferentLinksMeetAsIfTheyHadToldNoHostCandidates() {
    SimulatedPeer a = peer(Site.PORT_RESTRICTED.host(scene.internet, 1, Scene.LINK));
    SimulatedPeer b = peer(Site.PORT_RESTRICTED.host(scene.internet, 2, Scene.LINK));
    connect(a, b);
    assertEquals(CandidateType.SERVER_REFLEXIVE, a.pair().remote().type());
  }

  @Test
  void aHostThatTheWorldSeesTellsThatAddressOnceAServerHasSaidSo() {
    SimulatedPeer a = peer(Site.NO_NAT.host(scene.internet, 1, Scene.LINK));
    SimulatedPeer b = peer(Site.SYMMETRIC.host(scene.internet, 2, Scene.LINK));
    connect(a, b);
    assertEquals(List.of(CandidateType.HOST, CandidateType.SERVER_REFLEXIVE), types(a));
    assertEquals("203.0.113.1", a.candidates.get(1).address());
    assertEquals("0.0.0.0", a.candidates.get(1).relatedAddress().orElseThrow());
  }
}
