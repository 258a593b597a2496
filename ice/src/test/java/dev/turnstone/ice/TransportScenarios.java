package dev.turnstone.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds for every engine, and between engines. */
@Timeout(120)
abstract class TransportScenarios {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final IceEngine first;
  private final IceEngine second;
  private LoopNetwork network;

  TransportScenarios(IceEngine first, IceEngine second) {
    this.first = first;
    this.second = second;
  }

  @BeforeEach
  void open() throws Exception {
    network = new LoopNetwork(LOOPBACK);
  }

  @AfterEach
  void close() throws Exception {
    assertEquals(List.of(), network.failures());
    network.close();
  }

  private static void exchange(Peer a, Peer b) throws Exception {
    assertTrue(a.send("from a"));
    assertEquals("from a", b.receive());
    assertTrue(b.send("from b"));
    assertEquals("from b", a.receive());
  }

  @Test
  void twoTransportsConnectAndExchangeData() throws Exception {
    try (Peer a = new Peer(first, network);
        Peer b = new Peer(second, network)) {
      Peer.connect(a, b);
      exchange(a, b);
      assertEquals(List.of(IceState.CHECKING, IceState.CONNECTED, IceState.COMPLETED), a.states);
      assertEquals(1, a.pairs.size());
      assertEquals(a.candidates.get(0), a.pairs.get(0).local());
      assertEquals(b.candidates.get(0), a.pairs.get(0).remote());
      assertEquals(CandidateType.HOST, a.candidates.get(0).type());
      assertEquals(0, a.counters().unauthenticated());
      assertEquals(1, a.counters().dataDelivered());
    }
  }

  @Test
  void theReportTellsThePairInUseAndWhatWentOverIt() throws Exception {
    try (Peer a = new Peer(first, network);
        Peer b = new Peer(second, network)) {
      IceReport before = network.call(a.transport::report);
      assertEquals(IceState.NEW, before.state());
      assertEquals(Optional.empty(), before.selected());
      assertEquals(0, before.selectedPairChanges());
      Peer.connect(a, b);
      exchange(a, b);
      IceReport report = network.call(a.transport::report);
      assertEquals(IceState.COMPLETED, report.state());
      assertEquals(a.parameters().usernameFragment(), report.localUsernameFragment());
      assertEquals(1, report.selectedPairChanges());
      assertEquals(1, report.packetsSent());
      assertEquals(1, report.packetsReceived());
      assertEquals(7, report.bytesSent());
      assertEquals(7, report.bytesReceived());
      PairReport pair = report.selected().orElseThrow();
      assertTrue(report.pairs().contains(pair));
      assertEquals(a.candidates.get(0), pair.local().candidate());
      assertEquals(b.candidates.get(0), pair.remote().candidate());
      assertTrue(
          report.localCandidates().stream()
              .anyMatch(each -> each.candidate().equals(a.candidates.get(0))));
      assertTrue(
          report.remoteCandidates().stream()
              .anyMatch(each -> each.candidate().equals(b.candidates.get(0))));
      assertEquals(PairState.SUCCEEDED, pair.state());
      assertTrue(pair.nominated());
      assertTrue(pair.priority() > 0);
      assertEquals(1, pair.packetsSent());
      assertEquals(1, pair.packetsReceived());
      assertEquals(7, pair.bytesSent());
      assertEquals(7, pair.bytesReceived());
      assertTrue(pair.lastPacketSentAt() > 0);
      assertTrue(pair.lastPacketReceivedAt() > 0);
    }
  }

  @Test
  void nothingIsSentBeforeAPairWorks() throws Exception {
    try (Peer a = new Peer(first, network)) {
      a.gather();
      a.gathered.get(20, TimeUnit.SECONDS);
      assertFalse(a.send("too early"));
    }
  }

  @Test
  void candidatesMayComeAfterTheChecksHaveBegun() throws Exception {
    try (Peer a = new Peer(first, network);
        Peer b = new Peer(second, network)) {
      a.gather();
      b.gather();
      a.start(IceRole.CONTROLLED, b.parameters());
      b.start(IceRole.CONTROLLING, a.parameters());
      a.awaitState(IceState.CHECKING);
      b.awaitState(IceState.CHECKING);
      b.trickleTo(a);
      a.awaitState(IceState.COMPLETED);
      b.awaitState(IceState.COMPLETED);
      exchange(a, b);
    }
  }

  @Test
  void aPeerWithoutCandidatesIsFoundByItsChecks() throws Exception {
    for (IceRole role : IceRole.values()) {
      IceRole other = role == IceRole.CONTROLLED ? IceRole.CONTROLLING : IceRole.CONTROLLED;
      try (Peer a = new Peer(first, network);
          Peer b = new Peer(second, network)) {
        a.gather();
        b.gather();
        // As a browser without permissions signals itself: a name that we cannot resolve.
        a.add(Candidate.parse("1 1 udp 2113937151 0b6b0dd1-5e5f-4a5b.local 52738 typ host"));
        a.start(role, b.parameters());
        b.start(other, a.parameters());
        a.trickleTo(b);
        a.awaitState(IceState.COMPLETED);
        b.awaitState(IceState.COMPLETED);
        exchange(a, b);
        assertEquals(CandidateType.PEER_REFLEXIVE, a.pairs.get(0).remote().type());
        assertEquals(1, a.counters().skippedCandidates());
      }
    }
  }

  @Test
  void checksThatComeBeforeTheRemoteCredentialsCount() throws Exception {
    try (Peer a = new Peer(first, network);
        Peer b = new Peer(second, network)) {
      a.gather();
      b.gather();
      a.trickleTo(b);
      b.start(IceRole.CONTROLLING, a.parameters());
      // b's check is answered although a knows nothing of b.
      b.awaitState(IceState.COMPLETED);
      a.start(IceRole.CONTROLLED, b.parameters());
      a.awaitState(IceState.COMPLETED);
      exchange(a, b);
    }
  }

  @Test
  void aRoleConflictIsResolved() throws Exception {
    // The order of events is the scheduler's: several rounds meet several orders.
    for (int round = 0; round < 10; round++) {
      IceRole role = IceRole.values()[round % 2];
      try (Peer a = new Peer(first, network);
          Peer b = new Peer(second, network)) {
        a.gather();
        b.gather();
        a.trickleTo(b);
        b.trickleTo(a);
        a.start(role, b.parameters());
        b.start(role, a.parameters());
        awaitResolved(a);
        awaitResolved(b);
        exchange(a, b);
      }
    }
  }

  /** The conflict is over. */
  void awaitResolved(Peer peer) throws Exception {
    peer.awaitState(IceState.COMPLETED);
  }

  @Test
  void aRestartFindsAnotherPairWhileDataGoesOn() throws Exception {
    try (Peer a = new Peer(first, network);
        Peer b = new Peer(second, network)) {
      Peer.connect(a, b);
      IceParameters before = a.parameters();
      IceParameters newA = network.call(a.transport::restart);
      IceParameters newB = network.call(b.transport::restart);
      assertNotEquals(before.usernameFragment(), newA.usernameFragment());
      assertNotEquals(before.password(), newA.password());
      exchange(a, b);
      a.gather();
      b.gather();
      exchange(a, b);
      a.start(IceRole.CONTROLLING, newB);
      b.start(IceRole.CONTROLLED, newA);
      exchange(a, b);
      a.await(p -> p.pairs.size() >= 2 && p.states.get(p.states.size() - 1) == IceState.COMPLETED);
      b.await(p -> p.pairs.size() >= 2 && p.states.get(p.states.size() - 1) == IceState.COMPLETED);
      exchange(a, b);
    }
  }
}
