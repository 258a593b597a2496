package dev.turnstone.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SeedsTest {
  private String before;

  @BeforeEach
  void forgetTheProperty() {
    before = System.clearProperty(Seeds.PROPERTY);
  }

  @AfterEach
  void restoreTheProperty() {
    if (before == null) {
      System.clearProperty(Seeds.PROPERTY);
    } else {
      System.setProperty(Seeds.PROPERTY, before);
    }
  }

  @Test
  void defaultSeedIsUsedWithoutTheProperty() {
    List<Long> seeds = new ArrayList<>();
    Seeds.run(5, seeds::add);
    Seeds.runEach(10, 3, seeds::add);

    assertEquals(List.of(5L, 10L, 11L, 12L), seeds);
  }

  @Test
  void propertyReplacesTheSeeds() {
    System.setProperty(Seeds.PROPERTY, "0x10");
    List<Long> seeds = new ArrayList<>();
    Seeds.run(5, seeds::add);
    Seeds.runEach(10, 3, seeds::add);

    assertEquals(List.of(16L, 16L), seeds);
    System.setProperty(Seeds.PROPERTY, "none");
    assertThrows(IllegalArgumentException.class, () -> Seeds.seed(1));
  }

  @Test
  void failureNamesTheSeed() {
    Exception cause = new Exception("three apples");
    AssertionError e =
        assertThrows(
            AssertionError.class,
            () ->
                Seeds.runEach(
                    40,
                    5,
                    seed -> {
                      if (seed == 42) {
                        throw cause;
                      }
                    }));

    assertSame(cause, e.getCause());
    assertTrue(e.getMessage().contains("-Dturnstone.seed=42"), e.getMessage());
    assertTrue(e.getMessage().contains("three apples"), e.getMessage());
  }
}
