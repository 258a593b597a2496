package dev.turnstone.testkit.internet;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Watches datagrams. */
@FunctionalInterface
public interface DatagramTap {

  /**
   * One datagram went by.
   *
   * @param host who sends or receives it
   * @param from where it comes from, as that host sees it
   * @param to where it goes, as that host sees it
   * @param packet the bytes, read-only, from position to limit; borrowed for the call
   */
  void onDatagram(
      SimulatedHost host, InetSocketAddress from, InetSocketAddress to, ByteBuffer packet);
}
