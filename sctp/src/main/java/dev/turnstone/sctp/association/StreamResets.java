package dev.turnstone.sctp.association;

import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.sctp.chunk.ReconfigChunk;
import dev.turnstone.sctp.chunk.ReconfigParameter.AddIncomingStreams;
import dev.turnstone.sctp.chunk.ReconfigParameter.AddOutgoingStreams;
import dev.turnstone.sctp.chunk.ReconfigParameter.IncomingSsnReset;
import dev.turnstone.sctp.chunk.ReconfigParameter.OutgoingSsnReset;
import dev.turnstone.sctp.chunk.ReconfigParameter.ReconfigResponse;
import dev.turnstone.sctp.chunk.ReconfigParameter.SsnTsnReset;
import dev.turnstone.sctp.chunk.Tsn;
import dev.turnstone.sctp.timer.Backoff;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Streams that begin anew (RFC 6525). Lives as long as the peer's incarnation. */
final class StreamResets {
  private final Context context;

  private int nextRequest;
  private OutgoingSsnReset outstanding;
  private Backoff wait;

  /** The request number that the peer uses next. */
  private int expectedRequest;

  private ReconfigResponse lastResponse;

  /**
   * A request of the peer's that waits for TSNs still on their way (RFC 6525 section 5.2.2, E2).
   */
  private OutgoingSsnReset deferred;

  StreamResets(Context context, int localTsn, int peerTsn) {
    this.context = context;
    // RFC 6525 section 4.1: request numbers begin with the initial TSN.
    this.nextRequest = localTsn;
    this.expectedRequest = peerTsn;
  }

  /** Sends the next request, or ends a deferred one, if what it waited for has come. */
  void progress(Tcb tcb, long nowNanos) {
    if (deferred != null && !Tsn.isBefore(tcb.receiver().cumulativeTsn(), deferred.lastTsn())) {
      OutgoingSsnReset ready = deferred;
      deferred = null;
      perform(ready, tcb);
      respond(new ReconfigResponse(ready.requestSequence(), ReconfigResponse.PERFORMED));
    }
    if (outstanding != null || context.resetsWanted.isEmpty()) {
      return;
    }
    if (!tcb.peer().reconfig()) {
      List<Integer> refused = List.copyOf(context.resetsWanted);
      context.resetsWanted.clear();
      end(refused, false);
      return;
    }
    int most = (context.options.mtu() - 64) / 2;
    List<Integer> idle = new ArrayList<>();
    for (Iterator<Integer> each = context.resetsWanted.iterator();
        each.hasNext() && idle.size() < most; ) {
      int id = each.next();
      // RFC 6525 section 5.1.2: not while data of the stream is unacknowledged.
      if (context.queue.isIdle(id)) {
        idle.add(id);
        each.remove();
      }
    }
    if (!idle.isEmpty()) {
      outstanding =
          new OutgoingSsnReset(
              nextRequest++, Tsn.previous(expectedRequest), tcb.sender().lastAssignedTsn(), idle);
      wait = Backoff.first(tcb.rto().nanos(), context.options.rtoMaxNanos());
      send(nowNanos);
    }
  }

  private void send(long nowNanos) {
    context.outbox.send(new ReconfigChunk(List.of(outstanding)));
    context.timers.set(Timer.RECONFIG, nowNanos + wait.nanos());
  }

  void handleTimeout(long nowNanos) {
    if (outstanding != null) {
      context.countError();
      if (!context.isEnded()) {
        wait = wait.next();
        send(nowNanos);
      }
    }
  }

  void handle(ReconfigChunk chunk, Tcb tcb, long nowNanos) {
    for (Parameter parameter : chunk.parameters()) {
      if (parameter instanceof ReconfigResponse response) {
        handleResponse(response, tcb, nowNanos);
      } else if (parameter instanceof OutgoingSsnReset request) {
        if (isNext(request.requestSequence())) {
          handleOutgoing(request, tcb);
        }
      } else if (parameter instanceof IncomingSsnReset request) {
        if (isNext(request.requestSequence())) {
          handleIncoming(request);
        }
      } else if (parameter instanceof SsnTsnReset request) {
        deny(request.requestSequence());
      } else if (parameter instanceof AddOutgoingStreams request) {
        deny(request.requestSequence());
      } else if (parameter instanceof AddIncomingStreams request) {
        deny(request.requestSequence());
      } else {
        context.counters.protocolErrors++;
      }
    }
  }

  /** RFC 6525 section 5.2.1: each number once and in order; the last one again, the same answer. */
  private boolean isNext(int request) {
    if (request == expectedRequest) {
      return true;
    }
    if (lastResponse != null && request == lastResponse.responseSequence()) {
      context.outbox.reply(new ReconfigChunk(List.of(lastResponse)));
    } else {
      context.counters.protocolErrors++;
      context.outbox.reply(
          new ReconfigChunk(
              List.of(new ReconfigResponse(request, ReconfigResponse.BAD_SEQUENCE_NUMBER))));
    }
    return false;
  }

  private void deny(int request) {
    // Streams are plenty from the start, and TSNs are never reset: nothing asks for these here.
    if (isNext(request)) {
      expectedRequest++;
      respond(new ReconfigResponse(request, ReconfigResponse.DENIED));
    }
  }

  private void respond(ReconfigResponse response) {
    lastResponse = response;
    context.outbox.reply(new ReconfigChunk(List.of(response)));
  }

  /** The peer resets its outgoing streams (RFC 6525 section 5.2.2). */
  private void handleOutgoing(OutgoingSsnReset request, Tcb tcb) {
    expectedRequest++;
    if (deferred != null) {
      // RFC 6525 section 5.1.1: at most one request may be outstanding.
      respond(
          new ReconfigResponse(request.requestSequence(), ReconfigResponse.ALREADY_IN_PROGRESS));
      return;
    }
    int inbound = tcb.inboundStreams();
    for (int id : request.streamIds()) {
      if (id >= inbound) {
        // E3: a stream that is not there.
        respond(new ReconfigResponse(request.requestSequence(), ReconfigResponse.WRONG_SSN));
        return;
      }
    }
    if (Tsn.isAfter(request.lastTsn(), tcb.receiver().cumulativeTsn())) {
      // E2: what it sent before is still on its way. The answer follows when that has come; one
      // request waits at most, as the peer may have only one outstanding.
      deferred = request;
      respond(new ReconfigResponse(request.requestSequence(), ReconfigResponse.IN_PROGRESS));
      return;
    }
    perform(request, tcb);
    respond(new ReconfigResponse(request.requestSequence(), ReconfigResponse.PERFORMED));
  }

  private void perform(OutgoingSsnReset request, Tcb tcb) {
    tcb.receiver().resetStreams(request.streamIds());
    context.emit(new SctpEvent.IncomingStreamsReset(request.streamIds()));
  }

  /** The peer asks us to reset our outgoing streams (RFC 6525 section 5.2.3). */
  private void handleIncoming(IncomingSsnReset request) {
    expectedRequest++;
    List<Integer> ids =
        request.streamIds().isEmpty() ? context.queue.usedStreams() : request.streamIds();
    List<Integer> fresh = new ArrayList<>();
    for (int id : ids) {
      if (id < context.queue.streamCount() && !context.queue.isResetting(id)) {
        fresh.add(id);
      }
    }
    context.resetStreams(fresh);
    respond(
        new ReconfigResponse(
            request.requestSequence(),
            fresh.isEmpty() ? ReconfigResponse.NOTHING_TO_DO : ReconfigResponse.PERFORMED));
  }

  /** The peer's answer to our request (RFC 6525 section 5.2.7). */
  private void handleResponse(ReconfigResponse response, Tcb tcb, long nowNanos) {
    if (outstanding == null || response.responseSequence() != outstanding.requestSequence()) {
      return;
    }
    tcb.clearErrors();
    if (response.result() == ReconfigResponse.IN_PROGRESS) {
      // Asked again later with the same number; the peer is there, so this is no error.
      context.timers.set(Timer.RECONFIG, nowNanos + tcb.rto().nanos());
      return;
    }
    finish(
        response.result() == ReconfigResponse.PERFORMED
            || response.result() == ReconfigResponse.NOTHING_TO_DO);
  }

  /** The peer does not know RE-CONFIG, whatever it said in the handshake. */
  void handleUnknown() {
    if (outstanding != null) {
      finish(false);
    }
  }

  private void finish(boolean performed) {
    context.timers.stop(Timer.RECONFIG);
    List<Integer> ids = outstanding.streamIds();
    outstanding = null;
    end(ids, performed);
  }

  private void end(List<Integer> ids, boolean performed) {
    for (int id : ids) {
      context.queue.endReset(id, performed);
    }
    context.emit(new SctpEvent.OutgoingStreamsReset(ids, performed));
  }
}
