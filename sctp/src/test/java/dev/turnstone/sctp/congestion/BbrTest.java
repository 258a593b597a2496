package dev.turnstone.sctp.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.congestion.Bbr.Phase;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** draft-ietf-ccwg-bbr over a simulated bottleneck. */
class BbrTest {
  private static final int MTU = Bottleneck.MTU;
  private static final double RATE = 12.5e6;
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000;

  private final Bbr bbr = bbr(7);

  private static Bbr bbr(long seed) {
    return new Bbr(MTU, 10 * MTU, new Random(seed));
  }

  private static long bdp(long rttMillis) {
    return (long) (RATE * rttMillis / 1000);
  }

  private static Bottleneck link(long rttMillis, double queue, double loss) {
    return new Bottleneck(RATE, Math.max(2 * MTU, (long) (queue * bdp(rttMillis))), loss, 1);
  }

  /** The part of the link that a flow fills from its fifth second on. */
  private double goodput(long rttMillis, double loss, long seconds) {
    Bottleneck link = link(rttMillis, 1, loss);
    Bottleneck.Flow flow = link.add(bbr, rttMillis * MILLI, 0);
    link.run(5 * SECOND);
    long before = flow.delivered();
    link.run(seconds * SECOND);
    return (flow.delivered() - before) / RATE / (seconds - 5);
  }

  @ParameterizedTest(name = "{0} ms, loss {1}: at least {2} of the link")
  @CsvSource({
    "1, 0, 0.92", "20, 0, 0.92", "50, 0, 0.92", "100, 0, 0.92", "300, 0, 0.92",
    "1, 0.01, 0.8", "20, 0.01, 0.8", "50, 0.01, 0.8", "100, 0.01, 0.8", "300, 0.01, 0.8",
    "1, 0.05, 0.6", "20, 0.05, 0.6", "50, 0.05, 0.6", "100, 0.05, 0.6", "300, 0.05, 0.6"
  })
  void theLinkIsFilledWhateverTheLossAndTheDelay(long rttMillis, double loss, double least) {
    double goodput = goodput(rttMillis, loss, 13);
    assertTrue(goodput >= least, "goodput " + goodput);
  }

  @Test
  void startupFindsTheRateOfTheLinkAndEndsWithoutFillingTheQueue() {
    Bottleneck link = link(50, 4, 0);
    Bottleneck.Flow flow = link.add(bbr, 50 * MILLI, 0);
    link.run(SECOND);
    assertNotEquals(Phase.STARTUP, bbr.phase());
    assertEquals(RATE, bbr.rate(), 0.02 * RATE);
    // 5.3.1: the gain of 2 bounds what is in flight.
    assertTrue(flow.inFlight() < 2.5 * bdp(50), "in flight " + flow.inFlight());
    assertEquals(0, link.dropped());
  }

  @Test
  void theCycleGoesThroughAllItsPhases() {
    Bottleneck link = link(50, 1, 0);
    link.add(bbr, 50 * MILLI, 0);
    Set<Phase> seen = EnumSet.noneOf(Phase.class);
    for (int i = 0; i < 10_000; i++) {
      link.run(i * MILLI);
      seen.add(bbr.phase());
    }
    seen.remove(Phase.PROBE_RTT);
    assertEquals(EnumSet.complementOf(EnumSet.of(Phase.PROBE_RTT)), seen);
  }

  @Test
  void lossBeforeThePipeIsFullDoesNotEndStartup() {
    Bottleneck link = link(100, 1, 0.05);
    link.add(bbr, 100 * MILLI, 0);
    link.run(3 * SECOND);
    assertEquals(0.95 * RATE, bbr.rate(), 0.05 * RATE);
  }

  @Test
  void aQueueThatIsTooShortToBeSeenStillMakesItBackOff() {
    Bottleneck link = link(50, 0.05, 0);
    Bottleneck.Flow flow = link.add(bbr, 50 * MILLI, 0);
    link.run(5 * SECOND);
    assertTrue(bbr.inflightHi() < 1.5 * bdp(50), "bound " + bbr.inflightHi());
    link.run(20 * SECOND);
    assertTrue(link.dropped() < 0.02, "dropped " + link.dropped());
    assertTrue(flow.delivered() > 0.85 * RATE * 20, "delivered " + flow.delivered());
  }

  @Test
  void twoFlowsCrowdedIntoAShortQueueKeepTheLossLow() {
    Bottleneck link = link(50, 0.1, 0);
    link.add(bbr, 50 * MILLI, 0);
    link.add(bbr(8), 50 * MILLI, SECOND);
    link.run(30 * SECOND);
    assertTrue(link.dropped() < 0.02, "dropped " + link.dropped());
  }

  @Test
  void lossThatBeginsLaterIsLearntToBeThePaths() {
    Bottleneck link = link(50, 1, 0);
    Bottleneck.Flow flow = link.add(bbr, 50 * MILLI, 0);
    link.run(10 * SECOND);
    link.setLoss(0.05);
    link.run(20 * SECOND);
    long before = flow.delivered();
    link.run(40 * SECOND);
    assertTrue(flow.delivered() - before > 0.75 * RATE * 20);
  }

  @Test
  void aReceiverThatAnswersWholeBatchesIsKeptBusy() {
    Bottleneck link = link(20, 1, 0);
    Bottleneck.Flow flow = link.add(bbr, 20 * MILLI, 0).ackEvery(100);
    link.run(10 * SECOND);
    assertTrue(flow.delivered() > 0.9 * RATE * 10, "delivered " + flow.delivered());
  }

  @Test
  void afterSilenceItSendsAtThePathsRateAtOnceAndDoesNotSearchForTheRoundTrip() {
    Bottleneck link = link(100, 1, 0);
    Bottleneck.Flow flow = link.add(bbr, 100 * MILLI, 0);
    link.run(10 * SECOND);
    flow.pause();
    link.run(40 * SECOND);
    double window = bbr.window();
    long before = flow.delivered();
    flow.resume(29 * SECOND);
    link.run(40 * SECOND + 400 * MILLI);
    assertTrue(bbr.window() > 0.5 * window);
    assertNotEquals(Phase.PROBE_RTT, bbr.phase());
    // A round trip is gone before the first acknowledgement.
    assertTrue(flow.delivered() - before > 0.8 * RATE * 0.3);
    assertEquals(0, link.dropped(), 0.002);
  }

  @Test
  void timeoutLeavesFourPacketsAndLossThatWasNoneBringsTheWindowBack() {
    Bottleneck link = link(50, 1, 0);
    link.add(bbr, 50 * MILLI, 0);
    link.run(5 * SECOND);
    long window = bbr.window();
    bbr.handleTimeout(5 * SECOND);
    assertEquals(4 * MTU, bbr.window());
    bbr.handleTimeout(6 * SECOND);
    bbr.handleSpuriousLoss(6 * SECOND);
    assertEquals(window, bbr.window());
  }

  @Test
  void aPathThatGoesAwayAndComesBackIsFilledAgain() {
    Bottleneck link = link(50, 1, 0);
    Bottleneck.Flow flow = link.add(bbr, 50 * MILLI, 0);
    link.run(5 * SECOND);
    link.setLoss(1);
    link.run(10 * SECOND);
    assertTrue(flow.timeouts > 2);
    link.setLoss(0);
    link.run(13 * SECOND);
    long before = flow.delivered();
    link.run(16 * SECOND);
    assertTrue(flow.delivered() - before > 0.85 * RATE * 3);
  }

  @Test
  void samplesOfASenderWithTooLittleToSendOnlyRaiseTheEstimate() {
    Acks acks = new Acks(bbr);
    for (int i = 1; i <= 30; i++) {
      acks.full(100 * i, 100, 100);
    }
    assertEquals(1e6, bbr.rate(), 1);
    for (int i = 31; i <= 40; i++) {
      limited(100 * i, 1_000 * i, 10_000);
    }
    assertEquals(1e6, bbr.rate(), 1);
    limited(4100, 100_000, 1_000_000);
    assertEquals(1e7, bbr.rate(), 1);
  }

  private void limited(long millis, long delivered, long bytes) {
    long rtt = 100 * MILLI;
    long all = 10_000_000 + delivered;
    bbr.handleAcked(
        new AckSample(
            millis * MILLI,
            bytes,
            0,
            true,
            bytes,
            0,
            rtt,
            rtt,
            all,
            0,
            all - bytes,
            0,
            bytes,
            rtt,
            true));
  }

  @Test
  void timesThatAreZeroOrJumpAndNumbersThatAreHugeDoNoHarm() {
    Acks acks = new Acks(bbr);
    acks.full(0, 0, 10);
    assertTrue(bbr.pacingRate() > 0);
    acks.full(0, 0, 10);
    acks.full(Long.MAX_VALUE / 2_000_000, 100, 1e12);
    acks.full(0, 100, 10);
    acks.full(1, -1, 10);
    acks.lose(5);
    bbr.handleTimeout(0);
    bbr.handleIdle(Long.MAX_VALUE, 1, Long.MAX_VALUE);
    bbr.handleSpuriousLoss(0);
    for (int i = 0; i < 100; i++) {
      acks.full(i, 1, 10);
    }
    assertTrue(bbr.window() >= 4 * MTU && bbr.window() <= 1L << 48);
    assertTrue(bbr.pacingRate() > 0);
  }

  /** The share of the first from the half minute on, and their use of the link. */
  private static double share(Bottleneck link, Bottleneck.Flow first, Bottleneck.Flow second) {
    link.run(30 * SECOND);
    double a = -first.delivered();
    double b = -second.delivered();
    link.run(50 * SECOND);
    a += first.delivered();
    b += second.delivered();
    assertTrue(a + b > 0.9 * RATE * 20, "both " + (a + b));
    return a / (a + b);
  }

  @ParameterizedTest(name = "{0} ms, queue of {1} BDP, second {2} s later")
  @CsvSource({"20, 1, 0", "50, 1, 0", "50, 2, 0", "50, 1, 5"})
  void twoFlowsShareALink(long rttMillis, double queue, long later) {
    Bottleneck link = link(rttMillis, queue, 0);
    Bottleneck.Flow first = link.add(bbr, rttMillis * MILLI, 0);
    Bottleneck.Flow second = link.add(bbr(8), rttMillis * MILLI, later * SECOND);
    double share = share(link, first, second);
    assertTrue(share > 0.4 && share < 0.6, "share " + share);
    // Flows that cruise into a standing queue give way to it.
    assertTrue(
        link.meanQueueing() < 0.5 * queue * rttMillis * MILLI, "queue " + link.meanQueueing());
  }

  @ParameterizedTest(name = "{0} ms, queue of {1} BDP")
  @CsvSource({"50, 1", "50, 2"})
  void aCubicFlowBesideItIsNotStarvedAndDoesNotStarveIt(long rttMillis, double queue) {
    Bottleneck link = link(rttMillis, queue, 0);
    Bottleneck.Flow first = link.add(bbr, rttMillis * MILLI, 0);
    Bottleneck.Flow second = link.add(new Cubic(MTU, 10 * MTU), rttMillis * MILLI, 0);
    double share = share(link, first, second);
    assertTrue(share > 0.25 && share < 0.75, "share " + share);
  }
}
