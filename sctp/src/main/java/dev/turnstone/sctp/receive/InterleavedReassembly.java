package dev.turnstone.sctp.receive;

import dev.turnstone.sctp.SctpEvent.MessageReceived;
import dev.turnstone.sctp.chunk.Bytes;
import dev.turnstone.sctp.chunk.IDataChunk;
import dev.turnstone.sctp.chunk.IForwardTsnChunk;
import dev.turnstone.sctp.chunk.Tsn;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * From I-DATA chunks to messages (RFC 8260 section 2.2.3). Each fragment names its message and its
 * place in it, so each message has its own list of runs, and TSNs do not matter here.
 */
final class InterleavedReassembly {
  /** About what the bookkeeping of a partial message weighs. */
  private static final int PARTIAL_OVERHEAD = 256;

  private final int maxMessageBytes;
  private final Consumer<MessageReceived> delivery;
  private final OrderedStreams streams;
  private final Map<Key, Partial> partial = new HashMap<>();

  /** The message that the last fragment was of: most likely the next one's too. */
  private Partial recent;

  private final Fragment fragment = new Fragment();
  private final LengthGuess guess = new LengthGuess();

  /** Bytes that partial messages were provided with by guess; part of them may be empty. */
  private long guessed;

  // Up to which message identifier unordered messages of a stream were given up.
  private final Map<Integer, Integer> skippedUnordered = new HashMap<>();
  private long weight;

  /**
   * Holds nothing.
   *
   * @param maxMessageBytes the largest message to put together
   * @param delivery takes the messages that are whole and have their turn
   */
  InterleavedReassembly(int maxMessageBytes, Consumer<MessageReceived> delivery) {
    this.maxMessageBytes = maxMessageBytes;
    this.delivery = delivery;
    this.streams = new OrderedStreams(Tsn::distance, delivery);
  }

  private record Key(int streamId, boolean unordered, int mid) {
    boolean names(IDataChunk chunk) {
      return mid == chunk.mid() && streamId == chunk.streamId() && unordered == chunk.unordered();
    }
  }

  /** What has come of a message. */
  private static final class Partial {
    final Key key;
    final FragmentRuns runs = new FragmentRuns(false);
    int guessed;

    Partial(Key key) {
      this.key = key;
    }
  }

  /** What is held and not deliverable, in about bytes. */
  long weight() {
    return weight + streams.weight();
  }

  /** Copies the payload of a chunk and delivers what it completes. */
  DataOutcome add(IDataChunk chunk) {
    if (wasSkipped(chunk.streamId(), chunk.unordered(), chunk.mid())) {
      return DataOutcome.ACCEPTED;
    }
    Partial message = find(chunk);
    if (chunk.beginning() && chunk.ending()) {
      return message == null ? addWhole(chunk) : DataOutcome.BAD_FRAGMENT;
    }
    // RFC 8260 section 2.1: fragment 0 is the one with the B bit, and no other.
    if (!chunk.beginning() && chunk.fsn() == 0) {
      return DataOutcome.BAD_FRAGMENT;
    }
    int capacity = 0;
    if (message == null) {
      message = new Partial(new Key(chunk.streamId(), chunk.unordered(), chunk.mid()));
      partial.put(message.key, message);
      recent = message;
      weight += PARTIAL_OVERHEAD;
      // A peer that begins many messages and ends none gets room by guess for as much as one.
      if (chunk.beginning() && guessed + guess.bytes() <= LengthGuess.LARGEST) {
        capacity = guess.bytes();
        message.guessed = capacity;
        guessed += capacity;
      }
    }
    FragmentRuns runs = message.runs;
    weight -= runs.weight();
    FragmentRun run = runs.add(fragment.of(chunk), capacity);
    weight += runs.weight();
    if (run == null) {
      return DataOutcome.BAD_FRAGMENT;
    }
    if (run.length() > maxMessageBytes) {
      return DataOutcome.MESSAGE_TOO_LARGE;
    }
    return run.isComplete() ? complete(message, run) : DataOutcome.ACCEPTED;
  }

  private Partial find(IDataChunk chunk) {
    if (recent != null && recent.key.names(chunk)) {
      return recent;
    }
    if (partial.isEmpty()) {
      return null;
    }
    recent = partial.get(new Key(chunk.streamId(), chunk.unordered(), chunk.mid()));
    return recent;
  }

  /** RFC 8260 section 2.3.1: partial messages that were given up go, whole ones are released. */
  void forward(IForwardTsnChunk chunk) {
    for (IForwardTsnChunk.Skip skip : chunk.skips()) {
      if (!skip.unordered()) {
        streams.skip(skip.streamId(), skip.mid());
      } else if (!wasSkipped(skip.streamId(), true, skip.mid())) {
        skippedUnordered.put(skip.streamId(), skip.mid());
      }
    }
    removePartial(key -> wasSkipped(key.streamId, key.unordered, key.mid));
  }

  /** RFC 6525 section 5.2.2: the streams count from 0 again; none named means all. */
  void resetStreams(Collection<Integer> streamIds) {
    streams.reset(streamIds);
    if (streamIds.isEmpty()) {
      skippedUnordered.clear();
    } else {
      streamIds.forEach(skippedUnordered::remove);
    }
    Set<Integer> ids = new HashSet<>(streamIds);
    removePartial(key -> ids.isEmpty() || ids.contains(key.streamId));
  }

  /** All numbers begin anew: messages that are whole are released, and nothing is kept. */
  void restart() {
    removePartial(key -> true);
    skippedUnordered.clear();
    streams.release();
  }

  private boolean wasSkipped(int streamId, boolean unordered, int mid) {
    if (!unordered) {
      return streams.isPast(streamId, mid);
    }
    Integer skipped = skippedUnordered.isEmpty() ? null : skippedUnordered.get(streamId);
    return skipped != null && Tsn.isAtOrBefore(mid, skipped);
  }

  private DataOutcome addWhole(IDataChunk chunk) {
    if (chunk.payload().remaining() > maxMessageBytes) {
      return DataOutcome.MESSAGE_TOO_LARGE;
    }
    deliver(
        new MessageReceived(
            chunk.streamId(), chunk.ppid(), Bytes.copyOf(chunk.payload()), chunk.unordered()),
        chunk.mid());
    return DataOutcome.ACCEPTED;
  }

  private DataOutcome complete(Partial message, FragmentRun run) {
    partial.remove(message.key);
    handleGone(message);
    message.runs.remove(run);
    if (message.runs.lowest() != null) {
      // There are fragments behind the last one.
      return DataOutcome.BAD_FRAGMENT;
    }
    guess.handleWhole(run.length());
    deliver(run.toMessage(), message.key.mid);
    return DataOutcome.ACCEPTED;
  }

  private void deliver(MessageReceived message, int mid) {
    if (message.unordered()) {
      delivery.accept(message);
    } else {
      streams.add(message, mid);
    }
  }

  private void removePartial(Predicate<Key> which) {
    for (Iterator<Partial> i = partial.values().iterator(); i.hasNext(); ) {
      Partial message = i.next();
      if (which.test(message.key)) {
        i.remove();
        handleGone(message);
      }
    }
  }

  private void handleGone(Partial message) {
    weight -= message.runs.weight() + PARTIAL_OVERHEAD;
    guessed -= message.guessed;
    recent = null;
  }
}
