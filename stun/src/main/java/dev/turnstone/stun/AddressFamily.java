package dev.turnstone.stun;

import java.net.Inet4Address;
import java.net.InetAddress;

/** The address families of STUN (RFC 8489 section 14.1). */
public enum AddressFamily {
  /** 32-bit addresses. */
  IPV4(0x01, 4),
  /** 128-bit addresses. */
  IPV6(0x02, 16);

  private final int code;
  private final int length;

  AddressFamily(int code, int length) {
    this.code = code;
    this.length = length;
  }

  static AddressFamily of(int code) {
    return switch (code) {
      case 0x01 -> IPV4;
      case 0x02 -> IPV6;
      default -> throw new IllegalArgumentException("an address of no known family");
    };
  }

  /** The family of an address. */
  public static AddressFamily of(InetAddress address) {
    return address instanceof Inet4Address ? IPV4 : IPV6;
  }

  int code() {
    return code;
  }

  /** How many bytes an address has. */
  int length() {
    return length;
  }
}
