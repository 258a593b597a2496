package dev.turnstone.sctp.association;

import static dev.turnstone.sctp.association.Peers.has;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.ForwardTsnChunk;
import dev.turnstone.sctp.chunk.IDataChunk;
import dev.turnstone.sctp.chunk.IForwardTsnChunk;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.testkit.Direction;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.PacketFilter;
import dev.turnstone.testkit.Seeds;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Messages whose fragments alternate (RFC 8260). */
class InterleavingTest {
  private static final SctpOptions OPTIONS = SctpOptions.defaults();

  /** User data of a fragment that fills a packet. */
  private static final int FULL_FRAGMENT = 1156;

  private static Peers interleaving(long seed, LinkOptions link) {
    return new Peers(seed, OPTIONS, OPTIONS, link);
  }

  private static Peers interleaving(long seed) {
    return interleaving(seed, Peers.LINK);
  }

  private static List<IDataChunk> data(List<Chunk> chunks) {
    return chunks.stream()
        .filter(IDataChunk.class::isInstance)
        .map(IDataChunk.class::cast)
        .toList();
  }

  private static boolean speaksIData(List<Chunk> chunks) {
    assertTrue(chunks.stream().anyMatch(c -> c instanceof DataChunk || c instanceof IDataChunk));
    boolean some = chunks.stream().anyMatch(IDataChunk.class::isInstance);
    assertFalse(some && chunks.stream().anyMatch(DataChunk.class::isInstance));
    return some;
  }

  @Test
  void bothListTheChunksAndThenSpeakThem() {
    Peers peers = interleaving(1);
    List<ByteBuffer> packets = new ArrayList<>();
    peers.network.onSent((where, packet, nowNanos) -> packets.add(Peers.copy(packet)));
    peers.a.queue(3, "x".repeat(3000));
    peers.connected();
    peers.b.queue(3, "back");
    peers.runFor(100);
    List<Chunk> chunks = packets.stream().flatMap(p -> Peers.chunks(p).stream()).toList();
    for (Chunk chunk : chunks) {
      List<Parameter> said =
          chunk instanceof InitChunk init
              ? init.parameters()
              : chunk instanceof InitAckChunk ack ? ack.parameters() : List.of();
      for (Parameter parameter : said) {
        if (parameter instanceof Parameter.SupportedExtensions extensions) {
          assertTrue(extensions.contains(0x40) && extensions.contains(0xC2));
        }
      }
    }
    assertTrue(speaksIData(chunks));
    assertEquals(List.of("back"), peers.a.texts());
    assertEquals(List.of("x".repeat(3000)), peers.b.texts());
    List<IDataChunk> there = data(chunks).stream().filter(c -> c.payload().limit() > 4).toList();
    assertEquals(List.of(0, 1, 2), there.stream().map(IDataChunk::fsn).toList());
    assertEquals(List.of(51L, 0L, 0L), there.stream().map(IDataChunk::ppid).toList());
  }

  @Test
  void whereOneSideDoesNotListThemDataIsSpoken() {
    for (boolean asks : new boolean[] {true, false}) {
      Peers peers =
          new Peers(2, asks ? Peers.CLASSIC : OPTIONS, asks ? OPTIONS : Peers.CLASSIC, Peers.LINK);
      peers.connected();
      List<Chunk> sent = new ArrayList<>();
      peers.network.onSent((w, packet, now) -> sent.addAll(Peers.chunks(Peers.copy(packet))));
      peers.a.queue(0, "there " + "x".repeat(5000));
      peers.b.queue(0, "back " + "x".repeat(5000));
      peers.run(() -> peers.a.texts().size() == 1 && peers.b.texts().size() == 1);
      assertFalse(speaksIData(sent));
    }
  }

  @Test
  void fragmentsOfTwoStreamsAlternateAndThoseOfOneStreamDoNot() {
    Peers peers = interleaving(3).connected();
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    for (int stream = 0; stream < 2; stream++) {
      for (int i = 0; i < 2; i++) {
        SendOptions how = new SendOptions(i == 0, -1, -1);
        assertEquals(SendResult.QUEUED, peers.a.send(stream, new byte[10 * FULL_FRAGMENT], how));
      }
    }
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 4);
    List<IDataChunk> chunks = data(sent);
    for (int i = 1; i < chunks.size(); i++) {
      assertTrue(chunks.get(i).streamId() != chunks.get(i - 1).streamId(), "at " + i);
    }
    for (int stream = 0; stream < 2; stream++) {
      int id = stream;
      List<IDataChunk> own = chunks.stream().filter(c -> c.streamId() == id).toList();
      List<Boolean> unordered = own.stream().map(IDataChunk::unordered).toList();
      assertEquals(unordered.stream().sorted().toList(), unordered);
      assertTrue(own.stream().allMatch(c -> c.mid() == 0), "each sequence counts for itself");
    }
  }

  @Test
  void mixedMessagesOverABadLinkArriveExactly() {
    Seeds.runEach(
        700,
        20,
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          Peers peers =
              interleaving(
                      seed,
                      Peers.LINK
                          .withLoss(0.05)
                          .withReordering(0.1, Duration.ofMillis(7))
                          .withDuplication(0.05))
                  .connected();
          Map<Integer, List<Integer>> ordered = new HashMap<>();
          Map<Integer, byte[]> all = new HashMap<>();
          for (int i = 0; i < 150; i++) {
            int stream = random.nextInt(5);
            boolean inOrder = random.nextInt(3) > 0;
            byte[] bytes = new byte[4 + random.nextInt(random.nextInt(4) == 0 ? 40_000 : 300)];
            random.nextBytes(bytes);
            ByteBuffer.wrap(bytes).putInt(i);
            all.put(i, bytes.clone());
            if (inOrder) {
              ordered.computeIfAbsent(stream, key -> new ArrayList<>()).add(i);
            }
            peers.a.send(stream, bytes, new SendOptions(inOrder, -1, -1));
            peers.runFor(random.nextInt(10));
          }
          peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 150);
          peers.runFor(2000);
          Map<Integer, List<Integer>> came = new HashMap<>();
          for (SctpEvent.MessageReceived message : peers.b.all(SctpEvent.MessageReceived.class)) {
            int index = message.payload().getInt(0);
            byte[] expected = all.remove(index);
            assertEquals(ByteBuffer.wrap(expected), message.payload());
            if (!message.unordered()) {
              came.computeIfAbsent(message.streamId(), key -> new ArrayList<>()).add(index);
            }
          }
          assertEquals(Map.of(), all, "each came once");
          assertEquals(ordered, came);
          assertEquals(
              peers.b.association.metrics().receiveBuffer(),
              peers.b.association.metrics().receiveWindow());
        });
  }

  @Test
  void messagesAreGivenUpUnderLossAndNothingSticks() {
    Seeds.runEach(
        800,
        30,
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          Peers peers =
              interleaving(
                      seed,
                      Peers.LINK
                          .withLoss(0.1)
                          .withReordering(0.1, Duration.ofMillis(7))
                          .withDuplication(0.05))
                  .connected();
          List<Chunk> sent = peers.record(Direction.A_TO_B);
          int reliable = 0;
          for (int i = 0; i < 200; i++) {
            boolean mustArrive = random.nextInt(3) == 0;
            SendOptions how =
                switch (random.nextInt(3)) {
                  case 0 -> new SendOptions(random.nextBoolean(), 0, -1);
                  case 1 -> new SendOptions(random.nextBoolean(), 1, -1);
                  default ->
                      new SendOptions(random.nextBoolean(), -1, random.nextInt(200) * 1_000_000L);
                };
            byte[] bytes = new byte[1 + random.nextInt(random.nextInt(4) == 0 ? 20_000 : 300)];
            bytes[0] = (byte) (mustArrive ? 1 : 0);
            reliable += bytes[0];
            peers.a.send(
                random.nextInt(4),
                bytes,
                mustArrive ? new SendOptions(random.nextBoolean(), -1, -1) : how);
            peers.runFor(random.nextInt(20));
          }
          peers.run(() -> peers.a.association.metrics().bufferedBytes() == 0);
          peers.a.association.shutdown(peers.now());
          peers.run(() -> !peers.b.all(SctpEvent.Closed.class).isEmpty());
          assertEquals(SctpEvent.CloseReason.SHUTDOWN, peers.b.closed().reason());
          List<SctpEvent.MessageReceived> got = peers.b.all(SctpEvent.MessageReceived.class);
          assertEquals(reliable, got.stream().filter(m -> m.payload().get(0) == 1).count());
          int abandoned = peers.a.all(SctpEvent.MessageAbandoned.class).size();
          assertTrue(abandoned > 0);
          assertTrue(got.size() + abandoned >= 200, () -> got.size() + " and " + abandoned);
          assertTrue(sent.stream().anyMatch(IForwardTsnChunk.class::isInstance));
          assertTrue(sent.stream().noneMatch(ForwardTsnChunk.class::isInstance));
        });
  }

  @Test
  void aMessageThatExpiresHalfSentLeavesTheOtherStreamsMessageWhole() {
    for (boolean ordered : new boolean[] {true, false}) {
      Peers peers = interleaving(4, LinkOptions.PERFECT.withDelay(Duration.ofMillis(100)));
      peers.connected();
      peers.a.send(
          0, new byte[200_000], new SendOptions(ordered, -1, Duration.ofMillis(50).toNanos()));
      peers.a.send(1, new byte[200_000], SendOptions.RELIABLE_ORDERED);
      peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 1);
      peers.a.queue(0, "goes on");
      peers.run(() -> peers.b.texts().contains("goes on"));
      peers.runFor(1000);
      assertEquals(1, peers.a.all(SctpEvent.MessageAbandoned.class).size());
      assertEquals(
          peers.b.association.metrics().receiveBuffer(),
          peers.b.association.metrics().receiveWindow(),
          "nothing is left");
    }
  }

  @Test
  void moreSequencesThanOneIForwardTsnCanNameAreSkippedInSeveral() {
    Peers peers = interleaving(8).connected();
    peers.a.queue(0, "x".repeat(1000));
    peers.runFor(1000);
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    peers.drop(Direction.A_TO_B, 1000, has(IDataChunk.class));
    for (int stream = 0; stream < 300; stream++) {
      peers.a.send(stream, "lost", new SendOptions(true, 0, -1));
      peers.a.send(stream, "lost too", new SendOptions(false, 0, -1));
    }
    peers.run(() -> peers.a.association.metrics().messagesAbandoned() == 600);
    peers.network.setFilter((direction, index, packet) -> PacketFilter.Verdict.KEEP);
    for (int stream = 0; stream < 300; stream++) {
      peers.a.queue(stream, "on " + stream);
    }
    peers.run(() -> peers.b.texts().size() == 301);
    assertTrue(sent.stream().filter(IForwardTsnChunk.class::isInstance).count() >= 5);
  }

  @Test
  void aResetBeginsBothSequencesAnew() {
    Peers peers = interleaving(5).connected();
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    for (int round = 1; round <= 3; round++) {
      for (int i = 0; i < 3; i++) {
        peers.a.queue(5, "ordered " + i);
        peers.a.send(5, "unordered " + i, new SendOptions(false, -1, -1));
      }
      peers.a.association.resetStreams(List.of(5), peers.now());
      int expected = round;
      peers.run(
          () ->
              peers.b.all(SctpEvent.IncomingStreamsReset.class).size() == expected
                  && peers.a.all(SctpEvent.OutgoingStreamsReset.class).size() == expected);
      assertEquals(6 * round, peers.b.texts().size());
    }
    for (boolean unordered : new boolean[] {true, false}) {
      assertEquals(
          List.of(0, 1, 2, 0, 1, 2, 0, 1, 2),
          data(sent).stream()
              .filter(c -> c.unordered() == unordered)
              .map(IDataChunk::mid)
              .toList());
    }
  }

  @Test
  void theWrongKindOfChunkEndsTheAssociation() {
    ByteBuffer payload = ByteBuffer.wrap(new byte[] {1});
    for (boolean spoken : new boolean[] {true, false}) {
      for (boolean forward : new boolean[] {true, false}) {
        SctpOptions options = spoken ? OPTIONS : Peers.CLASSIC;
        Peers peers = new Peers(6, OPTIONS, options, Peers.LINK);
        List<ByteBuffer> toB = peers.capture(Direction.A_TO_B);
        peers.connected();
        int tsn = ((InitChunk) Peers.chunks(toB.get(0)).get(0)).initialTsn();
        Chunk wrong;
        if (forward) {
          wrong =
              spoken ? new ForwardTsnChunk(tsn, List.of()) : new IForwardTsnChunk(tsn, List.of());
        } else if (spoken) {
          wrong = new DataChunk(tsn, 0, 0, 51, false, true, true, false, payload);
        } else {
          wrong = new IDataChunk(tsn, 0, 0, 51, 0, false, true, true, false, payload);
        }
        peers.network.inject(Direction.A_TO_B, Peers.packet(Peers.tag(toB.get(1)), wrong));
        peers.run(() -> peers.a.state() == AssociationState.CLOSED);
        assertEquals(SctpEvent.CloseReason.PROTOCOL_VIOLATION, peers.b.closed().reason());
        assertEquals(SctpEvent.CloseReason.ABORTED_BY_PEER, peers.a.closed().reason());
        assertTrue(peers.a.closed().detail().contains("I-DATA"), peers.a.closed().detail());
      }
    }
  }

  @Test
  void theSameSeedIsTheSameRun() {
    List<List<ByteBuffer>> runs = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      Peers peers = interleaving(9, Peers.LINK.withLoss(0.1));
      List<ByteBuffer> packets = peers.capture(Direction.A_TO_B);
      peers.connected();
      for (int i = 0; i < 40; i++) {
        peers.a.send(i % 4, new byte[5000 + i], new SendOptions(i % 3 > 0, i % 5 - 1, -1));
        peers.runFor(5);
      }
      peers.runFor(5000);
      runs.add(packets);
    }
    assertTrue(runs.get(0).size() > 150);
    assertEquals(runs.get(0), runs.get(1));
  }
}
