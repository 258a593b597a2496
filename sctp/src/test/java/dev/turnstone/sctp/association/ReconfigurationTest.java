package dev.turnstone.sctp.association;

import static dev.turnstone.sctp.association.Peers.has;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.ReconfigResult;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.IDataChunk;
import dev.turnstone.sctp.chunk.ReconfigChunk;
import dev.turnstone.sctp.chunk.ReconfigParameter;
import dev.turnstone.testkit.Direction;
import dev.turnstone.testkit.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** RE-CONFIG between two of us (RFC 6525). */
class ReconfigurationTest {
  private static final SctpOptions TEN =
      SctpOptions.builder()
          .interleaving(false)
          .outboundStreams(10)
          .inboundStreams(10)
          .maxStreams(20)
          .build();

  private static SctpEvent.SequenceNumbersReset numbers(boolean byPeer) {
    return new SctpEvent.SequenceNumbersReset(byPeer, ReconfigResult.PERFORMED);
  }

  @Test
  void thePeerIsAskedToResetItsStreamsAndDoes() {
    Peers peers = new Peers(1).connected();
    for (int round = 1; round <= 3; round++) {
      peers.b.queue(5, "round " + round);
      peers.b.send(6, new byte[50_000], SendOptions.RELIABLE_ORDERED);
      peers.a.association.requestIncomingReset(List.of(5, 6), peers.now());
      int expected = round;
      peers.run(
          () ->
              peers.a.all(SctpEvent.IncomingResetAnswered.class).size() == expected
                  && peers.b.all(SctpEvent.OutgoingStreamsReset.class).stream()
                          .mapToInt(each -> each.streamIds().size())
                          .sum()
                      == 2 * expected);
    }
    assertEquals(6, peers.a.all(SctpEvent.MessageReceived.class).size());
    assertTrue(
        peers.a.all(SctpEvent.IncomingResetAnswered.class).stream()
            .allMatch(
                each ->
                    each.equals(
                        new SctpEvent.IncomingResetAnswered(
                            List.of(5, 6), ReconfigResult.PERFORMED))));
    assertTrue(
        peers.b.all(SctpEvent.OutgoingStreamsReset.class).stream()
            .allMatch(SctpEvent.OutgoingStreamsReset::performed));
  }

  @Test
  void whenBothAskForTheOthersStreamsAtOnceNeitherWaitsForEver() {
    Peers peers = new Peers(30).connected();
    peers.a.association.requestIncomingReset(List.of(5), peers.now());
    peers.b.association.requestIncomingReset(List.of(6), peers.now());
    peers.runFor(1000);
    assertEquals(
        List.of(
            new SctpEvent.IncomingResetAnswered(List.of(5), ReconfigResult.ALREADY_IN_PROGRESS)),
        peers.a.all(SctpEvent.IncomingResetAnswered.class));
    assertEquals(
        List.of(
            new SctpEvent.IncomingResetAnswered(List.of(6), ReconfigResult.ALREADY_IN_PROGRESS)),
        peers.b.all(SctpEvent.IncomingResetAnswered.class));
    peers.a.association.requestIncomingReset(List.of(5), peers.now());
    peers.run(() -> !peers.a.all(SctpEvent.IncomingStreamsReset.class).isEmpty());
  }

  @Test
  void whatIsWantedBothWaysGoesInOneChunk() {
    Peers peers = new Peers(2);
    peers.a.association.resetStreams(List.of(5), 0);
    peers.a.association.requestIncomingReset(List.of(7), 0);
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    peers.connected();
    peers.runFor(1000);
    ReconfigChunk first =
        sent.stream()
            .filter(ReconfigChunk.class::isInstance)
            .map(ReconfigChunk.class::cast)
            .findFirst()
            .orElseThrow();
    assertEquals(2, first.parameters().size());
    assertTrue(first.parameters().get(0) instanceof ReconfigParameter.OutgoingSsnReset);
    assertTrue(first.parameters().get(1) instanceof ReconfigParameter.IncomingSsnReset);
    assertEquals(1, peers.a.all(SctpEvent.OutgoingStreamsReset.class).size());
    assertEquals(1, peers.a.all(SctpEvent.IncomingResetAnswered.class).size());
    assertEquals(
        List.of(new SctpEvent.IncomingStreamsReset(List.of(7))),
        peers.a.all(SctpEvent.IncomingStreamsReset.class));
    assertEquals(
        List.of(new SctpEvent.IncomingStreamsReset(List.of(5))),
        peers.b.all(SctpEvent.IncomingStreamsReset.class));
  }

  @Test
  void streamsAreAddedBothWaysAndCarryMessages() {
    Peers peers = new Peers(3, TEN, TEN, Peers.LINK).connected();
    assertEquals(SendResult.NO_SUCH_STREAM, peers.a.send(12, "x", SendOptions.RELIABLE_ORDERED));
    peers.a.association.addOutgoingStreams(5, peers.now());
    peers.a.association.requestIncomingStreams(10, peers.now());
    peers.run(
        () ->
            peers.a.all(SctpEvent.IncomingStreamsAdded.class).size() == 1
                && peers.b.all(SctpEvent.OutgoingStreamsAdded.class).size() == 1);
    assertEquals(
        List.of(new SctpEvent.OutgoingStreamsAdded(5, 15, ReconfigResult.PERFORMED)),
        peers.a.all(SctpEvent.OutgoingStreamsAdded.class));
    assertEquals(
        List.of(new SctpEvent.IncomingStreamsAdded(5, 15)),
        peers.b.all(SctpEvent.IncomingStreamsAdded.class));
    assertEquals(
        List.of(new SctpEvent.IncomingStreamsAnswered(10, ReconfigResult.PERFORMED)),
        peers.a.all(SctpEvent.IncomingStreamsAnswered.class));
    assertEquals(
        List.of(new SctpEvent.OutgoingStreamsAdded(10, 20, ReconfigResult.PERFORMED)),
        peers.b.all(SctpEvent.OutgoingStreamsAdded.class));
    peers.a.queue(14, "from A");
    peers.b.queue(19, "from B");
    peers.runFor(500);
    assertEquals(List.of("from A"), peers.b.texts());
    assertEquals(List.of("from B"), peers.a.texts());
    assertEquals(SendResult.NO_SUCH_STREAM, peers.a.send(15, "x", SendOptions.RELIABLE_ORDERED));
  }

  @Test
  void noMoreStreamsAreAddedThanTheOptionsAllow() {
    SctpOptions large =
        SctpOptions.builder().interleaving(false).outboundStreams(10).inboundStreams(10).build();
    Peers peers = new Peers(4, large, TEN, Peers.LINK).connected();
    peers.a.association.addOutgoingStreams(11, peers.now());
    peers.a.association.requestIncomingStreams(11, peers.now());
    peers.b.association.addOutgoingStreams(11, peers.now());
    peers.b.association.requestIncomingStreams(11, peers.now());
    peers.runFor(1000);
    for (Peers.Side side : List.of(peers.a, peers.b)) {
      assertEquals(
          List.of(new SctpEvent.OutgoingStreamsAdded(0, 10, ReconfigResult.DENIED)),
          side.all(SctpEvent.OutgoingStreamsAdded.class));
      assertEquals(
          List.of(new SctpEvent.IncomingStreamsAnswered(11, ReconfigResult.DENIED)),
          side.all(SctpEvent.IncomingStreamsAnswered.class));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> peers.a.association.addOutgoingStreams(0, peers.now()));
    assertThrows(
        IllegalArgumentException.class,
        () -> peers.a.association.requestIncomingStreams(65536, peers.now()));
    assertThrows(
        IllegalArgumentException.class,
        () -> peers.a.association.requestIncomingReset(List.of(65535), peers.now()));
  }

  @Test
  void allNumbersBeginAnewAndNothingIsLost() {
    for (boolean interleaving : new boolean[] {false, true}) {
      SctpOptions options = SctpOptions.builder().interleaving(interleaving).build();
      Peers peers = new Peers(5, options, options, Peers.LINK).connected();
      for (int i = 0; i < 20; i++) {
        peers.a.queue(i % 3, "before " + i);
        peers.b.queue(i % 3, "before " + i);
      }
      peers.a.send(0, new byte[100_000], SendOptions.RELIABLE_ORDERED);
      peers.b.send(1, new byte[100_000], SendOptions.RELIABLE_ORDERED);
      List<Chunk> sent = peers.record(Direction.A_TO_B);
      peers.runFor(5);
      peers.a.association.resetSequenceNumbers(peers.now());
      peers.a.association.setPriority(1, 512);
      for (int i = 0; i < 20; i++) {
        peers.a.queue(i % 3, "after " + i);
        peers.b.queue(i % 3, "after " + i);
      }
      peers.run(
          () ->
              peers.a.events.contains(numbers(false))
                  && peers.a.all(SctpEvent.MessageReceived.class).size() == 41
                  && peers.b.all(SctpEvent.MessageReceived.class).size() == 41);
      assertTrue(peers.b.events.contains(numbers(true)));
      // What waited while numbers changed comes after them.
      assertTrue(
          peers.b.texts().indexOf("after 0") > peers.b.texts().indexOf("before 19"),
          () -> peers.b.texts().toString());
      List<Chunk> data =
          sent.stream().filter(c -> c instanceof DataChunk || c instanceof IDataChunk).toList();
      int first = tsn(data.get(0));
      int last = tsn(data.get(data.size() - 1));
      assertTrue(Math.abs((long) (last - first)) > 1L << 30, "the TSNs moved far away");
      assertEquals(SctpOptions.defaults().receiveBuffer(), window(peers.a));
      assertEquals(SctpOptions.defaults().receiveBuffer(), window(peers.b));
    }
  }

  private static long window(Peers.Side side) {
    return side.association.metrics().receiveWindow();
  }

  private static int tsn(Chunk chunk) {
    return chunk instanceof DataChunk data ? data.tsn() : ((IDataChunk) chunk).tsn();
  }

  @Test
  void theNumbersBeginAnewAtMostOnceInThirtySeconds() {
    Peers peers = new Peers(6).connected();
    peers.a.association.resetSequenceNumbers(peers.now());
    peers.run(() -> peers.a.events.contains(numbers(false)));
    long first = peers.now();
    peers.a.association.resetSequenceNumbers(peers.now());
    peers.a.queue(1, "not held back by a wait");
    peers.runFor(1000);
    assertEquals(List.of("not held back by a wait"), peers.b.texts());
    assertEquals(1, peers.b.all(SctpEvent.SequenceNumbersReset.class).size());
    peers.run(() -> peers.b.all(SctpEvent.SequenceNumbersReset.class).size() == 2);
    assertTrue(peers.now() - first > Duration.ofSeconds(29).toNanos());
  }

  @Test
  void whenBothAskForAllNumbersAtOnceBothAreTold() {
    Peers peers = new Peers(7).connected();
    peers.a.association.resetSequenceNumbers(peers.now());
    peers.b.association.resetSequenceNumbers(peers.now());
    peers.runFor(3000);
    SctpEvent expected =
        new SctpEvent.SequenceNumbersReset(false, ReconfigResult.ALREADY_IN_PROGRESS);
    assertEquals(List.of(expected), peers.a.all(SctpEvent.SequenceNumbersReset.class));
    assertEquals(List.of(expected), peers.b.all(SctpEvent.SequenceNumbersReset.class));
    peers.a.queue(1, "goes on");
    peers.runFor(500);
    assertEquals(List.of("goes on"), peers.b.texts());
  }

  @Test
  void anEndWaitsForNumbersThatChangeAndLosesNothing() {
    for (int seed = 8; seed < 16; seed++) {
      boolean ofA = seed % 2 == 0;
      Peers peers = new Peers(seed).connected();
      peers.b.send(3, new byte[30_000], SendOptions.RELIABLE_ORDERED);
      peers.a.send(3, new byte[30_000], SendOptions.RELIABLE_ORDERED);
      peers.runFor(seed);
      peers.drop(seed < 12 ? Direction.A_TO_B : Direction.B_TO_A, 1, has(ReconfigChunk.class));
      peers.a.association.resetSequenceNumbers(peers.now());
      peers.a.queue(1, "last of A");
      peers.b.queue(1, "last of B");
      peers.runFor(15L * (seed - 7));
      (ofA ? peers.a : peers.b).association.shutdown(peers.now());
      peers.run(
          () ->
              !peers.a.all(SctpEvent.Closed.class).isEmpty()
                  && !peers.b.all(SctpEvent.Closed.class).isEmpty());
      assertEquals(SctpEvent.CloseReason.SHUTDOWN, peers.a.closed().reason());
      assertEquals(SctpEvent.CloseReason.SHUTDOWN, peers.b.closed().reason());
      assertTrue(peers.b.texts().contains("last of A"));
      assertTrue(peers.a.texts().contains("last of B"));
    }
  }

  @Test
  void aPeerThatDoesNotKnowReconfigIsNotAskedForAnything() {
    Peers peers = new Peers(20);
    peers.network.setFilter(
        (direction, index, packet) ->
            Peers.chunks(packet).get(0) instanceof dev.turnstone.sctp.chunk.InitChunk init
                ? dev.turnstone.testkit.PacketFilter.Verdict.replace(
                    Peers.packet(
                        0,
                        new dev.turnstone.sctp.chunk.InitChunk(
                            init.initiateTag(), init.arwnd(), 9, 9, init.initialTsn(), List.of())))
                : dev.turnstone.testkit.PacketFilter.Verdict.KEEP);
    peers.connected();
    peers.b.association.requestIncomingReset(List.of(1), peers.now());
    peers.b.association.addOutgoingStreams(2, peers.now());
    peers.b.association.requestIncomingStreams(3, peers.now());
    peers.b.association.resetSequenceNumbers(peers.now());
    peers.runFor(100);
    ReconfigResult not = ReconfigResult.NOT_SUPPORTED;
    assertEquals(
        List.of(
            new SctpEvent.IncomingResetAnswered(List.of(1), not),
            new SctpEvent.OutgoingStreamsAdded(0, 9, not),
            new SctpEvent.IncomingStreamsAnswered(3, not),
            new SctpEvent.SequenceNumbersReset(false, not)),
        peers.b.events.subList(1, peers.b.events.size()));
  }

  @Test
  void everyKindOfRequestSurvivesABadLinkBesideDataBothWays() {
    Seeds.runEach(
        1200,
        25,
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          boolean interleaving = random.nextBoolean();
          SctpOptions options =
              SctpOptions.builder()
                  .interleaving(interleaving)
                  .outboundStreams(10)
                  .inboundStreams(10)
                  .maxStreams(1000)
                  .build();
          Peers peers =
              new Peers(
                  seed,
                  options,
                  options,
                  Peers.LINK
                      .withLoss(0.1)
                      .withReordering(0.2, Duration.ofMillis(9))
                      .withDuplication(0.1));
          peers.connected();
          List<List<String>> expectedOfA = streams();
          List<List<String>> expectedOfB = streams();
          int[] asks = new int[2];
          for (int i = 0; i < 120; i++) {
            queue(peers.a, random, expectedOfA, i);
            queue(peers.b, random, expectedOfB, i);
            Peers.Side side = random.nextBoolean() ? peers.a : peers.b;
            switch (random.nextInt(12)) {
              case 0 -> side.association.resetStreams(List.of(random.nextInt(4)), peers.now());
              case 1 ->
                  side.association.requestIncomingReset(List.of(random.nextInt(4)), peers.now());
              case 2 -> side.association.addOutgoingStreams(1, peers.now());
              case 3 -> side.association.requestIncomingStreams(1, peers.now());
              case 4 -> {
                side.association.resetSequenceNumbers(peers.now());
                asks[side == peers.a ? 0 : 1]++;
              }
              default -> {}
            }
            peers.runFor(random.nextInt(400));
          }
          peers.run(
              () ->
                  peers.a.association.bufferedAmount() + peers.b.association.bufferedAmount() == 0);
          peers.runFor(120_000);
          peers.a.association.shutdown(peers.now());
          peers.run(
              () ->
                  !peers.a.all(SctpEvent.Closed.class).isEmpty()
                      && !peers.b.all(SctpEvent.Closed.class).isEmpty());
          assertEquals(expectedOfA, received(peers.b), "from A");
          assertEquals(expectedOfB, received(peers.a), "from B");
          assertEquals(asks[0] > 0, hasReset(peers.a), "A's numbers");
          assertEquals(asks[1] > 0, hasReset(peers.b), "B's numbers");
          for (Peers.Side side : List.of(peers.a, peers.b)) {
            assertTrue(side.association.metrics().protocolErrors() < 50, "few strays");
          }
        });
  }

  private static boolean hasReset(Peers.Side side) {
    return side.all(SctpEvent.SequenceNumbersReset.class).stream().anyMatch(e -> !e.byPeer());
  }

  private static List<List<String>> streams() {
    List<List<String>> streams = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      streams.add(new ArrayList<>());
    }
    return streams;
  }

  private static void queue(
      Peers.Side side, SplittableRandom random, List<List<String>> expected, int i) {
    int stream = random.nextInt(4);
    String text = i + "x".repeat(random.nextInt(4000));
    if (side.send(stream, text, SendOptions.RELIABLE_ORDERED) == SendResult.QUEUED) {
      expected.get(stream).add(text);
    }
  }

  private static List<List<String>> received(Peers.Side side) {
    List<List<String>> streams = streams();
    for (SctpEvent.MessageReceived message : side.all(SctpEvent.MessageReceived.class)) {
      streams
          .get(message.streamId())
          .add(
              java.nio.charset.StandardCharsets.UTF_8
                  .decode(message.payload().duplicate())
                  .toString());
    }
    return streams;
  }
}
