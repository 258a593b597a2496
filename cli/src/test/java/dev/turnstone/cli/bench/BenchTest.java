package dev.turnstone.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.turnstone.cli.fake.FakePeers;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
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

  @Test
  void throughputCountsWhatArrives() {
    try (FakePeers peers = new FakePeers();
        Load load = Load.connect(peers, PLAIN, 2)) {
      Throughput result = Throughput.measure(peers, load, 1000, 0, 0.2);
      assertTrue(result.messagesPerSecond() > 0);
      assertEquals(result.messagesPerSecond() * 8 / 1000, result.mbitPerSecond(), 0.02);
      assertEquals(1200, result.largestDatagramBytes());
      assertEquals(
          List.of(
              "mbitPerSecond",
              "messagesPerSecond",
              "cpuSeconds",
              "megabytesPerCpuSecond",
              "largestDatagramBytes"),
          names(result));
    }
  }

  @Test
  void latencyIsOrdered() {
    try (FakePeers peers = new FakePeers();
        Load load = Load.connect(peers, PLAIN, 2)) {
      Latency result = Latency.measure(load, 100, 0, 0.2);
      assertTrue(result.p50Micros() > 0 && result.p50Micros() <= result.p99Micros());
      assertEquals(List.of("p50Micros", "p99Micros", "cpuMicrosPerRoundTrip"), names(result));
    }
  }

  @Test
  void setupMakesAsManyConnectionsAsAskedAndClosesThem() {
    FakePeers peers = new FakePeers();
    Setup result = Setup.measure(() -> peers, PLAIN, 3, 10, 1000);
    assertEquals(2 * (1 + 3 + 10), peers.made().size());
    assertTrue(result.warmMedianMillis() <= result.warmP95Millis());
    assertEquals(List.of("coldMillis", "warmMedianMillis", "warmP95Millis"), names(result));
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
