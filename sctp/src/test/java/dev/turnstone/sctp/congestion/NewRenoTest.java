package dev.turnstone.sctp.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** RFC 9260 section 7.2. */
class NewRenoTest {
  private static final int MTU = 1000;
  private final NewReno reno = new NewReno(MTU, 10_000);

  private void acked(long bytes, boolean advanced, long inFlightBefore) {
    long after = Math.max(0, inFlightBefore - bytes);
    reno.handleAcked(
        new AckSample(
            0, bytes, 0, advanced, inFlightBefore, after, -1, -1, bytes, 0, 0, 0, 0, 0, false));
  }

  private void lose(long inFlight) {
    reno.handleLoss(new LossSample(0, MTU, inFlight, inFlight, true));
  }

  @Test
  void slowStartGrowsByWhatIsAcknowledgedWhileTheWindowIsFull() {
    acked(10_000, true, 10_000);
    assertEquals(20_000, reno.window());
    acked(5_000, true, 5_000);
    assertEquals(20_000, reno.window(), "the window was not in use");
    acked(5_000, false, 20_000);
    assertEquals(20_000, reno.window(), "the cumulative TSN did not move");
  }

  @Test
  void lossHalvesTheWindowAndAvoidanceAddsAPacketForEachWindow() {
    acked(10_000, true, 10_000);
    lose(20_000);
    assertEquals(10_000, reno.window());
    acked(10_000, true, 10_000);
    assertEquals(10_000, reno.window(), "no growth in fast recovery");
    reno.handleRecovered(0);
    acked(10_000, true, 10_000);
    assertEquals(20_000, reno.window(), "at the threshold it is still slow start");
    acked(19_000, true, 20_000);
    assertEquals(20_000, reno.window());
    acked(1_000, true, 20_000);
    assertEquals(21_000, reno.window());
  }

  @Test
  void aTimeoutBeginsWithOnePacketAndRemembersHalf() {
    reno.handleTimeout(0);
    assertEquals(MTU, reno.window());
    long window = reno.window();
    for (int i = 0; i < 20; i++) {
      acked(window, true, window);
      window = reno.window();
    }
    // Slow start to 5000 and what it overshoots, then a packet for each window.
    assertEquals(8_000 + 17 * MTU, window);
  }

  @Test
  void theThresholdIsNeverBelowFourPackets() {
    lose(10_000);
    for (int i = 0; i < 5; i++) {
      lose(1_000);
    }
    assertEquals(4 * MTU, reno.window());
  }

  @Test
  void silenceHalvesTheWindowForEachTimeoutDownToTheFirst() {
    for (int i = 0; i < 4; i++) {
      acked(reno.window(), true, reno.window());
    }
    assertEquals(160_000, reno.window());
    reno.handleIdle(299, 100, 0);
    assertEquals(40_000, reno.window());
    reno.handleIdle(10_000, 100, 0);
    assertEquals(10_000, reno.window());
  }

  @Test
  void aLossThatWasNoneIsUndone() {
    acked(10_000, true, 10_000);
    lose(20_000);
    reno.handleSpuriousLoss(0);
    assertEquals(20_000, reno.window());
    acked(20_000, true, 20_000);
    assertEquals(40_000, reno.window(), "slow start goes on");
  }
}
