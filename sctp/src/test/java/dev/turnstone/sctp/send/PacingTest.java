package dev.turnstone.sctp.send;

import static dev.turnstone.sctp.send.Rig.MS;
import static dev.turnstone.sctp.send.Rig.WIRE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.congestion.CongestionController;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Packets are spread, and silence saves nothing up. */
class PacingTest {
  private static final int MTU = 1200;

  @Test
  void anUnpacedSenderIsNeverHeldBack() {
    Pacer pacer = new Pacer(MTU);
    for (int i = 0; i < 10_000; i++) {
      assertTrue(pacer.isReady(CongestionController.UNPACED, 0));
      pacer.handleSent(MTU);
    }
  }

  @Test
  void theRateIsKeptAndTimersDoNotFireForEachPacket() {
    Pacer pacer = new Pacer(MTU);
    long rate = 12_500_000;
    long now = 0;
    long sent = 0;
    int waits = 0;
    while (now < 1_000_000_000L) {
      if (pacer.isReady(rate, now)) {
        pacer.handleSent(MTU);
        sent += MTU;
      } else {
        long next = pacer.readyAtNanos(rate);
        assertTrue(next > now, "a timer that is due at once would fire for ever");
        assertTrue(pacer.readyAtNanos(rate) - now <= 3 * MS);
        now = next;
        assertTrue(pacer.isReady(rate, now), "it comes when it said");
        waits++;
      }
    }
    assertEquals(rate, sent, rate / 20.0);
    assertTrue(waits <= 1000, () -> "a timer for each millisecond at most");
  }

  @Test
  void aTimerThatIsAMillisecondLateCostsNoRate() {
    Pacer pacer = new Pacer(MTU);
    long rate = 125_000_000;
    long now = 0;
    long sent = 0;
    while (now < 1_000_000_000L) {
      if (pacer.isReady(rate, now)) {
        pacer.handleSent(MTU);
        sent += MTU;
      } else {
        now = pacer.readyAtNanos(rate) + MS - 10_000;
      }
    }
    assertEquals(rate, sent, rate / 20.0);
  }

  @Test
  void aPathShorterThanTwoMillisecondsIsNotHeldBack() {
    Pacer pacer = new Pacer(MTU);
    // A window of a megabyte in each half millisecond.
    long rate = 2_000_000_000L;
    for (long now = 10 * MS; now < 100 * MS; now += MS / 2) {
      for (int sent = 0; sent < 1_000_000; sent += MTU) {
        assertTrue(pacer.isReady(rate, now));
        pacer.handleSent(MTU);
      }
    }
  }

  @Test
  void silenceSavesUpTenPacketsAndNoMore() {
    Rig rig = new Rig().measured(100);
    rig.congestion.rate = 1_000_000;
    rig.now += 60_000 * MS;
    assertEquals(11, rig.queue(100).poll().size(), 1);
    assertEquals(0, rig.poll().size());
  }

  @Test
  void aSenderThatIsHeldOnlyByPacingSaysWhenItGoesOn() {
    Rig rig = new Rig().measured(100);
    rig.congestion.rate = 1_000_000;
    int sent = rig.queue(100).poll().size();
    assertTrue(sent <= 11, () -> "" + sent);
    assertFalse(rig.sender.isReady(rig.now));
    long before = rig.now;
    assertTrue(rig.sender.nextTimeout() < before + 4 * MS);
    int again = rig.fire().size();
    assertTrue(again >= 1 && again <= 3, () -> "" + again);
  }

  @Test
  void aSenderThatIsHeldByTheWindowSetsNoTimerForPacing() {
    Rig rig = new Rig().measured(100);
    rig.congestion.rate = 1_000_000_000;
    rig.congestion.window = 2 * WIRE;
    assertEquals(List.of(2, 3), rig.queue(10).poll());
    assertTrue(rig.sender.nextTimeout() >= rig.now + 200 * MS);
  }

  @Test
  void theFirstRetransmissionOfARecoveryDoesNotWaitForPacing() {
    Rig rig = new Rig().measured(100);
    rig.queue(10).poll();
    rig.congestion.rate = 1000;
    rig.now += 100 * MS;
    rig.sack(1, 4, 11);
    assertEquals(List.of(2), rig.poll().subList(0, 1));
  }
}
