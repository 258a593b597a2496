package dev.turnstone.sctp.receive;

import dev.turnstone.sctp.SctpEvent.MessageReceived;
import dev.turnstone.sctp.chunk.Bytes;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.ForwardTsnChunk;
import dev.turnstone.sctp.chunk.Ssn;
import dev.turnstone.sctp.chunk.Tsn;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * From DATA chunks to messages (RFC 9260 sections 6.5, 6.6 and 6.9). Whoever calls has made sure
 * that no TSN comes twice, and says after each step how far all TSNs have arrived.
 */
final class Reassembly {
  private final int maxMessageBytes;
  private final FragmentRuns runs = new FragmentRuns(true);
  private final OrderedStreams streams;
  private final Consumer<MessageReceived> delivery;

  // A FORWARD TSN may end inside a message. Then what follows it is the rest of a message that was
  // given up, to be thrown away up to the next B.
  private boolean discarding;
  private int discardedTo;

  private final Fragment fragment = new Fragment();
  private final LengthGuess guess = new LengthGuess();

  /**
   * Holds nothing.
   *
   * @param maxMessageBytes the largest message to put together
   * @param delivery takes the messages that are whole and have their turn
   */
  Reassembly(int maxMessageBytes, Consumer<MessageReceived> delivery) {
    this.maxMessageBytes = maxMessageBytes;
    this.delivery = delivery;
    this.streams = new OrderedStreams(Ssn::distance, delivery);
  }

  /** What is held and not deliverable, in about bytes. */
  long weight() {
    return runs.weight() + streams.weight();
  }

  /**
   * Copies the payload of a chunk and delivers what it completes.
   *
   * @param inOrder whether all TSNs before it have arrived
   * @return {@code ACCEPTED}, or why the association cannot go on
   */
  DataOutcome add(DataChunk chunk, boolean inOrder) {
    if (discarding && chunk.tsn() == Tsn.next(discardedTo)) {
      if (!chunk.beginning()) {
        discardThrough(chunk.tsn(), chunk.ending());
        return DataOutcome.ACCEPTED;
      }
      discarding = false;
    }
    if (chunk.beginning() && chunk.ending()) {
      return addWhole(chunk);
    }
    // Only one message at a time is in order, so only one buffer at a time is a guess.
    FragmentRun run =
        runs.add(fragment.of(chunk), inOrder && chunk.beginning() ? guess.bytes() : 0);
    if (run == null) {
      return DataOutcome.BAD_FRAGMENT;
    }
    if (run.length() > maxMessageBytes) {
      return DataOutcome.MESSAGE_TOO_LARGE;
    }
    if (run.isComplete()) {
      runs.remove(run);
      guess.handleWhole(run.length());
      deliver(run.toMessage(), run.number());
    }
    return DataOutcome.ACCEPTED;
  }

  /**
   * Whether what is held can still become messages when all TSNs up to {@code cumulativeTsn} are
   * here: then no run may lack its beginning, or a continuation, at or before it.
   */
  boolean isConsistent(int cumulativeTsn) {
    if (discarding && Tsn.isAfter(cumulativeTsn, discardedTo)) {
      discarding = false;
    }
    FragmentRun lowest = runs.lowest();
    return lowest == null
        || !Tsn.isBefore(lowest.last(), cumulativeTsn)
            && (lowest.begins() || Tsn.isAfter(lowest.first(), cumulativeTsn));
  }

  /** RFC 3758 section 3.6: partial messages up to the TSN go, whole ones are released. */
  void forward(ForwardTsnChunk chunk) {
    int newCumulativeTsn = chunk.newCumulativeTsn();
    discarding = true;
    discardedTo = newCumulativeTsn;
    for (FragmentRun run = runs.lowest();
        run != null && Tsn.isAtOrBefore(run.first(), newCumulativeTsn);
        run = runs.lowest()) {
      runs.remove(run);
      if (Tsn.isAfter(run.last(), newCumulativeTsn)) {
        discarding = !run.ends();
        discardedTo = run.last();
      }
    }
    if (discarding) {
      discardThrough(discardedTo, false);
    }
    for (ForwardTsnChunk.Skip skip : chunk.skips()) {
      streams.skip(skip.streamId(), skip.ssn());
    }
  }

  /** RFC 6525 section 5.2.2: the streams expect SSN 0 again; none named means all. */
  void resetStreams(Collection<Integer> streamIds) {
    streams.reset(streamIds);
  }

  /** All numbers begin anew: messages that are whole are released, and nothing is kept. */
  void restart() {
    discarding = false;
    for (FragmentRun run = runs.lowest(); run != null; run = runs.lowest()) {
      runs.remove(run);
    }
    streams.release();
  }

  private DataOutcome addWhole(DataChunk chunk) {
    if (chunk.payload().remaining() > maxMessageBytes) {
      return DataOutcome.MESSAGE_TOO_LARGE;
    }
    deliver(
        new MessageReceived(
            chunk.streamId(), chunk.ppid(), Bytes.copyOf(chunk.payload()), chunk.unordered()),
        chunk.ssn());
    return DataOutcome.ACCEPTED;
  }

  private void deliver(MessageReceived message, int ssn) {
    if (message.unordered()) {
      delivery.accept(message);
    } else {
      streams.add(message, ssn);
    }
  }

  private void discardThrough(int tsn, boolean ending) {
    discardedTo = tsn;
    discarding = !ending;
    FragmentRun lowest = runs.lowest();
    if (discarding
        && lowest != null
        && !lowest.begins()
        && lowest.first() == Tsn.next(discardedTo)) {
      runs.remove(lowest);
      discardedTo = lowest.last();
      discarding = !lowest.ends();
    }
  }
}
