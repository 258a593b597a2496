package dev.turnstone.sctp.association;

import dev.turnstone.sctp.chunk.ChunkType;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.Parameter;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a peer says of itself in INIT or INIT ACK.
 *
 * @param tag the verification tag of packets to it
 * @param arwnd its receive window, bytes
 * @param outboundStreams how many streams it wants to send on
 * @param inboundStreams how many streams it lets us send on
 * @param initialTsn its first TSN
 * @param forwardTsn whether it knows RFC 3758
 * @param reconfig whether it knows RFC 6525
 * @param interleaving whether it knows I-DATA of RFC 8260
 * @param interleavedForwardTsn whether it knows I-FORWARD-TSN of RFC 8260
 * @param zeroChecksum whether it takes packets over DTLS without a checksum (RFC 9653)
 */
record PeerInit(
    int tag,
    long arwnd,
    int outboundStreams,
    int inboundStreams,
    int initialTsn,
    boolean forwardTsn,
    boolean reconfig,
    boolean interleaving,
    boolean interleavedForwardTsn,
    boolean zeroChecksum) {
  private static final int SMALLEST_WINDOW = 1500;
  private static final int HOST_NAME = 11;
  private static final int MOST_QUOTED = 256;

  static PeerInit of(InitChunk init) {
    return new PeerInit(
        init.initiateTag(),
        init.arwnd(),
        init.outboundStreams(),
        init.inboundStreams(),
        init.initialTsn(),
        knowsForwardTsn(init.parameters()),
        knows(init.parameters(), ChunkType.RECONFIG),
        knows(init.parameters(), ChunkType.I_DATA),
        knows(init.parameters(), ChunkType.I_FORWARD_TSN),
        takesZeroChecksum(init.parameters()));
  }

  static PeerInit of(InitAckChunk ack) {
    return new PeerInit(
        ack.initiateTag(),
        ack.arwnd(),
        ack.outboundStreams(),
        ack.inboundStreams(),
        ack.initialTsn(),
        knowsForwardTsn(ack.parameters()),
        knows(ack.parameters(), ChunkType.RECONFIG),
        knows(ack.parameters(), ChunkType.I_DATA),
        knows(ack.parameters(), ChunkType.I_FORWARD_TSN),
        takesZeroChecksum(ack.parameters()));
  }

  /** RFC 9260 section 3.3.2: zero streams are an error. */
  boolean hasStreams() {
    return outboundStreams > 0 && inboundStreams > 0;
  }

  /** RFC 9260 section 3.3.2: a window below 1500 bytes is an error. */
  boolean hasWindow() {
    return arwnd >= SMALLEST_WINDOW;
  }

  /**
   * RFC 9260 section 3.3.2.1.4: a host name is always refused. IP addresses are passed over, as RFC
   * 8261 section 6.1 knows none.
   *
   * @return the reason to refuse these parameters, or null
   */
  static ErrorCause unresolvable(List<Parameter> parameters) {
    for (Parameter parameter : parameters) {
      if (parameter instanceof Parameter.UnknownParameter unknown) {
        if (unknown.type() == HOST_NAME) {
          ByteBuffer quoted = unknown.toBytes();
          return new ErrorCause.UnresolvableAddress(
              quoted.limit(Math.min(quoted.limit(), MOST_QUOTED)));
        }
        if (unknown.stops()) {
          return null;
        }
      }
    }
    return null;
  }

  private static boolean knowsForwardTsn(List<Parameter> parameters) {
    // RFC 3758 section 3.1 has a parameter of its own; RFC 5061 lists the chunk. Either will do.
    for (Parameter parameter : parameters) {
      if (parameter instanceof Parameter.ForwardTsnSupported) {
        return true;
      }
    }
    return knows(parameters, ChunkType.FORWARD_TSN);
  }

  private static boolean takesZeroChecksum(List<Parameter> parameters) {
    // RFC 9653 section 4 allows one. A peer that contradicts itself is believed at its first word.
    for (Parameter parameter : parameters) {
      if (parameter instanceof Parameter.ZeroChecksumAcceptable acceptable) {
        return acceptable.errorDetectionMethod() == Parameter.ZeroChecksumAcceptable.OVER_DTLS;
      }
    }
    return false;
  }

  private static boolean knows(List<Parameter> parameters, int chunkType) {
    for (Parameter parameter : parameters) {
      if (parameter instanceof Parameter.SupportedExtensions extensions
          && extensions.contains(chunkType)) {
        return true;
      }
    }
    return false;
  }
}
