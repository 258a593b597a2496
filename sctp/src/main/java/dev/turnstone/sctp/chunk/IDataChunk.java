package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;

/**
 * I-DATA (RFC 8260 section 2.1): a fragment that names its message, so that fragments of several
 * messages may be interleaved.
 *
 * @param tsn the transmission sequence number
 * @param streamId 0 to 65535
 * @param mid the message identifier, raw 32 bits; counts separately for ordered and unordered
 * @param ppid the payload protocol identifier, unsigned 32 bits; 0 unless {@code beginning}, the
 *     only fragment that carries it
 * @param fsn the fragment sequence number, raw 32 bits; 0 when {@code beginning}
 * @param unordered the U bit
 * @param beginning the B bit: first fragment
 * @param ending the E bit: last fragment
 * @param immediate the I bit: acknowledge without delay
 * @param payload the bytes
 */
public record IDataChunk(
    int tsn,
    int streamId,
    int mid,
    long ppid,
    int fsn,
    boolean unordered,
    boolean beginning,
    boolean ending,
    boolean immediate,
    ByteBuffer payload)
    implements Chunk {

  /** Bytes in front of the payload: the chunk header and the fields. */
  public static final int OVERHEAD = 20;

  private static final int FIELDS = 16;

  @Override
  public int type() {
    return ChunkType.I_DATA;
  }

  @Override
  public int flags() {
    return DataChunk.flags(unordered, beginning, ending, immediate);
  }

  @Override
  public int valueLength() {
    return FIELDS + payload.remaining();
  }

  @Override
  public void writeValue(ByteBuffer into) {
    into.putInt(tsn).putShort((short) streamId).putShort((short) 0).putInt(mid);
    into.putInt(beginning ? (int) ppid : fsn);
    Bytes.put(into, payload);
  }

  static IDataChunk parse(int flags, ByteBuffer in, int offset, int length)
      throws MalformedPacketException {
    if (length < FIELDS) {
      throw new MalformedPacketException(Malformed.CHUNK_VALUE);
    }
    boolean beginning = (flags & DataChunk.FLAG_BEGINNING) != 0;
    int ppidOrFsn = in.getInt(offset + 12);
    return new IDataChunk(
        in.getInt(offset),
        Short.toUnsignedInt(in.getShort(offset + 4)),
        in.getInt(offset + 8),
        beginning ? Integer.toUnsignedLong(ppidOrFsn) : 0,
        beginning ? 0 : ppidOrFsn,
        (flags & DataChunk.FLAG_UNORDERED) != 0,
        beginning,
        (flags & DataChunk.FLAG_ENDING) != 0,
        (flags & DataChunk.FLAG_IMMEDIATE) != 0,
        in.slice(offset + FIELDS, length - FIELDS));
  }
}
