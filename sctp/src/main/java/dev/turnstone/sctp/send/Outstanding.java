package dev.turnstone.sctp.send;

import dev.turnstone.sctp.send.SentChunk.Fate;

/**
 * Every chunk above the cumulative TSN ack, by TSN: a ring, so that each is found in one step. All
 * changes of a chunk's fate go through here, because the sums depend on them.
 */
final class Outstanding {
  /**
   * As many as the gap blocks of a SACK can tell of (RFC 9260 section 3.3.4): its offsets have 16
   * bits.
   */
  private static final int MOST_CHUNKS = 65535;

  private final long maxPayload;
  private SentChunk[] ring = new SentChunk[64];
  private int head;
  private int size;
  private int firstTsn;

  private long bytesInFlight;
  private long payloadInFlight;
  private long payloadHeld;

  /** What is in flight, in the order in which it was sent last. */
  private final ChunkList flight = new ChunkList();

  /** What is lost, by TSN. */
  private final ChunkList lost = new ChunkList();

  /** What has left the path with an unknown end, by TSN. */
  private final ChunkList untold = new ChunkList();

  /** How many chunks gap blocks have acknowledged. */
  private int gapAcked;

  /**
   * Nothing is outstanding.
   *
   * @param firstTsn the TSN that the first chunk gets
   * @param maxPayload bytes of user data from which on {@link #isFull} says so
   */
  Outstanding(int firstTsn, long maxPayload) {
    this.maxPayload = maxPayload;
    this.firstTsn = firstTsn;
  }

  /** The TSN after the cumulative TSN ack. */
  int firstTsn() {
    return firstTsn;
  }

  /** The TSN that the next new chunk gets. */
  int nextTsn() {
    return firstTsn + size;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Bytes in packets, headers and padding included: what the congestion window limits. */
  long bytesInFlight() {
    return bytesInFlight;
  }

  /** Bytes of user data: what the peer's window limits. */
  long payloadInFlight() {
    return payloadInFlight;
  }

  /**
   * Whether nothing new may be added. What gap blocks acknowledged counts too: it is kept until the
   * cumulative TSN passes it, and a peer that never moves that one must not fill the heap.
   */
  boolean isFull() {
    return size >= MOST_CHUNKS || payloadHeld >= maxPayload;
  }

  boolean anyLost() {
    return !lost.isEmpty();
  }

  /** The lost chunk with the lowest TSN, or null. */
  SentChunk nextLost() {
    return lost.first();
  }

  /** The chunk in flight that was sent before all others there, or null. */
  SentChunk firstSent() {
    return flight.first();
  }

  /** The chunk in flight that was sent after all others there, or null. */
  SentChunk lastSent() {
    return flight.last();
  }

  /** The chunk of unknown end with the lowest TSN, or null. */
  SentChunk firstUntold() {
    return untold.first();
  }

  /** How many chunks are acknowledged beyond the cumulative TSN. */
  int gapAcked() {
    return gapAcked;
  }

  /** The chunk with that TSN, or null when it is not outstanding. */
  SentChunk get(int tsn) {
    int index = tsn - firstTsn;
    return index < 0 || index >= size ? null : ring[(head + index) & (ring.length - 1)];
  }

  /** Appends a chunk with the TSN {@link #nextTsn}; it is in flight, or abandoned from birth. */
  void add(SentChunk chunk) {
    assert chunk.tsn == nextTsn();
    if (size == ring.length) {
      grow();
    }
    ring[(head + size) & (ring.length - 1)] = chunk;
    size++;
    chunk.message.stream.outstanding++;
    if (chunk.fate == Fate.IN_FLIGHT) {
      payloadHeld += chunk.length;
      enterFlight(chunk);
    }
  }

  /** Removes the first chunk; its fate must be settled. */
  SentChunk removeFirst() {
    SentChunk chunk = ring[head];
    assert chunk.fate == Fate.ACKED || chunk.fate == Fate.ABANDONED;
    ring[head] = null;
    head = (head + 1) & (ring.length - 1);
    size--;
    firstTsn++;
    chunk.message.stream.outstanding--;
    if (chunk.fate == Fate.ACKED) {
      payloadHeld -= chunk.length;
      gapAcked--;
      if (chunk.ending) {
        // All chunks of its message were before it.
        chunk.message.stream.memory.free(chunk.message.size);
      }
    }
    return chunk;
  }

  void setAcked(SentChunk chunk) {
    leave(chunk);
    chunk.fate = Fate.ACKED;
    gapAcked++;
  }

  void setLost(SentChunk chunk) {
    leave(chunk);
    chunk.fate = Fate.LOST;
    lost.addByTsn(chunk);
  }

  void setUntold(SentChunk chunk) {
    leave(chunk);
    chunk.fate = Fate.UNTOLD;
    untold.addByTsn(chunk);
  }

  void setAbandoned(SentChunk chunk) {
    leave(chunk);
    if (chunk.fate != Fate.ABANDONED) {
      payloadHeld -= chunk.length;
    }
    chunk.fate = Fate.ABANDONED;
  }

  void setResent(SentChunk chunk) {
    leave(chunk);
    chunk.fate = Fate.IN_FLIGHT;
    enterFlight(chunk);
  }

  /** What counted as lost is on the way after all, where it was in the order of sending. */
  void restoreLost() {
    for (SentChunk chunk = lost.last(); chunk != null; chunk = lost.last()) {
      lost.remove(chunk);
      chunk.fate = Fate.IN_FLIGHT;
      chunk.missed = false;
      flight.addByPacket(chunk);
      count(chunk);
    }
  }

  private void enterFlight(SentChunk chunk) {
    flight.addLast(chunk);
    count(chunk);
  }

  private void count(SentChunk chunk) {
    bytesInFlight += chunk.wireLength();
    payloadInFlight += chunk.length;
  }

  private void leave(SentChunk chunk) {
    if (chunk.fate == Fate.IN_FLIGHT) {
      flight.remove(chunk);
      bytesInFlight -= chunk.wireLength();
      payloadInFlight -= chunk.length;
    } else if (chunk.fate == Fate.LOST) {
      lost.remove(chunk);
    } else if (chunk.fate == Fate.UNTOLD) {
      untold.remove(chunk);
    } else if (chunk.fate == Fate.ACKED) {
      gapAcked--;
    }
  }

  private void grow() {
    SentChunk[] larger = new SentChunk[ring.length * 2];
    for (int i = 0; i < size; i++) {
      larger[i] = ring[(head + i) & (ring.length - 1)];
    }
    ring = larger;
    head = 0;
  }
}
