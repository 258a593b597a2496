package dev.turnstone.sctp.association;

import dev.turnstone.sctp.chunk.Chunk;
import java.util.ArrayDeque;

/** Control chunks that wait for a packet. Answers to the peer are bounded: it decides how many. */
final class Outbox {

  /**
   * A chunk that goes alone.
   *
   * @param tag the verification tag of its packet
   * @param chunk the chunk
   */
  record Alone(int tag, Chunk chunk) {}

  private final ArrayDeque<Alone> alone = new ArrayDeque<>(4);
  private final ArrayDeque<Chunk> bundled = new ArrayDeque<>(4);
  private final int maxReplies;

  Outbox(int maxReplies) {
    this.maxReplies = maxReplies;
  }

  /** Queues a chunk of our own accord, in a packet of its own. */
  void sendAlone(int tag, Chunk chunk) {
    alone.add(new Alone(tag, chunk));
  }

  /** Queues an answer in a packet of its own; dropped when too many wait. */
  void replyAlone(int tag, Chunk chunk) {
    if (alone.size() < maxReplies) {
      alone.add(new Alone(tag, chunk));
    }
  }

  /** Queues a chunk of our own accord. */
  void send(Chunk chunk) {
    bundled.add(chunk);
  }

  /** Queues a chunk of our own accord in front of the others. */
  void sendFirst(Chunk chunk) {
    bundled.addFirst(chunk);
  }

  /** Queues an answer; dropped when too many wait. */
  void reply(Chunk chunk) {
    if (bundled.size() < maxReplies) {
      bundled.add(chunk);
    }
  }

  Alone pollAlone() {
    return alone.poll();
  }

  Chunk peek() {
    return bundled.peek();
  }

  void poll() {
    bundled.poll();
  }

  boolean hasSomething() {
    return !alone.isEmpty() || !bundled.isEmpty();
  }

  /** Forgets what was for a peer that is gone. */
  void clear() {
    bundled.clear();
  }
}
