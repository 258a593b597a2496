package dev.turnstone.testkit.internet;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Decides about each datagram that a host sends, before links and NATs. */
@FunctionalInterface
public interface DatagramFilter {

  /**
   * Decides about one datagram.
   *
   * @param sender who sends it
   * @param from the sender's own endpoint
   * @param to where it goes
   * @param packet the bytes, from position to limit; borrowed for the call, may be changed in place
   * @return whether it goes on
   */
  boolean passes(
      SimulatedHost sender, InetSocketAddress from, InetSocketAddress to, ByteBuffer packet);
}
