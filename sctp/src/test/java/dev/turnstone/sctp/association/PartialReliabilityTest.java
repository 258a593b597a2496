package dev.turnstone.sctp.association;

import static dev.turnstone.sctp.association.Peers.has;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.ForwardTsnChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.testkit.Direction;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.PacketFilter;
import dev.turnstone.testkit.Seeds;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Messages that are given up (RFC 3758, RFC 7496). */
class PartialReliabilityTest {
  private static final SendOptions NEVER_AGAIN = new SendOptions(true, 0, -1);
  private static final SendOptions NEVER_AGAIN_UNORDERED = new SendOptions(false, 0, -1);

  private static SendOptions lifetime(long millis) {
    return new SendOptions(true, -1, Duration.ofMillis(millis).toNanos());
  }

  @Test
  void aMessageWithoutRetransmitsIsSkippedWhenItIsLost() {
    Peers peers = new Peers(1).connected();
    peers.drop(Direction.A_TO_B, 1, has(DataChunk.class));
    peers.a.send(0, "lost", NEVER_AGAIN);
    peers.runFor(5);
    peers.a.send(0, "arrives", NEVER_AGAIN);
    peers.a.queue(1, "another stream");
    peers.runFor(2000);
    assertEquals(List.of("another stream", "arrives"), peers.b.texts());
    assertEquals(
        List.of(new SctpEvent.MessageAbandoned(0, 51)),
        peers.a.all(SctpEvent.MessageAbandoned.class));
    assertEquals(0, peers.a.association.metrics().retransmissions());
    assertEquals(1, peers.a.association.metrics().messagesAbandoned());
  }

  @Test
  void fiftyThousandMessagesThatAreGivenUpAreSkippedAndTheNextArrives() {
    Peers peers = new Peers(3).connected();
    for (int i = 0; i < 50_000; i++) {
      assertEquals(
          SendResult.QUEUED,
          peers.a.send(i % 1000, "given up", i % 2 == 0 ? NEVER_AGAIN : NEVER_AGAIN_UNORDERED));
    }
    int[] packets = {0};
    peers.drop(
        Direction.A_TO_B, Integer.MAX_VALUE, has(DataChunk.class).and(any -> ++packets[0] % 3 > 0));
    peers.run(
        () ->
            peers.a.association.bufferedAmount() == 0
                && peers.a.association.metrics().bytesInFlight() == 0);
    peers.a.queue(7, "arrives");
    peers.run(() -> peers.b.texts().contains("arrives"));
    long abandoned = peers.a.association.metrics().messagesAbandoned();
    assertTrue(abandoned > 10_000, "abandoned " + abandoned);
    assertEquals(50_001, peers.b.texts().size() + abandoned);
    assertEquals(0, peers.a.association.bufferedAmount());
  }

  @Test
  void maxRetransmitsCountsRetransmissions() {
    Peers peers = new Peers(2).connected();
    peers.drop(Direction.A_TO_B, 2, has(DataChunk.class));
    peers.a.send(0, "third time lucky", new SendOptions(true, 2, -1));
    peers.runFor(5000);
    assertEquals(List.of("third time lucky"), peers.b.texts());
    peers.drop(Direction.A_TO_B, 3, has(DataChunk.class));
    peers.a.send(0, "given up", new SendOptions(true, 2, -1));
    peers.a.queue(0, "next");
    peers.run(() -> peers.b.texts().contains("next"));
    assertEquals(List.of("third time lucky", "next"), peers.b.texts());
  }

  @Test
  void aMessageExpiresInTheQueueAndItsMemoryGoesAtOnce() {
    Peers peers = new Peers(3).connected();
    peers.a.queue(0, "x".repeat(1000));
    peers.runFor(100);
    peers.network.setOptions(LinkOptions.BLACKOUT);
    peers.a.send(0, new byte[100_000], SendOptions.RELIABLE_ORDERED);
    peers.a.send(1, new byte[50_000], lifetime(300));
    peers.runFor(100);
    long before = peers.a.association.bufferedAmount();
    assertEquals(50_000, peers.a.association.bufferedAmount(1));
    peers.runFor(250);
    assertEquals(0, peers.a.association.bufferedAmount(1));
    assertEquals(before - 50_000, peers.a.association.bufferedAmount());
    assertEquals(
        List.of(new SctpEvent.MessageAbandoned(1, 51)),
        peers.a.all(SctpEvent.MessageAbandoned.class));
    assertTrue(peers.a.events.contains(new SctpEvent.BufferedAmountLow(1)));
  }

  @Test
  void aMessageThatExpiresHalfSentIsSkippedWholeAndTheStreamGoesOn() {
    for (boolean ordered : new boolean[] {true, false}) {
      Peers peers = new Peers(4, LinkOptions.PERFECT.withDelay(Duration.ofMillis(100))).connected();
      SendOptions expires = new SendOptions(ordered, -1, Duration.ofMillis(50).toNanos());
      peers.a.send(0, new byte[200_000], expires);
      peers.runFor(1000);
      assertEquals(1, peers.a.all(SctpEvent.MessageAbandoned.class).size());
      peers.a.queue(0, "goes on");
      peers.runFor(1000);
      assertEquals(List.of("goes on"), peers.b.texts(), "ordered " + ordered);
      assertEquals(
          peers.b.association.metrics().receiveBuffer(),
          peers.b.association.metrics().receiveWindow(),
          "nothing is left");
    }
  }

  @Test
  void aForwardTsnThatIsLostIsSentAgain() {
    Peers peers = new Peers(5).connected();
    peers.a.queue(0, "before");
    peers.runFor(1000);
    int[] dropped = {0};
    peers.network.setFilter(
        (direction, index, packet) -> {
          List<Chunk> chunks = Peers.chunks(packet);
          boolean data =
              chunks.stream().anyMatch(c -> c instanceof DataChunk d && d.streamId() == 3);
          boolean forward = chunks.stream().anyMatch(ForwardTsnChunk.class::isInstance);
          return data || forward && dropped[0]++ < 3
              ? PacketFilter.Verdict.DROP
              : PacketFilter.Verdict.KEEP;
        });
    peers.a.send(3, "lost", NEVER_AGAIN);
    peers.run(() -> dropped[0] == 4);
    peers.runFor(1000);
    assertEquals(4, dropped[0]);
    assertEquals(0, peers.a.association.metrics().bytesInFlight());
    peers.a.association.shutdown(peers.now());
    peers.run(() -> !peers.a.all(SctpEvent.Closed.class).isEmpty());
    assertEquals(SctpEvent.CloseReason.SHUTDOWN, peers.a.closed().reason());
  }

  @Test
  void aPeerWithoutTheExtensionGetsEverything() {
    Peers peers = new Peers(6);
    peers.network.setFilter(
        (direction, index, packet) -> {
          if (Peers.chunks(packet).get(0) instanceof InitChunk init) {
            return PacketFilter.Verdict.replace(
                Peers.packet(
                    0,
                    new InitChunk(
                        init.initiateTag(),
                        init.arwnd(),
                        init.outboundStreams(),
                        init.inboundStreams(),
                        init.initialTsn(),
                        List.of())));
          }
          return PacketFilter.Verdict.KEEP;
        });
    // B hears an INIT without extensions, so B must not give anything up.
    peers.connected();
    peers.drop(Direction.B_TO_A, 3, has(DataChunk.class));
    peers.b.send(0, "reliable after all", NEVER_AGAIN);
    peers.b.send(0, "this too", lifetime(10));
    peers.runFor(10_000);
    assertEquals(List.of("reliable after all", "this too"), peers.a.texts());
    assertEquals(0, peers.b.association.metrics().messagesAbandoned());
  }

  @Test
  void mixedMessagesOverABadLinkArriveOrAreToldAbandonedAndNothingSticks() {
    Seeds.runEach(
        500,
        30,
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          Peers peers =
              new Peers(
                  seed,
                  Peers.LINK
                      .withLoss(0.1)
                      .withReordering(0.1, Duration.ofMillis(7))
                      .withDuplication(0.05));
          peers.a.association.connect(0);
          int reliable = 0;
          for (int i = 0; i < 200; i++) {
            SendOptions how =
                switch (random.nextInt(5)) {
                  case 0 -> NEVER_AGAIN;
                  case 1 -> NEVER_AGAIN_UNORDERED;
                  case 2 -> lifetime(random.nextInt(200));
                  case 3 -> new SendOptions(random.nextBoolean(), 1, -1);
                  default -> SendOptions.RELIABLE_ORDERED;
                };
            reliable += how == SendOptions.RELIABLE_ORDERED ? 1 : 0;
            byte[] bytes = new byte[1 + random.nextInt(random.nextInt(4) == 0 ? 20_000 : 300)];
            bytes[0] = (byte) (how == SendOptions.RELIABLE_ORDERED ? 1 : 0);
            assertEquals(SendResult.QUEUED, peers.a.send(random.nextInt(4), bytes, how));
            peers.runFor(random.nextInt(20));
          }
          int promised = reliable;
          peers.run(() -> peers.a.association.metrics().bufferedBytes() == 0);
          peers.a.association.shutdown(peers.now());
          peers.run(() -> !peers.b.all(SctpEvent.Closed.class).isEmpty());
          List<SctpEvent.MessageReceived> got = peers.b.all(SctpEvent.MessageReceived.class);
          assertEquals(
              promised,
              got.stream().filter(each -> each.payload().get(0) == 1).count(),
              "every reliable one arrived");
          int abandoned = peers.a.all(SctpEvent.MessageAbandoned.class).size();
          assertTrue(abandoned > 0);
          // One that was given up may have arrived all the same, its acknowledgement lost.
          assertTrue(got.size() + abandoned >= 200, () -> got.size() + " and " + abandoned);
          assertEquals(SctpEvent.CloseReason.SHUTDOWN, peers.b.closed().reason());
        });
  }

  @Test
  void messagesThatExpireBehindABlockedOneLeaveNothingBehind() {
    SctpOptions options = SctpOptions.builder().sendBuffer(100_000).build();
    Peers peers = new Peers(7, options, SctpOptions.defaults(), Peers.LINK).connected();
    peers.network.setOptions(LinkOptions.BLACKOUT);
    peers.a.send(0, new byte[40_000], SendOptions.RELIABLE_ORDERED);
    for (int i = 0; i < 2000; i++) {
      assertEquals(SendResult.QUEUED, peers.a.send(0, new byte[10_000], lifetime(5)));
      peers.runFor(6);
    }
    assertEquals(2000, peers.a.all(SctpEvent.MessageAbandoned.class).size());
    assertTrue(peers.a.association.bufferedAmount() <= 40_000);
  }

  @Test
  void moreStreamsThanOneForwardTsnCanNameAreSkippedInSeveral() {
    Peers peers = new Peers(8).connected();
    peers.a.queue(0, "x".repeat(1000));
    peers.runFor(1000);
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    peers.drop(Direction.A_TO_B, 1000, has(DataChunk.class));
    for (int stream = 0; stream < 700; stream++) {
      peers.a.send(stream, "lost on " + stream, NEVER_AGAIN);
    }
    peers.run(() -> peers.a.association.metrics().messagesAbandoned() == 700);
    peers.network.setFilter((direction, index, packet) -> PacketFilter.Verdict.KEEP);
    for (int stream = 0; stream < 700; stream++) {
      peers.a.queue(stream, "on " + stream);
    }
    peers.run(() -> peers.b.texts().size() == 701);
    assertTrue(sent.stream().filter(ForwardTsnChunk.class::isInstance).count() >= 3);
  }
}
