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
import java.util.BitSet;
import java.util.List;

/** What the peer asks of us in RE-CONFIG, and our answers (RFC 6525 section 5.2). */
final class PeersRequests {
  private final Context context;

  /** The request number that the peer uses next. */
  private int expected;

  /**
   * The answers to the last two requests, as many as a chunk may hold; by their number's parity.
   */
  private final ReconfigResponse[] answers = new ReconfigResponse[2];

  /** A reset that waits for TSNs still on their way (section 5.2.2, E2). */
  private OutgoingSsnReset deferred;

  private BitSet deferredStreams;

  /** The last reset that had to wait and was done then. */
  private OutgoingSsnReset late;

  /** The number of the request to reset our streams that no request of ours has named yet. */
  private int asked;

  /** The streams that {@link #asked} is about, or null. */
  private BitSet askedStreams;

  private boolean answerDue;

  /** Our data is held back so that all numbers can begin anew. */
  private boolean holding;

  PeersRequests(Context context, int expected) {
    this.context = context;
    this.expected = expected;
  }

  /**
   * Takes one request in.
   *
   * @return the answer, or null when it follows
   */
  ReconfigResponse handle(Request request, Tcb tcb, OurRequests ours, long nowNanos) {
    int number = request.requestSequence();
    if (number == expected) {
      expected++;
    } else {
      ReconfigResponse before = answers[number & 1];
      if (before == null || before.responseSequence() != number) {
        context.counters.protocolErrors++;
        return new ReconfigResponse(number, ReconfigResponse.BAD_SEQUENCE_NUMBER);
      }
      // Section 5.2.1: the same request again, the same answer. Only whether all numbers can begin
      // anew is looked at again; everything else that waits goes on by itself.
      if (!(request instanceof SsnTsnReset)
          || !holding
          || before.result() != ReconfigResponse.IN_PROGRESS) {
        return before;
      }
    }
    ReconfigResponse answer = evaluate(request, tcb, ours, nowNanos);
    record(answer);
    return answerDue ? null : answer;
  }

  private void record(ReconfigResponse answer) {
    answers[answer.responseSequence() & 1] = answer;
  }

  private ReconfigResponse evaluate(Request request, Tcb tcb, OurRequests ours, long nowNanos) {
    if (request instanceof SsnTsnReset reset) {
      return resetNumbers(reset, tcb, ours, nowNanos);
    }
    // Whatever it asked for before with another number, it has given up.
    endHold();
    long result;
    if (request instanceof OutgoingSsnReset reset) {
      ours.handlePeersReset(reset);
      result = resetOutgoing(reset, tcb);
    } else if (request instanceof AddOutgoingStreams add) {
      ours.handlePeersAddition();
      result = addOutgoing(add, tcb);
    } else if (!mayAsk(tcb)) {
      result = ReconfigResponse.DENIED;
    } else if (request instanceof IncomingSsnReset reset) {
      result = resetIncoming(reset, ours);
    } else {
      result = addIncoming(((AddIncomingStreams) request).newStreams());
    }
    return new ReconfigResponse(request.requestSequence(), result);
  }

  /** Whether we can do what takes a request of our own; not while the association ends. */
  private boolean mayAsk(Tcb tcb) {
    return context.state() instanceof State.Established && tcb.peer().reconfig();
  }

  /** The peer resets its outgoing streams (section 5.2.2). */
  private long resetOutgoing(OutgoingSsnReset request, Tcb tcb) {
    // A peer with a new number has given up the one that waits (section 5.1.1: one at a time), or
    // it asks for the same again: some stacks take a new number after every "in progress".
    deferred = null;
    deferredStreams = null;
    boolean again =
        late != null
            && request.requestSequence() == Tsn.next(late.requestSequence())
            && request.lastTsn() == late.lastTsn()
            && request.streamIds().equals(late.streamIds());
    late = null;
    if (again) {
      return ReconfigResponse.PERFORMED;
    }
    int inbound = tcb.inboundStreams();
    for (int id : request.streamIds()) {
      if (id >= inbound) {
        return ReconfigResponse.WRONG_SSN;
      }
    }
    if (!tcb.receiver().hasReceivedUpTo(request.lastTsn())) {
      // E2: what it sent before is still on its way. The answer follows when that has come.
      deferred = request;
      deferredStreams = setOf(request.streamIds());
      return ReconfigResponse.IN_PROGRESS;
    }
    perform(request, tcb);
    return ReconfigResponse.PERFORMED;
  }

  private void perform(OutgoingSsnReset request, Tcb tcb) {
    List<Integer> ids = request.streamIds().stream().distinct().toList();
    tcb.receiver().resetStreams(ids);
    context.emit(new SctpEvent.IncomingStreamsReset(ids));
  }

  /**
   * E2: what belongs to an affected stream and comes after the last TSN that the request names is
   * held back until the reset is done.
   */
  boolean holdsBack(int streamId, int tsn) {
    return deferred != null
        && Tsn.isAfter(tsn, deferred.lastTsn())
        && (deferredStreams.isEmpty() || deferredStreams.get(streamId));
  }

  /** The peer asks us to reset our outgoing streams (section 5.2.3). */
  private long resetIncoming(IncomingSsnReset request, OurRequests ours) {
    // Were both sides to wait for the other's answer before they send their own, both would wait
    // for ever: there is one request at a time.
    if (askedStreams != null || ours.awaitsReset()) {
      return ReconfigResponse.ALREADY_IN_PROGRESS;
    }
    for (int id : request.streamIds()) {
      if (id >= context.queue.streamCount()) {
        return ReconfigResponse.WRONG_SSN;
      }
    }
    List<Integer> ids =
        request.streamIds().isEmpty() ? context.queue.usedStreams() : request.streamIds();
    if (ids.isEmpty()) {
      return ReconfigResponse.NOTHING_TO_DO;
    }
    BitSet fresh = setOf(ids);
    fresh.stream()
        .filter(id -> context.queue.isResetting(id) && !context.wishes.outgoingResets.contains(id))
        .forEach(fresh::clear);
    if (fresh.isEmpty()) {
      return ReconfigResponse.ALREADY_IN_PROGRESS;
    }
    context.resetStreams(fresh.stream().boxed().toList());
    asked = request.requestSequence();
    askedStreams = fresh;
    answerDue = true;
    return ReconfigResponse.IN_PROGRESS;
  }

  /**
   * The number that a request of ours to reset these streams names (section 4.1): that of the
   * peer's request which it answers, else the last one that was seen.
   */
  int answeredBy(List<Integer> streamIds) {
    if (askedStreams == null || streamIds.stream().noneMatch(askedStreams::get)) {
      return Tsn.previous(expected);
    }
    record(new ReconfigResponse(asked, ReconfigResponse.PERFORMED));
    askedStreams = null;
    answerDue = false;
    return asked;
  }

  /** Whether the peer waits for a request of ours to reset our streams. */
  boolean isAsked() {
    return askedStreams != null;
  }

  /** Where our streams are not idle yet, the peer asks again later. */
  void answerAsked() {
    if (answerDue) {
      answerDue = false;
      context.outbox.reply(
          new ReconfigChunk(List.of(new ReconfigResponse(asked, ReconfigResponse.IN_PROGRESS))));
    }
  }

  /** Section 5.2.5. */
  private long addOutgoing(AddOutgoingStreams request, Tcb tcb) {
    int streams = request.newStreams();
    if (streams == 0) {
      return ReconfigResponse.NOTHING_TO_DO;
    }
    if (tcb.inboundStreams() + streams > context.options.maxStreams()) {
      return ReconfigResponse.DENIED;
    }
    tcb.receiver().addStreams(streams);
    context.emit(new SctpEvent.IncomingStreamsAdded(streams, tcb.inboundStreams()));
    return ReconfigResponse.PERFORMED;
  }

  /** Section 5.2.6: a request of ours follows. */
  private long addIncoming(int streams) {
    if (streams == 0) {
      return ReconfigResponse.NOTHING_TO_DO;
    }
    long wanted = (long) context.queue.streamCount() + context.wishes.outgoingStreams + streams;
    if (wanted > context.options.maxStreams()) {
      return ReconfigResponse.DENIED;
    }
    context.wishes.outgoingStreams += streams;
    return ReconfigResponse.PERFORMED;
  }

  /** Section 5.2.4. */
  private ReconfigResponse resetNumbers(
      SsnTsnReset request, Tcb tcb, OurRequests ours, long nowNanos) {
    int number = request.requestSequence();
    if (!mayAsk(tcb)) {
      endHold();
      return answer(number, ReconfigResponse.DENIED, tcb);
    }
    if (ours.isBusy()) {
      endHold();
      return answer(number, ReconfigResponse.ALREADY_IN_PROGRESS, tcb);
    }
    holding = true;
    context.queue.hold();
    if (tcb.sender().isOutstanding() || context.queue.isMidMessage()) {
      // What we have sent must arrive before its numbers mean something else. New data waits; not
      // for ever, should the peer never ask again.
      context.timers.set(Timer.RECONFIG_HOLD, nowNanos + 2 * context.options.rtoMaxNanos());
      return answer(number, ReconfigResponse.IN_PROGRESS, tcb);
    }
    // G1: what the peer sends next is half the number space away from what it sent before. G2: our
    // own TSNs go on.
    int peersNext = Tsn.next(tcb.receiver().cumulativeTsn()) + Integer.MIN_VALUE;
    // G4 and G5; G3 has nothing to do, as all of ours is acknowledged.
    tcb.receiver().restart(peersNext);
    tcb.deliver();
    context.queue.resetNumbers();
    deferred = null;
    deferredStreams = null;
    late = null;
    endHold();
    context.emit(new SctpEvent.SequenceNumbersReset(true, ReconfigResult.PERFORMED));
    return answer(number, ReconfigResponse.PERFORMED, tcb);
  }

  /** Section 4.4: an answer to this request says both TSNs. */
  private static ReconfigResponse answer(int number, long result, Tcb tcb) {
    return new ReconfigResponse(
        number,
        result,
        true,
        Tsn.next(tcb.sender().lastAssignedTsn()),
        Tsn.next(tcb.receiver().cumulativeTsn()));
  }

  /** Whether the peer wants all numbers to begin anew, and comes back for it. */
  boolean isHolding() {
    return holding;
  }

  void endHold() {
    if (holding) {
      holding = false;
      context.timers.stop(Timer.RECONFIG_HOLD);
      context.queue.release();
    }
  }

  void progress(Tcb tcb) {
    if (holding && !mayAsk(tcb)) {
      endHold();
    }
    if (deferred != null && tcb.receiver().hasReceivedUpTo(deferred.lastTsn())) {
      late = deferred;
      deferred = null;
      deferredStreams = null;
      perform(late, tcb);
      ReconfigResponse answer =
          new ReconfigResponse(late.requestSequence(), ReconfigResponse.PERFORMED);
      record(answer);
      context.outbox.reply(new ReconfigChunk(List.of(answer)));
    }
  }

  private static BitSet setOf(List<Integer> ids) {
    BitSet set = new BitSet();
    ids.forEach(set::set);
    return set;
  }
}
