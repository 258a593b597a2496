package dev.turnstone.ice;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Addresses as text. */
public final class Addresses {
  private static final byte[] BROADCAST = {-1, -1, -1, -1};

  private Addresses() {}

  /**
   * The address that a text writes out, without asking a resolver: IPv4 with four decimal numbers,
   * or IPv6 as in RFC 4291 section 2.2, without brackets and scope. An IPv4-mapped IPv6 address
   * gives the IPv4 address.
   *
   * @return empty when the text is anything else, a name for example
   */
  public static Optional<InetAddress> parse(String text) {
    byte[] bytes = text.indexOf(':') < 0 ? parseIpv4(text) : parseIpv6(text);
    if (bytes == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException wrongLength) {
      throw new AssertionError(wrongLength);
    }
  }

  /**
   * Whether a packet from one address may get to another: of one family, from loopback and from a
   * link only to their like.
   */
  public static boolean canReach(InetAddress from, InetAddress to) {
    return from.getClass() == to.getClass()
        && (!from.isLoopbackAddress() || to.isLoopbackAddress())
        && (!from.isLinkLocalAddress() || to.isLinkLocalAddress());
  }

  /** Whether it is the address of one host, with a port: what a candidate may be sent to. */
  public static boolean isUsable(InetSocketAddress address) {
    InetAddress host = address.getAddress();
    return address.getPort() != 0
        && !host.isAnyLocalAddress()
        && !host.isMulticastAddress()
        && !isBroadcast(host);
  }

  /** 255.255.255.255; of others only who is on their link knows. */
  private static boolean isBroadcast(InetAddress host) {
    return host instanceof Inet4Address && Arrays.equals(host.getAddress(), BROADCAST);
  }

  private static byte[] parseIpv4(String text) {
    String[] parts = text.split("\\.", -1);
    byte[] bytes = new byte[4];
    if (parts.length != 4) {
      return null;
    }
    for (int i = 0; i < 4; i++) {
      int value = number(parts[i], 10, 3);
      if (value < 0 || value > 255) {
        return null;
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }

  private static byte[] parseIpv6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      byte[] all = groups(text);
      return all != null && all.length == 16 ? all : null;
    }
    byte[] before = groups(text.substring(0, gap));
    byte[] after = groups(text.substring(gap + 2));
    if (before == null || after == null || before.length + after.length > 14) {
      return null;
    }
    byte[] bytes = Arrays.copyOf(before, 16);
    System.arraycopy(after, 0, bytes, 16 - after.length, after.length);
    return bytes;
  }

  /** Groups between colons, the last perhaps an IPv4 address; null when one is malformed. */
  private static byte[] groups(String text) {
    if (text.isEmpty()) {
      return new byte[0];
    }
    String[] parts = text.split(":", -1);
    if (parts.length > 8) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.allocate(20);
    for (int i = 0; i < parts.length; i++) {
      if (i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
        byte[] tail = parseIpv4(parts[i]);
        if (tail == null) {
          return null;
        }
        bytes.put(tail);
      } else {
        int value = number(parts[i], 16, 4);
        if (value < 0) {
          return null;
        }
        bytes.putShort((short) value);
      }
    }
    return bytes.position() > 16 ? null : Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static int number(String digits, int radix, int most) {
    if (digits.isEmpty() || digits.length() > most) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value * radix + digit;
    }
    return value;
  }

  /** The address without a scope, IPv6 in the short form of RFC 5952. */
  public static String text(InetAddress address) {
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
