package dev.turnstone.sctp.association;

import dev.turnstone.sctp.ReconfigResult;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.chunk.ReconfigChunk;
import dev.turnstone.sctp.chunk.ReconfigParameter.AddIncomingStreams;
import dev.turnstone.sctp.chunk.ReconfigParameter.AddOutgoingStreams;
import dev.turnstone.sctp.chunk.ReconfigParameter.IncomingSsnReset;
import dev.turnstone.sctp.chunk.ReconfigParameter.OutgoingSsnReset;
import dev.turnstone.sctp.chunk.ReconfigParameter.ReconfigResponse;
import dev.turnstone.sctp.chunk.ReconfigParameter.Request;
import dev.turnstone.sctp.chunk.ReconfigParameter.SsnTsnReset;
import dev.turnstone.sctp.chunk.Tsn;
import dev.turnstone.sctp.timer.Backoff;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;

/** What we ask of the peer in RE-CONFIG (RFC 6525 sections 5.1 and 5.2.7). */
final class OurRequests {
  /** Section 5.1.4: a segment's longest life, between two resets of the TSNs. */
  private static final long BETWEEN_RESETS = 30_000_000_000L;

  /** Chunk header, two parameter headers and their fields, and something to go along. */
  private static final int LIST_OVERHEAD = 72;

  /** Who asks next when several want to. */
  private enum Turn {
    RESETS,
    ADDITIONS,
    NUMBERS
  }

  private static final Turn[] TURNS = Turn.values();

  private final Context context;
  private int nextNumber;

  /** Section 5.1.1: one chunk at a time, with one request or with two. Answered ones leave. */
  private final List<Request> outstanding = new ArrayList<>(2);

  private Backoff wait;

  /** The peer has said "in progress" since the requests were sent last. */
  private boolean heard;

  private int turn;

  /** Our data is held back until what was sent is acknowledged; then numbers begin anew. */
  private boolean draining;

  /** The TSN that the peer had not given out yet when it said "in progress". */
  private int peersNext;

  private boolean peersNextKnown;

  private long numbersAskedAt = -BETWEEN_RESETS;

  OurRequests(Context context, int firstNumber) {
    this.context = context;
    this.nextNumber = firstNumber;
  }

  /** Whether a request waits for its answer or is about to leave. */
  boolean isBusy() {
    return !outstanding.isEmpty() || draining;
  }

  /** Whether the peer was asked for all numbers to begin anew. */
  boolean isResettingNumbers() {
    return !outstanding.isEmpty() && outstanding.get(0) instanceof SsnTsnReset;
  }

  /** Whether the peer was asked to reset streams. */
  boolean awaitsReset() {
    return outstanding.stream().anyMatch(IncomingSsnReset.class::isInstance);
  }

  /**
   * Whether a TSN of the peer's may be one of after it has let all numbers begin anew, its answer
   * on the way. What its last "in progress" named as still to come may be; what is before that is
   * not.
   */
  boolean refuses(int tsn) {
    if (!isResettingNumbers()) {
      return false;
    }
    return peersNextKnown ? !Tsn.isBefore(tsn, peersNext) : !heard;
  }

  /** Sends the next request if there is one and its time has come. */
  void progress(Tcb tcb, PeersRequests peers, long nowNanos) {
    if (!(context.state() instanceof State.Established)) {
      stopDraining();
      return;
    }
    if (context.wishes.isEmpty() || !outstanding.isEmpty() || peers.isHolding()) {
      return;
    }
    if (!tcb.peer().reconfig()) {
      refuseAll();
      return;
    }
    if (draining) {
      askForNumbers(tcb, nowNanos);
    }
    for (int i = 0; i < TURNS.length && !isBusy(); i++) {
      turn = (turn + 1) % TURNS.length;
      switch (TURNS[turn]) {
        case RESETS -> askForResets(tcb, peers);
        case ADDITIONS -> askForAdditions(tcb);
        case NUMBERS -> {
          if (!peers.isAsked()) {
            askForNumbers(tcb, nowNanos);
          }
        }
      }
    }
    if (!outstanding.isEmpty()) {
      wait = firstWait(tcb);
      send(nowNanos);
    }
  }

  /** Sections 5.1.2 and 5.1.3; both may go in one chunk (section 3.1). */
  private void askForResets(Tcb tcb, PeersRequests peers) {
    int most = (context.options.mtu() - LIST_OVERHEAD) / 2;
    List<Integer> idle = new ArrayList<>();
    for (Iterator<Integer> each = context.wishes.outgoingResets.iterator();
        each.hasNext() && idle.size() < most; ) {
      int id = each.next();
      // Later than section 5.1.2 asks: once all data of the stream is acknowledged. So no honest
      // peer has to wait with the reset, and nothing of before can come after it.
      if (context.queue.isIdle(id)) {
        idle.add(id);
        each.remove();
      }
    }
    if (!idle.isEmpty()) {
      outstanding.add(
          new OutgoingSsnReset(
              nextNumber++, peers.answeredBy(idle), tcb.sender().lastAssignedTsn(), idle));
    }
    TreeSet<Integer> wanted = context.wishes.incomingResets;
    List<Integer> incoming = new ArrayList<>();
    while (!wanted.isEmpty() && !peers.isAsked() && incoming.size() < most - idle.size()) {
      incoming.add(wanted.pollFirst());
    }
    if (!incoming.isEmpty()) {
      outstanding.add(new IncomingSsnReset(nextNumber++, incoming));
    }
  }

  /** Sections 5.1.5 and 5.1.6; both may go in one chunk (section 3.1). */
  private void askForAdditions(Tcb tcb) {
    int most = context.options.maxStreams();
    int outgoing = context.wishes.outgoingStreams;
    int incoming = context.wishes.incomingStreams;
    context.wishes.outgoingStreams = 0;
    context.wishes.incomingStreams = 0;
    if (outgoing > most - context.queue.streamCount()) {
      tellAdded(0, ReconfigResult.DENIED);
    } else if (outgoing > 0) {
      outstanding.add(new AddOutgoingStreams(nextNumber++, outgoing));
    }
    if (incoming > most - tcb.inboundStreams()) {
      context.emit(new SctpEvent.IncomingStreamsAnswered(incoming, ReconfigResult.DENIED));
    } else if (incoming > 0) {
      outstanding.add(new AddIncomingStreams(nextNumber++, incoming));
    }
  }

  /** Section 5.1.4: new data waits, and what was sent is acknowledged first. */
  private void askForNumbers(Tcb tcb, long nowNanos) {
    if (!context.wishes.sequenceNumbers) {
      return;
    }
    if (nowNanos - numbersAskedAt < BETWEEN_RESETS) {
      context.timers.set(Timer.RECONFIG, numbersAskedAt + BETWEEN_RESETS);
      return;
    }
    draining = true;
    context.queue.hold();
    if (tcb.sender().isOutstanding() || context.queue.isMidMessage()) {
      return;
    }
    draining = false;
    context.wishes.sequenceNumbers = false;
    numbersAskedAt = nowNanos;
    peersNextKnown = false;
    outstanding.add(new SsnTsnReset(nextNumber++));
  }

  private void stopDraining() {
    if (draining) {
      draining = false;
      context.queue.release();
    }
  }

  private Backoff firstWait(Tcb tcb) {
    return Backoff.first(tcb.rto().nanos(), context.options.rtoMaxNanos());
  }

  private void send(long nowNanos) {
    heard = false;
    context.outbox.send(new ReconfigChunk(List.copyOf(outstanding)));
    context.timers.set(Timer.RECONFIG, nowNanos + wait.nanos());
  }

  void handleTimeout(Tcb tcb, long nowNanos) {
    if (outstanding.isEmpty()) {
      // Only a wait between two resets is over.
      return;
    }
    if (heard) {
      // Section 5.2.7: asked again, and no error, as the peer has answered.
      wait = firstWait(tcb);
    } else {
      context.countError();
      if (context.isEnded()) {
        return;
      }
      wait = wait.next();
    }
    send(nowNanos);
  }

  /** The peer's answer (section 5.2.7). */
  void handleResponse(ReconfigResponse response, Tcb tcb, long nowNanos) {
    for (Request request : outstanding) {
      if (request.requestSequence() == response.responseSequence()) {
        handleResponse(request, response, tcb, nowNanos);
        return;
      }
    }
  }

  private void handleResponse(Request request, ReconfigResponse response, Tcb tcb, long nowNanos) {
    if (response.result() == ReconfigResponse.IN_PROGRESS) {
      tcb.clearErrors();
      heard = true;
      if (response.hasTsns()
          && (!peersNextKnown || Tsn.isAfter(response.sendersNextTsn(), peersNext))) {
        peersNext = response.sendersNextTsn();
        peersNextKnown = true;
      }
      context.timers.set(Timer.RECONFIG, nowNanos + tcb.rto().nanos());
      return;
    }
    ReconfigResult result = resultOf(response.result());
    if (request instanceof SsnTsnReset && result == ReconfigResult.PERFORMED) {
      if (!response.hasTsns()) {
        // Without them we cannot follow. Asked again; a peer that goes on like that is no peer.
        context.counters.protocolErrors++;
        return;
      }
      tcb.restart(response.receiversNextTsn(), response.sendersNextTsn());
    }
    tcb.clearErrors();
    finish(request, result);
  }

  private static ReconfigResult resultOf(long result) {
    if (result == ReconfigResponse.NOTHING_TO_DO) {
      return ReconfigResult.NOTHING_TO_DO;
    } else if (result == ReconfigResponse.PERFORMED) {
      return ReconfigResult.PERFORMED;
    } else if (result == ReconfigResponse.DENIED) {
      return ReconfigResult.DENIED;
    } else if (result == ReconfigResponse.WRONG_SSN) {
      return ReconfigResult.WRONG_STREAM;
    } else if (result == ReconfigResponse.ALREADY_IN_PROGRESS) {
      return ReconfigResult.ALREADY_IN_PROGRESS;
    } else if (result == ReconfigResponse.BAD_SEQUENCE_NUMBER) {
      return ReconfigResult.BAD_SEQUENCE_NUMBER;
    }
    return ReconfigResult.UNKNOWN;
  }

  /** The peer resets streams: that answers a request that it names (section 4.1). */
  void handlePeersReset(OutgoingSsnReset reset) {
    for (Request request : outstanding) {
      if (request instanceof IncomingSsnReset asked
          && asked.requestSequence() == reset.responseSequence()
          && (reset.streamIds().isEmpty()
              || asked.streamIds().contains(reset.streamIds().get(0)))) {
        finish(request, ReconfigResult.PERFORMED);
        return;
      }
    }
  }

  /** The peer adds streams: some stacks answer our request so, and in no other way. */
  void handlePeersAddition() {
    for (Request request : outstanding) {
      if (request instanceof AddIncomingStreams) {
        finish(request, ReconfigResult.PERFORMED);
        return;
      }
    }
  }

  void handleUnknown() {
    for (Request request : List.copyOf(outstanding)) {
      finish(request, ReconfigResult.NOT_SUPPORTED);
    }
  }

  private void refuseAll() {
    Wishes wishes = context.wishes;
    if (!wishes.outgoingResets.isEmpty()) {
      endReset(List.copyOf(wishes.outgoingResets), ReconfigResult.NOT_SUPPORTED);
    }
    if (!wishes.incomingResets.isEmpty()) {
      context.emit(
          new SctpEvent.IncomingResetAnswered(
              List.copyOf(wishes.incomingResets), ReconfigResult.NOT_SUPPORTED));
    }
    if (wishes.outgoingStreams > 0) {
      tellAdded(0, ReconfigResult.NOT_SUPPORTED);
    }
    if (wishes.incomingStreams > 0) {
      context.emit(
          new SctpEvent.IncomingStreamsAnswered(
              wishes.incomingStreams, ReconfigResult.NOT_SUPPORTED));
    }
    if (wishes.sequenceNumbers) {
      context.emit(new SctpEvent.SequenceNumbersReset(false, ReconfigResult.NOT_SUPPORTED));
    }
    wishes.clear();
  }

  private void finish(Request request, ReconfigResult result) {
    outstanding.remove(request);
    if (outstanding.isEmpty()) {
      context.timers.stop(Timer.RECONFIG);
    }
    if (request instanceof OutgoingSsnReset reset) {
      endReset(reset.streamIds(), result);
    } else if (request instanceof IncomingSsnReset reset) {
      context.emit(new SctpEvent.IncomingResetAnswered(reset.streamIds(), result));
    } else if (request instanceof AddOutgoingStreams add) {
      int added = result == ReconfigResult.PERFORMED ? add.newStreams() : 0;
      context.queue.addStreams(added);
      tellAdded(added, result);
    } else if (request instanceof AddIncomingStreams add) {
      context.emit(new SctpEvent.IncomingStreamsAnswered(add.newStreams(), result));
    } else {
      context.queue.release();
      context.emit(new SctpEvent.SequenceNumbersReset(false, result));
    }
  }

  private void endReset(List<Integer> ids, ReconfigResult result) {
    for (int id : ids) {
      context.queue.endReset(id, result.isSuccess());
    }
    context.emit(new SctpEvent.OutgoingStreamsReset(ids, result));
  }

  private void tellAdded(int added, ReconfigResult result) {
    context.emit(new SctpEvent.OutgoingStreamsAdded(added, context.queue.streamCount(), result));
  }
}
