package dev.turnstone.sctp.send;

/**
 * Chunks in an order, linked through themselves: a chunk enters and leaves in one step, and nothing
 * is allocated. A chunk is in one list at a time.
 */
final class ChunkList {
  private SentChunk first;
  private SentChunk last;
  private int size;

  SentChunk first() {
    return first;
  }

  SentChunk last() {
    return last;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void addLast(SentChunk chunk) {
    insertAfter(last, chunk);
  }

  /** Puts a chunk where its TSN belongs, in one step when that is the first or the last place. */
  void addByTsn(SentChunk chunk) {
    SentChunk before = first != null && chunk.tsn - first.tsn < 0 ? null : last;
    while (before != null && before.tsn - chunk.tsn > 0) {
      before = before.previous;
    }
    insertAfter(before, chunk);
  }

  /** Puts a chunk where it belongs by the packet in which it left, searching from the front. */
  void addByPacket(SentChunk chunk) {
    SentChunk after = first;
    while (after != null && after.packet <= chunk.packet) {
      after = after.next;
    }
    insertAfter(after == null ? last : after.previous, chunk);
  }

  void remove(SentChunk chunk) {
    if (chunk.previous == null) {
      first = chunk.next;
    } else {
      chunk.previous.next = chunk.next;
    }
    if (chunk.next == null) {
      last = chunk.previous;
    } else {
      chunk.next.previous = chunk.previous;
    }
    chunk.previous = null;
    chunk.next = null;
    size--;
  }

  private void insertAfter(SentChunk before, SentChunk chunk) {
    SentChunk after = before == null ? first : before.next;
    chunk.previous = before;
    chunk.next = after;
    if (before == null) {
      first = chunk;
    } else {
      before.next = chunk;
    }
    if (after == null) {
      last = chunk;
    } else {
      after.previous = chunk;
    }
    size++;
  }
}
