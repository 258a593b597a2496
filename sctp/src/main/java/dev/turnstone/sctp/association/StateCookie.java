package dev.turnstone.sctp.association;

import java.nio.ByteBuffer;

/**
 * What we must know again when our INIT ACK's cookie comes back (RFC 9260 section 5.1.3), so that
 * an INIT leaves no state behind.
 *
 * @param expiresNanos until when it is good: when it was made and its life in one
 * @param localTag the tag that our INIT ACK said
 * @param localTsn the initial TSN that our INIT ACK said
 * @param localTieTag our tag of the association that there was then, or 0
 * @param peerTieTag the peer's tag of the association that there was then, or 0
 * @param peer what the INIT said
 */
record StateCookie(
    long expiresNanos, int localTag, int localTsn, int localTieTag, int peerTieTag, PeerInit peer) {
  static final int LENGTH = 8 + 4 * 4 + 4 + 8 + 2 + 2 + 4 + 1;

  void write(ByteBuffer into) {
    into.putLong(expiresNanos).putInt(localTag).putInt(localTsn);
    into.putInt(localTieTag).putInt(peerTieTag);
    into.putInt(peer.tag()).putLong(peer.arwnd());
    into.putShort((short) peer.outboundStreams()).putShort((short) peer.inboundStreams());
    into.putInt(peer.initialTsn());
    into.put(
        (byte)
            ((peer.forwardTsn() ? 1 : 0)
                | (peer.reconfig() ? 2 : 0)
                | (peer.interleaving() ? 4 : 0)
                | (peer.interleavedForwardTsn() ? 8 : 0)
                | (peer.zeroChecksum() ? 16 : 0)));
  }

  static StateCookie read(ByteBuffer from) {
    long expires = from.getLong();
    int localTag = from.getInt();
    int localTsn = from.getInt();
    int localTieTag = from.getInt();
    int peerTieTag = from.getInt();
    int peerTag = from.getInt();
    long arwnd = from.getLong();
    int outbound = Short.toUnsignedInt(from.getShort());
    int inbound = Short.toUnsignedInt(from.getShort());
    int initialTsn = from.getInt();
    int flags = from.get();
    return new StateCookie(
        expires,
        localTag,
        localTsn,
        localTieTag,
        peerTieTag,
        new PeerInit(
            peerTag,
            arwnd,
            outbound,
            inbound,
            initialTsn,
            (flags & 1) != 0,
            (flags & 2) != 0,
            (flags & 4) != 0,
            (flags & 8) != 0,
            (flags & 16) != 0));
  }
}
