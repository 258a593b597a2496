package dev.turnstone.ice.internet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.Candidate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the checks cost, in round trips: nothing else takes time here. */
final class LatencyTest {
  private final Scene scene = new Scene(1);
  private final SimulatedPeer a = scene.peer(Site.NO_NAT.host(scene.internet, 1, Scene.LINK));
  private final SimulatedPeer b = scene.peer(Site.NO_NAT.host(scene.internet, 2, Scene.LINK));
  private long toldAt;

  /** Both have begun, and wait for each other's candidates alone. */
  private void begin() {
    a.signals = candidate -> false;
    b.signals = candidate -> false;
    a.greet("from a");
    b.greet("from b");
    scene.start(a, b);
    scene.runFor(Duration.ofMillis(500));
    assertEquals(List.of(), a.pairs);
    toldAt = scene.internet.nowNanos();
  }

  private static void tell(SimulatedPeer from, SimulatedPeer to) {
    for (Candidate candidate : from.candidates) {
      to.transport.addRemoteCandidate(candidate);
    }
  }

  private double roundTripsSince(long nanos) {
    return Scene.roundTrips(nanos - toldAt);
  }

  private double firstData(SimulatedPeer receiver) {
    assertTrue(scene.runUntil(() -> !receiver.packets.isEmpty(), Duration.ofSeconds(5)));
    return roundTripsSince(scene.internet.nowNanos());
  }

  @Test
  void bothSidesHaveAPairOneRoundTripAfterTheLastCandidateAndDataFlowsAtOnce() {
    begin();
    tell(a, b);
    tell(b, a);
    // A check goes there and its answer comes back: less is not possible.
    double heard = firstData(a);
    assertEquals(1, roundTripsSince(a.selectedAt));
    assertEquals(1, roundTripsSince(b.selectedAt));
    assertEquals(1.5, heard);
    assertEquals(heard, firstData(b));
  }

  @Test
  void oneSideThatKnowsACandidateIsEnoughAndTheOtherFollowsHalfARoundTripLater() {
    begin();
    tell(b, a);
    double heard = firstData(b);
    assertEquals(1, roundTripsSince(a.selectedAt));
    assertEquals(1.5, heard);
    assertEquals(2, firstData(a));
    assertEquals(1.5, roundTripsSince(b.selectedAt));
  }
}
