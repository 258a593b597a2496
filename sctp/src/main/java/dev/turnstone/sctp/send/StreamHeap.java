package dev.turnstone.sctp.send;

import java.util.Arrays;

/**
 * The streams that have something to send, the lowest rank first and the longest waiting first
 * among equals. Each stream knows its place here, so none is searched for, and nothing is allocated
 * for a turn.
 */
final class StreamHeap {
  private OutgoingStream[] heap = new OutgoingStream[8];
  private int size;
  private long turns;

  /** The first, or null. */
  OutgoingStream first() {
    return size == 0 ? null : heap[0];
  }

  /** Lets a stream in that is not here, behind its equals. */
  void add(OutgoingStream stream, long rank) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    stream.rank = rank;
    stream.turn = turns++;
    place(stream, size);
    size++;
    rise(stream.place);
  }

  /** Gives a stream another rank, behind its new equals. */
  void move(OutgoingStream stream, long rank) {
    stream.rank = rank;
    stream.turn = turns++;
    rise(stream.place);
    sink(stream.place);
  }

  /** Takes a stream out; its rank stays to be read. */
  void remove(OutgoingStream stream) {
    int hole = stream.place;
    OutgoingStream last = heap[--size];
    heap[size] = null;
    if (last != stream) {
      place(last, hole);
      rise(hole);
      sink(last.place);
    }
  }

  void clear() {
    Arrays.fill(heap, 0, size, null);
    size = 0;
  }

  private void rise(int from) {
    OutgoingStream stream = heap[from];
    int at = from;
    while (at > 0 && isBefore(stream, heap[(at - 1) / 2])) {
      place(heap[(at - 1) / 2], at);
      at = (at - 1) / 2;
    }
    place(stream, at);
  }

  private void sink(int from) {
    OutgoingStream stream = heap[from];
    int at = from;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
        child++;
      }
      if (!isBefore(heap[child], stream)) {
        break;
      }
      place(heap[child], at);
      at = child;
    }
    place(stream, at);
  }

  private void place(OutgoingStream stream, int at) {
    heap[at] = stream;
    stream.place = at;
  }

  private static boolean isBefore(OutgoingStream a, OutgoingStream b) {
    return a.rank < b.rank || a.rank == b.rank && a.turn < b.turn;
  }
}
