package dev.turnstone.dtls.bouncycastle;

import java.nio.ByteBuffer;

/**
 * Looks at record headers (RFC 6347 section 4.1) before BouncyCastle does, which is less patient:
 * some malformed records end its connection, and a record of the old version at the wrong time
 * makes it deaf. All methods take absolute positions and leave the buffer's own alone.
 */
final class Records {
  static final int HEADER_BYTES = 13;

  /** Where epoch and number stand in a header, eight bytes together. */
  static final int NUMBER_OFFSET = 3;

  /** RFC 6347 section 4.1: a plaintext of 2^14 bytes, which a cipher may lengthen by 2048. */
  static final int MAX_RECORD_BYTES = HEADER_BYTES + (1 << 14) + 2048;

  /** A certificate with a chain fits; without a bound 24 bits of length are a claim on 16 MiB. */
  private static final int MAX_HANDSHAKE_MESSAGE_BYTES = 1 << 14;

  private static final int HANDSHAKE_HEADER_BYTES = 12;

  private static final int CHANGE_CIPHER_SPEC = 20;
  private static final int ALERT = 21;
  private static final int HANDSHAKE = 22;
  private static final int APPLICATION_DATA = 23;

  private static final int DTLS_1_0 = 0xfeff;
  private static final int DTLS_1_2 = 0xfefd;

  private static final int CLIENT_HELLO = 1;
  private static final int HELLO_VERIFY_REQUEST = 3;
  private static final int FATAL = 2;

  private Records() {}

  /** Where the record that begins at {@code at} ends, or -1 when there is no whole record. */
  static int end(ByteBuffer datagram, int at) {
    if (datagram.limit() - at < HEADER_BYTES) {
      return -1;
    }
    int version = version(datagram, at);
    if (version != DTLS_1_2 && version != DTLS_1_0) {
      return -1;
    }
    int end = at + HEADER_BYTES + fragmentBytes(datagram, at);
    return end <= datagram.limit() && end - at <= MAX_RECORD_BYTES ? end : -1;
  }

  /** Whether a whole record is of a kind that a peer may send, as far as its header tells. */
  static boolean isAcceptable(ByteBuffer datagram, int at) {
    int type = type(datagram, at);
    if (type < CHANGE_CIPHER_SPEC || type > APPLICATION_DATA) {
      return false;
    }
    int epoch = epoch(datagram, at);
    if (epoch > 1 || (version(datagram, at) == DTLS_1_0 && !mayBeOld(datagram, at))) {
      return false;
    }
    return epoch == 1
        || type != HANDSHAKE
        || asksForLittle(datagram.slice(at + HEADER_BYTES, fragmentBytes(datagram, at)));
  }

  /**
   * RFC 6347 section 4.2.1: the hellos that come before the version is agreed on may bear the
   * version number of DTLS 1.0. So may an alert that refuses to agree.
   */
  private static boolean mayBeOld(ByteBuffer datagram, int at) {
    if (epoch(datagram, at) != 0 || fragmentBytes(datagram, at) == 0) {
      return false;
    }
    int first = datagram.get(at + HEADER_BYTES) & 0xff;
    return switch (type(datagram, at)) {
      case HANDSHAKE -> first == CLIENT_HELLO || first == HELLO_VERIFY_REQUEST;
      case ALERT -> first == FATAL;
      default -> false;
    };
  }

  /**
   * Whether no handshake message in a record's plaintext claims more than a bounded length: a
   * reassembly buffer of the claimed length is made when the first fragment comes.
   */
  static boolean asksForLittle(ByteBuffer fragments) {
    int at = fragments.position();
    while (fragments.limit() - at >= HANDSHAKE_HEADER_BYTES) {
      if (messageBytes(fragments, at) > MAX_HANDSHAKE_MESSAGE_BYTES) {
        return false;
      }
      at += HANDSHAKE_HEADER_BYTES + messageFragmentBytes(fragments, at);
    }
    return true;
  }

  static boolean isChangeCipherSpec(ByteBuffer datagram, int at) {
    return type(datagram, at) == CHANGE_CIPHER_SPEC && epoch(datagram, at) == 0;
  }

  static boolean isPlainHandshake(ByteBuffer datagram, int at) {
    return type(datagram, at) == HANDSHAKE && epoch(datagram, at) == 0;
  }

  static boolean isHandshake(ByteBuffer datagram, int at) {
    return type(datagram, at) == HANDSHAKE;
  }

  static boolean isApplicationData(ByteBuffer datagram, int at) {
    return type(datagram, at) == APPLICATION_DATA;
  }

  static int epoch(ByteBuffer datagram, int at) {
    return datagram.getShort(at + 3) & 0xffff;
  }

  private static int type(ByteBuffer datagram, int at) {
    return datagram.get(at) & 0xff;
  }

  private static int version(ByteBuffer datagram, int at) {
    return datagram.getShort(at + 1) & 0xffff;
  }

  private static int fragmentBytes(ByteBuffer datagram, int at) {
    return datagram.getShort(at + 11) & 0xffff;
  }

  // A handshake message's header (RFC 6347 section 4.2.2), at a position in a record's plaintext.

  static int messageType(ByteBuffer fragments, int at) {
    return fragments.get(at) & 0xff;
  }

  static int messageBytes(ByteBuffer fragments, int at) {
    return uint24(fragments, at + 1);
  }

  static int messageFragmentOffset(ByteBuffer fragments, int at) {
    return uint24(fragments, at + 6);
  }

  static int messageFragmentBytes(ByteBuffer fragments, int at) {
    return uint24(fragments, at + 9);
  }

  private static int uint24(ByteBuffer buffer, int at) {
    return (buffer.get(at) & 0xff) << 16 | (buffer.getShort(at + 1) & 0xffff);
  }
}
