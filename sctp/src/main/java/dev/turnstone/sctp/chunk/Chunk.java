package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;

/**
 * One chunk of a packet (RFC 9260 section 3.2). Buffers inside a chunk that was read are slices of
 * the packet: borrowed until the packet is given back, copied by whoever keeps them. Buffers inside
 * a chunk that is written are read from their position and left unchanged.
 */
public sealed interface Chunk
    permits AbortChunk,
        CookieAckChunk,
        CookieEchoChunk,
        DataChunk,
        ErrorChunk,
        ForwardTsnChunk,
        HeartbeatAckChunk,
        HeartbeatChunk,
        IDataChunk,
        IForwardTsnChunk,
        InitAckChunk,
        InitChunk,
        PadChunk,
        ReconfigChunk,
        SackChunk,
        ShutdownAckChunk,
        ShutdownChunk,
        ShutdownCompleteChunk,
        UnknownChunk {

  /** Bytes of type, flags and length in front of every value. */
  int HEADER_LENGTH = 4;

  /** The chunk type, 0 to 255; see {@link ChunkType}. */
  int type();

  /** The eight flag bits. */
  default int flags() {
    return 0;
  }

  /** Bytes of the value, without header and without padding. */
  int valueLength();

  /** Writes the value at the position of {@code into} and advances it. */
  void writeValue(ByteBuffer into);

  /** Bytes that the chunk takes in a packet: header, value and padding. */
  default int paddedLength() {
    return Bytes.padded(HEADER_LENGTH + valueLength());
  }
}
