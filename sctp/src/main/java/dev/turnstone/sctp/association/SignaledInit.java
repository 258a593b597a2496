package dev.turnstone.sctp.association;

import dev.turnstone.sctp.chunk.InitChunk;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A peer's INIT that came with its description instead of over the network
 * (draft-hancke-tsvwg-snap), read and found fit for an association. Two are equal when their bytes
 * are. Immutable; any thread.
 */
public final class SignaledInit {
  private final ByteBuffer bytes;
  private final PeerInit peer;

  private SignaledInit(ByteBuffer bytes, PeerInit peer) {
    this.bytes = bytes;
    this.peer = peer;
  }

  /**
   * Reads one.
   *
   * @param chunk the INIT chunk (RFC 9260 section 3.3.2), from its type to the end of its last
   *     parameter, padded or not; its position stays
   * @throws IllegalArgumentException when it is not a whole INIT, or when an association would
   *     refuse it; the text says why
   */
  public static SignaledInit parse(ByteBuffer chunk) {
    ByteBuffer bytes = ByteBuffer.allocate(chunk.remaining());
    bytes.put(chunk.duplicate()).flip();
    InitChunk init = InitChunk.ofBytes(bytes);
    if (init == null) {
      throw new IllegalArgumentException("expected one whole INIT chunk");
    }
    // RFC 9260 section 3.3.2: what would be discarded or aborted on the network too.
    if (init.initiateTag() == 0) {
      throw new IllegalArgumentException("an INIT must not have tag 0");
    }
    PeerInit peer = PeerInit.of(init);
    if (!peer.hasStreams() || !peer.hasWindow()) {
      throw new IllegalArgumentException(
          "an INIT must have streams both ways and a window of 1500 bytes at least");
    }
    if (PeerInit.unresolvable(init.parameters()) != null) {
      throw new IllegalArgumentException("an INIT must not have a host name for an address");
    }
    return new SignaledInit(bytes, peer);
  }

  PeerInit peer() {
    return peer;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignaledInit that && bytes.equals(that.bytes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(bytes);
  }

  @Override
  public String toString() {
    return "SignaledInit[" + bytes.remaining() + " bytes]";
  }
}
