package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;

/**
 * DATA (RFC 9260 section 3.3.1): one fragment of a message, or all of it.
 *
 * @param tsn the transmission sequence number
 * @param streamId 0 to 65535
 * @param ssn the stream sequence number, 0 to 65535; means nothing when {@code unordered}
 * @param ppid the payload protocol identifier, unsigned 32 bits
 * @param unordered the U bit
 * @param beginning the B bit: first fragment
 * @param ending the E bit: last fragment
 * @param immediate the I bit (RFC 7053): acknowledge without delay
 * @param payload the bytes; empty is an error that the receiver answers (RFC 9260 section 6.2), so
 *     it is readable here
 */
public record DataChunk(
    int tsn,
    int streamId,
    int ssn,
    long ppid,
    boolean unordered,
    boolean beginning,
    boolean ending,
    boolean immediate,
    ByteBuffer payload)
    implements Chunk {

  /** Bytes in front of the payload: the chunk header and the four fields. */
  public static final int OVERHEAD = 16;

  /** The E bit in the flags. */
  public static final int FLAG_ENDING = 1;

  /** The B bit in the flags. */
  public static final int FLAG_BEGINNING = 2;

  /** The U bit in the flags. */
  public static final int FLAG_UNORDERED = 4;

  /** The I bit in the flags. */
  public static final int FLAG_IMMEDIATE = 8;

  private static final int FIELDS = 12;

  /** The flag bits for {@link PacketWriter#writeData}. */
  public static int flags(boolean unordered, boolean beginning, boolean ending, boolean immediate) {
    return (unordered ? FLAG_UNORDERED : 0)
        | (beginning ? FLAG_BEGINNING : 0)
        | (ending ? FLAG_ENDING : 0)
        | (immediate ? FLAG_IMMEDIATE : 0);
  }

  @Override
  public int type() {
    return ChunkType.DATA;
  }

  @Override
  public int flags() {
    return flags(unordered, beginning, ending, immediate);
  }

  @Override
  public int valueLength() {
    return FIELDS + payload.remaining();
  }

  @Override
  public void writeValue(ByteBuffer into) {
    into.putInt(tsn).putShort((short) streamId).putShort((short) ssn).putInt((int) ppid);
    Bytes.put(into, payload);
  }

  static DataChunk parse(int flags, ByteBuffer in, int offset, int length)
      throws MalformedPacketException {
    if (length < FIELDS) {
      throw new MalformedPacketException(Malformed.CHUNK_VALUE);
    }
    return new DataChunk(
        in.getInt(offset),
        Short.toUnsignedInt(in.getShort(offset + 4)),
        Short.toUnsignedInt(in.getShort(offset + 6)),
        Integer.toUnsignedLong(in.getInt(offset + 8)),
        (flags & FLAG_UNORDERED) != 0,
        (flags & FLAG_BEGINNING) != 0,
        (flags & FLAG_ENDING) != 0,
        (flags & FLAG_IMMEDIATE) != 0,
        in.slice(offset + FIELDS, length - FIELDS));
  }
}
