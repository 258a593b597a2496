package dev.turnstone.peerconnection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.BufferBudget;
import org.junit.jupiter.api.Test;

/** Whether a connection takes one more message. */
final class SendAdmissionTest {
  private static final long STEP = 64 << 10;

  private final BufferBudget budget = BufferBudget.of(4 * STEP);
  private final SendAdmission admission = new SendAdmission(1_000_000, 100_000, budget);

  @Test
  void aMessageIsCountedUntilTheLoopHasIt() {
    assertTrue(admission.take(60_000));
    assertEquals(0, budget.used(), "guaranteed");
    assertTrue(admission.take(60_000));
    assertEquals(2 * STEP, budget.used());
    admission.handedOver(60_000);
    admission.handedOver(60_000);
    admission.settle();
    assertEquals(0, budget.used(), "the association counts them now");
    admission.left(120_000);
  }

  @Test
  void aFullBufferRefusesUntilSomethingHasLeft() {
    assertTrue(admission.take(2_000_000), "larger than the buffer, but the only one");
    admission.handedOver(2_000_000);
    assertFalse(admission.take(1));
    admission.left(1_999_999);
    assertTrue(admission.take(1));
  }

  @Test
  void aSpentBudgetLeavesWhatIsGuaranteed() {
    BufferBudget.Account others = budget.open();
    assertTrue(others.cover(4 * STEP));
    assertTrue(admission.take(90_000));
    assertFalse(admission.take(20_000));
    assertTrue(admission.take(10_000));
    others.cover(0);
    assertTrue(admission.take(20_000));
    admission.handedOver(120_000);
    admission.settle();
    assertEquals(0, budget.used());
  }
}
