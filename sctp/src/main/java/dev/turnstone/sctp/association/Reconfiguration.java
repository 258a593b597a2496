package dev.turnstone.sctp.association;

import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.sctp.chunk.ReconfigChunk;
import dev.turnstone.sctp.chunk.ReconfigParameter.ReconfigResponse;
import dev.turnstone.sctp.chunk.ReconfigParameter.Request;
import java.util.ArrayList;
import java.util.List;

/**
 * Streams that begin anew, more streams, and all numbers anew (RFC 6525): our requests and the
 * peer's. Lives as long as the peer's incarnation.
 */
final class Reconfiguration {
  private static final int MOST_PARAMETERS = 2;

  private final Context context;
  private final OurRequests ours;
  private final PeersRequests peers;

  Reconfiguration(Context context, int localTsn, int peerTsn) {
    this.context = context;
    // RFC 6525 section 4.1: request numbers begin with the initial TSN.
    this.ours = new OurRequests(context, localTsn);
    this.peers = new PeersRequests(context, peerTsn);
  }

  /** Goes on where something has come that was waited for; called after everything that happens. */
  void progress(Tcb tcb, long nowNanos) {
    peers.progress(tcb);
    ours.progress(tcb, peers, nowNanos);
    peers.answerAsked();
  }

  void handle(ReconfigChunk chunk, Tcb tcb, long nowNanos) {
    List<Parameter> answers = new ArrayList<>(MOST_PARAMETERS);
    int seen = 0;
    for (Parameter parameter : chunk.parameters()) {
      // Section 3.1: two at most. Section 4: what is not known ends the chunk, by its type.
      if (++seen > MOST_PARAMETERS) {
        context.counters.protocolErrors++;
        break;
      }
      if (parameter instanceof ReconfigResponse response) {
        ours.handleResponse(response, tcb, nowNanos);
      } else if (parameter instanceof Request request) {
        ReconfigResponse answer = peers.handle(request, tcb, ours, nowNanos);
        if (answer != null) {
          answers.add(answer);
        }
      } else {
        context.counters.protocolErrors++;
        break;
      }
    }
    if (!answers.isEmpty()) {
      context.outbox.reply(new ReconfigChunk(answers));
    }
  }

  /** A request of ours has waited long enough for its answer. */
  void handleTimeout(Tcb tcb, long nowNanos) {
    ours.handleTimeout(tcb, nowNanos);
  }

  /** The peer has not asked again for what we hold our data back for. */
  void handleHoldTimeout() {
    peers.endHold();
  }

  /** The peer does not know RE-CONFIG, whatever it said in the handshake. */
  void handleUnknown() {
    ours.handleUnknown();
  }

  /** Whether we have asked for all numbers to begin anew: the association cannot end now. */
  boolean isResettingNumbers() {
    return ours.isResettingNumbers();
  }

  /**
   * Whether data must not be taken in now, because its numbers may be those after a reset that has
   * not happened here yet. It is dropped without an acknowledgement, so the peer sends it again.
   */
  boolean refuses(int streamId, int tsn) {
    return ours.refuses(tsn) || peers.holdsBack(streamId, tsn);
  }

  /** As {@link #refuses}, for FORWARD TSN. */
  boolean refusesForwardTsn(int newCumulativeTsn) {
    return ours.refuses(newCumulativeTsn);
  }
}
