package dev.turnstone.sctp.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** RFC 9406. */
class HyStartTest {
  private static final int MTU = 1000;
  private final HyStart start = new HyStart(MTU);
  private long delivered;

  /** A round of ten acknowledgements; returns how far the window grew for its 10 packets. */
  private long round(long rttMillis) {
    long grown = 0;
    long begun = delivered;
    for (int i = 0; i < 10; i++) {
      delivered += MTU;
      grown += start.handleAcked(ack(begun, rttMillis, MTU), true);
    }
    return grown;
  }

  private AckSample ack(long prior, long rttMillis, long bytes) {
    long rtt = rttMillis * 1_000_000;
    return new AckSample(
        0, bytes, 0, true, bytes, 0, rtt, rtt, delivered, 0, prior, 0, bytes, rtt, false);
  }

  @Test
  void aRoundTripThatStaysLetsTheWindowDouble() {
    for (int i = 0; i < 20; i++) {
      assertEquals(10 * MTU, round(40));
    }
    assertFalse(start.isDone());
  }

  @Test
  void aRoundTripThatGrowsByAnEighthSlowsTheGrowthToAQuarterAndFiveRoundsLaterItIsOver() {
    round(40);
    // 40 ms / 8 = 5 ms; seen at the eighth sample, so that two acknowledgements count a quarter.
    assertEquals(8 * MTU + 2 * MTU / 4, round(45));
    for (int i = 0; i < 4; i++) {
      assertEquals(10 * MTU / 4, round(45));
      assertFalse(start.isDone());
    }
    round(45);
    assertTrue(start.isDone());
  }

  @Test
  void growthByLessIsNone() {
    round(40);
    assertEquals(10 * MTU, round(44));
  }

  @Test
  void onAShortPathFourMillisecondsCountAndOnALongOneSixteen() {
    round(1);
    assertEquals(10 * MTU, round(4));
    assertTrue(round(8) < 10 * MTU);
    HyStartTest path = new HyStartTest();
    path.round(300);
    assertEquals(10 * MTU, path.round(315));
    assertTrue(path.round(331) < 10 * MTU);
  }

  @Test
  void growthThatProvesToBeNoneLetsSlowStartGoOn() {
    round(40);
    round(50);
    assertEquals(10 * MTU / 4, round(50));
    round(41);
    assertEquals(10 * MTU, round(41));
    for (int i = 0; i < 10; i++) {
      round(41);
    }
    assertFalse(start.isDone());
  }

  @Test
  void withoutPacingABatchCountsForEightPackets() {
    delivered += 100 * MTU;
    assertEquals(8 * MTU, start.handleAcked(ack(0, 40, 100 * MTU), false));
    assertEquals(100 * MTU, start.handleAcked(ack(0, 40, 100 * MTU), true));
  }
}
