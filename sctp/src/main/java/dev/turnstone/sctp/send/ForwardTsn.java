package dev.turnstone.sctp.send;

import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.ForwardTsnChunk;
import dev.turnstone.sctp.chunk.IForwardTsnChunk;
import dev.turnstone.sctp.chunk.Tsn;
import dev.turnstone.sctp.send.SentChunk.Fate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How far the peer is told to move on over what was given up (RFC 3758 section 3.5). */
final class ForwardTsn {
  private final Outstanding outstanding;
  private final boolean interleaving;
  private final int maxSkips;

  /** Advanced.Peer.Ack.Point. */
  private int point;

  private boolean due;
  private long sentAtNanos;

  /**
   * Nothing given up yet.
   *
   * @param maxPacket bytes that a packet may have
   * @param interleaving whether the peer is told in I-FORWARD-TSN (RFC 8260 section 2.3.1)
   */
  ForwardTsn(Outstanding outstanding, int maxPacket, boolean interleaving) {
    this.outstanding = outstanding;
    this.interleaving = interleaving;
    this.point = Tsn.previous(outstanding.firstTsn());
    // Common header, chunk header and TSN come first.
    this.maxSkips = (maxPacket - 12 - 8) / (interleaving ? 8 : 4);
  }

  /** Whether the peer is to be told of more than it has acknowledged. */
  boolean isPending() {
    return !Tsn.isBefore(point, outstanding.firstTsn());
  }

  boolean isDue() {
    return due && isPending();
  }

  /** After a timeout: 3.5, C5 and 3.1: FORWARD TSN is not reliable of itself. */
  void setDue() {
    due = isPending();
  }

  /** Moves the point over what was given up (3.5, C1 and C2). */
  void advance() {
    int before = point;
    if (Tsn.isBefore(point, Tsn.previous(outstanding.firstTsn()))) {
      point = Tsn.previous(outstanding.firstTsn());
      before = point;
    }
    SentChunk next = outstanding.get(Tsn.next(point));
    if (next == null || next.fate != Fate.ABANDONED) {
      return;
    }
    Map<Key, Integer> named = skipped();
    while (next != null && next.fate == Fate.ABANDONED) {
      name(next.message, named);
      if (named.size() > maxSkips) {
        break;
      }
      point = next.tsn;
      next = outstanding.get(Tsn.next(point));
    }
    due |= point != before;
  }

  /** After a SACK that leaves the point ahead: told again, once in a round trip (3.5, C3). */
  void handleSack(long nowNanos, long roundTripNanos) {
    if (isPending() && nowNanos - sentAtNanos >= roundTripNanos) {
      due = true;
    }
  }

  Chunk chunk() {
    Map<Key, Integer> named = skipped();
    if (interleaving) {
      List<IForwardTsnChunk.Skip> skips = new ArrayList<>(named.size());
      named.forEach(
          (key, mid) -> skips.add(new IForwardTsnChunk.Skip(key.streamId, key.unordered, mid)));
      return new IForwardTsnChunk(point, skips);
    }
    List<ForwardTsnChunk.Skip> skips = new ArrayList<>(named.size());
    named.forEach((key, ssn) -> skips.add(new ForwardTsnChunk.Skip(key.streamId, ssn)));
    return new ForwardTsnChunk(point, skips);
  }

  void handleSent(long nowNanos) {
    due = false;
    sentAtNanos = nowNanos;
  }

  private record Key(int streamId, boolean unordered) {}

  /**
   * For each sequence that loses something, the largest SSN (3.5, C4) or MID. A stream sends one
   * message after the other, so the last one is the largest.
   */
  private Map<Key, Integer> skipped() {
    Map<Key, Integer> named = new LinkedHashMap<>();
    for (int tsn = outstanding.firstTsn(); Tsn.isAtOrBefore(tsn, point); tsn = Tsn.next(tsn)) {
      name(outstanding.get(tsn).message, named);
    }
    return named;
  }

  private void name(OutgoingMessage message, Map<Key, Integer> named) {
    if (interleaving) {
      named.put(new Key(message.stream.id, message.unordered), message.mid());
    } else if (!message.unordered) {
      named.put(new Key(message.stream.id, false), message.ssn());
    }
  }
}
