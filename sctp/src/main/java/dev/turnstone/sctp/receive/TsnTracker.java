package dev.turnstone.sctp.receive;

import dev.turnstone.sctp.chunk.Tsn;
import java.util.Arrays;

/**
 * Which TSNs have arrived: all up to the cumulative TSN, and blocks beyond it. Bounded in span and
 * in number of blocks; what is out of bounds is refused, and the peer sends it again.
 */
final class TsnTracker {
  /** What a gap ack block can express (RFC 9260 section 3.3.4). */
  static final int LONGEST_SPAN = 65535;

  static final int MOST_BLOCKS = 4096;

  private static final int[] NONE = {};

  enum Arrival {
    NEW,
    DUPLICATE,
    OUT_OF_RANGE
  }

  private int cumulativeTsn;

  // Sorted, apart from each other and from cumulativeTsn by at least one TSN; both ends inclusive.
  private int[] starts = NONE;
  private int[] ends = NONE;
  private int count;

  TsnTracker(int initialTsn) {
    this.cumulativeTsn = Tsn.previous(initialTsn);
  }

  /** The last TSN up to which all have arrived. */
  int cumulativeTsn() {
    return cumulativeTsn;
  }

  boolean hasGaps() {
    return count > 0;
  }

  boolean contains(int tsn) {
    if (Tsn.isAtOrBefore(tsn, cumulativeTsn)) {
      return true;
    }
    int block = blockEndingAtOrAfter(tsn);
    return block < count && !Tsn.isAfter(starts[block], tsn);
  }

  Arrival add(int tsn) {
    int offset = Tsn.distance(cumulativeTsn, tsn);
    if (offset <= 0) {
      return Arrival.DUPLICATE;
    }
    if (offset == 1) {
      cumulativeTsn = tsn;
      absorb();
      return Arrival.NEW;
    }
    return offset > LONGEST_SPAN ? Arrival.OUT_OF_RANGE : addBeyond(tsn);
  }

  /** Moves on to a later cumulative TSN (RFC 3758 section 3.6); false when it is not later. */
  boolean forward(int newCumulativeTsn) {
    if (!Tsn.isAfter(newCumulativeTsn, cumulativeTsn)) {
      return false;
    }
    int passed = blockEndingAtOrAfter(newCumulativeTsn);
    cumulativeTsn = newCumulativeTsn;
    remove(0, passed);
    absorb();
    return true;
  }

  /** The first blocks as pairs of offsets from the cumulative TSN, as many as {@code most}. */
  int[] gaps(int most) {
    int blocks = Math.min(count, most);
    int[] gaps = blocks == 0 ? NONE : new int[2 * blocks];
    for (int i = 0; i < blocks; i++) {
      gaps[2 * i] = Tsn.distance(cumulativeTsn, starts[i]);
      gaps[2 * i + 1] = Tsn.distance(cumulativeTsn, ends[i]);
    }
    return gaps;
  }

  private Arrival addBeyond(int tsn) {
    int next = blockEndingAtOrAfter(tsn);
    if (next < count && !Tsn.isAfter(starts[next], tsn)) {
      return Arrival.DUPLICATE;
    }
    boolean extendsPrevious = next > 0 && Tsn.next(ends[next - 1]) == tsn;
    boolean extendsNext = next < count && Tsn.previous(starts[next]) == tsn;
    if (extendsPrevious && extendsNext) {
      ends[next - 1] = ends[next];
      remove(next, next + 1);
    } else if (extendsPrevious) {
      ends[next - 1] = tsn;
    } else if (extendsNext) {
      starts[next] = tsn;
    } else if (count == MOST_BLOCKS) {
      return Arrival.OUT_OF_RANGE;
    } else {
      insert(next, tsn);
    }
    return Arrival.NEW;
  }

  /** Takes the first block in when it begins right behind the cumulative TSN, or before. */
  private void absorb() {
    if (count > 0 && !Tsn.isAfter(starts[0], Tsn.next(cumulativeTsn))) {
      cumulativeTsn = ends[0];
      remove(0, 1);
    }
  }

  /** The index of the first block that does not end before {@code tsn}, or {@code count}. */
  private int blockEndingAtOrAfter(int tsn) {
    if (count == 0 || Tsn.isBefore(ends[count - 1], tsn)) {
      return count;
    }
    int low = 0;
    int high = count - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Tsn.isBefore(ends[middle], tsn)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void insert(int at, int tsn) {
    if (count == starts.length) {
      int capacity = Math.max(8, 2 * count);
      starts = Arrays.copyOf(starts, capacity);
      ends = Arrays.copyOf(ends, capacity);
    }
    System.arraycopy(starts, at, starts, at + 1, count - at);
    System.arraycopy(ends, at, ends, at + 1, count - at);
    starts[at] = tsn;
    ends[at] = tsn;
    count++;
  }

  private void remove(int from, int to) {
    System.arraycopy(starts, to, starts, from, count - to);
    System.arraycopy(ends, to, ends, from, count - to);
    count -= to - from;
  }
}
