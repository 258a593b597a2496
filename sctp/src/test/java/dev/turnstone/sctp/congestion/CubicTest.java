package dev.turnstone.sctp.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** RFC 9438. */
class CubicTest {
  private static final int MTU = Acks.MTU;
  private final Cubic cubic = new Cubic(MTU, 1000 * MTU);
  private final Acks acks = new Acks(cubic);

  /** A loss at 1000 packets: the window is 700, W_max 1000, K = cbrt(300 / 0.4) = 9.0856 s. */
  private void loseAtThousand() {
    acks.lose(0);
    cubic.handleRecovered(0);
    assertEquals(700, acks.packets(), 0.001);
  }

  /** Acknowledges a whole window each round trip until the time, which ends with one. */
  private void runTo(long fromMillis, long untilMillis, long rttMillis) {
    for (long t = fromMillis; t <= untilMillis; t += rttMillis) {
      acks.full(t, rttMillis, acks.packets());
    }
  }

  private static double curve(double seconds, double k, double peak) {
    return 0.4 * Math.pow(seconds - k, 3) + peak;
  }

  @Test
  void afterALossTheWindowFollowsTheCubicCurve() {
    loseAtThousand();
    double k = Math.cbrt(300 / 0.4);
    assertEquals(9.0856, k, 0.0001);
    // The epoch begins with the first acknowledgement; each one leads to where the curve will be
    // a round trip later.
    acks.full(0, 100, acks.packets());
    for (long millis = 100; millis <= 12_000; millis += 100) {
      acks.full(millis, 100, acks.packets());
      assertEquals(curve(millis / 1000.0 + 0.1, k, 1000), acks.packets(), 0.01, "at " + millis);
    }
    // Concave up to W_max, a plateau there, convex beyond.
    assertTrue(acks.packets() > 1000);
  }

  @Test
  void theWindowGrowsByAtMostHalfInARoundTrip() {
    loseAtThousand();
    acks.full(0, 100, 1);
    // 4.4: the target is at most 1.5 windows, however late the acknowledgement.
    acks.full(60_000, 100, acks.packets());
    assertEquals(1.5 * 700, acks.packets(), 1);
  }

  @Test
  void whereTheCurveIsFlatItIsAsFastAsReno() {
    Cubic small = new Cubic(MTU, 10 * MTU);
    Acks few = new Acks(small);
    few.lose(0);
    small.handleRecovered(0);
    assertEquals(7, few.packets(), 0.001);
    // K is cbrt(3 / 0.4) = 1.96 s. At 10 ms round trip W_est grows by 9/17 packets in each: from 7
    // to 10 in 6 round trips, when the curve has not moved.
    double estimate = 7;
    for (int i = 0; i < 5; i++) {
      double window = few.packets();
      few.full(10L * i, 10, window);
      estimate += 9.0 / 17;
      assertEquals(estimate, few.packets(), 0.01);
    }
    // 4.3: from the old window on, a packet in each round trip.
    few.full(50, 10, few.packets());
    few.full(60, 10, few.packets());
    double before = few.packets();
    assertTrue(before > 10);
    few.full(70, 10, before);
    assertEquals(before + 1, few.packets(), 0.01);
  }

  @Test
  void aFlowThatLosesBeforeItsPeakLowersThePeakFurther() {
    loseAtThousand();
    runTo(0, 2000, 100);
    double window = acks.packets();
    assertTrue(window < 1000);
    acks.lose(2000);
    cubic.handleRecovered(2000);
    // 4.7: W_max is 0.85 of the window, and so K from 0.7 of it is cbrt(0.15 w / 0.4).
    double k = Math.cbrt(0.15 * window / 0.4);
    runTo(2000, 2000 + (long) (k * 1000), 50);
    assertEquals(0.85 * window, acks.packets(), 1);
  }

  @Test
  void aWindowThatIsNotInUseDoesNotGrowAndTimeStandsStill() {
    loseAtThousand();
    runTo(0, 1000, 100);
    double window = acks.packets();
    for (long t = 1100; t <= 31_000; t += 100) {
      acks.inUse(t, 100, 10, 50 * MTU);
    }
    assertEquals(window, acks.packets(), 0.001);
    acks.full(31_100, 100, window);
    // 5.8: 1.2 s on the curve, a round trip ahead.
    assertEquals(curve(1.2, Math.cbrt(750), 1000), acks.packets(), 0.5);
  }

  @Test
  void aLossThatWasNoneIsUndoneAndTheCurveGoesOn() {
    loseAtThousand();
    runTo(0, 1000, 100);
    double window = acks.packets();
    acks.lose(1000);
    assertEquals(0.7 * window, acks.packets(), 0.01);
    cubic.handleSpuriousLoss(1_050_000_000L);
    assertEquals(window, acks.packets(), 0.01);
    acks.full(1100, 100, window);
    assertEquals(curve(1.2, Math.cbrt(750), 1000), acks.packets(), 0.01);
  }

  @Test
  void aTimeoutBeginsWithOnePacketAndSlowStartToSevenTenths() {
    cubic.handleTimeout(0);
    assertEquals(MTU, cubic.window());
    long t = 1;
    while (acks.packets() < 699.5) {
      acks.full(t++, 1, acks.packets());
    }
    assertEquals(11, t, "doubled ten times");
    assertEquals(700, acks.packets(), 0.001);
    // 4.8: K is 0 and W_max the window then: 0.4 t^3 above it.
    for (long now = 1000; now <= 5000; now += 100) {
      acks.full(now, 100, acks.packets());
    }
    assertEquals(700 + 0.4 * Math.pow(4.1, 3), acks.packets(), 0.01);
  }

  @Test
  void twoTimeoutsThatWereNoneAreUndoneToBeforeTheFirst() {
    cubic.handleTimeout(0);
    cubic.handleTimeout(1_000_000_000L);
    cubic.handleSpuriousLoss(1_100_000_000L);
    assertEquals(1000, acks.packets(), 0.001);
  }

  @Test
  void silenceHalvesTheWindowForEachTimeoutDownToTheFirst() {
    Cubic small = new Cubic(MTU, 10 * MTU);
    Acks some = new Acks(small);
    for (int i = 0; i < 4; i++) {
      some.full(10 * i, 10, some.packets());
    }
    assertEquals(160, some.packets(), 0.001);
    small.handleIdle(299, 100, 0);
    assertEquals(40, some.packets(), 0.001);
    small.handleIdle(Long.MAX_VALUE / 2, 1_000_000, Long.MAX_VALUE / 2);
    assertEquals(10, some.packets(), 0.001);
  }

  @Test
  void theWindowIsNeverBelowTwoPacketsAfterLosses() {
    for (int i = 0; i < 50; i++) {
      acks.lose(i);
      cubic.handleRecovered(i);
    }
    assertEquals(2 * MTU, cubic.window());
  }

  @Test
  void clocksThatJumpDoNoHarm() {
    loseAtThousand();
    acks.full(1_000_000_000L, 100, 700);
    acks.full(0, 100, 700);
    acks.full(9_000_000_000L, 0, 700);
    acks.full(9_000_000_001L, -1, 700);
    assertTrue(cubic.window() >= 700 * MTU);
    assertTrue(cubic.window() <= (1L << 32) * MTU);
    assertTrue(cubic.pacingRate() > 0);
  }

  /**
   * Where both flows lose at each overflow, the curves alone keep them apart for ever. The peak
   * that 4.7 lowers at each second loss takes more than a quarter of the distance.
   */
  @Test
  void flowsThatLoseTogetherDrawLevel() {
    Cubic large = new Cubic(MTU, 800 * MTU);
    Cubic small = new Cubic(MTU, 140 * MTU);
    Acks first = new Acks(large);
    Acks second = new Acks(small);
    int losses = 0;
    double distance = 0;
    for (long t = 0; losses < 17; t += 90) {
      if (losses == 0 || first.packets() + second.packets() > 1000) {
        distance = first.packets() - second.packets();
        first.lose(t);
        second.lose(t);
        large.handleRecovered(t);
        small.handleRecovered(t);
        losses++;
      } else {
        first.full(t, 90, first.packets());
        second.full(t, 90, second.packets());
      }
    }
    assertTrue(Math.abs(distance) < 660 * Math.pow(0.75, 8), "distance " + distance);
  }

  @Test
  void aLinkIsFilledAndItsQueueOverflowsSeldom() {
    Bottleneck link = new Bottleneck(12.5e6, 625_000, 0, 1);
    Bottleneck.Flow flow = link.add(new Cubic(1200, 12_000), 50_000_000, 0);
    link.run(20_000_000_000L);
    assertEquals(12.5e6 * 20, flow.delivered(), 0.06 * 12.5e6 * 20);
    assertTrue(link.dropped() < 0.01, "dropped " + link.dropped());
    assertEquals(0, flow.timeouts);
  }

  @Test
  void twoFlowsShareALink() {
    Bottleneck link = new Bottleneck(12.5e6, 625_000, 0, 1);
    Bottleneck.Flow first = link.add(new Cubic(1200, 12_000), 50_000_000, 0);
    Bottleneck.Flow second = link.add(new Cubic(1200, 12_000), 50_000_000, 2_000_000_000L);
    link.run(5_000_000_000L);
    double a = -first.delivered();
    double b = -second.delivered();
    link.run(65_000_000_000L);
    a += first.delivered();
    b += second.delivered();
    assertTrue(a / (a + b) > 0.4 && a / (a + b) < 0.6, "share " + a / (a + b));
  }
}
