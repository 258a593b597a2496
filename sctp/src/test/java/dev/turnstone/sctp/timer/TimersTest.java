package dev.turnstone.sctp.timer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TimersTest {
  private enum Bell {
    FIRST,
    SECOND,
    THIRD
  }

  @Test
  void timersFireInTheOrderOfTheirDeadlines() {
    TimerTable<Bell> timers = new TimerTable<>(Bell.class);
    assertEquals(TimerTable.NEVER, timers.next());
    timers.set(Bell.FIRST, 30);
    timers.set(Bell.SECOND, 10);
    timers.set(Bell.THIRD, 20);
    timers.set(Bell.THIRD, 40);
    assertEquals(10, timers.next());
    assertNull(timers.pollDue(9));
    assertEquals(Bell.SECOND, timers.pollDue(35));
    assertFalse(timers.isRunning(Bell.SECOND));
    assertEquals(Bell.FIRST, timers.pollDue(35));
    assertNull(timers.pollDue(35));
    assertTrue(timers.isRunning(Bell.THIRD));
    timers.stop(Bell.THIRD);
    assertNull(timers.pollDue(Long.MAX_VALUE));
  }

  @Test
  void theTimeoutFollowsTheRttWithinItsBounds() {
    RetransmissionTimeout rto = new RetransmissionTimeout(500, 100, 4000);
    assertEquals(500, rto.nanos());
    assertEquals(-1, rto.smoothedRttNanos());
    rto.handleRtt(200);
    // SRTT 200, RTTVAR 100.
    assertEquals(200, rto.smoothedRttNanos());
    assertEquals(600, rto.nanos());
    rto.handleRtt(200);
    // RTTVAR 75.
    assertEquals(500, rto.nanos());
    for (int i = 0; i < 100; i++) {
      rto.handleRtt(10);
    }
    assertEquals(100, rto.nanos());
  }

  @Test
  void backOffDoublesUntilTheNextMeasurement() {
    RetransmissionTimeout rto = new RetransmissionTimeout(500, 100, 4000);
    rto.backOff();
    assertEquals(1000, rto.nanos());
    rto.backOff();
    rto.backOff();
    rto.backOff();
    assertEquals(4000, rto.nanos());
    rto.handleRtt(200);
    assertEquals(600, rto.nanos());
    Backoff backoff = Backoff.first(500, 1500);
    assertEquals(new Backoff(1500, 1500, 2), backoff.next().next());
  }
}
