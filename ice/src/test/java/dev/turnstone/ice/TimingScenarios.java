package dev.turnstone.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.turnstone.stun.MessageClass;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Gathering, failing, silence and the end. */
@Timeout(120)
abstract class TimingScenarios {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final IceEngine engine;
  private LoopNetwork network;

  TimingScenarios(IceEngine engine) {
    this.engine = engine;
  }

  @BeforeEach
  void open() throws Exception {
    network = new LoopNetwork(LOOPBACK);
  }

  @AfterEach
  void close() {
    assertEquals(List.of(), network.failures());
    network.close();
  }

  private static IceOptions quick(IceServer... servers) {
    return new IceOptions(List.of(servers), new SecureRandom(), Peer.SHORT);
  }

  @Test
  void aStunServerGivesAReflexiveCandidate() throws Exception {
    try (RawPeer server = new RawPeer();
        Peer peer =
            new Peer(
                engine,
                network,
                new IceOptions(
                    List.of(new IceServer("127.0.0.1", server.address().getPort())),
                    new SecureRandom()))) {
      peer.gather();
      RawPeer.Received request = server.receive(MessageClass.REQUEST);
      // The host candidate did not wait.
      peer.await(p -> p.candidates.size() == 1);
      assertFalse(peer.gathered.isDone());
      InetSocketAddress mapped = new InetSocketAddress(InetAddress.getByName("203.0.113.9"), 4321);
      // From an address that was not asked: ignored, although the transaction id is right.
      try (RawPeer stranger = new RawPeer()) {
        InetSocketAddress wrong = new InetSocketAddress(InetAddress.getByName("203.0.113.66"), 1);
        stranger.send(
            RawPeer.success(request.message().transactionId(), wrong, null), request.from());
      }
      server.send(RawPeer.success(request.message().transactionId(), mapped, null), request.from());
      peer.gathered.get(20, TimeUnit.SECONDS);
      assertEquals(2, peer.candidates.size());
      Candidate host = peer.candidates.get(0);
      Candidate reflexive = peer.candidates.get(1);
      assertEquals(CandidateType.SERVER_REFLEXIVE, reflexive.type());
      assertEquals("203.0.113.9", reflexive.address());
      assertEquals(4321, reflexive.port());
      assertEquals(host.address(), reflexive.relatedAddress().orElseThrow());
      assertEquals(host.port(), reflexive.relatedPort());
      assertTrue(reflexive.priority() < host.priority());
    }
  }

  @Test
  void aRequestToAStunServerIsRepeatedUntilItIsAnswered() throws Exception {
    try (RawPeer server = new RawPeer();
        Peer peer =
            new Peer(
                engine,
                network,
                new IceOptions(
                    List.of(new IceServer("127.0.0.1", server.address().getPort())),
                    new SecureRandom()))) {
      peer.gather();
      RawPeer.Received first = server.receive(MessageClass.REQUEST);
      RawPeer.Received second = server.receive(MessageClass.REQUEST);
      assertEquals(first.message().transactionId(), second.message().transactionId());
      // It tells the host's own address: nothing new, so no candidate.
      server.send(
          RawPeer.success(second.message().transactionId(), second.from(), null), second.from());
      peer.gathered.get(20, TimeUnit.SECONDS);
      assertEquals(1, peer.candidates.size());
    }
  }

  @Test
  void aDeadStunServerDelaysNothingButTheEnd() throws Exception {
    try (RawPeer dead = new RawPeer();
        Peer peer =
            new Peer(
                engine,
                network,
                quick(
                    new IceServer("127.0.0.1", dead.address().getPort()),
                    new IceServer("does-not-exist.invalid", 3478)))) {
      peer.gather();
      peer.await(p -> p.candidates.size() == 1);
      peer.gathered.get(20, TimeUnit.SECONDS);
      assertEquals(1, peer.candidates.size());
    }
  }

  @Test
  void aHostWithoutAddressesGathersNothingAndFails() throws Exception {
    try (LoopNetwork nowhere = new LoopNetwork();
        Peer peer = new Peer(engine, nowhere, quick())) {
      peer.gather();
      peer.gathered.get(20, TimeUnit.SECONDS);
      assertEquals(List.of(), peer.candidates);
      peer.start(IceRole.CONTROLLING, IceParameters.random(new SecureRandom()));
      peer.awaitState(IceState.FAILED);
    }
  }

  @Test
  void withoutAPairTheStateFails() throws Exception {
    try (RawPeer mute = new RawPeer();
        Peer peer = new Peer(engine, network, quick())) {
      peer.gather();
      peer.add(mute.candidate());
      peer.start(IceRole.CONTROLLING, IceParameters.random(new SecureRandom()));
      network.execute(peer.transport::endOfRemoteCandidates);
      peer.awaitState(IceState.FAILED);
      assertEquals(List.of(IceState.CHECKING, IceState.FAILED), peer.states);
      assertFalse(peer.send("into the void"));
    }
  }

  @Test
  void aPeerThatComesAfterFailureStillConnects() throws Exception {
    try (Peer a = new Peer(engine, network, quick());
        Peer b = new Peer(engine, network, quick())) {
      a.gather();
      a.start(IceRole.CONTROLLED, b.parameters());
      network.execute(a.transport::endOfRemoteCandidates);
      a.awaitState(IceState.FAILED);
      a.trickleTo(b);
      b.start(IceRole.CONTROLLING, a.parameters());
      b.awaitState(IceState.COMPLETED);
      a.awaitState(IceState.COMPLETED);
    }
  }

  @Test
  void wrongPasswordsNeverConnectAndDeliverNothing() throws Exception {
    try (Peer a = new Peer(engine, network, quick());
        Peer b = new Peer(engine, network, quick())) {
      a.gather();
      b.gather();
      a.trickleTo(b);
      b.trickleTo(a);
      String wrong = "0123456789012345678901";
      a.start(IceRole.CONTROLLING, new IceParameters(b.parameters().usernameFragment(), wrong));
      b.start(IceRole.CONTROLLED, new IceParameters(a.parameters().usernameFragment(), wrong));
      a.awaitState(IceState.FAILED);
      b.awaitState(IceState.FAILED);
      assertFalse(a.states.contains(IceState.CONNECTED));
      assertFalse(b.states.contains(IceState.CONNECTED));
      // Checks go on after the failure: a late peer may still come. The test's timeout ends this.
      while (a.counters().unauthenticated() == 0) {
        Thread.onSpinWait();
      }
      assertEquals(0, a.counters().checksAccepted());
      assertFalse(a.send("nothing"));
    }
  }

  @Test
  void aSilentPeerIsDisconnectedAndComesBack() throws Exception {
    IceTiming timing =
        new IceTiming(
            Peer.SHORT.gathering(),
            Peer.SHORT.failing(),
            Peer.SHORT.failingAfterEnd(),
            Peer.SHORT.consentInterval(),
            Peer.SHORT.disconnected(),
            Duration.ofMinutes(5));
    IceOptions patient = new IceOptions(List.of(), new SecureRandom(), timing);
    try (LoopNetwork own = new LoopNetwork(LOOPBACK);
        Peer a = new Peer(engine, network, patient);
        Peer b = new Peer(engine, own, patient)) {
      Peer.connect(a, b);
      own.deaf(true);
      a.awaitState(IceState.DISCONNECTED);
      assertTrue(a.send("it may come back"));
      own.deaf(false);
      a.awaitState(IceState.COMPLETED);
      assertTrue(a.send("after all"));
    }
  }

  @Test
  void consentExpiresWhenThePeerIsGoneAndARestartHelps() throws Exception {
    try (Peer a = new Peer(engine, network, quick());
        Peer c = new Peer(engine, network, quick())) {
      try (Peer b = new Peer(engine, network, quick())) {
        Peer.connect(a, b);
      }
      a.awaitState(IceState.FAILED);
      assertTrue(a.states.contains(IceState.DISCONNECTED));
      assertFalse(a.send("no more"));
      IceParameters fresh = network.call(a.transport::restart);
      a.gather();
      c.gather();
      a.trickleTo(c);
      a.start(IceRole.CONTROLLING, c.parameters());
      c.start(IceRole.CONTROLLED, fresh);
      a.awaitState(IceState.COMPLETED);
      assertTrue(a.send("hello again"));
    }
  }

  @Test
  void closeFreesSocketsAndThreadsAndSilencesTheListener() throws Exception {
    Peer a = new Peer(engine, network);
    Peer b = new Peer(engine, network);
    Peer.connect(a, b);
    network.call(a.transport::restart);
    a.gather();
    assertTrue(network.openSockets() >= 2);
    a.close();
    b.close();
    a.close();
    assertEquals(0, network.openSockets());
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("IceConnector")) {
        thread.join(20_000);
        assertFalse(thread.isAlive(), thread.getName());
      }
    }
    // Whatever the agent's threads had posted has run by now.
    network.call(() -> null);
    assertEquals(0, a.heardAfterClose);
    assertEquals(IceState.CLOSED, a.states.get(a.states.size() - 1));
    assertFalse(a.send("closed"));
    a.gather();
    a.start(IceRole.CONTROLLED, b.parameters());
    a.add(b.candidates.get(0));
    assertEquals(0, network.openSockets());
  }

  @Test
  void aTransportIsStartedOncePerGeneration() throws Exception {
    try (Peer a = new Peer(engine, network)) {
      IceParameters other = IceParameters.random(new SecureRandom());
      a.start(IceRole.CONTROLLED, other);
      assertThrows(
          ExecutionException.class,
          () ->
              network.call(
                  () -> {
                    a.transport.start(IceRole.CONTROLLED, other);
                    return null;
                  }));
    }
  }

  @Test
  void ipv6LoopbackWorksToo() throws Exception {
    InetAddress loopback = InetAddress.getByName("::1");
    assumeTrue(NetworkInterface.getByInetAddress(loopback) != null, "this host has no IPv6");
    try (LoopNetwork both = new LoopNetwork(loopback, LOOPBACK);
        Peer a = new Peer(engine, both);
        Peer b = new Peer(engine, both)) {
      Peer.connect(a, b);
      assertTrue(a.send("six"));
      assertEquals("six", b.receive());
    }
  }
}
