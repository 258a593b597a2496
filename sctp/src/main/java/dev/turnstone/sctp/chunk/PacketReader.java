package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Reads one packet after another (RFC 9260 section 3): {@link #open}, then {@link #next} until
 * null, then {@link #malformed} says whether that was the end. Nothing that a peer can send makes
 * it throw, and its work is linear in the size of the packet. One reader serves one owner at a
 * time.
 */
public final class PacketReader {
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer zeroChecksum = ByteBuffer.allocate(4);
  private ByteBuffer packet = ByteBuffer.allocate(CommonHeader.LENGTH);
  private int position;
  private Malformed malformed;

  /** A reader with no packet in it. */
  public PacketReader() {}

  /**
   * Begins with what remains in {@code packet}, whose position is left alone. The bytes are
   * borrowed until the next call of this.
   *
   * @param packet the common header and its chunks
   * @param zeroChecksumAcceptable whether a checksum of zero passes for a right one (RFC 9653
   *     section 5.3): only after we have said so in our INIT or INIT ACK, and over DTLS
   * @return whether the header is there and the checksum right; {@link #malformed} says why not
   */
  public boolean open(ByteBuffer packet, boolean zeroChecksumAcceptable) {
    this.packet = packet.slice();
    this.position = CommonHeader.LENGTH;
    this.malformed = null;
    if (this.packet.limit() < CommonHeader.LENGTH) {
      return fail(Malformed.PACKET_TOO_SHORT);
    }
    int stored = this.packet.getInt(CommonHeader.CHECKSUM);
    if (stored == 0 && zeroChecksumAcceptable) {
      return true;
    }
    return stored == computeChecksum() || fail(Malformed.CHECKSUM);
  }

  /** The sender's port, 0 to 65535. Only after {@link #open} said true, as all below. */
  public int sourcePort() {
    return Short.toUnsignedInt(packet.getShort(CommonHeader.SOURCE_PORT));
  }

  /** The receiver's port, 0 to 65535. */
  public int destinationPort() {
    return Short.toUnsignedInt(packet.getShort(CommonHeader.DESTINATION_PORT));
  }

  /** The verification tag. */
  public int verificationTag() {
    return packet.getInt(CommonHeader.VERIFICATION_TAG);
  }

  /** Bytes after the chunk that was read last; 0 means that it was the last in the packet. */
  public int remaining() {
    return malformed != null ? 0 : Math.max(0, packet.limit() - position);
  }

  /** The next chunk, or null at the end of the packet and at the first one that is malformed. */
  public Chunk next() {
    if (remaining() == 0) {
      return null;
    }
    try {
      return parse();
    } catch (MalformedPacketException wrong) {
      fail(wrong.reason());
      return null;
    }
  }

  /** What was wrong with the packet, or null when nothing has been so far. */
  public Malformed malformed() {
    return malformed;
  }

  private Chunk parse() throws MalformedPacketException {
    int left = packet.limit() - position;
    if (left < Chunk.HEADER_LENGTH) {
      throw new MalformedPacketException(Malformed.CHUNK_LENGTH);
    }
    int type = Byte.toUnsignedInt(packet.get(position));
    int flags = Byte.toUnsignedInt(packet.get(position + 1));
    int length = Short.toUnsignedInt(packet.getShort(position + 2));
    if (length < Chunk.HEADER_LENGTH || length > left) {
      throw new MalformedPacketException(Malformed.CHUNK_LENGTH);
    }
    int offset = position + Chunk.HEADER_LENGTH;
    // The last chunk's padding may be missing, so this may step beyond the end.
    position += Bytes.padded(length);
    return parse(type, flags, offset, length - Chunk.HEADER_LENGTH);
  }

  private Chunk parse(int type, int flags, int offset, int length) throws MalformedPacketException {
    return switch (type) {
      case ChunkType.DATA -> DataChunk.parse(flags, packet, offset, length);
      case ChunkType.INIT -> InitChunk.parse(packet, offset, length);
      case ChunkType.INIT_ACK -> InitAckChunk.parse(packet, offset, length);
      case ChunkType.SACK -> SackChunk.parse(packet, offset, length);
      case ChunkType.HEARTBEAT -> HeartbeatChunk.parse(packet, offset, length);
      case ChunkType.HEARTBEAT_ACK -> HeartbeatAckChunk.parse(packet, offset, length);
      case ChunkType.ABORT -> AbortChunk.parse(flags, packet, offset, length);
      case ChunkType.SHUTDOWN -> ShutdownChunk.parse(packet, offset, length);
      case ChunkType.SHUTDOWN_ACK -> new ShutdownAckChunk();
      case ChunkType.ERROR -> ErrorChunk.parse(packet, offset, length);
      case ChunkType.COOKIE_ECHO -> new CookieEchoChunk(packet.slice(offset, length));
      case ChunkType.COOKIE_ACK -> new CookieAckChunk();
      case ChunkType.SHUTDOWN_COMPLETE -> new ShutdownCompleteChunk((flags & 1) != 0);
      case ChunkType.I_DATA -> IDataChunk.parse(flags, packet, offset, length);
      case ChunkType.RECONFIG -> ReconfigChunk.parse(packet, offset, length);
      case ChunkType.PAD -> new PadChunk(length);
      case ChunkType.FORWARD_TSN -> ForwardTsnChunk.parse(packet, offset, length);
      case ChunkType.I_FORWARD_TSN -> IForwardTsnChunk.parse(packet, offset, length);
      default -> new UnknownChunk(type, flags, packet.slice(offset, length));
    };
  }

  /**
   * RFC 9260 section 6.8: over the whole packet with zeros in the checksum's place, and stored with
   * the least significant byte first.
   */
  private int computeChecksum() {
    crc.reset();
    crc.update(packet.limit(CommonHeader.CHECKSUM).position(0));
    crc.update(zeroChecksum.clear());
    crc.update(packet.clear().position(CommonHeader.CHECKSUM + 4));
    packet.clear();
    return Integer.reverseBytes((int) crc.getValue());
  }

  private boolean fail(Malformed reason) {
    malformed = reason;
    return false;
  }
}
