package dev.turnstone.stun;

import java.nio.ByteBuffer;

/** The outer form of a message: header and the chain of attributes, without their values. */
final class Framing {
  private Framing() {}

  /** Checks that a message fills the buffer from position to limit. */
  static void requireWhole(ByteBuffer datagram) throws StunParseException {
    int start = datagram.position();
    if (datagram.remaining() < StunMessage.HEADER_LENGTH) {
      throw new StunParseException("shorter than a STUN header");
    }
    if ((datagram.get(start) & 0xC0) != 0) {
      throw new StunParseException("the first two bits are not zero");
    }
    if (datagram.getInt(start + 4) != StunMessage.MAGIC_COOKIE) {
      throw new StunParseException("no magic cookie");
    }
    int length = Short.toUnsignedInt(datagram.getShort(start + 2));
    if (length % 4 != 0) {
      throw new StunParseException("the length is no multiple of 4");
    }
    if (length != datagram.remaining() - StunMessage.HEADER_LENGTH) {
      throw new StunParseException("the length is not that of the datagram");
    }
  }

  static int attributeType(ByteBuffer datagram, int index) {
    return Short.toUnsignedInt(datagram.getShort(index));
  }

  static int attributeLength(ByteBuffer datagram, int index) {
    return Short.toUnsignedInt(datagram.getShort(index + 2));
  }

  /** Where the next attribute begins. The message is a multiple of four: four bytes are there. */
  static int nextAttribute(ByteBuffer datagram, int index) throws StunParseException {
    int next = index + 4 + AttributeCodec.padded(attributeLength(datagram, index));
    if (next > datagram.limit()) {
      throw new StunParseException("an attribute ends behind the message");
    }
    return next;
  }

  /** Where the first attribute of a type begins, or -1. */
  static int find(ByteBuffer datagram, AttributeType type) throws StunParseException {
    int index = datagram.position() + StunMessage.HEADER_LENGTH;
    while (index < datagram.limit()) {
      if (attributeType(datagram, index) == type.code()) {
        nextAttribute(datagram, index);
        return index;
      }
      index = nextAttribute(datagram, index);
    }
    return -1;
  }
}
