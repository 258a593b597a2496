package dev.turnstone.peerconnection.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.SelectStrategy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BusyPollTest {
  private static final long LONGEST = 100_000;

  private long now;
  private int looks;
  private final BusyPoll poll = new BusyPoll(Duration.ofNanos(LONGEST), () -> now);

  /**
   * Waits for something that comes after a while, as a loop does.
   *
   * @return how long it looked for it; it slept for the rest
   */
  private long await(long gap) throws Exception {
    long from = now;
    looks = 0;
    while (true) {
      int strategy =
          poll.calculateStrategy(
              () -> {
                looks++;
                return now - from >= gap ? 1 : 0;
              },
              false);
      if (strategy != 0) {
        long looked = now - from;
        if (strategy == SelectStrategy.SELECT) {
          now = from + Math.max(gap, looked);
        }
        return looked;
      }
      now += 1000;
    }
  }

  @Test
  void whatComesSoonIsFoundWithoutSleeping() throws Exception {
    for (int i = 0; i < 100; i++) {
      assertEquals(20_000, await(20_000));
    }
  }

  @Test
  void whereNothingComesSoonItSleepsAtOnceAndSeldomTriesAgain() throws Exception {
    long looked = 0;
    for (int i = 0; i < 1000; i++) {
      looked += await(1_000_000);
    }
    assertTrue(looked <= LONGEST * (1000 / 16 + 3), "looked for " + looked + " ns");
    assertTrue(looked >= LONGEST * (1000 / 16), "looked for " + looked + " ns");
  }

  @Test
  void itLooksAgainOnceThingsComeSoonAgain() throws Exception {
    for (int i = 0; i < 100; i++) {
      await(1_000_000);
    }
    int slept = 0;
    while (await(20_000) < 20_000) {
      slept++;
    }
    assertTrue(slept < 16, "slept " + slept + " times");
    assertEquals(20_000, await(20_000));
  }

  @Test
  void whenHalfComesTooLateItDoesNotPay() throws Exception {
    for (int i = 0; i < 20; i++) {
      await(i % 2 == 0 ? 20_000 : 1_000_000);
    }
    long looked = 0;
    for (int i = 0; i < 1000; i++) {
      looked += await(i % 2 == 0 ? 20_000 : 1_000_000);
    }
    assertTrue(looked < 1000 * LONGEST / 4, "looked for " + looked + " ns");
  }

  @Test
  void withTasksItNeverSleeps() throws Exception {
    assertEquals(0, poll.calculateStrategy(() -> 0, true));
    assertEquals(3, poll.calculateStrategy(() -> 3, true));
  }

  @Test
  void withNoTimeToLookItSleepsAtOnce() throws Exception {
    BusyPoll never = new BusyPoll(Duration.ZERO, () -> now);
    assertEquals(SelectStrategy.SELECT, never.calculateStrategy(() -> 1, false));
    assertEquals(1, never.calculateStrategy(() -> 1, true));
  }
}
