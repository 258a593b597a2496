package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.DtlsRole;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Splits the peer's datagrams into records and hands them out in an order that BouncyCastle copes
 * with.
 *
 * <p>RFC 6347 section 4.2.4 lets a flight arrive in any order. BouncyCastle reorders handshake
 * messages, but switches to the new keys when it sees a ChangeCipherSpec, even when an earlier
 * message of the flight is still missing, and then never takes that message, not even repeated. So
 * a ChangeCipherSpec waits here for the messages before it, records under the new keys wait for the
 * ChangeCipherSpec, and application data waits for Finished.
 */
final class ArrivalOrder {
  private static final int CERTIFICATE = 11;
  private static final int CERTIFICATE_VERIFY = 15;
  private static final int CLIENT_KEY_EXCHANGE = 16;

  private static final int MAX_HELD = 32;
  private static final int HANDSHAKE_HEADER_BYTES = 12;

  private final AtomicLong rejected;
  private final ArrayDeque<ByteBuffer> ready = new ArrayDeque<>();
  private final ArrayDeque<ByteBuffer> held = new ArrayDeque<>();
  private final Coverage[] flight;
  private ByteBuffer heldChange;
  private boolean changed;
  private boolean finished;

  /**
   * @param role ours. A client's peer sends nothing before its ChangeCipherSpec that could be
   *     missing when that comes: it answers our whole flight
   */
  ArrivalOrder(DtlsRole role, AtomicLong rejected) {
    this.rejected = rejected;
    this.flight =
        role == DtlsRole.CLIENT
            ? new Coverage[0]
            : new Coverage[] {
              new Coverage(CERTIFICATE),
              new Coverage(CLIENT_KEY_EXCHANGE),
              new Coverage(CERTIFICATE_VERIFY)
            };
  }

  /** Takes a datagram that nobody else will change. */
  void accept(ByteBuffer datagram) {
    int at = datagram.position();
    while (at < datagram.limit()) {
      int end = Records.end(datagram, at);
      if (end < 0) {
        // Where the next record begins is not known.
        rejected.incrementAndGet();
        return;
      }
      if (Records.isAcceptable(datagram, at)) {
        sort(datagram.slice(at, end - at));
      } else {
        rejected.incrementAndGet();
      }
      at = end;
    }
  }

  /** The next record, or null. */
  ByteBuffer poll() {
    return ready.poll();
  }

  private void sort(ByteBuffer record) {
    if (Records.isChangeCipherSpec(record, 0)) {
      if (isFlightComplete()) {
        passChange(record);
      } else {
        heldChange = record;
      }
    } else if (Records.epoch(record, 0) > 0) {
      sortProtected(record);
    } else {
      ready.add(record);
      if (!changed && Records.isPlainHandshake(record, 0)) {
        note(record);
        if (heldChange != null && isFlightComplete()) {
          passChange(heldChange);
        }
      }
    }
  }

  private void sortProtected(ByteBuffer record) {
    if (!changed || (!finished && Records.isApplicationData(record, 0))) {
      if (held.size() < MAX_HELD) {
        held.add(record);
      } else {
        rejected.incrementAndGet();
      }
      return;
    }
    ready.add(record);
    if (!finished && Records.isHandshake(record, 0)) {
      // The only handshake message under the new keys is Finished.
      finished = true;
      ready.addAll(held);
      held.clear();
    }
  }

  private void passChange(ByteBuffer change) {
    changed = true;
    heldChange = null;
    ready.add(change);
    List<ByteBuffer> waiting = List.copyOf(held);
    held.clear();
    waiting.forEach(this::sortProtected);
  }

  private void note(ByteBuffer record) {
    int at = Records.HEADER_BYTES;
    while (record.limit() - at >= HANDSHAKE_HEADER_BYTES) {
      int bytes = Records.messageFragmentBytes(record, at);
      if (record.limit() - at - HANDSHAKE_HEADER_BYTES < bytes) {
        return;
      }
      for (Coverage message : flight) {
        message.note(record, at);
      }
      at += HANDSHAKE_HEADER_BYTES + bytes;
    }
  }

  private boolean isFlightComplete() {
    for (Coverage message : flight) {
      if (!message.isComplete()) {
        return false;
      }
    }
    return true;
  }

  /** Which bytes of a handshake message have arrived. */
  private static final class Coverage {
    private final int type;
    private final BitSet arrived = new BitSet();
    private int length = -1;

    Coverage(int type) {
      this.type = type;
    }

    void note(ByteBuffer fragments, int at) {
      if (Records.messageType(fragments, at) != type) {
        return;
      }
      int from = Records.messageFragmentOffset(fragments, at);
      int to = from + Records.messageFragmentBytes(fragments, at);
      int bytes = Records.messageBytes(fragments, at);
      if (to > bytes) {
        return;
      }
      if (bytes != length) {
        // One of the two was not the peer's; if the first was, the peer will repeat it.
        length = bytes;
        arrived.clear();
      }
      arrived.set(from, to);
    }

    boolean isComplete() {
      return arrived.cardinality() == length;
    }
  }
}
