package dev.turnstone.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.transport.AgentEngine;
import dev.turnstone.stun.AddressFamily;
import dev.turnstone.turn.TurnServerOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our engine and our TURN server, over sockets. */
@Timeout(120)
class RelayTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private LoopNetwork network;
  private TurnOnNetwork turn;

  @BeforeEach
  void open() throws Exception {
    network = new LoopNetwork(LOOPBACK);
    turn = server(TurnServerOptions.builder());
  }

  @AfterEach
  void close() {
    assertEquals(List.of(), network.failures());
    network.close();
  }

  private TurnOnNetwork server(TurnServerOptions.Builder options) throws Exception {
    options.relayFamilies(Set.of(AddressFamily.IPV4));
    return network.call(() -> new TurnOnNetwork(network, LOOPBACK, options));
  }

  private static IceOptions.Builder options(IceServer... servers) {
    return IceOptions.builder(new SecureRandom()).servers(List.of(servers));
  }

  private Peer peer(IceOptions.Builder options) throws Exception {
    return new Peer(new AgentEngine(), network, options.build());
  }

  private Peer relayed(IceServer... servers) throws Exception {
    return peer(options(servers).transportPolicy(IceTransportPolicy.RELAY));
  }

  private static void exchange(Peer a, Peer b) throws Exception {
    assertTrue(a.send("from a"));
    assertEquals("from a", b.receive());
    assertTrue(b.send("from b"));
    assertEquals("from b", a.receive());
  }

  private static List<CandidateType> types(Peer peer) {
    return peer.candidates.stream().map(Candidate::type).toList();
  }

  @Test
  void twoSidesThatWantRelaysAloneConnectThroughTwo() throws Exception {
    try (Peer a = relayed(turn.uri());
        Peer b = relayed(turn.uri())) {
      Peer.connect(a, b);
      exchange(a, b);
      assertEquals(List.of(CandidateType.RELAYED), types(a));
      CandidatePair pair = a.pairs.get(a.pairs.size() - 1);
      assertEquals(CandidateType.RELAYED, pair.local().type());
      assertEquals(CandidateType.RELAYED, pair.remote().type());
      assertEquals("0.0.0.0", a.candidates.get(0).relatedAddress().orElseThrow());
      assertEquals(9, a.candidates.get(0).relatedPort());
    }
    // Both have given theirs back.
    turn.idle.get(20, TimeUnit.SECONDS);
  }

  @Test
  void onceAPairIsInUseDataGoesOverAChannel() throws Exception {
    try (Peer a = relayed(turn.uri());
        Peer b = peer(options())) {
      Peer.connect(a, b);
      exchange(a, b);
      long granted = network.call(() -> turn.counters().granted());
      // Allocate, CreatePermission and ChannelBind.
      assertTrue(granted >= 3, "granted " + granted);
      for (int i = 0; i < 100; i++) {
        assertTrue(a.send("packet " + i));
        assertEquals("packet " + i, b.receive());
      }
      assertEquals(granted, (long) network.call(() -> turn.counters().granted()));
    }
  }

  @Test
  void hostCandidatesDoNotWaitAndRelayedOnesSayWhereTheServerSeesUs() throws Exception {
    try (Peer a = peer(options(turn.uri()))) {
      a.gather();
      a.gathered.get(20, TimeUnit.SECONDS);
      assertEquals(List.of(CandidateType.HOST, CandidateType.RELAYED), types(a));
      Candidate host = a.candidates.get(0);
      Candidate relay = a.candidates.get(1);
      assertEquals(Optional.of(host.address()), relay.relatedAddress());
      assertEquals(host.port(), relay.relatedPort());
      assertTrue(relay.priority() < host.priority());
    }
  }

  @Test
  void severalServersAreAskedAtOnceAndADeadOneDelaysOnlyTheEnd() throws Exception {
    TurnOnNetwork other = server(TurnServerOptions.builder());
    TurnOnNetwork dead = server(TurnServerOptions.builder());
    dead.silent = true;
    try (Peer a = peer(options(dead.uri(), turn.uri(), other.uri()).timing(Peer.SHORT))) {
      a.gather();
      a.await(peer -> types(peer).stream().filter(CandidateType.RELAYED::equals).count() == 2);
      assertFalse(a.gathered.isDone());
      a.gathered.get(20, TimeUnit.SECONDS);
      List<CandidateError> errors = network.call(() -> List.copyOf(a.errors));
      assertEquals(1, errors.size());
      assertEquals(dead.uri().uri(), errors.get(0).url());
      assertEquals(CandidateError.UNREACHABLE, errors.get(0).errorCode());
      assertEquals(2, a.candidates.stream().map(Candidate::foundation).distinct().count() - 1);
      assertEquals(3, a.candidates.stream().map(Candidate::priority).distinct().count());
    }
  }

  @Test
  void wrongCredentialsAreToldWithTheServersCode() throws Exception {
    IceServer wrong =
        IceServer.parse(
            turn.uri().uri(), Optional.of(new IceServer.Credentials("alice", "a-wrong-one")));
    try (Peer a = peer(options(wrong))) {
      a.gather();
      a.gathered.get(20, TimeUnit.SECONDS);
      CandidateError error = a.errors.get(0);
      assertEquals(401, error.errorCode());
      assertEquals(turn.uri().uri(), error.url());
      assertEquals(LOOPBACK.getHostAddress(), error.address());
      assertFalse(error.toString().contains("a-wrong-one"));
      assertEquals(List.of(CandidateType.HOST), types(a));
    }
  }

  @Test
  void credentialsThatAreRefusedAreAskedForAgain() throws Exception {
    IceServer old =
        IceServer.parse(turn.uri().uri(), Optional.of(new IceServer.Credentials("alice", "old")));
    try (Peer a =
        peer(options(old).credentialRenewal(s -> Optional.of(TurnOnNetwork.CREDENTIALS)))) {
      a.gather();
      a.gathered.get(20, TimeUnit.SECONDS);
      assertEquals(List.of(CandidateType.HOST, CandidateType.RELAYED), types(a));
      assertEquals(List.of(), a.errors);
    }
  }

  @Test
  void aServerThatSendsUsElsewhereIsFollowed() throws Exception {
    InetSocketAddress other = new InetSocketAddress(LOOPBACK, turn.uri().port());
    TurnOnNetwork first = server(TurnServerOptions.builder().alternateServers(List.of(other)));
    try (Peer a = peer(options(first.uri()))) {
      a.gather();
      a.gathered.get(20, TimeUnit.SECONDS);
      assertEquals(List.of(CandidateType.HOST, CandidateType.RELAYED), types(a));
      assertEquals(1, (int) network.call(turn::relays));
      assertEquals(0, (int) network.call(first::relays));
    }
  }

  @Test
  void aNetworkWithoutTcpSaysSo() throws Exception {
    IceServer tcp =
        IceServer.parse(
            turn.uri().uri() + "?transport=tcp", Optional.of(TurnOnNetwork.CREDENTIALS));
    try (Peer a = peer(options(tcp))) {
      a.gather();
      a.gathered.get(20, TimeUnit.SECONDS);
      assertEquals(List.of(CandidateType.HOST), types(a));
      assertEquals(CandidateError.UNREACHABLE, a.errors.get(0).errorCode());
      assertEquals("this network has no TCP", a.errors.get(0).errorText());
    }
  }

  @Test
  void aRestartKeepsTheAllocation() throws Exception {
    try (Peer a = relayed(turn.uri());
        Peer b = relayed(turn.uri())) {
      Peer.connect(a, b);
      exchange(a, b);
      List<Candidate> before = List.copyOf(a.candidates);
      network.call(
          () -> {
            a.candidates.clear();
            b.candidates.clear();
            a.pairs.clear();
            b.pairs.clear();
            a.onCandidate = candidate -> {};
            b.onCandidate = candidate -> {};
            a.transport.restart();
            b.transport.restart();
            return null;
          });
      exchange(a, b);
      Peer.connect(a, b);
      a.await(peer -> !peer.pairs.isEmpty());
      b.await(peer -> !peer.pairs.isEmpty());
      exchange(a, b);
      assertEquals(before.get(0).port(), a.candidates.get(0).port());
      assertEquals(2L, (long) network.call(() -> turn.counters().allocated()));
    }
  }

  @Test
  void everythingIsGivenBackWhenASideClosesWhileItAsks() throws Exception {
    int before = network.openSockets();
    try (Peer a = peer(options(turn.uri()))) {
      a.gather();
    }
    network.call(() -> null);
    assertEquals(before, network.openSockets());
  }

  @Test
  void aStunServerAtTheSamePortIsHeardToo() throws Exception {
    IceServer stun = new IceServer(LOOPBACK.getHostAddress(), turn.uri().port());
    try (Peer a = peer(options(turn.uri(), stun))) {
      a.gather();
      a.gathered.get(20, TimeUnit.SECONDS);
      assertEquals(List.of(), a.errors);
      assertEquals(List.of(CandidateType.HOST, CandidateType.RELAYED), types(a));
    }
  }

  @Test
  void whatStrangersSendToTheRelayDoesNotComeThrough() throws Exception {
    try (Peer a = relayed(turn.uri());
        Peer b = relayed(turn.uri())) {
      Peer.connect(a, b);
      long before = a.counters().unvalidated() + a.counters().unauthenticated();
      Candidate relay = a.candidates.get(0);
      network.call(
          () -> {
            IceNetwork.UdpSocket stranger =
                network.bind(
                    new InetSocketAddress(LOOPBACK, 0),
                    new IceNetwork.UdpReceiver() {
                      @Override
                      public void onDatagram(ByteBuffer packet, InetSocketAddress from) {}

                      @Override
                      public void onReadComplete() {}
                    });
            stranger.send(
                ByteBuffer.wrap(new byte[] {(byte) 0xFF, 1, 2, 3}),
                new InetSocketAddress(LOOPBACK, relay.port()));
            stranger.close();
            return null;
          });
      exchange(a, b);
      // Its address is permitted here, since all live on one host: the agent refuses what is left.
      assertTrue(
          Stream.of(a.counters())
              .allMatch(c -> c.unvalidated() + c.unauthenticated() <= before + 1));
      assertTrue(a.packets.isEmpty());
    }
  }
}
