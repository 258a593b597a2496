package dev.turnstone.sctp.receive;

import dev.turnstone.sctp.SctpEvent.MessageReceived;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntBinaryOperator;

/**
 * Puts whole ordered messages into the order of their stream (RFC 9260 section 6.6). A stream costs
 * about a hundred bytes from its first ordered message on, and there are at most 65,536.
 */
final class OrderedStreams {
  private final IntBinaryOperator distance;
  private final Consumer<MessageReceived> delivery;
  private final Map<Integer, Stream> streams = new HashMap<>();
  private long weight;

  /** The stream that was asked for last: most likely the next one too. */
  private Stream recent;

  private int recentId;

  /**
   * No stream has seen a message.
   *
   * @param distance how far the second message number is ahead of the first, by serial arithmetic
   * @param delivery takes the messages that have their turn
   */
  OrderedStreams(IntBinaryOperator distance, Consumer<MessageReceived> delivery) {
    this.delivery = delivery;
    this.distance = distance;
  }

  private static final class Stream {
    // Counted on beyond the bits of the wire, so that plain comparison sorts.
    long next;
    TreeMap<Long, MessageReceived> waiting;
  }

  /** What is held, in about bytes. */
  long weight() {
    return weight;
  }

  /** Delivers a message and what has been waiting for it, or lets it wait. */
  void add(MessageReceived message, int number) {
    Stream stream = made(message.streamId());
    int ahead = distance.applyAsInt((int) stream.next, number);
    if (ahead < 0) {
      // The peer gave this number up before (RFC 3758), or uses it twice.
      return;
    }
    if (ahead > 0) {
      if (stream.waiting == null) {
        stream.waiting = new TreeMap<>();
      }
      if (stream.waiting.putIfAbsent(stream.next + ahead, message) == null) {
        weight += weight(message);
      }
      return;
    }
    delivery.accept(message);
    stream.next++;
    deliverWaiting(stream);
  }

  /** Whether the message with this number was delivered or given up. */
  boolean isPast(int streamId, int number) {
    Stream stream = stream(streamId);
    return stream != null && distance.applyAsInt((int) stream.next, number) < 0;
  }

  /**
   * RFC 3758 section 3.6: numbers up to {@code number} that are not here will not come. Those that
   * are here are delivered in their order.
   */
  void skip(int streamId, int number) {
    Stream stream = made(streamId);
    int ahead = distance.applyAsInt((int) stream.next, number);
    if (ahead < 0) {
      return;
    }
    long next = stream.next + ahead + 1;
    while (stream.waiting != null
        && !stream.waiting.isEmpty()
        && stream.waiting.firstKey() < next) {
      deliver(stream.waiting.pollFirstEntry().getValue());
    }
    stream.next = next;
    deliverWaiting(stream);
  }

  /** RFC 6525 section 5.2.2: the streams count from 0 again; none named means all. */
  void reset(Collection<Integer> streamIds) {
    recent = null;
    if (streamIds.isEmpty()) {
      streams.clear();
      weight = 0;
      return;
    }
    for (int streamId : streamIds) {
      Stream stream = streams.remove(streamId);
      if (stream != null && stream.waiting != null) {
        stream.waiting.values().forEach(message -> weight -= weight(message));
      }
    }
  }

  /** Delivers what waits, gaps or not; then all streams count from 0 again. */
  void release() {
    for (Stream stream : streams.values()) {
      if (stream.waiting != null) {
        stream.waiting.values().forEach(this::deliver);
      }
    }
    streams.clear();
    recent = null;
  }

  /** The stream, or null when it has not been used. */
  private Stream stream(int streamId) {
    if (recent == null || recentId != streamId) {
      recent = streams.get(streamId);
      recentId = streamId;
    }
    return recent;
  }

  private Stream made(int streamId) {
    Stream stream = stream(streamId);
    if (stream == null) {
      stream = new Stream();
      streams.put(streamId, stream);
      recent = stream;
    }
    return stream;
  }

  private void deliverWaiting(Stream stream) {
    if (stream.waiting == null) {
      return;
    }
    MessageReceived message;
    while ((message = stream.waiting.remove(stream.next)) != null) {
      deliver(message);
      stream.next++;
    }
    if (stream.waiting.isEmpty()) {
      stream.waiting = null;
    }
  }

  private void deliver(MessageReceived message) {
    weight -= weight(message);
    delivery.accept(message);
  }

  private static long weight(MessageReceived message) {
    return ReceiveWindow.weight(message.payload().remaining());
  }
}
