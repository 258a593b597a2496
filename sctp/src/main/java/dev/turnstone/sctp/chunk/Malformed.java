package dev.turnstone.sctp.chunk;

/** What was wrong with a packet that could not be read to its end. */
public enum Malformed {
  /** Shorter than the common header. */
  PACKET_TOO_SHORT,
  /** The CRC32c is not that of the bytes. */
  CHECKSUM,
  /** A chunk's length is less than its header or more than what is left of the packet. */
  CHUNK_LENGTH,
  /** A chunk's value does not have the form of its type. */
  CHUNK_VALUE,
  /** A parameter's length or value does not have the form of its type. */
  PARAMETER,
  /** An error cause's length does not fit into its chunk. */
  CAUSE
}
