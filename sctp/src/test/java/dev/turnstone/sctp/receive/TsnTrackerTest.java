package dev.turnstone.sctp.receive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.receive.TsnTracker.Arrival;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TsnTrackerTest {

  @Test
  void theCumulativeTsnFollowsWhatComesInOrder() {
    TsnTracker tracker = new TsnTracker(-2);
    for (int i = -2; i < 5; i++) {
      assertEquals(Arrival.NEW, tracker.add(i));
      assertEquals(i, tracker.cumulativeTsn());
    }
    assertFalse(tracker.hasGaps());
  }

  @Test
  void blocksGrowOnBothSidesAndJoin() {
    TsnTracker tracker = new TsnTracker(0);
    for (int tsn : new int[] {5, 7, 4, 8, 2, 6}) {
      assertEquals(Arrival.NEW, tracker.add(tsn));
    }
    assertArrayEquals(new int[] {3, 3, 5, 9}, tracker.gaps(9));
    assertArrayEquals(new int[] {3, 3}, tracker.gaps(1));
    for (int tsn : new int[] {2, 4, 6, 8, -1, -1000}) {
      assertTrue(tracker.contains(tsn));
      assertEquals(Arrival.DUPLICATE, tracker.add(tsn));
    }
    tracker.add(0);
    tracker.add(1);
    assertEquals(2, tracker.cumulativeTsn());
    tracker.add(3);
    assertEquals(8, tracker.cumulativeTsn());
    assertFalse(tracker.hasGaps());
  }

  @Test
  void aTsnFarAwayIsRefused() {
    TsnTracker tracker = new TsnTracker(1);
    assertEquals(Arrival.OUT_OF_RANGE, tracker.add(TsnTracker.LONGEST_SPAN + 1));
    assertEquals(Arrival.OUT_OF_RANGE, tracker.add(Integer.MAX_VALUE));
    assertEquals(Arrival.DUPLICATE, tracker.add(Integer.MIN_VALUE + 5));
    assertEquals(Arrival.NEW, tracker.add(TsnTracker.LONGEST_SPAN));
    assertArrayEquals(new int[] {65535, 65535}, tracker.gaps(5));
  }

  @Test
  void gapsByTheThousandAreBounded() {
    TsnTracker tracker = new TsnTracker(1);
    int taken = 0;
    for (int tsn = 2; tsn < 60_000; tsn += 2) {
      taken += tracker.add(tsn) == Arrival.NEW ? 1 : 0;
    }
    assertEquals(TsnTracker.MOST_BLOCKS, taken);
    // What joins blocks still comes in, and makes room.
    assertEquals(Arrival.NEW, tracker.add(3));
    assertEquals(Arrival.NEW, tracker.add(50_000));
    assertEquals(Arrival.OUT_OF_RANGE, tracker.add(50_002));
    assertEquals(Arrival.NEW, tracker.add(1));
    assertEquals(4, tracker.cumulativeTsn());
  }

  @Test
  void forwardPassesBlocksAndTakesInTheOneItReaches() {
    TsnTracker tracker = new TsnTracker(1);
    for (int tsn : new int[] {3, 5, 6, 9, 12}) {
      tracker.add(tsn);
    }
    assertFalse(tracker.forward(0));
    assertFalse(tracker.forward(-5));
    assertTrue(tracker.forward(4));
    assertEquals(6, tracker.cumulativeTsn());
    assertArrayEquals(new int[] {3, 3, 6, 6}, tracker.gaps(9));
    assertTrue(tracker.forward(9));
    assertEquals(9, tracker.cumulativeTsn());
    assertTrue(tracker.forward(Integer.MAX_VALUE));
    assertEquals(Integer.MAX_VALUE, tracker.cumulativeTsn());
    assertFalse(tracker.hasGaps());
  }

  @Test
  void anyOrderGivesWhatASetOfNumbersGives() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int base = seed % 2 == 0 ? -300 : random.nextInt();
      TsnTracker tracker = new TsnTracker(base + 1);
      TreeSet<Integer> beyond = new TreeSet<>();
      int cumulative = 0;
      for (int step = 0; step < 600; step++) {
        int offset = cumulative - 5 + random.nextInt(60);
        if (random.nextInt(40) == 0) {
          assertEquals(offset > cumulative, tracker.forward(base + offset), "seed " + seed);
          cumulative = Math.max(cumulative, offset);
          beyond.headSet(cumulative, true).clear();
        } else {
          boolean isNew = offset > cumulative && !beyond.contains(offset);
          assertEquals(!isNew, tracker.contains(base + offset), "seed " + seed);
          assertEquals(
              isNew ? Arrival.NEW : Arrival.DUPLICATE, tracker.add(base + offset), "seed " + seed);
          if (isNew) {
            beyond.add(offset);
          }
        }
        while (beyond.remove(cumulative + 1)) {
          cumulative++;
        }
        assertEquals(base + cumulative, tracker.cumulativeTsn(), "seed " + seed);
        assertArrayEquals(blocks(beyond, cumulative), tracker.gaps(1000), "seed " + seed);
      }
    }
  }

  private static int[] blocks(TreeSet<Integer> beyond, int cumulative) {
    List<Integer> blocks = new ArrayList<>();
    for (int tsn : beyond) {
      if (!beyond.contains(tsn - 1)) {
        blocks.add(tsn - cumulative);
      }
      if (!beyond.contains(tsn + 1)) {
        blocks.add(tsn - cumulative);
      }
    }
    return blocks.stream().mapToInt(Integer::intValue).toArray();
  }
}
