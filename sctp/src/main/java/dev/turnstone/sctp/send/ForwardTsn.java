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

  private record Key(int streamId, boolean unordered) {}

  /** The last message of a sequence that was given up, and the last TSN at which it stands. */
  private record Last(int number, int tsn) {}

  /**
   * What lies between the cumulative TSN ack and the point. Kept, and not gathered anew for each
   * chunk: that would go over all that was ever given up again and again.
   */
  private final Map<Key, Last> named = new LinkedHashMap<>();

  private int forgottenBefore;

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
    this.forgottenBefore = outstanding.firstTsn();
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
    forget();
    if (Tsn.isBefore(point, Tsn.previous(outstanding.firstTsn()))) {
      point = Tsn.previous(outstanding.firstTsn());
      before = point;
    }
    SentChunk next = outstanding.get(Tsn.next(point));
    while (next != null && next.fate == Fate.ABANDONED && name(next)) {
      point = next.tsn;
      next = outstanding.get(Tsn.next(point));
    }
    due |= point != before;
  }

  /** What the peer has acknowledged needs no name any more. */
  private void forget() {
    int first = outstanding.firstTsn();
    if (first != forgottenBefore) {
      forgottenBefore = first;
      named.values().removeIf(last -> Tsn.isBefore(last.tsn, first));
    }
  }

  /**
   * Names what a chunk belongs to: for each sequence that loses something the largest SSN (3.5, C4)
   * or MID. A stream sends one message after the other, so the last one is the largest.
   *
   * @return false when a FORWARD TSN can name no more
   */
  private boolean name(SentChunk chunk) {
    OutgoingMessage message = chunk.message;
    if (message.unordered && !interleaving) {
      return true;
    }
    Key key = new Key(message.stream.id, message.unordered);
    if (named.size() == maxSkips && !named.containsKey(key)) {
      return false;
    }
    named.put(key, new Last(interleaving ? message.mid() : message.ssn(), chunk.tsn));
    return true;
  }

  /** After a SACK that leaves the point ahead: told again, once in a round trip (3.5, C3). */
  void handleSack(long nowNanos, long roundTripNanos) {
    if (isPending() && nowNanos - sentAtNanos >= roundTripNanos) {
      due = true;
    }
  }

  Chunk chunk() {
    forget();
    if (interleaving) {
      List<IForwardTsnChunk.Skip> skips = new ArrayList<>(named.size());
      named.forEach(
          (key, last) ->
              skips.add(new IForwardTsnChunk.Skip(key.streamId, key.unordered, last.number)));
      return new IForwardTsnChunk(point, skips);
    }
    List<ForwardTsnChunk.Skip> skips = new ArrayList<>(named.size());
    named.forEach((key, last) -> skips.add(new ForwardTsnChunk.Skip(key.streamId, last.number)));
    return new ForwardTsnChunk(point, skips);
  }

  void handleSent(long nowNanos) {
    due = false;
    sentAtNanos = nowNanos;
  }
}
