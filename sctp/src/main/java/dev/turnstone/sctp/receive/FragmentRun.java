package dev.turnstone.sctp.receive;

import dev.turnstone.sctp.SctpEvent.MessageReceived;
import java.nio.ByteBuffer;

/**
 * Fragments of one message that follow each other without a gap. Their bytes lie in a chain of
 * pieces: extending and joining runs never copies what is there already, in whatever order a peer
 * sends.
 */
final class FragmentRun {
  /** About what a piece and its share of a run weigh beside the bytes. */
  static final int PIECE_OVERHEAD = 64;

  private static final int LARGEST_PIECE = 64 << 10;

  private static final class Piece {
    final byte[] bytes;
    int length;
    Piece next;

    Piece(int capacity) {
      bytes = new byte[capacity];
    }

    void append(ByteBuffer payload, int offset, int count) {
      payload.get(payload.position() + offset, bytes, length, count);
      length += count;
    }
  }

  private final int streamId;
  private final int number;
  private final long ppid;
  private final boolean unordered;
  private final boolean begins;
  private final int first;
  private int last;
  private boolean ends;
  private final Piece firstPiece;
  private Piece lastPiece;
  private int pieces = 1;
  private long length;

  /**
   * Copies the fragment.
   *
   * @param capacity room to leave for those that follow, at least the fragment's own length
   */
  FragmentRun(Fragment fragment, int capacity) {
    this.streamId = fragment.streamId();
    this.number = fragment.number();
    this.ppid = fragment.ppid();
    this.unordered = fragment.unordered();
    this.begins = fragment.beginning();
    this.first = fragment.sequence();
    this.last = first;
    this.ends = fragment.ending();
    this.firstPiece = new Piece(Math.max(capacity, fragment.payload().remaining()));
    this.lastPiece = firstPiece;
    firstPiece.append(fragment.payload(), 0, fragment.payload().remaining());
    this.length = firstPiece.length;
  }

  int first() {
    return first;
  }

  int last() {
    return last;
  }

  boolean begins() {
    return begins;
  }

  boolean ends() {
    return ends;
  }

  boolean isComplete() {
    return begins && ends;
  }

  long length() {
    return length;
  }

  /** What this costs in memory, in about bytes. */
  long weight() {
    return length + (long) pieces * PIECE_OVERHEAD;
  }

  int number() {
    return number;
  }

  /** Whether {@code fragment} names the same message. */
  boolean matches(Fragment fragment) {
    return streamId == fragment.streamId()
        && unordered == fragment.unordered()
        && number == fragment.number()
        && ppid == fragment.ppid();
  }

  /** Copies the fragment that follows the last one. */
  void append(Fragment fragment) {
    ByteBuffer payload = fragment.payload();
    int count = payload.remaining();
    int fitting = Math.min(count, lastPiece.bytes.length - lastPiece.length);
    lastPiece.append(payload, 0, fitting);
    if (fitting < count) {
      // As much room again as there is: few pieces, and never more than half of them unused.
      int capacity = Math.max(count - fitting, (int) Math.min(length, LARGEST_PIECE));
      link(new Piece(capacity));
      pieces++;
      lastPiece.append(payload, fitting, count - fitting);
    }
    length += count;
    last = fragment.sequence();
    ends = fragment.ending();
  }

  /** Takes over the run that follows the last fragment. */
  void absorb(FragmentRun following) {
    link(following.firstPiece);
    lastPiece = following.lastPiece;
    pieces += following.pieces;
    length += following.length;
    last = following.last;
    ends = following.ends;
  }

  /** The message, once complete. Nothing is copied when its length had been guessed right. */
  MessageReceived toMessage() {
    byte[] whole = firstPiece.bytes;
    if (firstPiece != lastPiece || whole.length != length) {
      whole = new byte[(int) length];
      int at = 0;
      for (Piece piece = firstPiece; piece != null; piece = piece.next) {
        System.arraycopy(piece.bytes, 0, whole, at, piece.length);
        at += piece.length;
      }
    }
    return new MessageReceived(streamId, ppid, ByteBuffer.wrap(whole), unordered);
  }

  private void link(Piece piece) {
    lastPiece.next = piece;
    lastPiece = piece;
  }
}
