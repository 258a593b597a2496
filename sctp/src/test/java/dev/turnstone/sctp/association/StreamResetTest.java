package dev.turnstone.sctp.association;

import static dev.turnstone.sctp.association.Peers.has;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.ReconfigResult;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.ReconfigChunk;
import dev.turnstone.sctp.chunk.ReconfigParameter;
import dev.turnstone.sctp.chunk.ReconfigParameter.ReconfigResponse;
import dev.turnstone.testkit.Direction;
import dev.turnstone.testkit.PacketFilter;
import dev.turnstone.testkit.Seeds;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** RE-CONFIG (RFC 6525). */
class StreamResetTest {
  private static final SctpEvent.IncomingStreamsReset INCOMING =
      new SctpEvent.IncomingStreamsReset(List.of(5));
  private static final SctpEvent.OutgoingStreamsReset OUTGOING =
      new SctpEvent.OutgoingStreamsReset(List.of(5), ReconfigResult.PERFORMED);

  @Test
  void aStreamIsResetBothWaysAndUsedAnew() {
    Peers peers = new Peers(1).connected();
    for (int round = 1; round <= 3; round++) {
      peers.a.queue(5, "question " + round);
      peers.b.queue(5, "answer " + round);
      peers.a.association.resetStreams(List.of(5), peers.now());
      assertEquals(
          SendResult.STREAM_RESETTING, peers.a.send(5, "late", SendOptions.RELIABLE_ORDERED));
      int expected = round;
      peers.run(() -> peers.b.all(SctpEvent.IncomingStreamsReset.class).size() == expected);
      peers.b.association.resetStreams(List.of(5), peers.now());
      peers.run(
          () ->
              peers.a.all(SctpEvent.IncomingStreamsReset.class).size() == expected
                  && peers.a.all(SctpEvent.OutgoingStreamsReset.class).size() == expected
                  && peers.b.all(SctpEvent.OutgoingStreamsReset.class).size() == expected);
    }
    assertEquals(List.of("question 1", "question 2", "question 3"), peers.b.texts());
    assertEquals(List.of("answer 1", "answer 2", "answer 3"), peers.a.texts());
    assertEquals(List.of(INCOMING, INCOMING, INCOMING), peers.b.all(INCOMING.getClass()));
    assertEquals(List.of(OUTGOING, OUTGOING, OUTGOING), peers.a.all(OUTGOING.getClass()));
  }

  @Test
  void theResetComesAfterEverythingThatWasQueued() {
    Peers peers = new Peers(2).connected();
    peers.drop(Direction.A_TO_B, 2, has(DataChunk.class));
    for (int i = 0; i < 100; i++) {
      peers.a.send(5, new byte[3000], SendOptions.RELIABLE_ORDERED);
    }
    peers.a.association.resetStreams(List.of(5), peers.now());
    peers.run(() -> peers.b.events.contains(INCOMING));
    assertEquals(INCOMING, peers.b.events.get(peers.b.events.size() - 1));
    assertEquals(100, peers.b.all(SctpEvent.MessageReceived.class).size());
  }

  @Test
  void lostRequestsAndResponsesAreRepeatedAndDoneOnce() {
    for (Direction direction : Direction.values()) {
      Peers peers = new Peers(3).connected();
      peers.a.queue(5, "x");
      peers.runFor(1000);
      peers.drop(direction, 3, has(ReconfigChunk.class));
      peers.a.association.resetStreams(List.of(5), peers.now());
      peers.run(() -> peers.a.events.contains(OUTGOING));
      assertEquals(List.of(INCOMING), peers.b.all(SctpEvent.IncomingStreamsReset.class));
      assertEquals(1, peers.a.all(SctpEvent.OutgoingStreamsReset.class).size());
    }
  }

  @Test
  void oneRequestIsOutstandingAtATimeAndOthersWait() {
    Peers peers = new Peers(4).connected();
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    peers.a.association.resetStreams(List.of(1, 2), peers.now());
    peers.a.association.resetStreams(List.of(3), peers.now());
    peers.a.association.resetStreams(List.of(4, 3), peers.now());
    peers.runFor(1000);
    assertEquals(2, sent.stream().filter(ReconfigChunk.class::isInstance).count());
    assertEquals(
        List.of(
            new SctpEvent.IncomingStreamsReset(List.of(1, 2)),
            new SctpEvent.IncomingStreamsReset(List.of(3, 4))),
        peers.b.all(SctpEvent.IncomingStreamsReset.class));
  }

  @Test
  void aResetAskedForBeforeTheHandshakeIsNotForgotten() {
    Peers peers = new Peers(5);
    peers.a.queue(5, "short life");
    peers.a.association.resetStreams(List.of(5), 0);
    peers.connected();
    peers.run(() -> peers.a.events.contains(OUTGOING));
    assertEquals(List.of("short life"), peers.b.texts());
    assertEquals(List.of(INCOMING), peers.b.all(SctpEvent.IncomingStreamsReset.class));
  }

  @Test
  void aPeerThatDoesNotKnowReconfigIsNotAsked() {
    Peers peers = new Peers(6);
    peers.network.setFilter(
        (direction, index, packet) ->
            Peers.chunks(packet).get(0) instanceof InitChunk init
                ? PacketFilter.Verdict.replace(
                    Peers.packet(
                        0,
                        new InitChunk(
                            init.initiateTag(), init.arwnd(), 9, 9, init.initialTsn(), List.of())))
                : PacketFilter.Verdict.KEEP);
    peers.connected();
    peers.b.queue(5, "x");
    peers.b.association.resetStreams(List.of(5), peers.now());
    peers.runFor(1000);
    assertEquals(
        List.of(new SctpEvent.OutgoingStreamsReset(List.of(5), ReconfigResult.NOT_SUPPORTED)),
        peers.b.all(SctpEvent.OutgoingStreamsReset.class));
    peers.b.queue(5, "still open");
    assertThrows(
        IllegalArgumentException.class,
        () -> peers.b.association.resetStreams(List.of(9), peers.now()));
  }

  /** B as a peer that we play by hand. */
  private static ReconfigResponse ask(Peers peers, int tag, ReconfigParameter request) {
    peers.a.association.handlePacket(
        Peers.packet(tag, new ReconfigChunk(List.of(request))), peers.now());
    ByteBuffer into = ByteBuffer.allocate(1191);
    ReconfigResponse found = null;
    while (peers.a.association.pollPacket(into.clear(), peers.now())) {
      for (Chunk chunk : Peers.chunks(into.flip())) {
        if (chunk instanceof ReconfigChunk reconfig
            && reconfig.parameters().get(0) instanceof ReconfigResponse response) {
          found = response;
        }
      }
    }
    return found;
  }

  @Test
  void requestsAreTakenInOrderAndAnsweredAgainWithTheSameAnswer() {
    Peers peers = new Peers(7);
    List<ByteBuffer> sent = peers.capture(Direction.B_TO_A);
    peers.connected();
    int tag = Peers.tag(sent.get(1));
    dev.turnstone.sctp.chunk.InitAckChunk ack =
        (dev.turnstone.sctp.chunk.InitAckChunk) Peers.chunks(sent.get(0)).get(0);
    int first = ack.initialTsn();
    ReconfigParameter.OutgoingSsnReset request =
        new ReconfigParameter.OutgoingSsnReset(first, 0, first - 1, List.of(5));
    assertEquals(ReconfigResponse.PERFORMED, ask(peers, tag, request).result());
    assertEquals(ReconfigResponse.PERFORMED, ask(peers, tag, request).result());
    List<SctpEvent> told = new ArrayList<>();
    for (SctpEvent event = peers.a.association.pollEvent();
        event != null;
        event = peers.a.association.pollEvent()) {
      told.add(event);
    }
    assertEquals(List.of(INCOMING), told);
    assertEquals(
        ReconfigResponse.BAD_SEQUENCE_NUMBER,
        ask(peers, tag, new ReconfigParameter.SsnTsnReset(first + 5)).result());
    assertEquals(
        ReconfigResponse.DENIED,
        ask(peers, tag, new ReconfigParameter.AddIncomingStreams(first + 1, 3)).result());
    assertEquals(
        ReconfigResponse.DENIED,
        ask(peers, tag, new ReconfigParameter.AddOutgoingStreams(first + 2, 3)).result());
    // Its last TSN has not arrived: later.
    assertEquals(
        ReconfigResponse.IN_PROGRESS,
        ask(peers, tag, new ReconfigParameter.OutgoingSsnReset(first + 3, 0, first, List.of(6)))
            .result());
    peers.a.association.handlePacket(
        Peers.packet(
            tag,
            new DataChunk(
                first, 6, 0, 51, false, true, true, false, ByteBuffer.wrap(new byte[] {1}))),
        peers.now());
    assertTrue(peers.a.association.pollEvent() instanceof SctpEvent.MessageReceived);
    assertEquals(new SctpEvent.IncomingStreamsReset(List.of(6)), peers.a.association.pollEvent());
    assertEquals(
        ReconfigResponse.PERFORMED,
        ask(peers, tag, new ReconfigParameter.OutgoingSsnReset(first + 3, 0, first, List.of(6)))
            .result());
    assertEquals(null, peers.a.association.pollEvent());
    // The peer asks us to reset ours: a request of ours names its request, and is the answer.
    assertEquals(
        null, ask(peers, tag, new ReconfigParameter.IncomingSsnReset(first + 4, List.of(8))));
    assertEquals(
        ReconfigResponse.PERFORMED,
        ask(peers, tag, new ReconfigParameter.IncomingSsnReset(first + 4, List.of(8))).result());
    assertEquals(
        SendResult.STREAM_RESETTING, peers.a.send(8, "late", SendOptions.RELIABLE_ORDERED));
  }

  @Test
  void manyRoundsOverABadLinkKeepEveryStreamInStep() {
    Seeds.runEach(
        900,
        20,
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          Peers peers =
              new Peers(
                  seed,
                  Peers.LINK
                      .withLoss(0.1)
                      .withReordering(0.2, Duration.ofMillis(9))
                      .withDuplication(0.1));
          peers.connected();
          List<String> expected = new ArrayList<>();
          for (int round = 0; round < 10; round++) {
            int messages = random.nextInt(6);
            for (int i = 0; i < messages; i++) {
              String text = "round " + round + " message " + i + "x".repeat(random.nextInt(3000));
              peers.a.queue(5, text);
              expected.add(text);
            }
            peers.a.association.resetStreams(List.of(5), peers.now());
            int resets = round + 1;
            peers.run(() -> peers.a.all(SctpEvent.OutgoingStreamsReset.class).size() == resets);
          }
          assertEquals(expected, peers.b.texts());
          assertEquals(10, peers.b.all(SctpEvent.IncomingStreamsReset.class).size());
        });
  }
}
