package dev.turnstone.stun;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The value of one attribute, from bytes and to bytes. */
final class AttributeCodec {
  private static final int MAGIC_HIGH = StunMessage.MAGIC_COOKIE >>> 16;

  /** RFC 5780 section 7.2: the last bits but two and but one of four bytes. */
  private static final int CHANGE_IP = 0x4;

  private static final int CHANGE_PORT = 0x2;

  private AttributeCodec() {}

  /**
   * Reads a value.
   *
   * @param value exactly the value, without padding
   * @throws IllegalArgumentException when the value does not fit its type
   */
  static StunAttribute decode(int code, ByteBuffer value, TransactionId id) {
    AttributeType type = AttributeType.of(code);
    if (type == null) {
      return new StunAttribute.Unknown(code, value);
    }
    return switch (type) {
      case MAPPED_ADDRESS -> new StunAttribute.MappedAddress(readAddress(value, null));
      case XOR_MAPPED_ADDRESS -> new StunAttribute.XorMappedAddress(readAddress(value, id));
      case USERNAME -> new StunAttribute.Username(readText(value));
      case USERHASH -> new StunAttribute.UserHash(value);
      case MESSAGE_INTEGRITY -> new StunAttribute.MessageIntegrity(value);
      case MESSAGE_INTEGRITY_SHA256 -> new StunAttribute.MessageIntegritySha256(value);
      case FINGERPRINT -> new StunAttribute.Fingerprint(require(value, 4).getInt());
      case ERROR_CODE -> {
        int error = readErrorCode(requireAtLeast(value, 4).getInt());
        yield new StunAttribute.ErrorCode(error, readDisplayText(value));
      }
      case REALM -> new StunAttribute.Realm(readText(value));
      case NONCE -> new StunAttribute.Nonce(readText(value));
      case PASSWORD_ALGORITHMS -> {
        List<StunAttribute.Algorithm> algorithms = new ArrayList<>();
        while (value.hasRemaining()) {
          algorithms.add(readAlgorithm(value));
        }
        yield new StunAttribute.PasswordAlgorithms(algorithms);
      }
      case PASSWORD_ALGORITHM -> {
        StunAttribute.Algorithm algorithm = readAlgorithm(value);
        require(value, 0);
        yield new StunAttribute.PasswordAlgorithm(algorithm);
      }
      case UNKNOWN_ATTRIBUTES -> {
        List<Integer> types = new ArrayList<>();
        while (value.hasRemaining()) {
          types.add(Short.toUnsignedInt(requireAtLeast(value, 2).getShort()));
        }
        yield new StunAttribute.UnknownAttributes(types);
      }
      case SOFTWARE -> new StunAttribute.Software(readDisplayText(value));
      case ALTERNATE_SERVER -> new StunAttribute.AlternateServer(readAddress(value, null));
      case ALTERNATE_DOMAIN -> new StunAttribute.AlternateDomain(readText(value));
      case PRIORITY ->
          new StunAttribute.Priority(Integer.toUnsignedLong(require(value, 4).getInt()));
      case USE_CANDIDATE -> {
        require(value, 0);
        yield new StunAttribute.UseCandidate();
      }
      case ICE_CONTROLLED -> new StunAttribute.IceControlled(require(value, 8).getLong());
      case ICE_CONTROLLING -> new StunAttribute.IceControlling(require(value, 8).getLong());
      case CHANNEL_NUMBER ->
          new StunAttribute.ChannelNumber(Short.toUnsignedInt(require(value, 4).getShort()));
      case LIFETIME ->
          new StunAttribute.Lifetime(Integer.toUnsignedLong(require(value, 4).getInt()));
      case XOR_PEER_ADDRESS -> new StunAttribute.XorPeerAddress(readAddress(value, id));
      case DATA -> new StunAttribute.Data(value);
      case XOR_RELAYED_ADDRESS -> new StunAttribute.XorRelayedAddress(readAddress(value, id));
      case REQUESTED_ADDRESS_FAMILY ->
          new StunAttribute.RequestedAddressFamily(AddressFamily.of(require(value, 4).get()));
      case EVEN_PORT -> new StunAttribute.EvenPort((require(value, 1).get() & 0x80) != 0);
      case REQUESTED_TRANSPORT ->
          new StunAttribute.RequestedTransport(Byte.toUnsignedInt(require(value, 4).get()));
      case DONT_FRAGMENT -> {
        require(value, 0);
        yield new StunAttribute.DontFragment();
      }
      case RESERVATION_TOKEN -> new StunAttribute.ReservationToken(require(value, 8).getLong());
      case ADDITIONAL_ADDRESS_FAMILY ->
          new StunAttribute.AdditionalAddressFamily(AddressFamily.of(require(value, 4).get()));
      case ADDRESS_ERROR_CODE -> {
        int word = requireAtLeast(value, 4).getInt();
        yield new StunAttribute.AddressErrorCode(
            AddressFamily.of(word >>> 24), readErrorCode(word), readDisplayText(value));
      }
      case ICMP -> {
        int word = require(value, 8).getInt();
        yield new StunAttribute.Icmp(word >>> 9 & 0x7F, word & 0x1FF, value.getInt());
      }
      case CHANGE_REQUEST -> {
        int flags = require(value, 4).getInt();
        yield new StunAttribute.ChangeRequest((flags & CHANGE_IP) != 0, (flags & CHANGE_PORT) != 0);
      }
      case RESPONSE_ORIGIN -> new StunAttribute.ResponseOrigin(readAddress(value, null));
      case OTHER_ADDRESS -> new StunAttribute.OtherAddress(readAddress(value, null));
    };
  }

  /** Writes a value, without padding. */
  static void encode(StunAttribute attribute, ByteBuffer out, TransactionId id) {
    AttributeType type = AttributeType.of(attribute.type());
    if (type == null) {
      out.put(((StunAttribute.Unknown) attribute).value());
      return;
    }
    switch (type) {
      case MAPPED_ADDRESS ->
          writeAddress(((StunAttribute.MappedAddress) attribute).address(), out, null);
      case XOR_MAPPED_ADDRESS ->
          writeAddress(((StunAttribute.XorMappedAddress) attribute).address(), out, id);
      case USERNAME -> writeText(((StunAttribute.Username) attribute).name(), out);
      case USERHASH -> out.put(((StunAttribute.UserHash) attribute).hash());
      case MESSAGE_INTEGRITY -> out.put(((StunAttribute.MessageIntegrity) attribute).hmac());
      case MESSAGE_INTEGRITY_SHA256 ->
          out.put(((StunAttribute.MessageIntegritySha256) attribute).hmac());
      case FINGERPRINT -> out.putInt(((StunAttribute.Fingerprint) attribute).value());
      case ERROR_CODE -> {
        StunAttribute.ErrorCode error = (StunAttribute.ErrorCode) attribute;
        out.putInt(errorBits(error.code()));
        writeText(error.reason(), out);
      }
      case REALM -> writeText(((StunAttribute.Realm) attribute).realm(), out);
      case NONCE -> writeText(((StunAttribute.Nonce) attribute).nonce(), out);
      case PASSWORD_ALGORITHMS ->
          ((StunAttribute.PasswordAlgorithms) attribute)
              .algorithms()
              .forEach(algorithm -> writeAlgorithm(algorithm, out));
      case PASSWORD_ALGORITHM ->
          writeAlgorithm(((StunAttribute.PasswordAlgorithm) attribute).algorithm(), out);
      case UNKNOWN_ATTRIBUTES ->
          ((StunAttribute.UnknownAttributes) attribute)
              .types()
              .forEach(unknown -> out.putShort((short) (int) unknown));
      case SOFTWARE -> writeText(((StunAttribute.Software) attribute).description(), out);
      case ALTERNATE_SERVER ->
          writeAddress(((StunAttribute.AlternateServer) attribute).address(), out, null);
      case ALTERNATE_DOMAIN -> writeText(((StunAttribute.AlternateDomain) attribute).domain(), out);
      case PRIORITY -> out.putInt((int) ((StunAttribute.Priority) attribute).priority());
      case USE_CANDIDATE, DONT_FRAGMENT -> {}
      case ICE_CONTROLLED -> out.putLong(((StunAttribute.IceControlled) attribute).tieBreaker());
      case ICE_CONTROLLING -> out.putLong(((StunAttribute.IceControlling) attribute).tieBreaker());
      case CHANNEL_NUMBER -> out.putInt(((StunAttribute.ChannelNumber) attribute).number() << 16);
      case LIFETIME -> out.putInt((int) ((StunAttribute.Lifetime) attribute).seconds());
      case XOR_PEER_ADDRESS ->
          writeAddress(((StunAttribute.XorPeerAddress) attribute).address(), out, id);
      case DATA -> out.put(((StunAttribute.Data) attribute).data());
      case XOR_RELAYED_ADDRESS ->
          writeAddress(((StunAttribute.XorRelayedAddress) attribute).address(), out, id);
      case REQUESTED_ADDRESS_FAMILY ->
          out.putInt(((StunAttribute.RequestedAddressFamily) attribute).family().code() << 24);
      case EVEN_PORT ->
          out.put((byte) (((StunAttribute.EvenPort) attribute).reserveNext() ? 0x80 : 0));
      case REQUESTED_TRANSPORT ->
          out.putInt(((StunAttribute.RequestedTransport) attribute).protocol() << 24);
      case RESERVATION_TOKEN -> out.putLong(((StunAttribute.ReservationToken) attribute).token());
      case ADDITIONAL_ADDRESS_FAMILY ->
          out.putInt(((StunAttribute.AdditionalAddressFamily) attribute).family().code() << 24);
      case ADDRESS_ERROR_CODE -> {
        StunAttribute.AddressErrorCode error = (StunAttribute.AddressErrorCode) attribute;
        out.putInt(error.family().code() << 24 | errorBits(error.code()));
        writeText(error.reason(), out);
      }
      case ICMP -> {
        StunAttribute.Icmp icmp = (StunAttribute.Icmp) attribute;
        out.putInt(icmp.icmpType() << 9 | icmp.icmpCode()).putInt(icmp.errorData());
      }
      case CHANGE_REQUEST -> {
        StunAttribute.ChangeRequest change = (StunAttribute.ChangeRequest) attribute;
        out.putInt((change.ip() ? CHANGE_IP : 0) | (change.port() ? CHANGE_PORT : 0));
      }
      case RESPONSE_ORIGIN ->
          writeAddress(((StunAttribute.ResponseOrigin) attribute).address(), out, null);
      case OTHER_ADDRESS ->
          writeAddress(((StunAttribute.OtherAddress) attribute).address(), out, null);
    }
  }

  private static ByteBuffer require(ByteBuffer value, int length) {
    if (value.remaining() != length) {
      throw new IllegalArgumentException("an attribute has a wrong length");
    }
    return value;
  }

  private static ByteBuffer requireAtLeast(ByteBuffer value, int length) {
    if (value.remaining() < length) {
      throw new IllegalArgumentException("an attribute is too short");
    }
    return value;
  }

  /** RFC 8489 section 14.2: the X-forms are XORed with the magic cookie and the transaction id. */
  private static InetSocketAddress readAddress(ByteBuffer value, TransactionId xor) {
    requireAtLeast(value, 4).get();
    AddressFamily family = AddressFamily.of(value.get());
    int port = Short.toUnsignedInt(value.getShort());
    byte[] address = new byte[family.length()];
    require(value, address.length).get(address);
    if (xor != null) {
      port ^= MAGIC_HIGH;
      xorAddress(address, xor);
    }
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), port);
    } catch (UnknownHostException e) {
      throw new AssertionError("4 and 16 bytes are addresses", e);
    }
  }

  private static void writeAddress(InetSocketAddress to, ByteBuffer out, TransactionId xor) {
    byte[] address = to.getAddress().getAddress();
    int port = to.getPort();
    if (xor != null) {
      port ^= MAGIC_HIGH;
      xorAddress(address, xor);
    }
    out.putShort((short) AddressFamily.of(to.getAddress()).code());
    out.putShort((short) port).put(address);
  }

  private static void xorAddress(byte[] address, TransactionId id) {
    ByteBuffer words = ByteBuffer.wrap(address);
    words.putInt(0, words.getInt(0) ^ StunMessage.MAGIC_COOKIE);
    if (address.length == 16) {
      words.putInt(4, words.getInt(4) ^ id.high());
      words.putLong(8, words.getLong(8) ^ id.low());
    }
  }

  /** Text that has a meaning: bytes that are not UTF-8 are refused. */
  private static String readText(ByteBuffer value) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(value).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("an attribute's text is not UTF-8", e);
    }
  }

  /** Text for humans only: what is not UTF-8 becomes a replacement character. */
  private static String readDisplayText(ByteBuffer value) {
    if (value.remaining() > Values.MAX_TEXT) {
      throw new IllegalArgumentException("an attribute's text is too long");
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPLACE)
              .onUnmappableCharacter(CodingErrorAction.REPLACE)
              .decode(value)
              .toString();
      // A replacement has three bytes where it replaces one: keep what an encoder could write.
      return text.length() <= Values.MAX_TEXT / 3 ? text : text.substring(0, Values.MAX_TEXT / 3);
    } catch (CharacterCodingException e) {
      throw new AssertionError("the decoder replaces", e);
    }
  }

  private static void writeText(String text, ByteBuffer out) {
    out.put(text.getBytes(StandardCharsets.UTF_8));
  }

  /** RFC 8489 section 14.8: three bits for the hundreds, eight for the rest, 0 to 99. */
  private static int readErrorCode(int word) {
    int number = word & 0xFF;
    if (number > 99) {
      throw new IllegalArgumentException("an error number above 99");
    }
    return (word >>> 8 & 0x7) * 100 + number;
  }

  private static int errorBits(int code) {
    return code / 100 << 8 | code % 100;
  }

  /**
   * RFC 8489 section 14.11: the parameters are padded to four bytes, the length does not count it.
   */
  private static StunAttribute.Algorithm readAlgorithm(ByteBuffer value) {
    int code = Short.toUnsignedInt(requireAtLeast(value, 4).getShort());
    int length = Short.toUnsignedInt(value.getShort());
    requireAtLeast(value, length);
    ByteBuffer parameters = value.slice(value.position(), length);
    // The last one's padding may be left to that of the attribute.
    value.position(Math.min(value.position() + padded(length), value.limit()));
    return new StunAttribute.Algorithm(code, parameters);
  }

  private static void writeAlgorithm(StunAttribute.Algorithm algorithm, ByteBuffer out) {
    ByteBuffer parameters = algorithm.parameters();
    int length = parameters.remaining();
    out.putShort((short) algorithm.code()).putShort((short) length).put(parameters);
    pad(length, out);
  }

  static int padded(int length) {
    return length + 3 & ~3;
  }

  static void pad(int length, ByteBuffer out) {
    for (int i = length; i < padded(length); i++) {
      out.put((byte) 0);
    }
  }
}
