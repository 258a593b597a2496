package dev.turnstone.sctp.send;

import dev.turnstone.sctp.AbandonedMessages;
import dev.turnstone.sctp.BufferBudget;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The messages of all streams that are not yet wholly sent, and the bytes that they hold. There
 * from the association's birth, so that messages can be queued before the handshake is over.
 */
public final class SendQueue {
  private final SctpOptions options;
  private final Consumer<SctpEvent> events;
  private final StreamScheduler scheduler;
  private final SendMemory memory;
  private final TreeSet<OutgoingMessage> expiring =
      new TreeSet<>(
          Comparator.comparingLong((OutgoingMessage message) -> message.expiresAtNanos)
              .thenComparingLong(message -> message.order));
  private final Displaceable displaceable = new Displaceable();
  private final List<OutgoingStream> refused = new ArrayList<>();

  /** Gives a message up, whatever part of it was sent: who has sent it knows how. */
  private Consumer<OutgoingMessage> giveUp = this::drop;

  private OutgoingStream[] streams = new OutgoingStream[0];
  private int streamCount;
  private boolean partialReliability = true;
  private boolean interleaving;
  private long buffered;
  private long messages;
  private long abandonedMessages;
  private final long[] abandonedByPolicy = new long[6];

  /** No message is begun now; the streams that wait for that are out of the scheduler. */
  private boolean held;

  private final Set<OutgoingStream> parked = new LinkedHashSet<>();

  /** The message that was begun and is sent to its end; null where messages interleave. */
  private OutgoingMessage current;

  /** An empty queue that tells {@code events} what becomes of its messages. */
  public SendQueue(SctpOptions options, Consumer<SctpEvent> events) {
    this(options, events, BufferBudget.unlimited());
  }

  /** An empty queue whose messages take their memory from a budget. */
  public SendQueue(SctpOptions options, Consumer<SctpEvent> events, BufferBudget budget) {
    this.options = options;
    this.events = events;
    this.memory = new SendMemory(options.sendBufferGuaranteed(), budget, this::tellRefused);
    this.scheduler = StreamScheduler.of(options.streamScheduling());
    this.streamCount = options.outboundStreams();
  }

  /**
   * Queues a message, whose payload passes into ownership here.
   *
   * @throws IllegalArgumentException when the stream id or the PPID is out of its range
   */
  public SendResult send(
      int streamId, long ppid, ByteBuffer payload, SendOptions how, long nowNanos) {
    if (streamId < 0 || streamId > 65535) {
      throw new IllegalArgumentException("streamId must be 0 to 65535, is " + streamId);
    }
    if (ppid < 0 || ppid > 0xFFFFFFFFL) {
      throw new IllegalArgumentException("ppid must be 0 to 4294967295, is " + ppid);
    }
    if (streamId >= streamCount) {
      return SendResult.NO_SUCH_STREAM;
    }
    int size = payload.remaining();
    if (size == 0) {
      return SendResult.EMPTY;
    }
    if (size > options.maxMessageSize()) {
      return SendResult.TOO_LARGE;
    }
    OutgoingStream stream = stream(streamId);
    if (stream.resetting) {
      return SendResult.STREAM_RESETTING;
    }
    // A message larger than the whole buffer still goes when it is the only one.
    boolean full = buffered > 0 && size > options.sendBuffer() - buffered;
    if (full && !makeRoom(size, how.priority()) || !memory.take(size)) {
      if (!stream.refused) {
        stream.refused = true;
        refused.add(stream);
      }
      return SendResult.BUFFER_FULL;
    }
    enqueue(stream, ppid, payload, how, nowNanos);
    return SendResult.QUEUED;
  }

  /** RFC 7496 section 3.2: less important messages are given up for a new one. */
  private boolean makeRoom(int size, int priority) {
    long missing = Math.min(buffered, size - (options.sendBuffer() - buffered));
    List<OutgoingMessage> victims = displaceable.victims(priority, missing);
    victims.forEach(giveUp);
    return !victims.isEmpty();
  }

  private void enqueue(
      OutgoingStream stream, long ppid, ByteBuffer payload, SendOptions how, long nowNanos) {
    long expiry = OutgoingMessage.NO_EXPIRY;
    if (how.lifetimeNanos() >= 0 && partialReliability) {
      // A sum that overflows never comes either way.
      expiry = nowNanos + Math.min(how.lifetimeNanos(), Long.MAX_VALUE - 1 - nowNanos);
    }
    OutgoingMessage message =
        new OutgoingMessage(
            stream,
            ppid,
            !how.ordered(),
            payload,
            how.maxRetransmits(),
            expiry,
            how.priority(),
            messages++);
    if (stream.front() == null) {
      scheduler.add(stream, message);
    }
    stream.queue.add(message);
    stream.buffered += message.size;
    buffered += message.size;
    if (expiry != OutgoingMessage.NO_EXPIRY) {
      expiring.add(message);
    }
    if (partialReliability) {
      displaceable.add(message);
    }
  }

  /** From now on that is how messages are given up that must make room for others. */
  void onGivenUp(Consumer<OutgoingMessage> giveUp) {
    this.giveUp = giveUp;
  }

  /** The handshake is over: what the peer can do is known now. */
  public void negotiated(int outboundStreams, boolean partialReliability, boolean interleaving) {
    this.streamCount = outboundStreams;
    this.interleaving = interleaving;
    this.partialReliability = partialReliability;
    if (!partialReliability) {
      expiring.clear();
      displaceable.clear();
    }
    for (int id = outboundStreams; id < streams.length; id++) {
      if (streams[id] != null) {
        for (OutgoingMessage message : new ArrayList<>(streams[id].queue)) {
          drop(message);
        }
      }
    }
  }

  /** Whether messages may be given up (RFC 3758): the peer knows FORWARD TSN. */
  boolean partialReliability() {
    return partialReliability;
  }

  /** Whether fragments of several messages may alternate (RFC 8260): the peer knows I-DATA. */
  boolean interleaving() {
    return interleaving;
  }

  /** The message whose next fragment is to be sent next, or null. */
  OutgoingMessage front() {
    if (current != null) {
      return current;
    }
    OutgoingStream stream = scheduler.next();
    while (held && stream != null && !stream.front().isBegun()) {
      scheduler.remove(stream);
      parked.add(stream);
      stream = scheduler.next();
    }
    return stream == null ? null : stream.front();
  }

  /** From now on no message is begun; those that are begun are sent to their end. */
  public void hold() {
    held = true;
  }

  /** Whether a message is begun and not sent to its end; while on {@link #hold}. */
  public boolean isMidMessage() {
    return front() != null;
  }

  /** Messages are begun again. */
  public void release() {
    held = false;
    parked.forEach(stream -> scheduler.add(stream, stream.front()));
    parked.clear();
  }

  /** The numbers of all streams begin at 0; no message is begun. */
  public void resetNumbers() {
    for (OutgoingStream stream : streams) {
      if (stream != null) {
        stream.resetNumbers();
      }
    }
  }

  /** There are so many more streams. */
  public void addStreams(int count) {
    streamCount += count;
  }

  /** A fragment of {@link #front} got its TSN. */
  void take(OutgoingMessage message, int length) {
    message.take(length);
    if (!interleaving) {
      // RFC 9260 section 6.9: a message's fragments have consecutive TSNs.
      current = message;
      if (message.isTaken()) {
        leave(message);
      }
    } else {
      OutgoingStream stream = message.stream;
      if (message.isTaken()) {
        forget(message);
        stream.queue.poll();
      }
      scheduler.served(stream, length, stream.front() != null);
    }
    release(message.stream, length);
  }

  /** The message is wholly sent or given up: its stream's turn is over. */
  private void leave(OutgoingMessage message) {
    OutgoingStream stream = message.stream;
    forget(message);
    stream.queue.poll();
    current = null;
    scheduler.served(stream, message.taken(), stream.front() != null);
  }

  /** Gives up what is left of a message. */
  void drop(OutgoingMessage message) {
    if (message.isAbandoned()) {
      return;
    }
    int rest = message.untaken();
    OutgoingStream stream = message.stream;
    message.abandon();
    memory.free(message.size);
    abandonedMessages++;
    countByPolicy(message);
    if (rest > 0) {
      if (message == current) {
        leave(message);
      } else {
        forget(message);
        stream.addShell();
        if (stream.front() == null && !parked.remove(stream)) {
          scheduler.remove(stream);
        }
      }
    }
    events.accept(new SctpEvent.MessageAbandoned(stream.id, message.ppid));
    if (rest > 0) {
      release(stream, rest);
    }
  }

  /** In the order of {@link AbandonedMessages}. */
  private void countByPolicy(OutgoingMessage message) {
    int policy = -1;
    if (message.priority >= 0) {
      policy = 4;
    } else if (message.maxRetransmits >= 0) {
      policy = 2;
    } else if (message.expiresAtNanos != OutgoingMessage.NO_EXPIRY) {
      policy = 0;
    }
    if (policy >= 0) {
      abandonedByPolicy[policy + (message.isBegun() ? 1 : 0)]++;
    }
  }

  /** Nothing of the message waits any more. */
  private void forget(OutgoingMessage message) {
    displaceable.remove(message);
    if (message.expiresAtNanos != OutgoingMessage.NO_EXPIRY) {
      expiring.remove(message);
    }
  }

  private void release(OutgoingStream stream, long bytes) {
    long before = stream.buffered;
    stream.buffered -= bytes;
    buffered -= bytes;
    if (before > stream.lowThreshold && stream.buffered <= stream.lowThreshold) {
      stream.refused = false;
      events.accept(new SctpEvent.BufferedAmountLow(stream.id));
    }
    tellRefused();
  }

  /** Those that found the buffer full or the budget spent hear that there is room. */
  private void tellRefused() {
    if (!refused.isEmpty() && buffered <= options.sendBuffer() / 2 && memory.hasRoom()) {
      for (OutgoingStream waiting : refused) {
        if (waiting.refused) {
          waiting.refused = false;
          events.accept(new SctpEvent.BufferedAmountLow(waiting.id));
        }
      }
      refused.clear();
    }
  }

  /** When the next queued message expires, or {@link Long#MAX_VALUE}. */
  long nextExpiry() {
    return expiring.isEmpty() ? Long.MAX_VALUE : expiring.first().expiresAtNanos;
  }

  /** A message that has expired and is not wholly sent, or null. */
  OutgoingMessage expired(long nowNanos) {
    if (expiring.isEmpty() || !expiring.first().isExpired(nowNanos)) {
      return null;
    }
    return expiring.first();
  }

  /** Whether nothing waits to be sent for the first time. */
  public boolean isEmpty() {
    return buffered == 0;
  }

  /** Bytes over all streams that wait to be sent for the first time. */
  public long buffered() {
    return buffered;
  }

  /** Bytes of one stream that wait to be sent for the first time. */
  public long buffered(int streamId) {
    OutgoingStream stream = existing(streamId);
    return stream == null ? 0 : stream.buffered;
  }

  /** At which fall of {@link #buffered(int)} {@link SctpEvent.BufferedAmountLow} is told. */
  public void setLowThreshold(int streamId, long bytes) {
    if (streamId < 0 || streamId > 65535 || bytes < 0) {
      throw new IllegalArgumentException(
          "streamId must be 0 to 65535 and bytes not negative, are " + streamId + ", " + bytes);
    }
    stream(streamId).lowThreshold = bytes;
  }

  /** What the stream weighs beside others, from now on and also for what waits on it. */
  public void setWeight(int streamId, int weight) {
    if (streamId < 0 || streamId > 65535 || weight < 1 || weight > 65535) {
      throw new IllegalArgumentException(
          "streamId must be 0 to 65535 and weight 1 to 65535, are " + streamId + ", " + weight);
    }
    OutgoingStream stream = stream(streamId);
    OutgoingMessage front = stream.front();
    if (front == null || parked.contains(stream)) {
      stream.weight = weight;
    } else {
      scheduler.remove(stream);
      stream.weight = weight;
      scheduler.add(stream, front);
    }
  }

  /** How many streams there are: ids 0 to this minus 1. */
  public int streamCount() {
    return streamCount;
  }

  /** Bytes of all messages that are not yet acknowledged for good or given up. */
  public long held() {
    return memory.held();
  }

  /** Bytes that they have reserved from the budget. */
  public long reserved() {
    return memory.reserved();
  }

  /** Messages taken so far. */
  public long messages() {
    return messages;
  }

  /** Messages given up so far. */
  public long abandonedMessages() {
    return abandonedMessages;
  }

  /** Those of them that were partially reliable, by policy. */
  public AbandonedMessages abandonedByPolicy() {
    long[] by = abandonedByPolicy;
    return new AbandonedMessages(by[0], by[1], by[2], by[3], by[4], by[5]);
  }

  /** From now on the stream takes no message, until {@link #endReset}. */
  public void beginReset(int streamId) {
    stream(streamId).resetting = true;
  }

  /** Whether a reset of the stream is under way. */
  public boolean isResetting(int streamId) {
    OutgoingStream stream = existing(streamId);
    return stream != null && stream.resetting;
  }

  /** Whether nothing waits and nothing is unacknowledged on the stream. */
  public boolean isIdle(int streamId) {
    OutgoingStream stream = existing(streamId);
    return stream == null || stream.isIdle();
  }

  /** The reset ended; with {@code performed} the SSN begins at 0. */
  public void endReset(int streamId, boolean performed) {
    OutgoingStream stream = stream(streamId);
    if (performed) {
      stream.reset();
    } else {
      stream.resetting = false;
    }
  }

  /** The ids of the streams that have been used. */
  public List<Integer> usedStreams() {
    List<Integer> used = new ArrayList<>();
    for (OutgoingStream stream : streams) {
      if (stream != null) {
        used.add(stream.id);
      }
    }
    return used;
  }

  /** Forgets every message and every number; thresholds and weights stay. */
  public void clear() {
    for (OutgoingStream stream : streams) {
      if (stream != null) {
        stream.clear();
      }
    }
    scheduler.clear();
    parked.clear();
    held = false;
    expiring.clear();
    displaceable.clear();
    refused.clear();
    current = null;
    buffered = 0;
    memory.clear();
  }

  private OutgoingStream existing(int streamId) {
    return streamId >= 0 && streamId < streams.length ? streams[streamId] : null;
  }

  private OutgoingStream stream(int streamId) {
    if (streamId >= streams.length) {
      int grown = Math.max(streamId + 1, Math.min(65536, streams.length * 2));
      streams = Arrays.copyOf(streams, grown);
    }
    if (streams[streamId] == null) {
      streams[streamId] = new OutgoingStream(streamId, memory);
    }
    return streams[streamId];
  }
}
