package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;

/** What parameters and causes share: sixteen bits of type, sixteen of length, a value. */
sealed interface Tlv permits Parameter, ErrorCause {

  /** The type (of a parameter) or the code (of a cause), 0 to 65535. */
  int type();

  /** Bytes of the value, without header and without padding. */
  int valueLength();

  /** Writes the value at the position of {@code into} and advances it. */
  void writeValue(ByteBuffer into);
}
