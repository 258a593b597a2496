package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.chunk.AbortChunk;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.CookieAckChunk;
import dev.turnstone.sctp.chunk.CookieEchoChunk;
import dev.turnstone.sctp.chunk.HeartbeatChunk;
import dev.turnstone.sctp.chunk.IDataChunk;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.testkit.Direction;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Associations whose INITs went with the descriptions (draft-hancke-tsvwg-snap). */
class SignaledInitTest {
  /** The INIT of the draft's example. */
  private static final byte[] EXAMPLE =
      Base64.getDecoder().decode("AQAAHols3R0AUAAA/////+B5ZR3AAAAEgAgABoLA");

  private static Peers told(long seed, SctpOptions a, SctpOptions b) {
    return new Peers(seed, a, b, Peers.LINK);
  }

  private static Peers told(long seed) {
    return told(seed, SctpOptions.defaults(), SctpOptions.defaults());
  }

  /** One side has the other's INIT from outside, and begins. */
  private static void connect(Peers peers, Peers.Side side) {
    Peers.Side other = peers.other(side);
    side.association.localInit();
    side.association.connect(
        SignaledInit.parse(other.association.localInit()), peers.network.nowNanos());
  }

  private static SignaledInit parse(byte[] bytes) {
    return SignaledInit.parse(ByteBuffer.wrap(bytes));
  }

  @Test
  void bothAreEstablishedAtOnceAndAMessageTakesOneWay() {
    Peers peers = told(1);
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    List<Chunk> answers = peers.record(Direction.B_TO_A);
    peers.a.queue(0, "first");
    connect(peers, peers.a);
    connect(peers, peers.b);
    assertEquals(AssociationState.ESTABLISHED, peers.a.state());
    assertEquals(AssociationState.ESTABLISHED, peers.b.state());
    peers.run(() -> peers.b.texts().equals(List.of("first")));
    assertEquals(Duration.ofMillis(10), peers.network.elapsed());
    peers.b.queue(0, "answer");
    peers.run(() -> peers.a.texts().equals(List.of("answer")));
    peers.runFor(1000);
    for (List<Chunk> chunks : List.of(sent, answers)) {
      assertTrue(
          chunks.stream()
              .noneMatch(
                  each ->
                      each instanceof InitChunk
                          || each instanceof InitAckChunk
                          || each instanceof CookieEchoChunk
                          || each instanceof CookieAckChunk));
    }
    assertEquals(
        List.of(new SctpEvent.Connected(65535, 65535)), peers.a.all(SctpEvent.Connected.class));
    assertEquals(
        List.of(new SctpEvent.Connected(65535, 65535)), peers.b.all(SctpEvent.Connected.class));
    assertEquals(0, peers.a.association.metrics().retransmissions());
  }

  @Test
  void whatTheInitsSayHoldsAsIfTheyHadBeenSent() {
    SctpOptions few = SctpOptions.builder().outboundStreams(10).inboundStreams(20).build();
    Peers peers = told(2, few, SctpOptions.defaults());
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    connect(peers, peers.a);
    connect(peers, peers.b);
    peers.a.queue(9, "x");
    peers.runFor(100);
    assertEquals(new SctpEvent.Connected(10, 20), peers.a.events.get(0));
    assertEquals(new SctpEvent.Connected(20, 10), peers.b.events.get(0));
    assertTrue(peers.a.association.metrics().zeroChecksum());
    assertTrue(peers.b.association.metrics().zeroChecksum());
    assertInstanceOf(IDataChunk.class, sent.get(0));
    InitChunk init = InitChunk.ofBytes(peers.a.association.localInit());
    assertEquals(init.initialTsn(), ((IDataChunk) sent.get(0)).tsn());

    Peers classic = told(3, Peers.CLASSIC, ZeroChecksumTest.zeroChecksum(false));
    sent = classic.record(Direction.A_TO_B);
    connect(classic, classic.a);
    connect(classic, classic.b);
    classic.a.queue(0, "x");
    classic.run(() -> classic.b.texts().equals(List.of("x")));
    assertFalse(classic.a.association.metrics().zeroChecksum());
    assertFalse(sent.stream().anyMatch(IDataChunk.class::isInstance));
  }

  @Test
  void streamsResetAndMessagesExpireAndItShutsDownAsEver() {
    Peers peers = told(4);
    connect(peers, peers.a);
    connect(peers, peers.b);
    peers.a.queue(5, "x");
    peers.a.association.resetStreams(List.of(5), peers.now());
    peers.run(() -> !peers.a.all(SctpEvent.OutgoingStreamsReset.class).isEmpty());
    assertTrue(peers.a.all(SctpEvent.OutgoingStreamsReset.class).get(0).performed());
    assertEquals(1, peers.b.all(SctpEvent.IncomingStreamsReset.class).size());
    peers.a.association.shutdown(peers.now());
    peers.run(
        () ->
            peers.a.state() == AssociationState.CLOSED
                && peers.b.state() == AssociationState.CLOSED);
    assertEquals(SctpEvent.CloseReason.SHUTDOWN, peers.a.closed().reason());
  }

  @Test
  void itSurvivesLoss() {
    for (long seed = 0; seed < 20; seed++) {
      Peers peers =
          new Peers(
              seed,
              SctpOptions.defaults(),
              SctpOptions.defaults(),
              Peers.LINK.withLoss(0.3).withDuplication(0.2));
      connect(peers, peers.a);
      connect(peers, peers.b);
      peers.a.queue(0, "from A");
      peers.b.queue(0, "from B");
      peers.run(() -> !peers.a.texts().isEmpty() && !peers.b.texts().isEmpty());
      assertEquals(List.of("from B"), peers.a.texts(), "seed " + seed);
      assertEquals(List.of("from A"), peers.b.texts(), "seed " + seed);
    }
  }

  @Test
  void tellingOurInitBeginsNothingAndIsTheSameEachTime() {
    SctpAssociation ours = new SctpAssociation(SctpOptions.defaults(), new SplittableRandom(1));
    ByteBuffer init = ours.localInit();
    assertEquals(init, ours.localInit());
    assertTrue(init.isReadOnly());
    assertEquals(AssociationState.CLOSED, ours.state());
    assertEquals(SctpAssociation.NEVER, ours.nextTimeout());
    ByteBuffer packet = ByteBuffer.allocate(1500);
    assertFalse(ours.pollPacket(packet, 0));
    // The classic handshake says the same.
    ours.connect(0);
    assertTrue(ours.pollPacket(packet, 0));
    assertEquals(InitChunk.ofBytes(init), Peers.chunks(packet.flip()).get(0));
  }

  @Test
  void whatComesFromAPeerThatWasFirstIsDroppedInSilenceAndComesAgain() {
    Peers peers = told(5);
    peers.b.association.localInit();
    connect(peers, peers.a);
    peers.a.queue(0, "early");
    List<Chunk> answers = peers.record(Direction.B_TO_A);
    peers.runFor(100);
    assertEquals(AssociationState.CLOSED, peers.b.state());
    assertEquals(List.of(), answers);
    assertEquals(1, peers.b.association.metrics().badVerificationTags());
    connect(peers, peers.b);
    peers.run(() -> peers.b.texts().equals(List.of("early")));
    assertEquals(AssociationState.ESTABLISHED, peers.a.state());
  }

  @Test
  void strangersAreAnsweredWithAbortAsEver() {
    SctpAssociation ours = new SctpAssociation(SctpOptions.defaults(), new SplittableRandom(1));
    int tag = InitChunk.ofBytes(ours.localInit()).initiateTag();
    Chunk heartbeat = new HeartbeatChunk(new Parameter.HeartbeatInfo(ByteBuffer.allocate(4)));
    ByteBuffer packet = ByteBuffer.allocate(1500);
    ours.handlePacket(Peers.packet(tag, heartbeat), 0);
    assertFalse(ours.pollPacket(packet, 0));
    ours.handlePacket(Peers.packet(tag + 1, heartbeat), 0);
    assertTrue(ours.pollPacket(packet, 0));
    assertInstanceOf(AbortChunk.class, Peers.chunks(packet.flip()).get(0));
    // And once it is over, our own tag is a stranger's too.
    ours.abort("enough", 0);
    ours.handlePacket(Peers.packet(tag, heartbeat), 0);
    assertTrue(ours.pollPacket(packet.clear(), 0));
  }

  @Test
  void aPeerThatDidNotReadOurInitMakesTheClassicHandshakeWithWhatWeHave() {
    for (int millis = 0; millis <= 60; millis += 10) {
      // B answered A's INIT with its own, and that never reached A.
      Peers peers = told(6);
      peers.a.association.localInit();
      peers.a.queue(0, "from A");
      peers.b.queue(0, "from B");
      connect(peers, peers.b);
      peers.network.at(
          Duration.ofMillis(millis), () -> peers.a.association.connect(peers.network.nowNanos()));
      peers.run(() -> !peers.a.texts().isEmpty() && !peers.b.texts().isEmpty());
      peers.runFor(5000);
      assertEquals(List.of("from B"), peers.a.texts());
      assertEquals(List.of("from A"), peers.b.texts());
      assertEquals(1, peers.b.all(SctpEvent.Connected.class).size());
      assertEquals(List.of(), peers.b.all(SctpEvent.PeerRestarted.class));
      assertEquals(AssociationState.ESTABLISHED, peers.a.state());
    }
  }

  @Test
  void whenNeitherReadsTheOthersTheClassicHandshakeIsMade() {
    Peers peers = told(7);
    peers.a.association.localInit();
    peers.b.association.localInit();
    peers.b.association.connect(0);
    peers.connected();
    peers.a.queue(0, "x");
    peers.run(() -> peers.b.texts().equals(List.of("x")));
  }

  @Test
  void aPeerThatComesBackWithAnotherTagHasRestarted() {
    Peers peers = told(8);
    connect(peers, peers.a);
    connect(peers, peers.b);
    peers.runFor(10);
    SctpAssociation reborn = new SctpAssociation(SctpOptions.defaults(), new SplittableRandom(77));
    reborn.connect(peers.now());
    ByteBuffer packet = ByteBuffer.allocate(1500);
    for (int i = 0; i < 5; i++) {
      while (reborn.pollPacket(packet.clear(), peers.now())) {
        peers.b.association.handlePacket(packet.flip(), peers.now());
      }
      while (peers.b.association.pollPacket(packet.clear(), peers.now())) {
        reborn.handlePacket(packet.flip(), peers.now());
      }
    }
    peers.runFor(1);
    assertEquals(AssociationState.ESTABLISHED, reborn.state());
    assertEquals(1, peers.b.all(SctpEvent.PeerRestarted.class).size());
  }

  @Test
  void withoutHavingToldOursItIsRefusedAndOnceAHandshakeHasBegunPassedOver() {
    SctpAssociation ours = new SctpAssociation(SctpOptions.defaults(), new SplittableRandom(1));
    SignaledInit theirs = parse(EXAMPLE);
    assertThrows(IllegalStateException.class, () -> ours.connect(theirs, 0));
    ours.localInit();
    ours.connect(0);
    ours.connect(theirs, 0);
    assertEquals(AssociationState.COOKIE_WAIT, ours.state());
    ours.abort("enough", 0);
    ours.connect(theirs, 0);
    assertEquals(AssociationState.CLOSED, ours.state());
  }

  @Test
  void theDraftsExampleIsReadAndWrittenAsItStands() {
    InitChunk init = InitChunk.ofBytes(ByteBuffer.wrap(EXAMPLE));
    assertEquals(0x896cdd1d, init.initiateTag());
    assertEquals(0x500000, init.arwnd());
    assertEquals(0xe079651d, init.initialTsn());
    assertEquals(
        List.of(
            new Parameter.ForwardTsnSupported(),
            new Parameter.SupportedExtensions(new int[] {0x82, 0xC0})),
        init.parameters());
    assertEquals(ByteBuffer.wrap(EXAMPLE), init.toBytes());
    // Padded to four bytes it is the same chunk.
    assertEquals(init, InitChunk.ofBytes(ByteBuffer.wrap(Arrays.copyOf(EXAMPLE, 32))));
    assertEquals(parse(EXAMPLE), parse(EXAMPLE.clone()));
    assertNotEquals(parse(EXAMPLE), parse(Arrays.copyOf(EXAMPLE, 32)));
  }

  @Test
  void whatIsNoInitOrCannotMakeAnAssociationIsRefused() {
    for (int length = 0; length < EXAMPLE.length; length++) {
      byte[] cut = Arrays.copyOf(EXAMPLE, length);
      assertThrows(IllegalArgumentException.class, () -> parse(cut), "cut to " + length);
    }
    for (int extra : new int[] {1, 3, 4, 100}) {
      byte[] longer = Arrays.copyOf(EXAMPLE, EXAMPLE.length + extra);
      assertThrows(IllegalArgumentException.class, () -> parse(longer), "longer by " + extra);
    }
    int[][] changes = {
      {0, 2}, {0, 0}, {3, 3}, {3, 0}, {3, 31}, {2, 0xFF}, {23, 3}, {23, 0}, {23, 200}, {27, 7}
    };
    for (int[] change : changes) {
      byte[] changed = EXAMPLE.clone();
      changed[change[0]] = (byte) change[1];
      assertThrows(
          IllegalArgumentException.class, () -> parse(changed), () -> Arrays.toString(change));
    }
    for (int[] zeroed : new int[][] {{4, 8}, {8, 12}, {12, 14}, {14, 16}}) {
      byte[] changed = EXAMPLE.clone();
      Arrays.fill(changed, zeroed[0], zeroed[1], (byte) 0);
      assertThrows(
          IllegalArgumentException.class, () -> parse(changed), () -> Arrays.toString(zeroed));
    }
  }

  @Test
  void whateverIsReadCanBeConnectedWith() {
    long seed = 0x5A4B;
    SplittableRandom random = new SplittableRandom(seed);
    int read = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] mutant = EXAMPLE.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
      }
      SignaledInit init;
      try {
        init = parse(mutant);
      } catch (IllegalArgumentException refused) {
        continue;
      }
      read++;
      try {
        SctpAssociation ours = new SctpAssociation(SctpOptions.defaults(), random.split());
        ours.localInit();
        ours.connect(init, 0);
        ours.send(0, 51, ByteBuffer.allocate(5000), SendOptions.RELIABLE_ORDERED, 0);
        ByteBuffer packet = ByteBuffer.allocate(1500);
        while (ours.pollPacket(packet.clear(), 0)) {
          assertTrue(packet.position() > 0);
        }
      } catch (RuntimeException thrown) {
        fail("seed " + seed + " round " + round + ": " + Arrays.toString(mutant), thrown);
      }
    }
    assertTrue(read > 1000, "only " + read);
  }
}
