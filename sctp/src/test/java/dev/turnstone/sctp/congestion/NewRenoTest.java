package dev.turnstone.sctp.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** RFC 9260 section 7.2. */
class NewRenoTest {
  private static final int MTU = 1000;
  private final NewReno reno = new NewReno(MTU, 10_000);

  @Test
  void slowStartGrowsByWhatIsAcknowledgedWhileTheWindowIsFull() {
    reno.handleAcked(10_000, true, 10_000, 0);
    assertEquals(20_000, reno.window());
    reno.handleAcked(5_000, true, 5_000, 0);
    assertEquals(20_000, reno.window(), "the window was not in use");
    reno.handleAcked(5_000, false, 20_000, 0);
    assertEquals(20_000, reno.window(), "the cumulative TSN did not move");
  }

  @Test
  void lossHalvesTheWindowAndAvoidanceAddsAPacketForEachWindow() {
    reno.handleAcked(10_000, true, 10_000, 0);
    reno.handleLoss(20_000, 0);
    assertEquals(10_000, reno.window());
    reno.handleAcked(10_000, true, 10_000, 0);
    assertEquals(10_000, reno.window(), "no growth in fast recovery");
    reno.handleRecovered(0);
    reno.handleAcked(10_000, true, 10_000, 0);
    assertEquals(20_000, reno.window(), "at the threshold it is still slow start");
    reno.handleAcked(19_000, true, 20_000, 0);
    assertEquals(20_000, reno.window());
    reno.handleAcked(1_000, true, 20_000, 0);
    assertEquals(21_000, reno.window());
  }

  @Test
  void aTimeoutBeginsWithOnePacketAndRemembersHalf() {
    reno.handleTimeout(0);
    assertEquals(MTU, reno.window());
    long window = reno.window();
    for (int i = 0; i < 20; i++) {
      reno.handleAcked(window, true, window, 0);
      window = reno.window();
    }
    // Slow start to 5000 and what it overshoots, then a packet for each window.
    assertEquals(8_000 + 17 * MTU, window);
  }

  @Test
  void theThresholdIsNeverBelowFourPackets() {
    reno.handleLoss(10_000, 0);
    for (int i = 0; i < 5; i++) {
      reno.handleLoss(1_000, 0);
    }
    assertEquals(4 * MTU, reno.window());
  }

  @Test
  void silenceHalvesTheWindowForEachTimeoutDownToTheFirst() {
    for (int i = 0; i < 4; i++) {
      reno.handleAcked(reno.window(), true, reno.window(), 0);
    }
    assertEquals(160_000, reno.window());
    reno.handleIdle(299, 100);
    assertEquals(40_000, reno.window());
    reno.handleIdle(10_000, 100);
    assertEquals(10_000, reno.window());
  }
}
