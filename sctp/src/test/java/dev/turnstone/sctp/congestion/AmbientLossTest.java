package dev.turnstone.sctp.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AmbientLossTest {
  private final AmbientLoss loss = new AmbientLoss(1);

  /** Four rounds, which make a measurement. */
  private void measure(double part) {
    for (int i = 0; i < 4; i++) {
      loss.handleQuietRound(part * 1000, 1000);
    }
  }

  @Test
  void beforeThePathIsKnownTwoPercentCountWithAQueueAndTwentyWithout() {
    assertTrue(loss.isCongestion(300, 10_000, true));
    assertFalse(loss.isCongestion(300, 10_000, false));
    assertFalse(loss.isCongestion(2000, 10_000, false));
    assertTrue(loss.isCongestion(2200, 10_000, false));
  }

  @Test
  void lossThatThePathHasAnywayIsNoCongestion() {
    measure(0.05);
    assertEquals(0.05, loss.part(), 1e-9);
    assertFalse(loss.isCongestion(500, 10_000, true));
    assertTrue(loss.isCongestion(800, 10_000, true));
    assertTrue(loss.isCongestion(800, 10_000, false));
  }

  @Test
  void theLeastOfFourMeasurementsCounts() {
    measure(0.01);
    for (int i = 0; i < 3; i++) {
      measure(0.05);
      assertEquals(0.01, loss.part(), 1e-9);
    }
    measure(0.05);
    assertEquals(0.05, loss.part(), 1e-9);
  }

  @Test
  void noMoreThanATenthIsTakenForThePaths() {
    for (int i = 0; i < 8; i++) {
      measure(0.5);
    }
    assertEquals(0.1, loss.part(), 1e-9);
    assertTrue(loss.isCongestion(1500, 10_000, false));
  }

  @Test
  void aFewPacketsSayLittle() {
    measure(0);
    assertFalse(loss.isCongestion(1, 12, false));
    assertTrue(loss.isCongestion(2, 12, false));
  }
}
