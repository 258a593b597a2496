package dev.turnstone.sctp.association;

import static dev.turnstone.sctp.association.ZeroChecksumTest.OVER_DTLS;
import static dev.turnstone.sctp.association.ZeroChecksumTest.announces;
import static dev.turnstone.sctp.association.ZeroChecksumTest.initAck;
import static dev.turnstone.sctp.association.ZeroChecksumTest.zeroChecksum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.chunk.AbortChunk;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.CookieAckChunk;
import dev.turnstone.sctp.chunk.CookieEchoChunk;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.chunk.ErrorChunk;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.testkit.Direction;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.PacketFilter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Peers that choke on a parameter that they should skip: INIT is tried again without it. */
class PlainInitTest {
  private static final long MILLI = 1_000_000;

  private final SctpAssociation ours =
      new SctpAssociation(SctpOptions.defaults(), new SplittableRandom(1));

  /** One packet of ours, as chunks; empty when there is none. */
  private List<Chunk> poll(long nowNanos) {
    ByteBuffer into = ByteBuffer.allocate(1500);
    return ours.pollPacket(into, nowNanos) ? Peers.chunks(into.flip()) : List.of();
  }

  private InitChunk pollInit(long nowNanos) {
    return assertInstanceOf(InitChunk.class, poll(nowNanos).get(0));
  }

  private InitChunk pollInitAtTimeout(long nowNanos) {
    assertEquals(nowNanos, ours.nextTimeout());
    ours.handleTimeout(nowNanos);
    return pollInit(nowNanos);
  }

  private static AbortChunk abort() {
    return new AbortChunk(false, List.of(ErrorCause.ProtocolViolation.of("unknown parameter")));
  }

  private static boolean isFullInit(ByteBuffer packet) {
    return Peers.chunks(packet).get(0) instanceof InitChunk init && announces(init.parameters());
  }

  /** The full INITs that a peer choked on. */
  private final List<InitChunk> refused = new ArrayList<>();

  /** A network in which B chokes on full INITs, in silence or with ABORT. */
  private Peers choking(long seed, SctpOptions b, boolean aborts) {
    Peers peers = new Peers(seed, SctpOptions.defaults(), b, Peers.LINK);
    peers.network.setFilter(
        (direction, index, packet) -> {
          if (direction != Direction.A_TO_B || !isFullInit(packet)) {
            return PacketFilter.Verdict.KEEP;
          }
          refused.add((InitChunk) Peers.chunks(packet).get(0));
          if (aborts) {
            int tag = refused.get(0).initiateTag();
            peers.network.inject(Direction.B_TO_A, Peers.packet(tag, abort()));
          }
          return PacketFilter.Verdict.DROP;
        });
    return peers;
  }

  @Test
  void aPeerThatAbortsAFullInitGetsAPlainOneAtOnce() {
    Peers peers = choking(1, zeroChecksum(false), true);
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    peers.a.queue(0, "after all");
    peers.connected();
    peers.run(() -> peers.b.texts().equals(List.of("after all")));
    // ABORT comes back, and then the four ways of the handshake: no timer has run.
    assertTrue(peers.network.elapsed().compareTo(Duration.ofMillis(100)) < 0);
    assertEquals(1, refused.size());
    InitChunk full = refused.get(0);
    InitChunk plain = (InitChunk) sent.get(0);
    assertEquals(full.initiateTag(), plain.initiateTag());
    assertEquals(full.initialTsn(), plain.initialTsn());
    assertEquals(full.parameters().subList(0, 2), plain.parameters());
    assertEquals(
        List.of(new SctpEvent.Connected(65535, 65535)), peers.a.all(SctpEvent.Connected.class));
    assertFalse(peers.a.association.metrics().zeroChecksum());
  }

  @Test
  void aPeerThatIsSilentToTwoFullInitsGetsAPlainOne() {
    Peers peers = choking(2, zeroChecksum(false), false);
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    peers.connected();
    // Two waits, 500 ms and 1 s, and the handshake.
    assertEquals(Duration.ofMillis(1540), peers.network.elapsed());
    assertEquals(2, refused.size());
    assertEquals(refused.get(0), refused.get(1));
    assertFalse(announces(((InitChunk) sent.get(0)).parameters()));
  }

  @Test
  void whoeverBeginsAPeerThatChokesIsNotToldWhatItDidNotSay() {
    // It begins itself, as stacks do that play no client and no server: no timer has to run.
    Peers peers = choking(3, zeroChecksum(false), false);
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    peers.b.association.connect(0);
    peers.connected();
    assertTrue(peers.network.elapsed().compareTo(Duration.ofMillis(60)) < 0);
    InitAckChunk ack =
        (InitAckChunk) sent.stream().filter(InitAckChunk.class::isInstance).findFirst().get();
    assertFalse(announces(ack.parameters()));
    peers.a.queue(0, "from A");
    peers.b.queue(0, "from B");
    peers.run(() -> peers.a.texts().size() + peers.b.texts().size() == 2);
  }

  @Test
  void crossingInitsSurviveAPeerThatAborts() {
    for (int millis = 0; millis <= 40; millis += 5) {
      Peers peers = choking(4, zeroChecksum(false), true);
      peers.network.at(
          Duration.ofMillis(millis), () -> peers.b.association.connect(peers.network.nowNanos()));
      peers.connected();
      peers.a.queue(0, "from A");
      peers.b.queue(0, "from B");
      peers.run(() -> peers.a.texts().size() + peers.b.texts().size() == 2);
      assertEquals(1, peers.a.all(SctpEvent.Connected.class).size(), millis + " ms");
      assertEquals(1, peers.b.all(SctpEvent.Connected.class).size(), millis + " ms");
    }
  }

  @Test
  void aLossOrTwoOfAPeerThatUnderstandsLeavesTheAssociationWhole() {
    for (int lost = 1; lost <= 4; lost++) {
      Peers peers = new Peers(5, SctpOptions.defaults(), SctpOptions.defaults(), Peers.LINK);
      peers.drop(Direction.A_TO_B, lost, Peers.has(InitChunk.class));
      peers.connected();
      assertEquals(lost < 2, peers.a.association.metrics().zeroChecksum());
      peers.a.queue(0, "whole");
      peers.run(() -> peers.b.texts().equals(List.of("whole")));
    }
  }

  @Test
  void anAbortToThePlainInitIsTheEnd() {
    ours.connect(0);
    int tag = pollInit(0).initiateTag();
    ours.handlePacket(Peers.packet(tag, abort()), 0);
    assertFalse(announces(pollInit(0).parameters()));
    assertEquals(AssociationState.COOKIE_WAIT, ours.state());
    ours.handlePacket(Peers.packet(tag, abort()), 0);
    SctpEvent.Closed closed = assertInstanceOf(SctpEvent.Closed.class, ours.pollEvent());
    assertEquals(SctpEvent.CloseReason.ABORTED_BY_PEER, closed.reason());
    assertNull(ours.pollEvent());
    assertEquals(List.of(), poll(0));
    assertEquals(SctpAssociation.NEVER, ours.nextTimeout());
  }

  @Test
  void withNothingToLeaveOutTheFirstAbortIsTheEnd() {
    SctpAssociation bare = new SctpAssociation(zeroChecksum(false), new SplittableRandom(1));
    bare.connect(0);
    ByteBuffer init = ByteBuffer.allocate(1500);
    assertTrue(bare.pollPacket(init, 0));
    int tag = ((InitChunk) Peers.chunks(init.flip()).get(0)).initiateTag();
    bare.handlePacket(Peers.packet(tag, abort()), 0);
    assertInstanceOf(SctpEvent.Closed.class, bare.pollEvent());
  }

  @Test
  void anAbortWithAnotherTagChangesNothing() {
    ours.connect(0);
    int tag = pollInit(0).initiateTag();
    ours.handlePacket(Peers.packet(tag + 1, abort()), 0);
    ours.handlePacket(Peers.packet(0, abort()), 0);
    assertEquals(List.of(), poll(0));
    assertTrue(announces(pollInitAtTimeout(500 * MILLI).parameters()));
  }

  @Test
  void theSecondAbortToAFullInitThatWentOutTwiceDoesNotEndThePlainOne() {
    ours.connect(0);
    int tag = pollInit(0).initiateTag();
    assertTrue(announces(pollInitAtTimeout(500 * MILLI).parameters()));
    // The round trip is long: both are answered now.
    ours.handlePacket(Peers.packet(tag, abort()), 600 * MILLI);
    assertFalse(announces(pollInit(600 * MILLI).parameters()));
    ours.handlePacket(Peers.packet(tag, abort()), 601 * MILLI);
    assertEquals(List.of(), poll(601 * MILLI), "one plain INIT is under way, that is enough");
    ours.handlePacket(Peers.packet(tag, initAck(11)), 1200 * MILLI);
    assertEquals(AssociationState.COOKIE_ECHOED, ours.state());
  }

  @Test
  void abortsWithoutEndEndItAfterAsManyTriesAsThereWereInits() {
    ours.connect(0);
    int tag = pollInit(0).initiateTag();
    int inits = 1;
    for (int aborts = 0; ours.state() == AssociationState.COOKIE_WAIT; aborts++) {
      assertTrue(aborts < 3, "no end");
      long now = Math.min(ours.nextTimeout(), 20_000 * MILLI);
      ours.handleTimeout(now);
      ours.handlePacket(Peers.packet(tag, abort()), now);
      while (!poll(now).isEmpty()) {
        inits++;
      }
    }
    // Two full ones, and a plain one after each ABORT but the last and at the two timeouts between.
    assertEquals(5, inits);
  }

  @Test
  void theAnswerToTheFirstInitWillDoWhenAPlainOneHasGoneOut() {
    ours.connect(0);
    int tag = pollInit(0).initiateTag();
    pollInitAtTimeout(500 * MILLI);
    assertFalse(announces(pollInitAtTimeout(1500 * MILLI).parameters()));
    ours.handlePacket(Peers.packet(tag, initAck(11, OVER_DTLS)), 1600 * MILLI);
    assertInstanceOf(CookieEchoChunk.class, poll(1600 * MILLI).get(0));
    // The answer to the plain INIT is late, and discarded (RFC 9260 section 5.2.3).
    ours.handlePacket(Peers.packet(tag, initAck(22)), 1610 * MILLI);
    assertEquals(List.of(), poll(1610 * MILLI));
    // The peer was told that zero is acceptable, by the INIT that it answered.
    ByteBuffer cookieAck = Peers.packet(tag, new CookieAckChunk()).putInt(8, 0);
    ours.handlePacket(cookieAck, 1700 * MILLI);
    assertEquals(AssociationState.ESTABLISHED, ours.state());
    assertTrue(ours.metrics().zeroChecksum());
  }

  @Test
  void aStaleCookieIsFollowedByAnInitOfTheFormThatThePeerTook() {
    ours.connect(0);
    int tag = pollInit(0).initiateTag();
    ours.handlePacket(Peers.packet(tag, abort()), 0);
    pollInit(0);
    ours.handlePacket(Peers.packet(tag, initAck(11)), 0);
    poll(0);
    ours.handlePacket(
        Peers.packet(tag, new ErrorChunk(List.of(new ErrorCause.StaleCookie(1000)))), 0);
    InitChunk again = pollInit(0);
    assertFalse(announces(again.parameters()));
    assertTrue(
        again.parameters().stream().anyMatch(Parameter.CookiePreservative.class::isInstance));
  }

  @Test
  void silenceWithoutEndIsStillNineTries() {
    Peers peers =
        new Peers(6, SctpOptions.defaults(), SctpOptions.defaults(), LinkOptions.BLACKOUT);
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    peers.a.association.connect(0);
    peers.run(() -> !peers.a.events.isEmpty());
    assertEquals(SctpEvent.CloseReason.CONNECT_TIMEOUT, peers.a.closed().reason());
    List<Boolean> full = new ArrayList<>();
    for (Chunk chunk : sent) {
      full.add(announces(((InitChunk) chunk).parameters()));
    }
    assertEquals(List.of(true, true, false, false, false, false, false, false, false), full);
  }

  @Test
  void anAbortAfterTheHandshakeIsTheEndAsEver() {
    Peers peers = new Peers(7, SctpOptions.defaults(), SctpOptions.defaults(), Peers.LINK);
    List<ByteBuffer> toA = peers.capture(Direction.B_TO_A);
    peers.connected();
    peers.network.inject(
        Direction.B_TO_A,
        Peers.packet(Peers.tag(toA.get(0)), abort(), new SackChunk(1, 1, new int[0], new int[0])));
    peers.run(() -> peers.a.state() == AssociationState.CLOSED);
    assertEquals(SctpEvent.CloseReason.ABORTED_BY_PEER, peers.a.closed().reason());
    assertEquals(0, peers.a.association.metrics().protocolErrors());
  }
}
