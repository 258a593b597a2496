package dev.turnstone.ice;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Addresses as text. */
final class Addresses {
  private Addresses() {}

  /** The address without a scope, IPv6 in the short form of RFC 5952. */
  static String text(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = Short.toUnsignedInt(bytes.getShort());
    }
    int zerosAt = -1;
    int zeros = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - i > zeros) {
        zerosAt = i;
        zeros = end - i;
      }
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == zerosAt) {
        text.append("::");
        i += zeros - 1;
      } else {
        if (i > 0 && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }
}
