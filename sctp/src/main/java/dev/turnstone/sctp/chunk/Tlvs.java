package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Lists of parameters and of causes inside a chunk (RFC 9260 sections 3.2.1 and 3.3.10). */
final class Tlvs {
  static final int HEADER_LENGTH = 4;

  private Tlvs() {}

  private interface Parser<T> {
    T parse(int type, ByteBuffer in, int offset, int length) throws MalformedPacketException;
  }

  /**
   * Bytes that the list adds to its chunk's length. RFC 9260 section 3.2: the padding of all but
   * the last counts.
   */
  static int length(List<? extends Tlv> list) {
    int length = 0;
    for (Tlv tlv : list) {
      length = Bytes.padded(length) + HEADER_LENGTH + tlv.valueLength();
    }
    return length;
  }

  static void write(ByteBuffer into, List<? extends Tlv> list) {
    int before = 0;
    for (Tlv tlv : list) {
      Bytes.pad(into, before);
      before = HEADER_LENGTH + tlv.valueLength();
      into.putShort((short) tlv.type()).putShort((short) before);
      tlv.writeValue(into);
    }
  }

  static List<Parameter> parameters(ByteBuffer in, int offset, int length)
      throws MalformedPacketException {
    return parse(in, offset, length, ParameterParser::parse, Malformed.PARAMETER);
  }

  static List<ErrorCause> causes(ByteBuffer in, int offset, int length)
      throws MalformedPacketException {
    return parse(in, offset, length, ErrorCauseParser::parse, Malformed.CAUSE);
  }

  static Parameter.HeartbeatInfo heartbeatInfo(ByteBuffer in, int offset, int length)
      throws MalformedPacketException {
    for (Parameter parameter : parameters(in, offset, length)) {
      if (parameter instanceof Parameter.HeartbeatInfo info) {
        return info;
      }
    }
    throw new MalformedPacketException(Malformed.CHUNK_VALUE);
  }

  private static <T> List<T> parse(
      ByteBuffer in, int offset, int length, Parser<T> parser, Malformed whenWrong)
      throws MalformedPacketException {
    if (length == 0) {
      return List.of();
    }
    List<T> list = new ArrayList<>(4);
    int end = offset + length;
    for (int at = offset; at < end; ) {
      if (end - at < HEADER_LENGTH) {
        throw new MalformedPacketException(whenWrong);
      }
      int type = Short.toUnsignedInt(in.getShort(at));
      int size = Short.toUnsignedInt(in.getShort(at + 2));
      if (size < HEADER_LENGTH || size > end - at) {
        throw new MalformedPacketException(whenWrong);
      }
      list.add(parser.parse(type, in, at + HEADER_LENGTH, size - HEADER_LENGTH));
      // The last one's padding may be left out, so this may step beyond the end.
      at += Bytes.padded(size);
    }
    return list;
  }
}
