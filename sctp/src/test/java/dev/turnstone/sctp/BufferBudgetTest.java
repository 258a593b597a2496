package dev.turnstone.sctp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What associations share. */
class BufferBudgetTest {
  private static final long STEP = 64 << 10;

  @Test
  void aNeedIsCoveredInWholeStepsAndGivenBackWhenItEnds() {
    BufferBudget budget = BufferBudget.of(10 * STEP);
    BufferBudget.Account account = budget.open();
    assertTrue(account.cover(1));
    assertEquals(STEP, budget.used());
    assertTrue(account.cover(STEP + 1));
    assertEquals(2 * STEP, budget.used());
    assertEquals(2 * STEP, account.reserved());
    assertTrue(account.cover(0));
    assertEquals(0, budget.used());
  }

  @Test
  void aNeedThatMovesALittleReservesNothing() {
    BufferBudget budget = BufferBudget.unlimited();
    BufferBudget.Account account = budget.open();
    account.cover(20 * STEP);
    for (int i = 0; i < 100; i++) {
      account.cover(19 * STEP - i);
      account.cover(20 * STEP - i);
      assertEquals(20 * STEP, budget.used());
    }
    account.cover(18 * STEP);
    assertEquals(18 * STEP, budget.used());
  }

  @Test
  void aSpentBudgetSaysNoAndChangesNothing() {
    BufferBudget budget = BufferBudget.of(3 * STEP);
    BufferBudget.Account one = budget.open();
    BufferBudget.Account other = budget.open();
    assertTrue(one.cover(2 * STEP));
    assertFalse(other.couldCover(2 * STEP));
    assertFalse(other.cover(2 * STEP));
    assertEquals(0, other.reserved());
    assertEquals(STEP, other.coverUpTo(2 * STEP), "as far as it goes");
    assertFalse(one.cover(3 * STEP));
    assertEquals(2 * STEP, one.reserved());
    one.cover(0);
    assertTrue(other.couldCover(3 * STEP));
    assertTrue(other.cover(3 * STEP));
    assertEquals(3 * STEP, budget.used());
  }

  @Test
  void aBudgetWithoutRefusalCountsAndNeverSaysNo() {
    BufferBudget budget = BufferBudget.of(STEP);
    BufferBudget.Account account = budget.withoutRefusal().open();
    assertTrue(account.couldCover(5 * STEP));
    assertTrue(account.cover(5 * STEP));
    assertEquals(5 * STEP, budget.used());
    assertFalse(budget.open().cover(1));
    account.cover(0);
    assertTrue(budget.open().cover(1));
  }

  @Test
  void aBudgetIsNotNegative() {
    assertThrows(IllegalArgumentException.class, () -> BufferBudget.of(-1));
    assertFalse(BufferBudget.of(0).open().cover(1));
    assertEquals(Long.MAX_VALUE, BufferBudget.unlimited().limit());
  }

  @Test
  void manyThreadsNeverTakeMoreThanThereIsAndGiveEverythingBack() throws Exception {
    BufferBudget budget = BufferBudget.of(100 * STEP);
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      Random random = new Random(thread);
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                BufferBudget.Account account = budget.open();
                for (int i = 0; i < 20_000; i++) {
                  long need = (long) (random.nextDouble() * 60 * STEP);
                  if (random.nextBoolean()) {
                    account.cover(need);
                  } else {
                    account.coverUpTo(need);
                  }
                  if (budget.used() > budget.limit()) {
                    throw new AssertionError(budget.used() + " of " + budget.limit());
                  }
                }
                account.cover(0);
              }));
    }
    CompletableFuture.allOf(threads.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
    assertEquals(0, budget.used());
  }
}
