package dev.turnstone.sctp.send;

import dev.turnstone.sctp.chunk.ForwardTsnChunk;
import dev.turnstone.sctp.chunk.Tsn;
import dev.turnstone.sctp.send.SentChunk.Fate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How far the peer is told to move on over what was given up (RFC 3758 section 3.5). */
final class ForwardTsn {
  private final Outstanding outstanding;
  private final int maxSkips;

  /** Advanced.Peer.Ack.Point. */
  private int point;

  private boolean due;
  private long sentAtNanos;

  /**
   * Nothing given up yet.
   *
   * @param maxPacket bytes that a packet may have
   */
  ForwardTsn(Outstanding outstanding, int maxPacket) {
    this.outstanding = outstanding;
    this.point = Tsn.previous(outstanding.firstTsn());
    // Common header, chunk header and TSN come first; two messages may be counted short.
    this.maxSkips = Math.max(1, (maxPacket - 12 - 8) / 4 - 2);
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
    int skips = skips().size();
    while (next != null && next.fate == Fate.ABANDONED && skips < maxSkips) {
      // An upper bound is enough: messages of one stream share an entry.
      if (!next.message.unordered && next.tsn == next.message.firstTsn()) {
        skips++;
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

  ForwardTsnChunk chunk() {
    return new ForwardTsnChunk(point, skips());
  }

  void handleSent(long nowNanos) {
    due = false;
    sentAtNanos = nowNanos;
  }

  /** For each ordered stream that loses something, the largest SSN (3.5, C4). */
  private List<ForwardTsnChunk.Skip> skips() {
    Map<Integer, Integer> largest = new LinkedHashMap<>();
    for (int tsn = outstanding.firstTsn(); Tsn.isAtOrBefore(tsn, point); tsn = Tsn.next(tsn)) {
      OutgoingMessage message = outstanding.get(tsn).message;
      if (!message.unordered) {
        largest.put(message.stream.id, message.ssn());
      }
    }
    List<ForwardTsnChunk.Skip> skips = new ArrayList<>(largest.size());
    largest.forEach((stream, ssn) -> skips.add(new ForwardTsnChunk.Skip(stream, ssn)));
    return skips;
  }
}
