package dev.turnstone.dtls.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6347 section 4.1.2.6. */
class ReplayWindowTest {
  private final ReplayWindow window = new ReplayWindow();

  @Test
  void aNumberIsNewUntilItHasCome() {
    assertTrue(window.isNew(0));
    assertTrue(window.isNew(0), "asking changed something");
    window.accept(0);
    assertFalse(window.isNew(0));
    assertTrue(window.isNew(1));
  }

  @Test
  void theWidthIsExact() {
    long highest = 123_456_789;
    window.accept(highest);
    long oldest = highest - ReplayWindow.WIDTH + 1;
    assertTrue(window.isNew(oldest));
    assertFalse(window.isNew(oldest - 1));
    window.accept(oldest);
    assertFalse(window.isNew(oldest));
    assertTrue(window.isNew(oldest + 1));
  }

  @Test
  void theLastNumberOfAllCanCome() {
    window.accept(5);
    window.accept(Sealing.LAST_NUMBER);
    assertFalse(window.isNew(Sealing.LAST_NUMBER));
    assertFalse(window.isNew(5));
    assertFalse(window.isNew(6));
    assertTrue(window.isNew(Sealing.LAST_NUMBER - 1));
  }

  /** Against a set that remembers everything. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void numbersInAnyOrderAreNewOnce(long seed) {
    Random random = new Random(seed);
    Set<Long> come = new HashSet<>();
    long highest = -1;
    for (int i = 0; i < 20_000; i++) {
      int jump = random.nextInt(100) == 0 ? 5000 : random.nextInt(10) == 0 ? 200 : 4;
      long number = Math.max(0, highest + random.nextInt(2 * jump) - jump);
      boolean expected = number > highest - ReplayWindow.WIDTH && !come.contains(number);
      assertEquals(expected, window.isNew(number), "seed " + seed + ", number " + number);
      if (expected && random.nextInt(5) > 0) {
        window.accept(number);
        come.add(number);
        highest = Math.max(highest, number);
      }
    }
  }
}
