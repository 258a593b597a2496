package dev.turnstone.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.turnstone.cli.fake.FakePeers;
import dev.turnstone.cli.link.Traffic;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class BenchTest {
  private static final PeerConnectionConfiguration PLAIN =
      PeerConnectionConfiguration.builder().build();

  private static List<String> names(Object result) {
    JsonNode json = new JsonMapper().valueToTree(result);
    List<String> names = new ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Workload shortly(int size) {
    return new Workload(size, 0, 0.1, 3);
  }

  @Test
  void throughputCountsWhatArrives() {
    try (FakePeers peers = new FakePeers();
        Load load = Load.connect(peers, PLAIN, 2)) {
      Throughput result = Throughput.measure(load, shortly(1000), 0);
      assertEquals(3, result.rounds().size());
      assertEquals(2, result.connections());
      assertTrue(result.messagesPerSecond().most() > 0);
      assertEquals(
          result.messagesPerSecond().median() * 8 / 1000, result.mbitPerSecond().median(), 0.02);
      assertEquals(1200, result.largestDatagramBytes());
      assertEquals(
          List.of(
              "size",
              "connections",
              "mbitPerSecond",
              "messagesPerSecond",
              "megabytesPerCpuSecond",
              "cores",
              "cpuNanosPerDatagram",
              "allocatedBytesPerDatagram",
              "datagramsPerSend",
              "largestDatagramBytes",
              "rounds"),
          names(result));
    }
  }

  @Test
  void latencyIsOrdered() {
    try (FakePeers peers = new FakePeers();
        Load load = Load.connect(peers, PLAIN, 2)) {
      Latency result = Latency.measure(load, shortly(100));
      assertEquals(3, result.rounds().size());
      for (Latency.Round round : result.rounds()) {
        assertTrue(round.p50Micros() > 0 && round.p50Micros() <= round.p95Micros());
        assertTrue(round.p95Micros() <= round.p99Micros());
      }
      assertTrue(names(result).containsAll(List.of("p50Micros", "p95Micros", "p99Micros")));
    }
  }

  /** A lane that hands each message to the other end at once, changed on its way. */
  private static final class Bent implements Link {
    private final CompletableFuture<Throwable> broken = new CompletableFuture<>();
    private final UnaryOperator<ByteBuffer> way;
    private Consumer<ByteBuffer> ear;

    Bent(UnaryOperator<ByteBuffer> way) {
      this.way = way;
    }

    private final class End implements Lane {
      private long sent;

      @Override
      public void send(ByteBuffer message) {
        sent += message.remaining();
        ByteBuffer copy = ByteBuffer.allocate(message.remaining()).put(message.duplicate()).flip();
        ByteBuffer changed = way.apply(copy);
        if (changed != null) {
          ear.accept(changed);
        }
      }

      @Override
      public long bufferedAmount() {
        return sent;
      }

      @Override
      public void hear(Consumer<ByteBuffer> onMessage, long lowThreshold, Runnable onLow) {
        ear = ear == null ? onMessage : ear;
      }
    }

    @Override
    public Lane near() {
      return new End();
    }

    @Override
    public Lane far() {
      return new End();
    }

    @Override
    public CompletableFuture<Throwable> broken() {
      return broken;
    }

    @Override
    public void close() {}
  }

  private static String refusal(long largestDatagram, UnaryOperator<ByteBuffer> way) {
    try (Load load =
        Load.connect(() -> new Bent(way), 1, () -> new Traffic(1, 1, largestDatagram))) {
      return assertThrows(
              RuntimeException.class, () -> Throughput.measure(load, shortly(3000), 30_000))
          .getMessage();
    }
  }

  @Test
  void aMessageThatDiffersInOneByteIsNoThroughput() {
    String why = refusal(1200, message -> message.put(2500, (byte) (message.get(2500) + 1)));
    assertTrue(why.contains("first at byte 2500"), why);
  }

  @Test
  void aMessageOfAnotherSizeIsNoThroughput() {
    String why = refusal(1200, message -> message.limit(2999));
    assertTrue(why.contains("2999 bytes in the place of 3000"), why);
  }

  @Test
  void aMessageInThePlaceOfAnotherIsNoThroughput() {
    AtomicInteger count = new AtomicInteger();
    String why = refusal(1200, message -> count.getAndIncrement() == 3 ? null : message);
    assertTrue(why.contains("message 3 is wrong"), why);
  }

  @Test
  void aDatagramThatNoPathWouldCarryIsNoThroughput() {
    String why = refusal(34_000, message -> message);
    assertTrue(why.contains("34000"), why);
  }

  @Test
  void whatArrivesWholeAndInOrderIsAccepted() {
    try (Load load =
        Load.connect(() -> new Bent(message -> message), 1, () -> new Traffic(1, 1, 1200))) {
      assertTrue(Throughput.measure(load, shortly(5), 1_000).largestDatagramBytes() == 1200);
    }
  }

  @Test
  void aSpreadHasTheMiddleAndTheEnds() {
    assertEquals(new Spread(2, 1, 9), Spread.of(9, 1, 2));
    assertEquals(new Spread(2.5, 1, 9), Spread.of(9, 1, 2, 3));
    assertThrows(IllegalArgumentException.class, Spread::of);
  }

  @Test
  void setupMakesAsManyConnectionsAsAskedAndClosesThem() {
    FakePeers peers = new FakePeers();
    Setup result = Setup.measure(() -> peers, PLAIN, 3, 10, 1000);
    assertEquals(2 * (1 + 3 + 10 + 10), peers.made().size());
    assertTrue(result.warmMedianMillis() <= result.warmP95Millis());
    assertTrue(result.coldMillis() <= result.coldWholeMillis());
    assertTrue(result.warmMedianMillis() <= result.warmWholeMedianMillis());
    assertEquals(
        List.of(
            "coldMillis",
            "coldWholeMillis",
            "jvmMillis",
            "warmMedianMillis",
            "warmP95Millis",
            "warmWholeMedianMillis",
            "perSecond",
            "cpuMillis"),
        names(result));
  }

  @Test
  void aConnectionThatBreaksEndsTheMeasurementWithTheReason() {
    try (FakePeers peers = new FakePeers();
        Load load = Load.connect(peers, PLAIN, 1)) {
      peers.made().get(0).fail();
      CompletionException failed = assertThrows(CompletionException.class, () -> load.run(1000));
      assertEquals("no path", failed.getCause().getMessage());
    }
  }

  @Test
  void percentilesAreOfNearestRank() {
    Percentiles times = new Percentiles();
    for (int i = 2000; i >= 1; i--) {
      times.add(i);
    }
    assertEquals(1000, times.at(0.5));
    assertEquals(1980, times.at(0.99));
    assertEquals(2000, times.at(1));
    assertThrows(IllegalStateException.class, () -> new Percentiles().at(0.5));
  }
}
