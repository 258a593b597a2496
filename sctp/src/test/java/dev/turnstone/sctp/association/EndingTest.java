package dev.turnstone.sctp.association;

import static dev.turnstone.sctp.association.Peers.has;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpEvent.CloseReason;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.AbortChunk;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.chunk.HeartbeatAckChunk;
import dev.turnstone.sctp.chunk.HeartbeatChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.sctp.chunk.ShutdownAckChunk;
import dev.turnstone.sctp.chunk.ShutdownChunk;
import dev.turnstone.sctp.chunk.ShutdownCompleteChunk;
import dev.turnstone.testkit.Direction;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.Seeds;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SHUTDOWN, ABORT, HEARTBEAT and packets that belong to nobody (RFC 9260 sections 8 and 9). */
class EndingTest {
  private static void runUntilBothClosed(Peers peers) {
    peers.run(
        () ->
            !peers.a.all(SctpEvent.Closed.class).isEmpty()
                && !peers.b.all(SctpEvent.Closed.class).isEmpty());
  }

  @Test
  void shutdownDeliversEverythingFirst() {
    Peers peers = new Peers(1, Peers.LINK.withLoss(0.1)).connected();
    for (int i = 0; i < 100; i++) {
      peers.a.send(i % 7, new byte[5000], SendOptions.RELIABLE_ORDERED);
    }
    peers.a.association.shutdown(peers.now());
    assertEquals(AssociationState.SHUTDOWN_PENDING, peers.a.state());
    assertEquals(SendResult.CLOSED, peers.a.send(0, "late", SendOptions.RELIABLE_ORDERED));
    runUntilBothClosed(peers);
    assertEquals(100, peers.b.all(SctpEvent.MessageReceived.class).size());
    assertEquals(CloseReason.SHUTDOWN, peers.a.closed().reason());
    assertEquals(CloseReason.SHUTDOWN, peers.b.closed().reason());
    assertEquals(SctpAssociation.NEVER, peers.a.association.nextTimeout());
    assertEquals(SctpAssociation.NEVER, peers.b.association.nextTimeout());
  }

  @Test
  void theSideThatIsToldToShutDownFinishesSendingToo() {
    Peers peers = new Peers(2).connected();
    for (int i = 0; i < 50; i++) {
      peers.b.send(0, new byte[5000], SendOptions.RELIABLE_ORDERED);
    }
    peers.runFor(15);
    peers.a.association.shutdown(peers.now());
    peers.run(() -> peers.b.state() == AssociationState.SHUTDOWN_RECEIVED);
    assertEquals(SendResult.CLOSED, peers.b.send(0, "late", SendOptions.RELIABLE_ORDERED));
    runUntilBothClosed(peers);
    assertEquals(50, peers.a.all(SctpEvent.MessageReceived.class).size());
  }

  @ParameterizedTest
  @ValueSource(classes = {ShutdownChunk.class, ShutdownAckChunk.class, ShutdownCompleteChunk.class})
  void lostShutdownChunksAreRepeated(Class<? extends Chunk> lost) {
    for (Direction direction : Direction.values()) {
      Peers peers = new Peers(3).connected();
      peers.drop(direction, 2, has(lost));
      peers.a.association.shutdown(peers.now());
      runUntilBothClosed(peers);
      assertEquals(CloseReason.SHUTDOWN, peers.a.closed().reason());
      assertEquals(CloseReason.SHUTDOWN, peers.b.closed().reason());
    }
  }

  @Test
  void bothSidesMayShutDownAtOnce() {
    Seeds.runEach(
        1,
        30,
        seed -> {
          Peers peers = new Peers(seed, Peers.LINK.withLoss(0.2).withDuplication(0.2)).connected();
          peers.a.queue(0, "from A");
          peers.b.queue(0, "from B");
          peers.a.association.shutdown(peers.now());
          peers.b.association.shutdown(peers.now());
          runUntilBothClosed(peers);
          assertEquals(List.of("from B"), peers.a.texts());
          assertEquals(List.of("from A"), peers.b.texts());
          assertEquals(CloseReason.SHUTDOWN, peers.a.closed().reason());
          assertEquals(CloseReason.SHUTDOWN, peers.b.closed().reason());
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 15, 25, 35, 45})
  void shutdownAtAnyMomentOfTheHandshakeStillDelivers(int millis) {
    Peers peers = new Peers(4);
    peers.a.queue(0, "early");
    peers.a.association.connect(0);
    peers.runFor(millis);
    peers.a.association.shutdown(peers.now());
    runUntilBothClosed(peers);
    assertEquals(List.of("early"), peers.b.texts());
    assertEquals(CloseReason.SHUTDOWN, peers.a.closed().reason());
  }

  @Test
  void shutdownBeforeAnythingEndsAtOnceAndLosesWhatIsQueued() {
    Peers peers = new Peers(5);
    peers.a.queue(1, "to nobody");
    peers.a.association.shutdown(0);
    peers.runFor(1);
    assertEquals(CloseReason.SHUTDOWN, peers.a.closed().reason());
    assertEquals("shut down before it began", peers.a.closed().detail());
    assertEquals(0, peers.a.association.bufferedAmount());
    peers.runFor(1000);
    assertEquals(List.of(), peers.b.texts());
  }

  @Test
  void shutdownOfAPeerThatIsGoneEnds() {
    Peers peers = new Peers(6).connected();
    peers.network.setOptions(LinkOptions.BLACKOUT);
    peers.a.association.shutdown(peers.now());
    peers.run(() -> !peers.a.all(SctpEvent.Closed.class).isEmpty());
    assertEquals(CloseReason.PEER_UNREACHABLE, peers.a.closed().reason());
  }

  @Test
  void shutdownOfAReaderThatNeverReadsEnds() {
    SctpOptions small =
        SctpOptions.builder()
            .receiveBuffer(10_000)
            .receiveBufferMax(10_000)
            .maxReceivedMessageSize(5000)
            .build();
    Peers peers = new Peers(7, SctpOptions.defaults(), small, Peers.LINK).connected();
    peers.b.consumes = false;
    for (int i = 0; i < 10; i++) {
      peers.a.send(0, new byte[5000], SendOptions.RELIABLE_ORDERED);
    }
    peers.a.association.shutdown(peers.now());
    peers.runFor(60_000);
    assertEquals(AssociationState.SHUTDOWN_PENDING, peers.a.state());
    peers.b.association.abort("tired", peers.now());
    peers.run(() -> !peers.a.all(SctpEvent.Closed.class).isEmpty());
    assertEquals(CloseReason.ABORTED_BY_PEER, peers.a.closed().reason());
    assertEquals("the peer aborted: tired", peers.a.closed().detail());
  }

  @Test
  void abortTellsThePeerWhy() {
    Peers peers = new Peers(8).connected();
    peers.a.association.abort("enough", peers.now());
    runUntilBothClosed(peers);
    assertEquals(CloseReason.ABORTED_LOCALLY, peers.a.closed().reason());
    assertEquals(CloseReason.ABORTED_BY_PEER, peers.b.closed().reason());
    assertEquals("the peer aborted: enough", peers.b.closed().detail());
    peers.a.association.abort("twice", peers.now());
    peers.a.association.shutdown(peers.now());
    peers.a.association.connect(peers.now());
    peers.a.association.resetStreams(List.of(1), peers.now());
    peers.runFor(10);
    peers.a.closed();
  }

  @Test
  void anAbortOrShutdownCompleteWithTheWrongTagIsIgnored() {
    Peers peers = new Peers(9);
    List<ByteBuffer> toB = peers.capture(Direction.A_TO_B);
    List<ByteBuffer> toA = peers.capture(Direction.B_TO_A);
    peers.connected();
    int tagOfA = Peers.tag(toA.get(1));
    int tagOfB = Peers.tag(toB.get(1));
    for (Chunk wrong :
        List.of(
            new AbortChunk(false, List.of()),
            new AbortChunk(true, List.of()),
            new ShutdownCompleteChunk(false),
            new ShutdownAckChunk(),
            new HeartbeatChunk(new Parameter.HeartbeatInfo(ByteBuffer.allocate(4))))) {
      peers.network.inject(Direction.A_TO_B, Peers.packet(12345, wrong));
    }
    // The T bit belongs with the tag of the other side, and with no other.
    peers.network.inject(Direction.A_TO_B, Peers.packet(tagOfB, new AbortChunk(true, List.of())));
    peers.network.inject(Direction.A_TO_B, Peers.packet(tagOfA, new AbortChunk(false, List.of())));
    peers.runFor(1000);
    assertEquals(AssociationState.ESTABLISHED, peers.b.state());
    assertEquals(7, peers.b.association.metrics().badVerificationTags());
    peers.network.inject(Direction.A_TO_B, Peers.packet(tagOfA, new AbortChunk(true, List.of())));
    peers.runFor(100);
    assertEquals(CloseReason.ABORTED_BY_PEER, peers.b.closed().reason());
  }

  @Test
  void anAssociationThatIsOverAnswersStrayPacketsAsOutOfTheBlue() {
    SctpAssociation over = new SctpAssociation(SctpOptions.defaults(), new SplittableRandom(1));
    over.shutdown(0);
    ByteBuffer into = ByteBuffer.allocate(2000);
    over.handlePacket(Peers.packet(9, new ShutdownAckChunk()), 0);
    assertTrue(over.pollPacket(into.clear(), 0));
    assertEquals(9, Peers.tag(into.flip()));
    assertEquals(List.of(new ShutdownCompleteChunk(true)), Peers.chunks(into));
    over.handlePacket(
        Peers.packet(
            9, new DataChunk(1, 1, 1, 1, false, true, true, false, ByteBuffer.allocate(1))),
        0);
    assertTrue(over.pollPacket(into.clear(), 0));
    assertEquals(List.of(new AbortChunk(true, List.of())), Peers.chunks(into.flip()));
    for (Chunk silent : List.of(new AbortChunk(true, List.of()), new ShutdownCompleteChunk(true))) {
      over.handlePacket(Peers.packet(9, silent), 0);
      assertFalse(over.pollPacket(into.clear(), 0));
    }
    over.handlePacket(Peers.packet(0, new InitChunk(3, 9999, 1, 1, 1, List.of())), 0);
    assertTrue(over.pollPacket(into.clear(), 0));
    assertEquals(3, Peers.tag(into.flip()));
    assertInstanceOf(AbortChunk.class, Peers.chunks(into).get(0));
  }

  @Test
  void anIdlePathIsWatchedByHeartbeats() {
    Peers peers = new Peers(10).connected();
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    peers.runFor(300_000);
    long heartbeats = sent.stream().filter(HeartbeatChunk.class::isInstance).count();
    assertTrue(heartbeats >= 9 && heartbeats <= 10, () -> heartbeats + " in five minutes");
    assertEquals(
        heartbeats, sent.stream().filter(HeartbeatAckChunk.class::isInstance).count(), 1.0);
    assertEquals(20_000_000, peers.a.association.metrics().smoothedRttNanos());
    peers.network.setOptions(LinkOptions.BLACKOUT);
    peers.run(() -> !peers.a.all(SctpEvent.Closed.class).isEmpty());
    assertEquals(CloseReason.PEER_UNREACHABLE, peers.a.closed().reason());
    assertTrue(peers.network.elapsed().compareTo(Duration.ofSeconds(420)) < 0);
  }

  @Test
  void aForgedHeartbeatAckIsCountedAndChangesNothing() {
    Peers peers = new Peers(11);
    List<ByteBuffer> toB = peers.capture(Direction.A_TO_B);
    peers.connected();
    ByteBuffer info = ByteBuffer.allocate(16);
    peers.network.inject(
        Direction.A_TO_B,
        Peers.packet(
            Peers.tag(toB.get(1)), new HeartbeatAckChunk(new Parameter.HeartbeatInfo(info))));
    peers.runFor(100);
    assertEquals(1, peers.b.association.metrics().protocolErrors());
    assertEquals(-1, peers.b.association.metrics().smoothedRttNanos());
  }

  @Test
  void thePeersTextIsBoundedAndPrintable() {
    Peers peers = new Peers(12);
    List<ByteBuffer> toB = peers.capture(Direction.A_TO_B);
    peers.connected();
    byte[] nasty = ("\u001b[31m" + "x".repeat(1000)).getBytes(StandardCharsets.UTF_8);
    peers.network.inject(
        Direction.A_TO_B,
        Peers.packet(
            Peers.tag(toB.get(1)),
            new AbortChunk(
                false, List.of(new ErrorCause.UserInitiatedAbort(ByteBuffer.wrap(nasty))))));
    peers.runFor(100);
    String detail = peers.b.closed().detail();
    assertTrue(detail.length() < 300, detail);
    assertFalse(detail.contains("\u001b"));
  }
}
