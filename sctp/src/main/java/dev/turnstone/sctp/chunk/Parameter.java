package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A parameter of INIT, INIT ACK, HEARTBEAT or RE-CONFIG (RFC 9260 section 3.2.1). */
public sealed interface Parameter extends Tlv
    permits ReconfigParameter,
        Parameter.HeartbeatInfo,
        Parameter.Ipv4Address,
        Parameter.Ipv6Address,
        Parameter.StateCookie,
        Parameter.UnrecognizedParameter,
        Parameter.CookiePreservative,
        Parameter.SupportedAddressTypes,
        Parameter.Ecn,
        Parameter.ZeroChecksumAcceptable,
        Parameter.SupportedExtensions,
        Parameter.ForwardTsnSupported,
        Parameter.UnknownParameter {

  /** The parameter type, 0 to 65535. */
  @Override
  int type();

  /** Bytes of the value, without header and without padding. */
  @Override
  int valueLength();

  /** Writes the value at the position of {@code into} and advances it. */
  @Override
  void writeValue(ByteBuffer into);

  /**
   * Heartbeat Info (RFC 9260 section 3.3.5).
   *
   * @param info what only its sender understands
   */
  record HeartbeatInfo(ByteBuffer info) implements Parameter {
    @Override
    public int type() {
      return 1;
    }

    @Override
    public int valueLength() {
      return info.remaining();
    }

    @Override
    public void writeValue(ByteBuffer into) {
      Bytes.put(into, info);
    }
  }

  /**
   * IPv4 Address (RFC 9260 section 3.3.2.1). Kept; RFC 8261 section 6 has no use for it.
   *
   * @param address four bytes
   */
  record Ipv4Address(ByteBuffer address) implements Parameter {
    @Override
    public int type() {
      return 5;
    }

    @Override
    public int valueLength() {
      return address.remaining();
    }

    @Override
    public void writeValue(ByteBuffer into) {
      Bytes.put(into, address);
    }
  }

  /**
   * IPv6 Address (RFC 9260 section 3.3.2.2). Kept; RFC 8261 section 6 has no use for it.
   *
   * @param address sixteen bytes
   */
  record Ipv6Address(ByteBuffer address) implements Parameter {
    @Override
    public int type() {
      return 6;
    }

    @Override
    public int valueLength() {
      return address.remaining();
    }

    @Override
    public void writeValue(ByteBuffer into) {
      Bytes.put(into, address);
    }
  }

  /**
   * State Cookie (RFC 9260 section 3.3.3.1).
   *
   * @param cookie what only its sender understands
   */
  record StateCookie(ByteBuffer cookie) implements Parameter {
    @Override
    public int type() {
      return 7;
    }

    @Override
    public int valueLength() {
      return cookie.remaining();
    }

    @Override
    public void writeValue(ByteBuffer into) {
      Bytes.put(into, cookie);
    }
  }

  /**
   * Unrecognized Parameter (RFC 9260 section 3.3.3.2), in INIT ACK.
   *
   * @param parameter the whole parameter that the sender of this did not know, header included
   */
  record UnrecognizedParameter(ByteBuffer parameter) implements Parameter {
    @Override
    public int type() {
      return 8;
    }

    @Override
    public int valueLength() {
      return parameter.remaining();
    }

    @Override
    public void writeValue(ByteBuffer into) {
      Bytes.put(into, parameter);
    }
  }

  /**
   * Cookie Preservative (RFC 9260 section 3.3.2.3).
   *
   * @param incrementMillis how much longer the cookie should live, unsigned 32 bits
   */
  record CookiePreservative(long incrementMillis) implements Parameter {
    @Override
    public int type() {
      return 9;
    }

    @Override
    public int valueLength() {
      return 4;
    }

    @Override
    public void writeValue(ByteBuffer into) {
      into.putInt((int) incrementMillis);
    }
  }

  /**
   * Supported Address Types (RFC 9260 section 3.3.2.5).
   *
   * @param addressTypes the parameter types of the addresses
   */
  record SupportedAddressTypes(int[] addressTypes) implements Parameter {
    /** Whether {@code value} is in the list. */
    public boolean contains(int value) {
      for (int each : addressTypes) {
        if (each == value) {
          return true;
        }
      }
      return false;
    }

    @Override
    public int type() {
      return 12;
    }

    @Override
    public int valueLength() {
      return 2 * addressTypes.length;
    }

    @Override
    public void writeValue(ByteBuffer into) {
      for (int value : addressTypes) {
        into.putShort((short) value);
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof SupportedAddressTypes that
          && Arrays.equals(addressTypes, that.addressTypes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(addressTypes);
    }

    @Override
    public String toString() {
      return "SupportedAddressTypes" + Arrays.toString(addressTypes);
    }
  }

  /** ECN Capable (RFC 4960 appendix A): reserved, ignored. */
  record Ecn() implements Parameter {
    @Override
    public int type() {
      return 0x8000;
    }

    @Override
    public int valueLength() {
      return 0;
    }

    @Override
    public void writeValue(ByteBuffer into) {}
  }

  /**
   * Zero Checksum Acceptable (RFC 9653 section 4).
   *
   * @param errorDetectionMethod unsigned 32 bits; {@link #OVER_DTLS} is the one that exists
   */
  record ZeroChecksumAcceptable(long errorDetectionMethod) implements Parameter {
    /** SCTP over DTLS (RFC 9653 section 7): DTLS finds the errors. */
    public static final long OVER_DTLS = 1;

    @Override
    public int type() {
      return 0x8001;
    }

    @Override
    public int valueLength() {
      return 4;
    }

    @Override
    public void writeValue(ByteBuffer into) {
      into.putInt((int) errorDetectionMethod);
    }
  }

  /**
   * Supported Extensions (RFC 5061 section 4.2.7).
   *
   * @param chunkTypes the chunk types beyond RFC 9260 that the sender understands
   */
  record SupportedExtensions(int[] chunkTypes) implements Parameter {
    /** Whether {@code value} is in the list. */
    public boolean contains(int value) {
      for (int each : chunkTypes) {
        if (each == value) {
          return true;
        }
      }
      return false;
    }

    @Override
    public int type() {
      return 0x8008;
    }

    @Override
    public int valueLength() {
      return chunkTypes.length;
    }

    @Override
    public void writeValue(ByteBuffer into) {
      for (int value : chunkTypes) {
        into.put((byte) value);
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof SupportedExtensions that
          && Arrays.equals(chunkTypes, that.chunkTypes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(chunkTypes);
    }

    @Override
    public String toString() {
      return "SupportedExtensions" + Arrays.toString(chunkTypes);
    }
  }

  /** Forward-TSN-Supported (RFC 3758 section 3.1). */
  record ForwardTsnSupported() implements Parameter {
    @Override
    public int type() {
      return 0xC000;
    }

    @Override
    public int valueLength() {
      return 0;
    }

    @Override
    public void writeValue(ByteBuffer into) {}
  }

  /**
   * A parameter of a type that is not known here. Its two highest type bits say what to do (RFC
   * 9260 section 3.2.1).
   *
   * @param type 0 to 65535
   * @param value the bytes after the header
   */
  record UnknownParameter(int type, ByteBuffer value) implements Parameter {

    /** Whether what follows in the chunk is to be left unread: the highest bit is 0. */
    public boolean stops() {
      return (type & 0x8000) == 0;
    }

    /** Whether to tell the sender: the second highest bit is 1. */
    public boolean reports() {
      return (type & 0x4000) != 0;
    }

    /**
     * A copy of the whole parameter as it stood on the wire, without padding: what a report quotes.
     */
    public ByteBuffer toBytes() {
      ByteBuffer copy = ByteBuffer.allocate(Tlvs.HEADER_LENGTH + valueLength());
      copy.putShort((short) type).putShort((short) copy.capacity());
      Bytes.put(copy, value);
      return copy.flip();
    }

    @Override
    public int valueLength() {
      return value.remaining();
    }

    @Override
    public void writeValue(ByteBuffer into) {
      Bytes.put(into, value);
    }
  }
}
