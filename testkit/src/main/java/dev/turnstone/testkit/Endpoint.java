package dev.turnstone.testkit;

import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * What the simulation drives: a protocol core without thread, socket or clock. All times are
 * absolute nanoseconds of the simulated clock.
 */
public interface Endpoint {
  /** What {@link #nextTimeout} says when no timer runs. */
  long NEVER = Long.MAX_VALUE;

  /**
   * Takes one packet from the network. The packet is what lies between the buffer's position (which
   * need not be 0) and its limit. The bytes are borrowed for the call and are overwritten after it,
   * so that whoever kept them without a copy finds out.
   *
   * @param packet the packet
   * @param nowNanos the time
   */
  void handlePacket(ByteBuffer packet, long nowNanos);

  /**
   * Called when {@link #nextTimeout} has been reached.
   *
   * @param nowNanos the time
   */
  void handleTimeout(long nowNanos);

  /**
   * When {@link #handleTimeout} wants to be called.
   *
   * @return absolute nanoseconds, or {@link #NEVER}
   */
  long nextTimeout();

  /**
   * Writes one packet at the buffer's position (which need not be 0) and advances it.
   *
   * @param into where to write; 65535 bytes are free
   * @param nowNanos the time
   * @return false when there is nothing to send now
   */
  boolean pollPacket(ByteBuffer into, long nowNanos);

  /**
   * An endpoint made of a core's methods: {@code Endpoint.of(core::handlePacket,
   * core::handleTimeout, core::nextTimeout, core::pollPacket)}.
   *
   * @param packets takes packets
   * @param timeouts takes timeouts
   * @param nextTimeout says when the next timeout is due
   * @param outgoing gives packets
   * @return the endpoint
   */
  static Endpoint of(
      PacketHandler packets,
      LongConsumer timeouts,
      LongSupplier nextTimeout,
      PacketSource outgoing) {
    return new Endpoint() {
      @Override
      public void handlePacket(ByteBuffer packet, long nowNanos) {
        packets.handlePacket(packet, nowNanos);
      }

      @Override
      public void handleTimeout(long nowNanos) {
        timeouts.accept(nowNanos);
      }

      @Override
      public long nextTimeout() {
        return nextTimeout.getAsLong();
      }

      @Override
      public boolean pollPacket(ByteBuffer into, long nowNanos) {
        return outgoing.pollPacket(into, nowNanos);
      }
    };
  }

  /** The shape of {@link Endpoint#handlePacket}. */
  @FunctionalInterface
  interface PacketHandler {
    /**
     * Takes one packet.
     *
     * @param packet borrowed for the call
     * @param nowNanos the time
     */
    void handlePacket(ByteBuffer packet, long nowNanos);
  }

  /** The shape of {@link Endpoint#pollPacket}. */
  @FunctionalInterface
  interface PacketSource {
    /**
     * Writes one packet.
     *
     * @param into where to write
     * @param nowNanos the time
     * @return false when there is nothing to send now
     */
    boolean pollPacket(ByteBuffer into, long nowNanos);
  }
}
