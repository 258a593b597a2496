package dev.turnstone.dtls.bouncycastle;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Packs records into datagrams. BouncyCastle hands out each record as a datagram of its own; RFC
 * 6347 section 4.1.1 allows several in one, which is fewer to lose.
 */
final class Flight {
  private final int mtu;
  private List<ByteBuffer> full = new ArrayList<>();
  private ByteBuffer current;

  Flight(int mtu) {
    this.mtu = mtu;
  }

  void add(byte[] record, int offset, int length) {
    if (current != null && current.remaining() < length) {
      full.add(current.flip());
      current = null;
    }
    if (current == null) {
      current = ByteBuffer.allocate(Math.max(mtu, length));
    }
    current.put(record, offset, length);
  }

  /** The datagrams gathered since the last call. */
  List<ByteBuffer> take() {
    if (current == null) {
      return List.of();
    }
    full.add(current.flip());
    current = null;
    List<ByteBuffer> taken = full;
    full = new ArrayList<>();
    return taken;
  }
}
