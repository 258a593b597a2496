package dev.turnstone.testkit;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Decides about each packet that an endpoint sent, before the link's own faults: for tests that
 * need one certain packet lost, changed, repeated or late.
 */
@FunctionalInterface
public interface PacketFilter {

  /**
   * Decides about one packet.
   *
   * @param direction which way it goes
   * @param index how many packets the filter saw before it in this direction
   * @param packet the packet, from position to limit; borrowed for the call. The filter may change
   *     bytes in place and keep the packet. It may move position and limit: that changes nothing
   * @return what becomes of it
   */
  Verdict filter(Direction direction, long index, ByteBuffer packet);

  /** What becomes of a packet. */
  sealed interface Verdict {
    /** The packet goes on. */
    Verdict KEEP = new Keep();

    /** The packet is gone. */
    Verdict DROP = new Drop();

    /** The packet goes on twice. */
    Verdict DUPLICATE = new Duplicate();

    /**
     * Other packets go on in its place.
     *
     * @param packets the remaining bytes of each, in order; copied
     * @return the verdict
     */
    static Verdict replace(ByteBuffer... packets) {
      return new Replace(List.of(packets));
    }

    /**
     * The packet enters the link later.
     *
     * @param time how much later
     * @return the verdict
     */
    static Verdict hold(Duration time) {
      return new Hold(time);
    }

    /** The packet goes on. */
    record Keep() implements Verdict {}

    /** The packet is gone. */
    record Drop() implements Verdict {}

    /** The packet goes on twice. */
    record Duplicate() implements Verdict {}

    /**
     * Other packets go on in its place.
     *
     * @param packets the remaining bytes of each, in order; copied
     */
    record Replace(List<ByteBuffer> packets) implements Verdict {
      /** Copies the list. */
      public Replace {
        packets = List.copyOf(packets);
      }
    }

    /**
     * The packet enters the link later.
     *
     * @param time how much later
     */
    record Hold(Duration time) implements Verdict {
      /** Checks the time. */
      public Hold {
        Objects.requireNonNull(time, "time");
        if (time.isNegative()) {
          throw new IllegalArgumentException("time must not be negative, is " + time);
        }
      }
    }
  }
}
