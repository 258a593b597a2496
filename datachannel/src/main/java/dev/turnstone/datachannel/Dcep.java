package dev.turnstone.datachannel;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** The messages of DCEP (RFC 8832 section 5). */
sealed interface Dcep {
  int MAX_TEXT_BYTES = 65535;

  /**
   * DATA_CHANNEL_OPEN (RFC 8832 section 5.1).
   *
   * @param ordered whether messages arrive in order
   * @param maxRetransmits the limit by count, if any
   * @param maxPacketLifeTime the limit by time in milliseconds, if any
   * @param priority 0 to 65535
   * @param label at most 65535 bytes of UTF-8
   * @param protocol at most 65535 bytes of UTF-8
   */
  record Open(
      boolean ordered,
      OptionalInt maxRetransmits,
      OptionalInt maxPacketLifeTime,
      int priority,
      String label,
      String protocol)
      implements Dcep {

    static Open of(String label, DataChannelOptions options) {
      return new Open(
          options.ordered(),
          options.maxRetransmits(),
          options.maxPacketLifeTime(),
          options.priority().wireValue(),
          label,
          options.protocol());
    }

    DataChannelOptions options() {
      DataChannelOptions.Builder builder =
          DataChannelOptions.builder()
              .ordered(ordered)
              .protocol(protocol)
              .priority(DataChannelPriority.fromWire(priority));
      maxRetransmits.ifPresent(builder::maxRetransmits);
      maxPacketLifeTime.ifPresent(builder::maxPacketLifeTime);
      return builder.build();
    }

    ByteBuffer encode() {
      byte[] labelBytes = label.getBytes(StandardCharsets.UTF_8);
      byte[] protocolBytes = protocol.getBytes(StandardCharsets.UTF_8);
      int limitedBy =
          maxRetransmits.isPresent()
              ? LIMITED_BY_COUNT
              : maxPacketLifeTime.isPresent() ? LIMITED_BY_TIME : RELIABLE;
      return ByteBuffer.allocate(OPEN_HEADER + labelBytes.length + protocolBytes.length)
          .put(TYPE_OPEN)
          .put((byte) (ordered ? limitedBy : limitedBy | UNORDERED))
          .putShort((short) priority)
          .putInt(maxRetransmits.orElse(maxPacketLifeTime.orElse(0)))
          .putShort((short) labelBytes.length)
          .putShort((short) protocolBytes.length)
          .put(labelBytes)
          .put(protocolBytes)
          .flip();
    }

    private static Dcep parse(ByteBuffer in) {
      if (in.remaining() < OPEN_HEADER - 1) {
        return new Malformed("OPEN is shorter than its header");
      }
      int type = Byte.toUnsignedInt(in.get());
      int priority = Short.toUnsignedInt(in.getShort());
      // 32 bits on the wire, 16 in the API: 65535 tries or milliseconds are as good as more.
      OptionalInt limit =
          OptionalInt.of((int) Math.min(65535, Integer.toUnsignedLong(in.getInt())));
      int labelLength = Short.toUnsignedInt(in.getShort());
      int protocolLength = Short.toUnsignedInt(in.getShort());
      if (in.remaining() < labelLength + protocolLength) {
        return new Malformed("OPEN ends before its label and protocol do");
      }
      int limitedBy = type & ~UNORDERED;
      if (limitedBy > LIMITED_BY_TIME) {
        return new Malformed("OPEN has an unknown channel type");
      }
      try {
        // RFC 8832 section 5.1: both are UTF-8. What is not is refused rather than mended: a mended
        // text would be another one, and longer than the wire allows.
        return new Open(
            (type & UNORDERED) == 0,
            limitedBy == LIMITED_BY_COUNT ? limit : OptionalInt.empty(),
            limitedBy == LIMITED_BY_TIME ? limit : OptionalInt.empty(),
            priority,
            text(in, labelLength),
            text(in, protocolLength));
      } catch (CharacterCodingException notUtf8) {
        return new Malformed("OPEN has a label or protocol that is not UTF-8");
      }
    }

    private static String text(ByteBuffer in, int length) throws CharacterCodingException {
      ByteBuffer bytes = in.slice(in.position(), length);
      in.position(in.position() + length);
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    }
  }

  /** DATA_CHANNEL_ACK (RFC 8832 section 5.2). */
  record Ack() implements Dcep {
    ByteBuffer encode() {
      return ByteBuffer.allocate(1).put(0, TYPE_ACK);
    }
  }

  /** A message of a type that RFC 8832 does not know: one that comes later, perhaps. */
  record Unknown() implements Dcep {}

  /**
   * An OPEN that cannot be read.
   *
   * @param why a text for people
   */
  record Malformed(String why) implements Dcep {}

  byte TYPE_ACK = 0x02;
  byte TYPE_OPEN = 0x03;
  int OPEN_HEADER = 12;
  int RELIABLE = 0;
  int LIMITED_BY_COUNT = 1;
  int LIMITED_BY_TIME = 2;
  int UNORDERED = 0x80;

  /** Reads a message; bytes behind its end are ignored. Never throws. */
  static Dcep parse(ByteBuffer message) {
    ByteBuffer in = message.duplicate();
    return switch (in.hasRemaining() ? in.get() : 0) {
      case TYPE_OPEN -> Open.parse(in);
      case TYPE_ACK -> new Ack();
      default -> new Unknown();
    };
  }
}
