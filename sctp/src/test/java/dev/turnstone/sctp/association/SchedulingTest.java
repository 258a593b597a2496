package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.StreamScheduling;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.IDataChunk;
import dev.turnstone.testkit.Direction;
import dev.turnstone.testkit.LinkOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which stream sends next (RFC 8260 section 3), and what it does for latency. */
class SchedulingTest {
  private static final int BULK = 0;
  private static final int PING = 1;
  private static final Duration ROUND_TRIP = Duration.ofMillis(20);

  /** 20 Mbit/s, 20 ms there and back, a queue of one bandwidth-delay product. */
  private static final LinkOptions PATH =
      LinkOptions.PERFECT.withDelay(Duration.ofMillis(10)).withRate(20_000_000, 50_000);

  private static Peers with(long seed, StreamScheduling scheduling, boolean interleaving) {
    SctpOptions options =
        SctpOptions.builder()
            .streamScheduling(scheduling)
            .interleaving(interleaving)
            .maxReceivedMessageSize(2 << 20)
            .build();
    return new Peers(seed, options, options, PATH);
  }

  /** How long each of 200 pings took to arrive beside 1 MB messages, in nanoseconds, sorted. */
  private static List<Long> pings(boolean interleaving) {
    Peers peers = with(1, StreamScheduling.WEIGHTED_FAIR_QUEUEING, interleaving).connected();
    List<Long> arrived = new ArrayList<>();
    peers.network.afterTurn(
        () -> {
          peers.a.events.clear();
          while (peers.a.association.bufferedAmount(BULK) < 2_000_000) {
            peers.a.send(BULK, new byte[1_000_000], SendOptions.RELIABLE_ORDERED);
          }
          for (SctpEvent.MessageReceived message : peers.b.all(SctpEvent.MessageReceived.class)) {
            if (message.streamId() == PING) {
              arrived.add(peers.now() - message.payload().getLong(0));
            }
          }
          peers.b.events.clear();
        });
    peers.runFor(2000);
    for (int i = 0; i < 200; i++) {
      byte[] ping = new byte[100];
      ByteBuffer.wrap(ping).putLong(peers.now());
      peers.a.send(PING, ping, SendOptions.RELIABLE_ORDERED);
      peers.runFor(50);
    }
    peers.runFor(2000);
    assertEquals(200, arrived.size());
    return arrived.stream().sorted().toList();
  }

  @Test
  void aPingBesideABulkTransferTakesTwoRoundTripsAtMost() {
    List<Long> times = pings(true);
    assertTrue(
        times.get(190) <= 2 * ROUND_TRIP.toNanos(),
        () -> "median " + times.get(100) + ", p95 " + times.get(190) + ", last " + times.get(199));
  }

  @Test
  void withoutInterleavingItWaitsForWholeMessages() {
    List<Long> times = pings(false);
    // 1 MB takes 400 ms here.
    assertTrue(
        times.get(100) > 150_000_000L,
        () -> "median " + times.get(100) + ", p95 " + times.get(190) + ", last " + times.get(199));
  }

  /** The bytes that left for each stream while all of them had plenty to send. */
  private static long[] shares(Peers peers, int streams, int messageSize) {
    for (int i = 0; i < 3_000_000 / messageSize; i++) {
      for (int stream = 0; stream < streams; stream++) {
        peers.a.send(stream, new byte[messageSize], SendOptions.RELIABLE_ORDERED);
      }
    }
    long[] before = new long[streams];
    for (int stream = 0; stream < streams; stream++) {
      before[stream] = peers.a.association.bufferedAmount(stream);
    }
    peers.runFor(1500);
    long[] gone = new long[streams];
    for (int stream = 0; stream < streams; stream++) {
      gone[stream] = before[stream] - peers.a.association.bufferedAmount(stream);
      assertTrue(gone[stream] < before[stream], "stream " + stream + " always had something");
    }
    return gone;
  }

  @Test
  void weightedFairQueueingSharesByWeight() {
    for (boolean interleaving : new boolean[] {true, false}) {
      Peers peers = with(2, StreamScheduling.WEIGHTED_FAIR_QUEUEING, interleaving).connected();
      int[] weights = {128, 256, 512, 1024};
      for (int stream = 0; stream < 4; stream++) {
        peers.a.association.setPriority(stream, weights[stream]);
      }
      long[] gone = shares(peers, 4, 10_000);
      double total = gone[0] + gone[1] + gone[2] + gone[3];
      for (int stream = 0; stream < 4; stream++) {
        double due = weights[stream] / 1920.0;
        assertEquals(due, gone[stream] / total, due / 10, "stream " + stream);
      }
    }
  }

  @Test
  void weightsMayChangeWhileMessagesWait() {
    Peers peers = with(3, StreamScheduling.WEIGHTED_FAIR_QUEUEING, true).connected();
    peers.a.send(0, new byte[500_000], SendOptions.RELIABLE_ORDERED);
    peers.runFor(50);
    peers.a.association.setPriority(0, 768);
    long[] gone = shares(peers, 2, 10_000);
    assertEquals(3.0, (double) gone[0] / gone[1], 0.3);
    assertThrows(IllegalArgumentException.class, () -> peers.a.association.setPriority(0, 0));
    assertThrows(IllegalArgumentException.class, () -> peers.a.association.setPriority(65536, 1));
  }

  @Test
  void roundRobinTakesNoWeights() {
    Peers peers = with(4, StreamScheduling.ROUND_ROBIN, true).connected();
    peers.a.association.setPriority(0, 1024);
    long[] gone = shares(peers, 3, 11_000);
    for (int stream = 0; stream < 3; stream++) {
      assertEquals(gone[0], gone[stream], gone[0] / 50.0);
    }
  }

  /** The streams of the I-DATA chunks that leave, repetitions left out. */
  private static List<Integer> order(Peers peers, int messages) {
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    for (int i = 0; i < messages; i++) {
      peers.a.send(i % 3, new byte[6_000], SendOptions.RELIABLE_ORDERED);
    }
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == messages);
    List<Integer> order = new ArrayList<>();
    for (Chunk chunk : sent) {
      if (chunk instanceof IDataChunk data
          && (order.isEmpty() || order.get(order.size() - 1) != data.streamId())) {
        order.add(data.streamId());
      }
    }
    return order;
  }

  @Test
  void strictPrioritySendsTheGreatestWeightAlone() {
    Peers peers = with(5, StreamScheduling.STRICT_PRIORITY, true).connected();
    peers.a.association.setPriority(1, 512);
    peers.a.association.setPriority(2, 1024);
    assertEquals(List.of(2, 1, 0), order(peers, 12));
  }

  @Test
  void strictPriorityOvertakesAMessageThatHasBegun() {
    Peers peers = with(6, StreamScheduling.STRICT_PRIORITY, true).connected();
    peers.a.association.setPriority(PING, 1024);
    peers.a.send(BULK, new byte[500_000], SendOptions.RELIABLE_ORDERED);
    peers.runFor(60);
    peers.a.queue(PING, "urgent");
    peers.run(() -> peers.b.texts().size() == 2);
    assertEquals("urgent", peers.b.texts().get(0));
  }

  @Test
  void firstComeFirstServedKeepsTheOrderOfTheCalls() {
    Peers peers = with(7, StreamScheduling.FIRST_COME_FIRST_SERVED, true).connected();
    assertEquals(List.of(0, 1, 2, 0, 1, 2, 0, 1, 2), order(peers, 9));
  }

  @Test
  void whatWasGivenUpTakesNoTurn() {
    for (StreamScheduling scheduling : StreamScheduling.values()) {
      Peers peers = with(8, scheduling, true).connected();
      peers.network.setOptions(LinkOptions.BLACKOUT);
      SendOptions brief = new SendOptions(true, -1, 1_000_000);
      for (int i = 0; i < 60; i++) {
        peers.a.send(i % 7, new byte[3000], i % 2 == 0 ? brief : SendOptions.RELIABLE_ORDERED);
      }
      peers.runFor(10);
      peers.network.setOptions(PATH);
      peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 30);
      peers.run(() -> peers.a.association.metrics().bytesInFlight() == 0);
      assertEquals(30, peers.a.association.metrics().messagesAbandoned(), scheduling.name());
      assertEquals(0, peers.a.association.bufferedAmount(), scheduling.name());
    }
  }
}
