package dev.turnstone.testkit;

import java.nio.ByteBuffer;

/** Watches packets. */
@FunctionalInterface
public interface PacketTap {

  /**
   * One packet went by.
   *
   * @param direction which way it goes
   * @param packet the packet, read-only, from position to limit; borrowed for the call
   * @param nowNanos the time
   */
  void onPacket(Direction direction, ByteBuffer packet, long nowNanos);
}
