package dev.turnstone.sctp.association;

import dev.turnstone.sctp.BufferBudget;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.chunk.AbortChunk;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.send.DataSender;
import dev.turnstone.sctp.send.SendQueue;
import dev.turnstone.sctp.timer.TimerTable;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;

/** What the conversations of one association share: its state, timers, outbox and events. */
final class Context {
  final SctpOptions options;
  final RandomGenerator random;
  final TimerTable<Timer> timers = new TimerTable<>(Timer.class);
  final Counters counters = new Counters();
  final Outbox outbox;
  final SendQueue queue;

  /** Where receive windows get what they grow by. */
  final BufferBudget receiveBudget;

  /** What RFC 6525 is wanted for. */
  final Wishes wishes = new Wishes();

  /** The peer's port: from the options, or told before the handshake. */
  int remotePort;

  private final ArrayDeque<SctpEvent> events = new ArrayDeque<>();
  private State state = new State.Closed();
  private String lastTransition = "born";

  Context(
      SctpOptions options,
      RandomGenerator random,
      BufferBudget receiveBudget,
      BufferBudget sendBudget) {
    this.options = options;
    this.random = random;
    this.remotePort = options.remotePort();
    this.outbox = new Outbox(options.maxPendingReplies());
    this.queue = new SendQueue(options, this::emit, sendBudget);
    this.receiveBudget = receiveBudget;
  }

  State state() {
    return state;
  }

  /** What is known of the peer, or null. */
  Tcb tcb() {
    return state.tcb();
  }

  boolean isEnded() {
    return state instanceof State.Ended;
  }

  /** The only place where the state changes. */
  void become(State next, String why) {
    assert !isEnded() : "ended, and now " + next.name() + ": " + why;
    state = next;
    lastTransition = why;
  }

  void emit(SctpEvent event) {
    if (!isEnded()) {
      events.add(event);
    }
  }

  SctpEvent pollEvent() {
    return events.poll();
  }

  /** The end, whatever the state: nothing is sent or told after it. */
  void end(SctpEvent.CloseReason reason, String detail) {
    if (isEnded()) {
      return;
    }
    if (tcb() != null) {
      retire(tcb());
    }
    emit(new SctpEvent.Closed(reason, detail));
    become(new State.Ended(), detail);
    timers.stopAll();
    outbox.clear();
    queue.clear();
  }

  /** The end, and the peer is told. */
  void abort(SctpEvent.CloseReason reason, ErrorCause cause, String detail) {
    if (tcb() != null) {
      outbox.sendAlone(tcb().peerTag(), new AbortChunk(false, List.of(cause)));
    }
    end(reason, detail);
  }

  /** One more timeout without a sign of the peer (RFC 9260 section 8.1). */
  void countError() {
    Tcb tcb = tcb();
    if (tcb != null && tcb.countError() > options.maxRetransmits()) {
      abort(
          SctpEvent.CloseReason.PEER_UNREACHABLE,
          ErrorCause.UserInitiatedAbort.of("too many retransmissions"),
          "no answer to " + options.maxRetransmits() + " retransmissions");
    }
  }

  /** From now on the streams take no message until their reset has ended. */
  void resetStreams(Collection<Integer> streamIds) {
    for (int id : streamIds) {
      if (!queue.isResetting(id)) {
        queue.beginReset(id);
        wishes.outgoingResets.add(id);
      }
    }
  }

  /** Keeps the counts of halves that are about to go, and gives back what they reserved. */
  void retire(Tcb tcb) {
    tcb.receiver().close();
    retire(tcb.sender());
    counters.duplicateChunks += tcb.duplicateChunks();
  }

  /** Keeps the counts of a sending half that is about to go. */
  void retire(DataSender sender) {
    counters.retransmissions += sender.retransmissions();
    counters.fastRetransmissions += sender.fastRetransmissions();
    counters.spuriousRetransmissions += sender.spuriousRetransmissions();
    counters.tailLossProbes += sender.tailLossProbes();
    counters.timeouts += sender.timeouts();
  }

  /** A verification tag: anything but zero (RFC 9260 section 5.3.1). */
  int newTag() {
    int tag;
    do {
      tag = random.nextInt();
    } while (tag == 0);
    return tag;
  }

  @Override
  public String toString() {
    return state.name() + " (" + lastTransition + ")";
  }
}
