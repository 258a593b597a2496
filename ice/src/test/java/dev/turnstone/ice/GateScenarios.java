package dev.turnstone.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.stun.IntegrityKey;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunIntegrity;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.TransactionId;
import dev.turnstone.stun.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What reaches the agent and the listener, and what does not. */
@Timeout(120)
abstract class GateScenarios {
  final IceParameters rawParameters = IceParameters.random(new SecureRandom());
  private final IceEngine engine;
  LoopNetwork network;
  Peer peer;
  RawPeer raw;
  IceParameters local;
  InetSocketAddress target;

  GateScenarios(IceEngine engine) {
    this.engine = engine;
  }

  @BeforeEach
  void open() throws Exception {
    network = new LoopNetwork(InetAddress.getLoopbackAddress());
    peer = new Peer(engine, network);
    raw = new RawPeer();
    peer.gather();
    peer.gathered.get(20, TimeUnit.SECONDS);
    local = peer.parameters();
    target = RawPeer.addressOf(peer.candidates.get(0));
  }

  @AfterEach
  void close() {
    raw.close();
    peer.close();
    network.close();
    assertEquals(List.of(), network.failures());
  }

  /** Asks the loop until it has read what was sent; the test's timeout ends it. */
  void awaitCounters(Predicate<IceCounters> condition) throws Exception {
    while (!condition.test(peer.counters())) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aCheckWithTheRightPasswordIsAnsweredAndValidatesItsAddress() throws Exception {
    raw.send(raw.check(local, rawParameters), target);
    RawPeer.Received answer = raw.receive(MessageClass.SUCCESS_RESPONSE);
    assertEquals(
        Verdict.VALID,
        StunIntegrity.verify(answer.bytes(), IntegrityKey.shortTerm(local.password())));
    raw.send(new byte[] {(byte) 0xFF, 'h', 'i'}, target);
    assertEquals("hi", peer.receive());
    assertEquals(1, peer.counters().dataDelivered());
  }

  @Test
  void aCheckThatIsForgedIsNeitherAnsweredNorBelieved() throws Exception {
    String username = local.usernameFragment() + ":" + rawParameters.usernameFragment();
    IntegrityKey right = IntegrityKey.shortTerm(local.password());
    raw.send(raw.check(username, IntegrityKey.shortTerm("a wrong password here")), target);
    raw.send(raw.check(username, null), target);
    raw.send(raw.check("other:" + rawParameters.usernameFragment(), right), target);
    raw.send(raw.check(local.usernameFragment(), right), target);
    awaitCounters(c -> c.unauthenticated() == 4);
    raw.send(new byte[] {(byte) 0xFF, 'h', 'i'}, target);
    awaitCounters(c -> c.unvalidated() == 1);
    assertEquals(0, peer.counters().checksAccepted());
    // The first answer that comes is to the first check that deserves one.
    ByteBuffer check = raw.check(local, rawParameters);
    TransactionId id = StunMessage.parse(check).transactionId();
    raw.send(check, target);
    assertEquals(id, raw.receive().message().transactionId());
    assertTrue(peer.packets.isEmpty());
  }

  @Test
  void dataFromAnAddressThatNoCheckHasValidatedIsDropped() throws Exception {
    raw.send(new byte[] {(byte) 0xFF, 'h', 'i'}, target);
    awaitCounters(c -> c.unvalidated() == 1);
    // Another address is validated; this one still is not.
    try (RawPeer honest = new RawPeer()) {
      honest.send(honest.check(local, rawParameters), target);
      honest.receive(MessageClass.SUCCESS_RESPONSE);
      raw.send(new byte[] {(byte) 0xFF, 'h', 'i'}, target);
      awaitCounters(c -> c.unvalidated() == 2);
      honest.send(new byte[] {(byte) 0xFF, 'o', 'k'}, target);
      assertEquals("ok", peer.receive());
    }
    assertTrue(peer.packets.isEmpty());
  }

  @Test
  void garbageIsCountedAndHarmsNothing() throws Exception {
    long seed = 7983;
    Random random = new Random(seed);
    int sent = 0;
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      if (bytes.length > 0) {
        bytes[0] &= 3;
      }
      if (bytes.length >= 20 && i % 2 == 0) {
        byte[] good = new byte[bytes.length & ~3];
        System.arraycopy(bytes, 0, good, 0, good.length);
        good[2] = 0;
        good[3] = (byte) (good.length - 20);
        System.arraycopy(new byte[] {0x21, 0x12, (byte) 0xA4, 0x42}, 0, good, 4, 4);
        bytes = good;
      }
      raw.send(bytes, target);
      sent++;
      // One at a time: the socket's buffer must not overflow.
      int all = sent;
      awaitCounters(c -> c.malformed() + c.unauthenticated() == all);
    }
    assertTrue(peer.counters().malformed() > 300, "seed " + seed + " " + peer.counters());
    raw.send(raw.check(local, rawParameters), target);
    raw.receive(MessageClass.SUCCESS_RESPONSE);
  }

  @Test
  void aResponseThatIsForgedMakesNoPair() throws Exception {
    peer.add(raw.candidate());
    peer.start(IceRole.CONTROLLING, rawParameters);
    RawPeer.Received check = raw.receive(MessageClass.REQUEST);
    assertEquals(
        Verdict.VALID,
        StunIntegrity.verify(check.bytes(), IntegrityKey.shortTerm(rawParameters.password())));
    IntegrityKey wrong = IntegrityKey.shortTerm("a wrong password here");
    raw.send(RawPeer.success(check.message().transactionId(), check.from(), null), target);
    raw.send(RawPeer.success(check.message().transactionId(), check.from(), wrong), target);
    awaitCounters(c -> c.unauthenticated() == 2);
    assertFalse(peer.send("anything"));
    // The forged ones count for nothing: the check is repeated, the genuine answer taken.
    check = raw.receive(MessageClass.REQUEST);
    IntegrityKey right = IntegrityKey.shortTerm(rawParameters.password());
    raw.send(RawPeer.success(check.message().transactionId(), check.from(), right), target);
    peer.await(p -> p.states.contains(IceState.CONNECTED));
    assertTrue(peer.send("something"));
  }

  @Test
  void anOversizedUsernameOfThePeerDoesNoHarm() throws Exception {
    IntegrityKey right = IntegrityKey.shortTerm(local.password());
    raw.send(raw.check(local.usernameFragment() + ":" + "x".repeat(480), right), target);
    raw.receive(MessageClass.SUCCESS_RESPONSE);
  }

  @Test
  void candidatesThatCannotBeUsedAreSkipped() throws Exception {
    for (String line :
        List.of(
            "1 1 tcp 5 127.0.0.1 9 typ host tcptype active",
            "1 2 udp 5 127.0.0.1 1234 typ host",
            "1 1 udp 5 name.local 1234 typ host",
            "1 1 udp 5 127.0.0.1 0 typ host",
            "1 1 udp 5 0.0.0.0 1234 typ host",
            "1 1 udp 5 224.0.0.1 1234 typ host",
            "1 1 udp 5 999.0.0.1 1234 typ host",
            "1 1 udp 5 ::gg 1234 typ host")) {
      peer.add(Candidate.parse(line));
    }
    assertEquals(8, peer.counters().skippedCandidates());
  }
}
