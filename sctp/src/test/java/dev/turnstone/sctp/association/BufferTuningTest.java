package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.BufferBudget;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.HeartbeatChunk;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.testkit.Direction;
import dev.turnstone.testkit.LinkOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Windows that follow the path, and the budget that bounds them. */
class BufferTuningTest {
  private static final int FIRST = SctpOptions.defaults().receiveBuffer();

  /** 100 Mbit/s at 100 ms: 1.25 MB on the way, and a queue that loses nothing. */
  private static final LinkOptions LONG_PATH =
      LinkOptions.PERFECT.withDelay(Duration.ofMillis(50)).withRate(100_000_000, 64 << 20);

  /** Keeps the sender's queue filled; counts what B delivered. */
  private static long[] bulk(Peers peers, int messageBytes) {
    long[] delivered = {0};
    peers.network.afterTurn(
        () -> {
          for (SctpEvent event : peers.b.events) {
            if (event instanceof SctpEvent.MessageReceived message) {
              delivered[0] += message.payload().remaining();
            }
          }
          peers.b.events.clear();
          peers.a.events.clear();
          if (peers.a.state() == AssociationState.ESTABLISHED) {
            while (peers.a.association.bufferedAmount() < 1 << 20
                && peers.a.send(0, new byte[messageBytes], SendOptions.RELIABLE_ORDERED)
                    == SendResult.QUEUED) {}
          }
        });
    return delivered;
  }

  @Test
  void theWindowGrowsUntilALongPathIsFull() {
    BufferBudget budget = BufferBudget.unlimited();
    Peers peers =
        new Peers(1, Peers.CLASSIC, Peers.CLASSIC, LONG_PATH, BufferBudget.unlimited(), budget);
    peers.connected();
    long[] delivered = bulk(peers, 64 << 10);
    peers.runFor(2000);
    long before = delivered[0];
    peers.runFor(2000);
    double share = (delivered[0] - before) * 8 / 2.0 / 100_000_000;
    assertTrue(share > 0.9, () -> "of the link: " + share);
    long window = peers.b.association.metrics().receiveBuffer();
    assertTrue(window > 2_500_000 && window <= 32 << 20, () -> "" + window);
    assertTrue(budget.used() >= window - FIRST && budget.used() < window, () -> "" + budget.used());
  }

  @Test
  void theWindowIsNeverWhatHoldsSlowStartUp() {
    Peers peers = new Peers(2, LONG_PATH).connected();
    bulk(peers, 64 << 10);
    List<Long> left = new ArrayList<>();
    peers.network.onDelivered(
        (direction, packet, nowNanos) -> {
          // Up to two bandwidth-delay products; what more there is in flight only fills the queue.
          if (peers.a.association.metrics().congestionWindow() < 2_500_000) {
            left.add(peers.a.association.metrics().peerReceiveWindow());
          }
        });
    peers.runFor(1500);
    assertTrue(peers.a.association.metrics().congestionWindow() > 2_000_000);
    long least = left.stream().min(Long::compare).orElseThrow();
    assertTrue(least > 10_000, () -> "the window was used up to " + least);
  }

  @Test
  void aSideThatOnlyReceivesMeasuresThePathNowAndThen() {
    Peers peers = new Peers(3, LONG_PATH).connected();
    assertEquals(-1, peers.b.association.metrics().smoothedRttNanos());
    List<Chunk> sent = peers.record(Direction.B_TO_A);
    bulk(peers, 64 << 10);
    peers.runFor(3000);
    assertTrue(peers.b.association.metrics().smoothedRttNanos() >= 100_000_000);
    long heartbeats = sent.stream().filter(HeartbeatChunk.class::isInstance).count();
    assertTrue(heartbeats >= 2 && heartbeats <= 4, () -> "" + heartbeats);
  }

  @Test
  void afterSomeSecondsOfSilenceTheWindowGoesBackAndGrowsAgain() {
    BufferBudget budget = BufferBudget.unlimited();
    Peers peers =
        new Peers(4, Peers.CLASSIC, Peers.CLASSIC, LONG_PATH, BufferBudget.unlimited(), budget);
    peers.connected();
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 100; i++) {
        peers.a.send(0, new byte[100_000], SendOptions.RELIABLE_ORDERED);
      }
      peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 100);
      peers.b.events.clear();
      long grown = peers.b.association.metrics().receiveBuffer();
      assertTrue(grown >= 4L * FIRST, () -> "" + grown);
      peers.runFor(4000);
      assertEquals(grown, peers.b.association.metrics().receiveBuffer(), "not yet");
      peers.runFor(2500);
      assertEquals(grown / 4, peers.b.association.metrics().receiveBuffer(), "gently");
      peers.runFor(10_000);
      assertEquals(FIRST, peers.b.association.metrics().receiveBuffer());
      assertEquals(0, budget.used());
    }
  }

  @Test
  void aSlowReaderClosesTheWindowAndDoesNotMakeItGrow() {
    Peers peers = new Peers(5, LONG_PATH).connected();
    peers.b.consumes = false;
    for (int i = 0; i < 200; i++) {
      peers.a.send(0, new byte[50_000], SendOptions.RELIABLE_ORDERED);
    }
    peers.runFor(10_000);
    assertEquals(0, peers.b.association.metrics().receiveWindow());
    long window = peers.b.association.metrics().receiveBuffer();
    assertTrue(window <= 2L * FIRST, () -> "" + window);
    int held = peers.b.all(SctpEvent.MessageReceived.class).size();
    // The sender's probes may fill the reserve of one largest message too.
    assertTrue(held * 50_000L <= window + (300 << 10), () -> held + " messages");
    peers.b.consumes = true;
    peers.b.association.consumed(held * 50_000L, peers.now());
    long opened = peers.now();
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 200);
    assertTrue(peers.now() - opened < Duration.ofSeconds(3).toNanos());
  }

  @Test
  void aReaderThatTakesALittleAtATimeTellsOfGoodStepsOnly() {
    Peers peers = new Peers(6, LONG_PATH).connected();
    peers.b.consumes = false;
    for (int i = 0; i < 60; i++) {
      peers.a.send(0, new byte[50_000], SendOptions.RELIABLE_ORDERED);
    }
    peers.runFor(10_000);
    // Only what the reader says is told from now on, because nothing arrives.
    peers.network.setOptions(LinkOptions.BLACKOUT);
    List<Chunk> sent = peers.record(Direction.B_TO_A);
    int held = peers.b.all(SctpEvent.MessageReceived.class).size() * 50_000;
    for (int taken = 0; taken < held; taken += 500) {
      peers.b.association.consumed(500, peers.now());
      peers.runFor(1);
    }
    List<Long> told = new ArrayList<>();
    for (Chunk chunk : sent) {
      if (chunk instanceof SackChunk sack && sack.arwnd() > 0) {
        told.add(sack.arwnd());
      }
    }
    // A closed window opens by a quarter at a time, until half of it is told.
    assertTrue(told.size() >= 2 && told.size() <= 4, told::toString);
    assertTrue(told.get(0) >= FIRST / 4 - 2000, told::toString);
  }

  @Test
  void partialMessagesOfManyStreamsOnASlowPathMakeTheWindowGrow() {
    SctpOptions options = SctpOptions.defaults();
    LinkOptions slow =
        LinkOptions.PERFECT.withDelay(Duration.ofMillis(10)).withRate(10_000_000, 1 << 20);
    Peers peers = new Peers(7, options, options, slow).connected();
    for (int stream = 0; stream < 20; stream++) {
      peers.a.send(stream, new byte[250_000], SendOptions.RELIABLE_ORDERED);
    }
    // Every stream sends in turn, so all of them are held until the last fragments come.
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 20);
    assertTrue(peers.b.association.metrics().receiveBuffer() > 4_000_000);
  }

  @Test
  void aSpentBudgetKeepsTheWindowSmallAndTheDataComing() {
    BufferBudget budget = BufferBudget.of(1 << 20);
    Peers peers =
        new Peers(8, Peers.CLASSIC, Peers.CLASSIC, LONG_PATH, BufferBudget.unlimited(), budget);
    BufferBudget.Account others = budget.open();
    assertTrue(others.cover(768 << 10));
    peers.connected();
    long[] delivered = bulk(peers, 64 << 10);
    peers.runFor(3000);
    assertEquals(FIRST + (256 << 10), peers.b.association.metrics().receiveBuffer());
    assertEquals(budget.limit(), budget.used());
    assertTrue(delivered[0] > 10_000_000, () -> "" + delivered[0]);
    others.cover(0);
    peers.runFor(1000);
    assertEquals(FIRST + (1 << 20), peers.b.association.metrics().receiveBuffer());
  }

  @Test
  void aSpentBudgetTurnsMessagesAwayAndTellsWhenThereIsRoom() {
    BufferBudget spent = BufferBudget.of(0);
    Peers peers =
        new Peers(9, Peers.CLASSIC, Peers.CLASSIC, Peers.LINK, spent, BufferBudget.unlimited());
    peers.connected();
    int sent = 0;
    long size = 200_000;
    while (sent < 20) {
      peers.a.events.clear();
      assertEquals(
          SendResult.QUEUED, peers.a.send(0, new byte[(int) size], SendOptions.RELIABLE_ORDERED));
      sent++;
      assertEquals(
          SendResult.BUFFER_FULL,
          peers.a.send(1, new byte[(int) size], SendOptions.RELIABLE_ORDERED));
      assertTrue(peers.a.association.metrics().heldBytes() <= 256 << 10);
      peers.run(() -> peers.a.events.contains(new SctpEvent.BufferedAmountLow(1)));
    }
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 20);
    // One larger than all that is guaranteed goes alone.
    assertEquals(
        SendResult.QUEUED, peers.a.send(0, new byte[260_000], SendOptions.RELIABLE_ORDERED));
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 21);
    assertEquals(0, spent.used());
  }

  @Test
  void aPeerThatNeverMovesItsCumulativeTsnMakesUsKeepABoundedAmount() {
    int most = 200_000;
    SctpOptions options =
        SctpOptions.builder().interleaving(false).maxInFlight(most).sendBuffer(100_000).build();
    Peers peers = new Peers(10, options, Peers.CLASSIC, Peers.LINK);
    List<ByteBuffer> toA = peers.capture(Direction.B_TO_A);
    peers.connected();
    int tag = Peers.tag(toA.get(toA.size() - 1));
    SctpAssociation a = peers.a.association;
    ByteBuffer packet = ByteBuffer.allocate(2000);
    long now = peers.now();
    int first = 0;
    int last = 0;
    boolean any = false;
    for (int turn = 0; turn < 2000; turn++) {
      now += 1_000_000;
      while (a.send(0, 51, ByteBuffer.allocate(1000), SendOptions.RELIABLE_ORDERED, now)
          == SendResult.QUEUED) {}
      while (a.pollPacket(packet.clear(), now)) {
        for (Chunk chunk : Peers.chunks(packet.flip())) {
          if (chunk instanceof DataChunk data) {
            first = any ? first : data.tsn();
            last = any && data.tsn() - last < 0 ? last : data.tsn();
            any = true;
          }
        }
      }
      if (last != first) {
        SackChunk sack =
            new SackChunk(first - 1, 1 << 30, new int[] {2, last - first + 1}, new int[0]);
        a.handlePacket(Peers.packet(tag, sack), now);
      }
      a.handleTimeout(now);
      while (a.pollEvent() != null) {}
    }
    assertTrue(last - first >= most / 1000 - 1, "as much as is allowed was sent");
    assertTrue(last - first <= most / 1000 + 1, () -> "kept " + a.metrics().heldBytes());
    assertTrue(a.metrics().heldBytes() <= most + 100_000 + 2000);
  }

  @Test
  void tenThousandIdleAssociationsLeaveTheBudgetUntouched() {
    BufferBudget budget = BufferBudget.of(64 << 20);
    List<SctpAssociation> all = new ArrayList<>();
    for (int pair = 0; pair < 5_000; pair++) {
      SctpAssociation a =
          new SctpAssociation(Peers.CLASSIC, new SplittableRandom(2L * pair), budget);
      SctpAssociation b =
          new SctpAssociation(Peers.CLASSIC, new SplittableRandom(2L * pair + 1), budget);
      a.connect(0);
      pump(a, b, 0);
      assertEquals(AssociationState.ESTABLISHED, b.state());
      // A little talk needs nothing either.
      a.send(0, 51, ByteBuffer.allocate(10_000), SendOptions.RELIABLE_ORDERED, 0);
      b.send(0, 51, ByteBuffer.allocate(10_000), SendOptions.RELIABLE_ORDERED, 0);
      pump(a, b, 0);
      all.add(a);
      all.add(b);
    }
    assertEquals(0, budget.used());
    assertTrue(all.stream().allMatch(association -> association.metrics().budgetBytes() == 0));
  }

  @Test
  void aRestartOfThePeerGivesBackWhatWasReserved() {
    BufferBudget budget = BufferBudget.unlimited();
    Peers peers =
        new Peers(11, Peers.CLASSIC, Peers.CLASSIC, LONG_PATH, BufferBudget.unlimited(), budget);
    peers.connected();
    bulk(peers, 64 << 10);
    peers.runFor(1000);
    peers.network.setOptions(LinkOptions.BLACKOUT);
    for (int i = 0; i < 50; i++) {
      peers.b.send(0, new byte[100_000], SendOptions.RELIABLE_ORDERED);
    }
    assertTrue(budget.used() > 5_000_000, () -> "" + budget.used());
    SctpAssociation reborn = new SctpAssociation(Peers.CLASSIC, new SplittableRandom(77));
    reborn.connect(peers.now());
    pump(reborn, peers.b.association, peers.now());
    assertEquals(AssociationState.ESTABLISHED, reborn.state());
    assertEquals(0, budget.used());
    assertEquals(FIRST, peers.b.association.metrics().receiveBuffer());
  }

  @Test
  void whateverHappensTheBudgetGetsEverythingBackInTheEnd() {
    for (long seed = 100; seed < 112; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      BufferBudget budget = BufferBudget.of(random.nextInt(2, 100) * 64L << 10);
      SctpOptions options = SctpOptions.builder().interleaving(random.nextBoolean()).build();
      LinkOptions link =
          Peers.LINK.withLoss(random.nextDouble() * 0.1).withRate(50_000_000, 500_000);
      Peers peers = new Peers(seed, options, options, link, budget, budget).connected();
      for (int step = 0; step < 40; step++) {
        Peers.Side side = random.nextBoolean() ? peers.a : peers.b;
        SendOptions how =
            switch (random.nextInt(3)) {
              case 0 -> SendOptions.RELIABLE_ORDERED;
              case 1 -> new SendOptions(true, random.nextInt(3), -1);
              default -> new SendOptions(false, -1, random.nextInt(1, 200) * 1_000_000L);
            };
        side.send(random.nextInt(5), new byte[random.nextInt(1, 256 << 10)], how);
        side.consumes = random.nextInt(4) > 0;
        peers.runFor(random.nextInt(100));
        assertTrue(budget.used() <= budget.limit(), "seed " + seed);
      }
      if (random.nextBoolean()) {
        peers.a.association.abort("enough", peers.now());
        peers.runFor(1000);
        peers.b.association.abort("enough", peers.now());
      } else {
        peers.a.consumes = true;
        peers.b.consumes = true;
        peers.a.association.consumed(1 << 30, peers.now());
        peers.b.association.consumed(1 << 30, peers.now());
        peers.a.association.shutdown(peers.now());
        peers.run(
            () ->
                peers.a.state() == AssociationState.CLOSED
                    && peers.b.state() == AssociationState.CLOSED);
      }
      assertEquals(0, budget.used(), "seed " + seed);
    }
  }

  /** Hands packets over until none is left; everything is consumed. */
  private static void pump(SctpAssociation a, SctpAssociation b, long now) {
    ByteBuffer packet = ByteBuffer.allocate(1200);
    boolean moved = true;
    while (moved) {
      moved = move(a, b, packet, now) | move(b, a, packet, now);
    }
    assertFalse(a.state() == AssociationState.CLOSED);
  }

  private static boolean move(
      SctpAssociation from, SctpAssociation to, ByteBuffer packet, long now) {
    boolean moved = false;
    while (from.pollPacket(packet.clear(), now)) {
      moved = true;
      to.handlePacket(packet.flip(), now);
    }
    for (SctpEvent event = to.pollEvent(); event != null; event = to.pollEvent()) {
      if (event instanceof SctpEvent.MessageReceived message) {
        to.consumed(message.payload().remaining(), now);
      }
    }
    return moved;
  }
}
