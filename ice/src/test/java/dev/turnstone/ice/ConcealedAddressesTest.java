package dev.turnstone.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.ice4j.Ice4jEngine;
import dev.turnstone.ice.mdns.MdnsName;
import dev.turnstone.ice.transport.AgentEngine;
import dev.turnstone.stun.AddressFamily;
import dev.turnstone.turn.TurnServerOptions;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Candidates that tell names, over real sockets; the names are kept by the test's network. */
class ConcealedAddressesTest {
  private static final IceOptions CONCEALING =
      IceOptions.builder(new SecureRandom()).mdns(true).build();
  private final IceEngine engine = new AgentEngine();
  private LoopNetwork network;

  @BeforeEach
  void open() throws Exception {
    network = new LoopNetwork(InetAddress.getByName("127.0.0.1"));
  }

  @AfterEach
  void close() {
    network.close();
    assertEquals(List.of(), network.failures());
  }

  @Test
  void twoThatConcealTheirAddressesFindEachOther() throws Exception {
    try (Peer a = new Peer(engine, network, CONCEALING);
        Peer b = new Peer(engine, network, CONCEALING)) {
      Peer.connect(a, b);
      for (Peer each : List.of(a, b)) {
        assertTrue(MdnsName.matches(each.candidates.get(0).address()), each.candidates::toString);
        CandidatePair pair = each.pairs.get(each.pairs.size() - 1);
        assertEquals(each.candidates.get(0), pair.local());
      }
      assertTrue(a.send("hello"));
      assertEquals("hello", b.receive());
    }
  }

  @Test
  void aNamedPeerThatKnowsNothingOfUsIsReachedAndKeepsItsName() throws Exception {
    try (Peer a = new Peer(engine, network);
        Peer b = new Peer(engine, network, CONCEALING)) {
      a.gather();
      b.gather();
      b.trickleTo(a);
      // b has no candidate of a: only a's checks towards the name can connect them.
      a.start(IceRole.CONTROLLING, b.parameters());
      b.start(IceRole.CONTROLLED, a.parameters());
      a.awaitState(IceState.COMPLETED);
      b.awaitState(IceState.COMPLETED);
      Candidate remote = a.pairs.get(0).remote();
      assertEquals(CandidateType.HOST, remote.type());
      assertEquals(b.candidates.get(0).address(), remote.address());
      assertFalse(a.pairs.toString().contains("remote=127"), a.pairs::toString);
    }
  }

  @Test
  void otherNamesAreLeftOutAndNotLookedUp() throws Exception {
    try (Peer a = new Peer(engine, network)) {
      for (String name : List.of("localhost", "www.example.org", "printer.local")) {
        a.add(Candidate.parse("1 1 udp 2113937151 " + name + " 52738 typ host"));
      }
      a.add(Candidate.parse("1 1 udp 1 6bae7f1f-5a58-49e3-8f01-de856f34aa6d.local 1 typ host"));
      a.await(peer -> network.lookedUp.size() == 1);
      assertEquals(List.of("6bae7f1f-5a58-49e3-8f01-de856f34aa6d.local"), network.lookedUp);
      // That one has no address either; its answer is a task that is run by now or next.
      network.call(() -> null);
      assertEquals(4, a.counters().skippedCandidates());
    }
  }

  @Test
  void withRelaysAloneNoNameIsLookedUp() throws Exception {
    IceOptions relay =
        IceOptions.builder(new SecureRandom()).transportPolicy(IceTransportPolicy.RELAY).build();
    try (Peer a = new Peer(engine, network, relay)) {
      a.add(Candidate.parse("1 1 udp 1 6bae7f1f-5a58-49e3-8f01-de856f34aa6d.local 1 typ host"));
      assertEquals(1, a.counters().skippedCandidates());
      assertEquals(List.of(), network.lookedUp);
    }
  }

  @Test
  void aNameLivesAsLongAsTheConnectionAndThroughARestart() throws Exception {
    try (Peer a = new Peer(engine, network, CONCEALING)) {
      a.gather();
      a.gathered.get(20, TimeUnit.SECONDS);
      String name = a.candidates.get(0).address();
      assertEquals(Map.of(name, InetAddress.getByName("127.0.0.1")), network.published);
      network.call(a.transport::restart);
      a.gather();
      a.await(peer -> peer.candidates.size() == 2);
      assertEquals(name, a.candidates.get(1).address());
      try (Peer b = new Peer(engine, network, CONCEALING)) {
        b.gather();
        b.await(peer -> peer.candidates.size() == 1);
        assertNotEquals(name, b.candidates.get(0).address());
        assertEquals(2, network.published.size());
      }
    }
    assertEquals(Map.of(), network.published);
  }

  @Test
  void aPublicAddressIsNoSecret() throws Exception {
    IceOptions options =
        IceOptions.builder(new SecureRandom())
            .mdns(true)
            .publicAddresses(
                Map.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("192.0.2.1")))
            .build();
    try (Peer a = new Peer(engine, network, options)) {
      a.gather();
      a.await(peer -> peer.candidates.size() == 1);
      assertEquals("192.0.2.1", a.candidates.get(0).address());
      assertEquals(Map.of(), network.published);
    }
  }

  @Test
  void aRelayIsNotAskedToLetInWhatANameConceals() throws Exception {
    TurnOnNetwork turn =
        network.call(
            () ->
                new TurnOnNetwork(
                    network,
                    InetAddress.getLoopbackAddress(),
                    TurnServerOptions.builder().relayFamilies(Set.of(AddressFamily.IPV4))));
    IceOptions relaying =
        IceOptions.builder(new SecureRandom()).servers(List.of(turn.uri())).build();
    try (Peer a = new Peer(engine, network, relaying);
        Peer b = new Peer(engine, network, CONCEALING)) {
      a.gather();
      a.gathered.get(20, TimeUnit.SECONDS);
      Peer.connect(a, b);
      assertEquals(b.candidates.get(0).address(), a.pairs.get(0).remote().address());
      // The allocation; a permission would be another.
      assertEquals(1L, (long) network.call(() -> turn.counters().granted()));
    }
  }

  @Test
  void anEngineThatCannotConcealSaysSo() {
    assertThrows(IllegalArgumentException.class, () -> new Ice4jEngine().check(CONCEALING));
  }
}
