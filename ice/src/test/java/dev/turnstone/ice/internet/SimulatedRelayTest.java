package dev.turnstone.ice.internet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateReport;
import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceOptions;
import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.IceTransportPolicy;
import dev.turnstone.turn.ClientTransport;
import dev.turnstone.turn.Credentials;
import dev.turnstone.turn.PeerPolicy;
import dev.turnstone.turn.TurnServerOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Relays on the simulated internet, where what takes minutes costs nothing. */
final class SimulatedRelayTest {
  private static final Duration LIFETIME = Duration.ofSeconds(20);
  private static final InetSocketAddress TLS =
      new InetSocketAddress(Scene.STUN_SERVER.getAddress(), 5349);

  private final Scene scene = new Scene(1);
  private final SimulatedTurnServer server;

  SimulatedRelayTest() throws Exception {
    TurnServerOptions options =
        TurnServerOptions.builder()
            .relay("example.org", Credentials.of(Map.of("alice", "word")))
            .peerPolicy(PeerPolicy.everyAddress())
            .lifetimes(LIFETIME, LIFETIME)
            .nonceLifetime(Duration.ofSeconds(45))
            .build();
    server =
        new SimulatedTurnServer(scene.internet, scene.server, options, scene.random())
            .listenUdp(Scene.STUN_SERVER)
            .listen(Scene.STUN_SERVER, ClientTransport.TCP)
            .listen(TLS, ClientTransport.TLS);
  }

  private static IceServer turn(String uri) {
    return IceServer.parse(uri, Optional.of(new IceServer.Credentials("alice", "word")));
  }

  private static IceServer turn(ClientTransport transport) {
    return turn(
        switch (transport) {
          case UDP -> "turn:198.51.100.1";
          case TCP -> "turn:198.51.100.1?transport=tcp";
          default -> "turns:198.51.100.1";
        });
  }

  private IceOptions.Builder options(IceServer... servers) {
    return IceOptions.builder(scene.random()).servers(List.of(servers));
  }

  private void connect(SimulatedPeer a, SimulatedPeer b) {
    scene.start(a, b);
    assertTrue(
        scene.runUntil(() -> a.isConnected() && b.isConnected(), Duration.ofSeconds(30)),
        () -> a.states + " " + b.states + " " + a.candidates + " " + b.candidates);
  }

  private void exchange(SimulatedPeer a, SimulatedPeer b, String text) {
    a.send("to b: " + text);
    b.send("to a: " + text);
    scene.runFor(Scene.ROUND_TRIP.multipliedBy(3));
    assertTrue(b.packets.contains("to b: " + text), text);
    assertTrue(a.packets.contains("to a: " + text), text);
  }

  @ParameterizedTest
  @EnumSource(names = {"UDP", "TCP", "TLS"})
  void symmetricNatsMeetThroughARelayThatLivesThroughTenLifetimesOfTwentySeconds(
      ClientTransport transport) {
    SimulatedPeer a =
        scene.peer(Site.SYMMETRIC.host(scene.internet, 1, Scene.LINK), options(turn(transport)));
    // Its address must be known to be permitted, whatever port it comes from.
    SimulatedPeer b = scene.peer(Site.SYMMETRIC.host(scene.internet, 2, Scene.LINK));
    connect(a, b);
    assertEquals(CandidateType.RELAYED, a.pair().local().type());
    for (int second = 0; second < 200; second++) {
      exchange(a, b, "second " + second);
      scene.runFor(Duration.ofSeconds(1).minus(Scene.ROUND_TRIP.multipliedBy(3)));
    }
    assertEquals(1, server.server().counters().allocated());
    a.transport.close();
    scene.runFor(Duration.ofSeconds(1));
    assertEquals(0, server.relays());
  }

  @Test
  void whereUdpIsBlockedOnBothSidesTwoStreamsMeetAtTheRelays() {
    SimulatedPeer a =
        scene.peer(
            Site.UDP_BLOCKED.host(scene.internet, 1, Scene.LINK),
            options(turn(ClientTransport.UDP), turn(ClientTransport.TCP)));
    SimulatedPeer b =
        scene.peer(
            Site.UDP_BLOCKED.host(scene.internet, 2, Scene.LINK),
            options(turn(ClientTransport.UDP), turn(ClientTransport.TLS)));
    connect(a, b);
    exchange(a, b, "hello");
    assertEquals(CandidateType.RELAYED, a.pair().local().type());
    assertEquals(CandidateType.RELAYED, a.pair().remote().type());
  }

  @Test
  void aRelayOverUdpComesBeforeOneOverTcpAndThatBeforeOneOverTls() {
    SimulatedPeer a =
        scene.peer(
            Site.NO_NAT.host(scene.internet, 1, Scene.LINK),
            options(turn(ClientTransport.TLS), turn(ClientTransport.TCP), turn(ClientTransport.UDP))
                .transportPolicy(IceTransportPolicy.RELAY));
    a.transport.gather();
    scene.runFor(Duration.ofSeconds(2));
    List<Candidate> relays = new ArrayList<>(a.candidates);
    assertEquals(3, relays.size(), relays.toString());
    relays.sort(Comparator.comparingLong(candidate -> -candidate.priority()));
    List<String> foundations =
        Stream.of(ClientTransport.UDP, ClientTransport.TCP, ClientTransport.TLS)
            .map(SimulatedRelayTest::turn)
            .map(uri -> Candidate.relayed(Scene.STUN_SERVER, Optional.empty(), uri, 1).foundation())
            .toList();
    assertEquals(foundations, relays.stream().map(Candidate::foundation).toList());
  }

  @Test
  void theReportTellsWhichServerGaveWhichCandidate() {
    SimulatedPeer a =
        scene.peer(
            Site.SYMMETRIC.host(scene.internet, 1, Scene.LINK),
            options(turn(ClientTransport.UDP), turn(ClientTransport.TLS)));
    a.transport.gather();
    scene.runFor(Duration.ofSeconds(2));
    Set<String> told = new TreeSet<>();
    for (CandidateReport each : a.transport.report().localCandidates()) {
      told.add(
          each.candidate().type()
              + " "
              + each.url().orElse("-")
              + " "
              + each.relayProtocol().orElse("-"));
    }
    assertEquals(
        Set.of(
            "HOST - -",
            "SERVER_REFLEXIVE " + turn(ClientTransport.UDP).uri() + " -",
            "RELAYED " + turn(ClientTransport.UDP).uri() + " udp",
            "RELAYED " + turn(ClientTransport.TLS).uri() + " tls"),
        told);
  }
}
