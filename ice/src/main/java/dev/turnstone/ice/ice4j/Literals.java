package dev.turnstone.ice.ice4j;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Addresses written out, never looked up. */
final class Literals {
  private Literals() {}

  /** The address that the text is; empty for a name. Never asks a resolver. */
  static Optional<InetAddress> parse(String text) {
    boolean ipv6 = text.indexOf(':') >= 0 && text.chars().allMatch(Literals::isIpv6Char);
    if (!ipv6 && !isIpv4(text)) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static boolean isIpv6Char(int c) {
    return c == ':' || c == '.' || Character.digit(c, 16) >= 0 && c < 0x7F;
  }

  private static boolean isIpv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (String part : parts) {
      boolean digits = part.chars().allMatch(c -> c >= '0' && c <= '9');
      if (part.isEmpty() || part.length() > 3 || !digits || Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return true;
  }
}
