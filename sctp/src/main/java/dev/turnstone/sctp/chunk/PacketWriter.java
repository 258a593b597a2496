package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Writes one packet after another (RFC 9260 section 3): {@link #begin}, the chunks, then {@link
 * #finish} or {@link #finishWithoutChecksum}. One writer serves one owner at a time.
 */
public final class PacketWriter {
  /** Bytes of the common header, which {@link #begin} writes. */
  public static final int HEADER_LENGTH = CommonHeader.LENGTH;

  private static final int LONGEST_CHUNK = 65535;

  private final CRC32C crc = new CRC32C();
  private ByteBuffer into;
  private int start;
  private ByteBuffer packet;

  /** What {@link #packet} is a part of; the owner most likely writes the next packet there too. */
  private ByteBuffer whole;

  /** A writer with no packet under way. */
  public PacketWriter() {}

  /**
   * Begins a packet at the position of {@code into}, which moves only when the packet is finished;
   * a packet that is not finished was never there.
   *
   * @param into where to write; the packet may take all that remains in it
   * @param sourcePort 0 to 65535
   * @param destinationPort 0 to 65535
   * @param verificationTag the tag that the receiver chose
   * @throws java.nio.BufferOverflowException when not even the header fits
   */
  public void begin(ByteBuffer into, int sourcePort, int destinationPort, int verificationTag) {
    begin(into, into.remaining(), sourcePort, destinationPort, verificationTag);
  }

  /** As the other {@code begin}, with a packet of at most {@code maxBytes}. */
  public void begin(
      ByteBuffer into, int maxBytes, int sourcePort, int destinationPort, int verificationTag) {
    this.into = into;
    int room = Math.min(into.remaining(), maxBytes);
    if (whole == into && start == into.position() && packet.capacity() == room) {
      packet.clear();
    } else {
      whole = into;
      start = into.position();
      packet = into.slice(start, room);
    }
    packet.putShort((short) sourcePort).putShort((short) destinationPort);
    packet.putInt(verificationTag).putInt(0);
  }

  /** Bytes that are left for chunks, their headers and their padding. */
  public int remaining() {
    return packet.remaining();
  }

  /** Whether no chunk has been written yet. */
  public boolean isEmpty() {
    return packet.position() == CommonHeader.LENGTH;
  }

  /** Whether {@code chunk} can be written. */
  public boolean fits(Chunk chunk) {
    int valueLength = chunk.valueLength();
    return valueLength <= LONGEST_CHUNK - Chunk.HEADER_LENGTH
        && Bytes.padded(Chunk.HEADER_LENGTH + valueLength) <= packet.remaining();
  }

  /**
   * Writes a chunk with its padding.
   *
   * @param chunk one that {@link #fits}
   * @throws IllegalArgumentException when it does not
   */
  public void write(Chunk chunk) {
    if (!fits(chunk)) {
      throw new IllegalArgumentException(
          "a chunk of " + chunk.paddedLength() + " bytes does not fit into " + packet.remaining());
    }
    int length = Chunk.HEADER_LENGTH + chunk.valueLength();
    packet.put((byte) chunk.type()).put((byte) chunk.flags()).putShort((short) length);
    chunk.writeValue(packet);
    Bytes.pad(packet, length);
  }

  /**
   * Writes a DATA chunk without a record for it.
   *
   * @param tsn the transmission sequence number
   * @param streamId 0 to 65535
   * @param ssn the stream sequence number, 0 to 65535
   * @param ppid the payload protocol identifier, unsigned 32 bits
   * @param flags the flag bits of {@link DataChunk}
   * @param payload a buffer that holds the fragment below its limit; its position is neither read
   *     nor moved
   * @param offset where the fragment begins, as an absolute index into {@code payload}
   * @param length bytes of the fragment; with {@link DataChunk#OVERHEAD} and padding at most {@link
   *     #remaining}
   * @throws IndexOutOfBoundsException when {@code payload} does not hold the fragment, or it does
   *     not fit
   */
  public void writeData(
      int tsn,
      int streamId,
      int ssn,
      long ppid,
      int flags,
      ByteBuffer payload,
      int offset,
      int length) {
    packet.put((byte) ChunkType.DATA).put((byte) flags);
    packet.putShort((short) (DataChunk.OVERHEAD + length));
    packet.putInt(tsn).putShort((short) streamId).putShort((short) ssn).putInt((int) ppid);
    copy(payload, offset, length);
  }

  /**
   * Writes an I-DATA chunk without a record for it.
   *
   * @param tsn the transmission sequence number
   * @param streamId 0 to 65535
   * @param mid the message identifier
   * @param ppidOrFsn the payload protocol identifier in a first fragment, the fragment sequence
   *     number in every other
   * @param flags the flag bits of {@link DataChunk}
   * @param payload a buffer that holds the fragment below its limit; its position is neither read
   *     nor moved
   * @param offset where the fragment begins, as an absolute index into {@code payload}
   * @param length bytes of the fragment; with {@link IDataChunk#OVERHEAD} and padding at most
   *     {@link #remaining}
   * @throws IndexOutOfBoundsException when {@code payload} does not hold the fragment, or it does
   *     not fit
   */
  public void writeIData(
      int tsn,
      int streamId,
      int mid,
      int ppidOrFsn,
      int flags,
      ByteBuffer payload,
      int offset,
      int length) {
    packet.put((byte) ChunkType.I_DATA).put((byte) flags);
    packet.putShort((short) (IDataChunk.OVERHEAD + length));
    packet.putInt(tsn).putShort((short) streamId).putShort((short) 0);
    packet.putInt(mid).putInt(ppidOrFsn);
    copy(payload, offset, length);
  }

  private void copy(ByteBuffer payload, int offset, int length) {
    int at = packet.position();
    packet.put(at, payload, offset, length);
    packet.position(at + length);
    Bytes.pad(packet, length);
  }

  /** Fills in the CRC32c, advances the buffer behind the packet, returns the packet's bytes. */
  public int finish() {
    int length = packet.position();
    crc.reset();
    crc.update(packet.flip());
    // RFC 9260 section 6.8 and appendix A: the least significant byte goes first.
    packet.putInt(CommonHeader.CHECKSUM, Integer.reverseBytes((int) crc.getValue()));
    return end(length);
  }

  /**
   * Leaves the checksum zero (RFC 9653 section 5.2): only where the peer said that it accepts this,
   * over DTLS, and never with INIT or COOKIE ECHO in the packet.
   */
  public int finishWithoutChecksum() {
    return end(packet.position());
  }

  private int end(int length) {
    into.position(into.position() + length);
    into = null;
    return length;
  }
}
