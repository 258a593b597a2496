package dev.turnstone.turn;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Which addresses are of the public internet (RFC 6890 and the registries behind it). */
final class PublicAddresses {
  private PublicAddresses() {}

  static boolean contains(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    return bytes.length == 4
        ? isPublic(ByteBuffer.wrap(bytes).getInt())
        : isPublic(ByteBuffer.wrap(bytes));
  }

  private static boolean isPublic(int v4) {
    return !(in(v4, 0x00000000, 8) // this network
        || in(v4, 0x0A000000, 8) // private
        || in(v4, 0x64400000, 10) // shared: behind a carrier's NAT
        || in(v4, 0x7F000000, 8) // loopback
        || in(v4, 0xA9FE0000, 16) // link-local
        || in(v4, 0xAC100000, 12) // private
        || in(v4, 0xC0000000, 24) // protocol assignments
        || in(v4, 0xC0000200, 24) // documentation
        || in(v4, 0xC0A80000, 16) // private
        || in(v4, 0xC6120000, 15) // benchmarks
        || in(v4, 0xC6336400, 24) // documentation
        || in(v4, 0xCB007100, 24) // documentation
        || in(v4, 0xE0000000, 3)); // multicast, reserved, broadcast
  }

  private static boolean isPublic(ByteBuffer v6) {
    int first = v6.getInt(0);
    // Forms that carry an IPv4 address are as public as that one.
    if (first == 0x0064FF9B && v6.getLong(4) == 0) { // NAT64 (RFC 6052)
      return isPublic(v6.getInt(12));
    }
    if (in(first, 0x20020000, 16)) { // 6to4 (RFC 3056)
      return isPublic(v6.getInt(2));
    }
    if (first == 0x20010000) { // Teredo (RFC 4380): the client's address, inverted
      return isPublic(~v6.getInt(12));
    }
    // Global unicast is 2000::/3; all else is local, mapped, translated or reserved.
    return in(first, 0x20000000, 3)
        && !in(first, 0x20010DB8, 32) // documentation
        && !in(first, 0x3FFF0000, 20) // documentation
        && !in(first, 0x20010020, 28) // ORCHIDv2: no addresses at all
        && !(first == 0x20010002 && v6.getShort(4) == 0); // benchmarks
  }

  private static boolean in(int word, int prefix, int bits) {
    return (word ^ prefix) >>> 32 - bits == 0;
  }
}
