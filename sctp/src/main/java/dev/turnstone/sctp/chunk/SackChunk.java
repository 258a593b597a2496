package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * SACK (RFC 9260 section 3.3.4).
 *
 * @param cumulativeTsn the last TSN up to which all have arrived
 * @param arwnd the receive window that is left, unsigned 32 bits
 * @param gaps gap ack blocks in pairs, start then end, both inclusive and as offsets from {@code
 *     cumulativeTsn}; what was read has {@code 1 <= start <= end <= 65535} in each pair, and
 *     promises nothing about the order of pairs
 * @param duplicates TSNs that arrived more than once
 */
public record SackChunk(int cumulativeTsn, long arwnd, int[] gaps, int[] duplicates)
    implements Chunk {

  /** Bytes of the value without gaps and duplicates; each gap block and each duplicate adds 4. */
  public static final int FIELDS = 12;

  private static final int[] NONE = {};

  /** How many gap ack blocks there are. */
  public int gapCount() {
    return gaps.length / 2;
  }

  /** The first TSN of gap ack block {@code index}. */
  public int gapStart(int index) {
    return cumulativeTsn + gaps[2 * index];
  }

  /** The last TSN of gap ack block {@code index}. */
  public int gapEnd(int index) {
    return cumulativeTsn + gaps[2 * index + 1];
  }

  @Override
  public int type() {
    return ChunkType.SACK;
  }

  @Override
  public int valueLength() {
    return FIELDS + 2 * gaps.length + 4 * duplicates.length;
  }

  @Override
  public void writeValue(ByteBuffer into) {
    into.putInt(cumulativeTsn).putInt((int) arwnd);
    into.putShort((short) gapCount()).putShort((short) duplicates.length);
    for (int offset : gaps) {
      into.putShort((short) offset);
    }
    for (int tsn : duplicates) {
      into.putInt(tsn);
    }
  }

  static SackChunk parse(ByteBuffer in, int offset, int length) throws MalformedPacketException {
    if (length < FIELDS) {
      throw new MalformedPacketException(Malformed.CHUNK_VALUE);
    }
    int gapCount = Short.toUnsignedInt(in.getShort(offset + 8));
    int duplicateCount = Short.toUnsignedInt(in.getShort(offset + 10));
    if (FIELDS + 4 * (gapCount + duplicateCount) != length) {
      throw new MalformedPacketException(Malformed.CHUNK_VALUE);
    }
    int at = offset + FIELDS;
    int[] gaps = gapCount == 0 ? NONE : new int[2 * gapCount];
    for (int i = 0; i < gaps.length; i += 2, at += 4) {
      gaps[i] = Short.toUnsignedInt(in.getShort(at));
      gaps[i + 1] = Short.toUnsignedInt(in.getShort(at + 2));
      if (gaps[i] == 0 || gaps[i + 1] < gaps[i]) {
        throw new MalformedPacketException(Malformed.CHUNK_VALUE);
      }
    }
    int[] duplicates = duplicateCount == 0 ? NONE : new int[duplicateCount];
    for (int i = 0; i < duplicates.length; i++, at += 4) {
      duplicates[i] = in.getInt(at);
    }
    return new SackChunk(
        in.getInt(offset), Integer.toUnsignedLong(in.getInt(offset + 4)), gaps, duplicates);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SackChunk that
        && cumulativeTsn == that.cumulativeTsn
        && arwnd == that.arwnd
        && Arrays.equals(gaps, that.gaps)
        && Arrays.equals(duplicates, that.duplicates);
  }

  @Override
  public int hashCode() {
    return 31 * cumulativeTsn + Arrays.hashCode(gaps) + 7 * Arrays.hashCode(duplicates);
  }

  @Override
  public String toString() {
    return "SackChunk[cumulativeTsn="
        + Integer.toUnsignedString(cumulativeTsn)
        + ", arwnd="
        + arwnd
        + ", gaps="
        + Arrays.toString(gaps)
        + ", duplicates="
        + Arrays.toString(duplicates)
        + "]";
  }
}
