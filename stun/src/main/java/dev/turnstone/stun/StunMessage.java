package dev.turnstone.stun;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A STUN message (RFC 8489 section 5). Immutable.
 *
 * <p>Parsing checks the form alone. Whether a message is genuine say {@link StunIntegrity} and
 * {@link StunFingerprint}, on the bytes it came in.
 *
 * @param messageClass request, indication or response
 * @param method what it is about
 * @param transactionId ties a response to its request
 * @param attributes in their order on the wire; when parsed, without those that a receiver must
 *     ignore because they stand behind the message integrity
 */
public record StunMessage(
    MessageClass messageClass,
    StunMethod method,
    TransactionId transactionId,
    List<StunAttribute> attributes) {

  /** The bytes of the header. */
  public static final int HEADER_LENGTH = 20;

  /** Bytes 4 to 7 of every message. */
  public static final int MAGIC_COOKIE = 0x2112A442;

  /** How many attributes a parsed message may have: none in use has a fifth as many. */
  static final int MAX_ATTRIBUTES = 128;

  /** Copies the list. */
  public StunMessage {
    attributes = List.copyOf(attributes);
  }

  /** A message with these attributes. */
  public StunMessage(
      MessageClass messageClass,
      StunMethod method,
      TransactionId transactionId,
      StunAttribute... attributes) {
    this(messageClass, method, transactionId, List.of(attributes));
  }

  /**
   * Whether a datagram claims to be STUN: its first byte is 0 to 3 (RFC 7983 section 7), the magic
   * cookie is in its place and the length can be right. Looks at eight bytes and moves nothing.
   */
  public static boolean isStun(ByteBuffer datagram) {
    int start = datagram.position();
    return datagram.remaining() >= HEADER_LENGTH
        && (datagram.get(start) & 0xFC) == 0
        && datagram.getInt(start + 4) == MAGIC_COOKIE
        && (datagram.get(start + 3) & 3) == 0;
  }

  /**
   * Reads the message that fills a buffer from its position to its limit; both stay.
   *
   * @throws StunParseException when it is malformed in any way; no other exception is thrown
   */
  public static StunMessage parse(ByteBuffer datagram) throws StunParseException {
    Framing.requireWhole(datagram);
    int start = datagram.position();
    int type = Short.toUnsignedInt(datagram.getShort(start));
    TransactionId id = TransactionId.read(datagram, start + 8);

    List<StunAttribute> attributes = new ArrayList<>();
    int ignoreBelow = 0;
    int index = start + HEADER_LENGTH;
    while (index < datagram.limit()) {
      int code = Framing.attributeType(datagram, index);
      int length = Framing.attributeLength(datagram, index);
      int next = Framing.nextAttribute(datagram, index);
      // RFC 8489 sections 14.5 and 14.6: behind MESSAGE-INTEGRITY everything is ignored but
      // MESSAGE-INTEGRITY-SHA256 and FINGERPRINT; behind MESSAGE-INTEGRITY-SHA256 all but the
      // latter.
      int rank = rank(code);
      if (rank >= ignoreBelow) {
        if (attributes.size() == MAX_ATTRIBUTES) {
          throw new StunParseException("more attributes than any message needs");
        }
        attributes.add(decode(code, datagram.slice(index + 4, length), id));
        ignoreBelow = rank == 0 ? 0 : rank + 1;
      }
      // RFC 8489 section 14.7: FINGERPRINT is the last attribute.
      if (code == AttributeType.FINGERPRINT.code() && next != datagram.limit()) {
        throw new StunParseException("FINGERPRINT is not the last attribute");
      }
      index = next;
    }
    return new StunMessage(
        MessageClass.ofBits(type >>> 7 & 2 | type >>> 4 & 1),
        StunMethod.of(type & 0xF | type >>> 1 & 0x70 | type >>> 2 & 0xF80),
        id,
        attributes);
  }

  private static int rank(int code) {
    if (code == AttributeType.MESSAGE_INTEGRITY.code()) {
      return 1;
    }
    if (code == AttributeType.MESSAGE_INTEGRITY_SHA256.code()) {
      return 2;
    }
    return code == AttributeType.FINGERPRINT.code() ? 3 : 0;
  }

  private static StunAttribute decode(int code, ByteBuffer value, TransactionId id)
      throws StunParseException {
    try {
      return AttributeCodec.decode(code, value, id);
    } catch (IllegalArgumentException e) {
      throw new StunParseException(e.getMessage());
    }
  }

  /**
   * Writes the message as it stands at the buffer's position. Integrity and fingerprint values are
   * written as they are held; {@link StunEncoder} computes new ones.
   *
   * @throws java.nio.BufferOverflowException when there is no room
   */
  public void encode(ByteBuffer out) {
    encoder(out).finish();
  }

  /**
   * Begins to write the message; the encoder may add integrity and fingerprint before it is
   * finished.
   *
   * @throws java.nio.BufferOverflowException when there is no room
   */
  public StunEncoder encoder(ByteBuffer out) {
    StunEncoder encoder = new StunEncoder(out, messageClass, method, transactionId);
    attributes.forEach(encoder::add);
    return encoder;
  }

  /** The first attribute of a kind: RFC 8489 section 14 lets a receiver ignore later ones. */
  public <T extends StunAttribute> Optional<T> attribute(Class<T> kind) {
    for (StunAttribute attribute : attributes) {
      if (kind.isInstance(attribute)) {
        return Optional.of(kind.cast(attribute));
      }
    }
    return Optional.empty();
  }

  /** All attributes of a kind, for the few that may come more than once (XOR-PEER-ADDRESS). */
  public <T extends StunAttribute> List<T> attributes(Class<T> kind) {
    return attributes.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /**
   * The types that have no record here and that a receiver must understand (RFC 8489 section 6.3):
   * a request that has one is answered 420, any other message is dropped.
   */
  public List<Integer> unknownComprehensionRequired() {
    return attributes.stream()
        .filter(a -> a instanceof StunAttribute.Unknown && a.isComprehensionRequired())
        .map(StunAttribute::type)
        .distinct()
        .toList();
  }
}
