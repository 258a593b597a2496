package dev.turnstone.ice.internet;

import static dev.turnstone.testkit.internet.SimulatedInternet.address;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidatePair;
import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceParameters;
import dev.turnstone.ice.IceState;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.StunParseException;
import dev.turnstone.stun.TransactionId;
import dev.turnstone.testkit.internet.SimulatedHost;
import dev.turnstone.testkit.internet.SimulatedUdpSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers, peers and strangers that do not mean well. */
final class HostileTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  private final Scene scene = new Scene(1);
  private final Attacker attacker = new Attacker(scene, address("192.0.2.66"));
  private final SimulatedPeer a = scene.peer(Site.NO_NAT.host(scene.internet, 1, Scene.LINK));
  private final SimulatedPeer b = scene.peer(Site.NO_NAT.host(scene.internet, 2, Scene.LINK));

  private void connect() {
    scene.start(a, b);
    assertTrue(scene.runUntil(() -> a.isConnected() && b.isConnected(), SOON));
    scene.runFor(SOON);
  }

  private InetSocketAddress addressOf(SimulatedPeer peer) {
    Candidate host = peer.candidates.get(0);
    return new InetSocketAddress(address(host.address()), host.port());
  }

  private static boolean is(ByteBuffer packet, MessageClass messageClass) {
    try {
      return StunMessage.isStun(packet) && StunMessage.parse(packet).messageClass() == messageClass;
    } catch (StunParseException e) {
      return false;
    }
  }

  private static ByteBuffer copy(ByteBuffer packet) {
    return ByteBuffer.allocate(packet.remaining()).put(packet.duplicate()).flip();
  }

  private void exchange() {
    a.packets.clear();
    b.packets.clear();
    a.send("there");
    b.send("back");
    scene.runFor(Scene.ROUND_TRIP);
    assertEquals(List.of("back"), a.packets);
    assertEquals(List.of("there"), b.packets);
  }

  // Servers

  @ParameterizedTest
  @ValueSource(strings = {"noise", "truncated", "stranger", "error", "empty", "again and again"})
  void aServerThatAnswersNonsenseCostsItsCandidateAndNothingElse(String kind) throws IOException {
    SimulatedUdpSocket[] socket = new SimulatedUdpSocket[1];
    int[] asked = new int[1];
    socket[0] =
        scene.server.bindUdp(
            Scene.STUN_SERVER,
            (packet, from) -> {
              asked[0]++;
              for (int i = 0; i < 50; i++) {
                socket[0].send(nonsense(kind, packet), from);
              }
            });
    connect();
    assertEquals(CandidateType.HOST, a.pair().remote().type());
    assertEquals(1, a.candidates.size());
    assertEquals(List.of(IceState.CHECKING, IceState.CONNECTED, IceState.COMPLETED), a.states);
    exchange();
    // It is asked no more often than a server that is silent.
    assertTrue(asked[0] <= 14, asked[0] + " questions");
  }

  private ByteBuffer nonsense(String kind, ByteBuffer request) {
    ByteBuffer out = ByteBuffer.allocate(400);
    TransactionId id;
    try {
      id = StunMessage.parse(request).transactionId();
    } catch (StunParseException e) {
      throw new AssertionError(e);
    }
    switch (kind) {
      case "noise" -> {
        byte[] bytes = new byte[100];
        attacker.random.nextBytes(bytes);
        return out.put(bytes).flip();
      }
      case "truncated" -> {
        answer(out, MessageClass.SUCCESS_RESPONSE, id, "203.0.113.250");
        return out.limit(out.limit() - 5);
      }
      case "stranger" ->
          answer(
              out,
              MessageClass.SUCCESS_RESPONSE,
              TransactionId.random(attacker.random),
              "203.0.113.250");
      case "error" ->
          new StunMessage(
                  MessageClass.ERROR_RESPONSE,
                  StunMethod.BINDING,
                  id,
                  new StunAttribute.ErrorCode(500, "no"))
              .encoder(out)
              .finish();
      case "empty" ->
          new StunMessage(MessageClass.SUCCESS_RESPONSE, StunMethod.BINDING, id)
              .encoder(out)
              .finish();
      default -> answer(out, MessageClass.SUCCESS_RESPONSE, id, "0.0.0.0");
    }
    return kind.equals("again and again") ? out : out.flip();
  }

  private static void answer(
      ByteBuffer out, MessageClass messageClass, TransactionId id, String mapped) {
    new StunMessage(
            messageClass,
            StunMethod.BINDING,
            id,
            new StunAttribute.XorMappedAddress(new InetSocketAddress(address(mapped), 9)))
        .encoder(out)
        .finish();
    out.flip();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "224.0.0.251", "255.255.255.255"})
  void anAddressThatIsNoHostsIsNotTold(String mapped) throws IOException {
    new StunResponder(
        scene.server, Scene.STUN_SERVER, from -> new InetSocketAddress(address(mapped), 9));
    connect();
    assertEquals(1, a.candidates.size());
    exchange();
  }

  @Test
  void aServerThatNamesAVictimCausesAHandfulOfChecksAndNoData() throws IOException {
    InetSocketAddress victim = new InetSocketAddress(attacker.address, 53);
    new StunResponder(scene.server, Scene.STUN_SERVER, from -> victim);
    a.signals = candidate -> candidate.type() == CandidateType.SERVER_REFLEXIVE;
    b.signals = candidate -> false;
    scene.start(a, b);
    scene.runFor(Duration.ofMinutes(2));
    assertEquals(victim.getPort(), a.candidates.get(1).port());
    // One check, sent six times at most.
    assertTrue(attacker.received.size() <= 6, attacker.received.size() + " datagrams");
    assertEquals(attacker.received.size(), attacker.received(MessageClass.REQUEST));
    assertEquals(IceState.FAILED, b.state());
  }

  // Strangers on the way

  @Test
  void aResponseFromAnotherAddressThanWasAskedMakesNoPair() {
    scene.internet.setFilter(
        (sender, from, to, packet) -> {
          boolean answer = sender == b.host && is(packet, MessageClass.SUCCESS_RESPONSE);
          if (answer) {
            attacker.send(packet, 7, to);
          }
          return !answer;
        });
    scene.start(a, b);
    scene.runFor(Duration.ofSeconds(60));
    assertEquals(List.of(), a.pairs);
    assertEquals(IceState.FAILED, a.state());
    assertTrue(a.transport.counters().unauthenticated() >= 6);
  }

  @Test
  void checksThatAreReplayedFromElsewhereMoveNothingAndReflectLittle() {
    List<ByteBuffer> recorded = new ArrayList<>();
    scene.internet.onSent(
        (sender, from, to, packet) -> {
          if (to.equals(addressOf(a)) && is(packet, MessageClass.REQUEST)) {
            recorded.add(copy(packet));
          }
        });
    connect();
    CandidatePair before = a.pair();
    int pairs = a.pairs.size();
    for (int i = 0; i < 500; i++) {
      attacker.send(recorded.get(i % recorded.size()), 7, addressOf(a));
      scene.runFor(Duration.ofMillis(20));
    }
    scene.runFor(Duration.ofSeconds(30));
    assertEquals(before, a.pair());
    assertEquals(pairs, a.pairs.size());
    assertTrue(
        attacker.bytesReceived <= 2 * attacker.bytesSent,
        attacker.bytesReceived + " bytes for " + attacker.bytesSent);
    exchange();
  }

  @Test
  void checksWithAWrongPasswordAreNotAnsweredAtAll() {
    connect();
    for (int i = 0; i < 2000; i++) {
      attacker.send(
          attacker.check(
              a.transport.localParameters(),
              "evil",
              "a-password-that-was-guessed",
              new StunAttribute.IceControlled(i)),
          1024 + i,
          addressOf(a));
    }
    scene.runFor(SOON);
    assertEquals(List.of(), attacker.received);
    assertEquals(2000, a.transport.counters().unauthenticated());
    assertEquals(0, a.transport.counters().overflow());
    exchange();
  }

  @Test
  void dataFromAStrangerIsDropped() {
    connect();
    attacker.send(ByteBuffer.wrap(new byte[] {(byte) 0xFF, 'x'}), 7, addressOf(a));
    scene.runFor(SOON);
    assertEquals(List.of(), a.packets);
    assertEquals(1, a.transport.counters().unvalidated());
  }

  // Peers

  @Test
  void aFloodOfCandidatesIsCutOffAndPaced() {
    connect();
    Set<InetSocketAddress> asked = new HashSet<>();
    int[] sent = new int[1];
    scene.internet.onSent(
        (sender, from, to, packet) -> {
          if (sender == a.host && to.getAddress().equals(attacker.address)) {
            asked.add(to);
            sent[0]++;
          }
        });
    for (int port = 1; port <= 10_000; port++) {
      a.transport.addRemoteCandidate(
          Candidate.host(new InetSocketAddress(attacker.address, port), 1));
    }
    scene.runFor(Duration.ofSeconds(1));
    assertTrue(sent[0] <= 110, sent[0] + " datagrams in a second");
    scene.runFor(Duration.ofSeconds(60));
    assertTrue(asked.size() <= 100, asked.size() + " addresses");
    assertTrue(sent[0] <= 600, sent[0] + " datagrams");
    assertTrue(a.transport.counters().overflow() >= 9_900);
    exchange();
  }

  @Test
  void aFloodOfAuthenticChecksFromManyPortsIsBounded() {
    connect();
    IceParameters of = a.transport.localParameters();
    for (int i = 0; i < 5_000; i++) {
      attacker.send(
          attacker.check(of, "evil", of.password(), new StunAttribute.IceControlled(1)),
          1024 + i,
          addressOf(a));
    }
    scene.runFor(Duration.ofMinutes(1));
    assertTrue(a.transport.counters().overflow() > 4_800);
    // Each is answered, and the pairs that are kept are checked six times.
    assertTrue(attacker.received(MessageClass.REQUEST) <= 600);
    for (ByteBuffer packet : attacker.received) {
      assertTrue(
          is(packet, MessageClass.REQUEST) || packet.remaining() <= attacker.largestSent,
          "an answer is larger than what provoked it");
    }
    exchange();
  }

  @Test
  void aPeerThatKeepsChangingItsRoleIsBornWith() {
    connect();
    IceParameters of = a.transport.localParameters();
    InetSocketAddress source = addressOf(b);
    for (int i = 0; i < 1_000; i++) {
      long tieBreaker = attacker.random.nextLong();
      attacker.sendAs(
          attacker.check(
              of,
              b.transport.localParameters().usernameFragment(),
              of.password(),
              i % 2 == 0
                  ? new StunAttribute.IceControlling(tieBreaker)
                  : new StunAttribute.IceControlled(tieBreaker)),
          source,
          addressOf(a));
      if (i % 100 == 0) {
        scene.runFor(Duration.ofSeconds(1));
      }
    }
    scene.runFor(Duration.ofSeconds(30));
    assertTrue(a.isConnected(), a.states.toString());
    assertTrue(b.isConnected(), b.states.toString());
    assertTrue(a.pairs.size() < 10);
    exchange();
  }

  @Test
  void closingInTheMidstOfAllThisLeavesNoSocket() {
    SimulatedHost host = a.host;
    connect();
    a.transport.addRemoteCandidate(Candidate.host(new InetSocketAddress(attacker.address, 5), 1));
    a.transport.close();
    long sent = host.uplink().statistics().sent();
    scene.runFor(Duration.ofSeconds(60));
    assertEquals(sent, host.uplink().statistics().sent());
    assertEquals(0, a.network.openSockets());
  }
}
