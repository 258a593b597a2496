package dev.turnstone.ice.turn;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** What addresses a server may tell us, and which we let it send to: it may lie. */
final class RelayCheck {
  private RelayCheck() {}

  /**
   * Whether an address can be one that the server has given us, or sees: of one host, with a port,
   * and on loopback or a link only when the server itself is there.
   */
  static boolean isPlausible(InetSocketAddress told, InetSocketAddress server) {
    return told.getPort() != 0 && isPlausible(told.getAddress(), server.getAddress());
  }

  /** The same without a port, for a peer's address. */
  static boolean isPlausible(InetAddress told, InetAddress server) {
    return !told.isAnyLocalAddress()
        && !told.isMulticastAddress()
        && !isBroadcast(told)
        && (!told.isLoopbackAddress() || server.isLoopbackAddress())
        && (!told.isLinkLocalAddress() || server.isLinkLocalAddress());
  }

  private static boolean isBroadcast(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 && (bytes[0] & bytes[1] & bytes[2] & bytes[3]) == -1;
  }
}
