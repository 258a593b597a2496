package dev.turnstone.sctp.association;

import dev.turnstone.sctp.SctpEvent.CloseReason;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.chunk.ErrorChunk;
import dev.turnstone.sctp.chunk.ForwardTsnChunk;
import dev.turnstone.sctp.chunk.IDataChunk;
import dev.turnstone.sctp.chunk.IForwardTsnChunk;
import dev.turnstone.sctp.chunk.PacketWriter;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.sctp.receive.Acknowledgement;
import dev.turnstone.sctp.receive.DataOutcome;
import dev.turnstone.sctp.send.SackResult;
import java.util.List;

/** Data and its acknowledgement, both ways (RFC 9260 section 6, RFC 3758 section 3, RFC 8260). */
final class Transfer {
  private static final int SMALLEST_SACK = 16;

  private final Context context;
  private final ShuttingDown shuttingDown;
  private final WindowTuning tuning;

  /** The packet at hand has brought DATA. */
  private boolean dataInPacket;

  Transfer(Context context, ShuttingDown shuttingDown, WindowTuning tuning) {
    this.context = context;
    this.shuttingDown = shuttingDown;
    this.tuning = tuning;
  }

  /** Whether the peer may still send data (section 6). */
  private boolean receives() {
    return context.state() instanceof State.Established
        || context.state() instanceof State.ShutdownPending
        || context.state() instanceof State.ShutdownSent;
  }

  /** Whether we may still send data (section 6). */
  private boolean sends() {
    return context.state() instanceof State.Established
        || context.state() instanceof State.ShutdownPending
        || context.state() instanceof State.ShutdownReceived;
  }

  void handleData(DataChunk chunk) {
    if (receives() && isExpected(false) && isTimely(chunk.streamId(), chunk.tsn())) {
      DataOutcome outcome = context.tcb().receiver().handleData(chunk);
      handleOutcome(outcome, chunk.streamId(), chunk.tsn());
    }
  }

  /** DATA of RFC 8260 section 2.1. */
  void handleIData(IDataChunk chunk) {
    if (receives() && isExpected(true) && isTimely(chunk.streamId(), chunk.tsn())) {
      DataOutcome outcome = context.tcb().receiver().handleIData(chunk);
      handleOutcome(outcome, chunk.streamId(), chunk.tsn());
    }
  }

  /**
   * RFC 8260 section 2.2: an association speaks either DATA and FORWARD-TSN or I-DATA and
   * I-FORWARD-TSN. The other kind breaks the protocol.
   */
  private boolean isExpected(boolean interleaved) {
    if (context.tcb().sender().isInterleaving() == interleaved) {
      return true;
    }
    String what = interleaved ? "I-DATA, which was not negotiated" : "DATA where I-DATA is spoken";
    fail(ErrorCause.ProtocolViolation.of(what), what);
    return false;
  }

  private boolean isTimely(int streamId, int tsn) {
    return !context.tcb().reconfiguration().refuses(streamId, tsn);
  }

  private void handleOutcome(DataOutcome outcome, int streamId, int tsn) {
    dataInPacket = true;
    if (outcome == DataOutcome.DUPLICATE) {
      context.tcb().countDuplicate();
    } else if (outcome == DataOutcome.NO_SUCH_STREAM) {
      context.counters.protocolErrors++;
      context.outbox.reply(
          new ErrorChunk(List.of(new ErrorCause.InvalidStreamIdentifier(streamId))));
    } else if (outcome == DataOutcome.NO_USER_DATA) {
      fail(new ErrorCause.NoUserData(tsn), describe(outcome));
    } else if (outcome.isFatal()) {
      fail(outcome);
    }
  }

  void handleForwardTsn(ForwardTsnChunk chunk) {
    if (receives()
        && isExpected(false)
        && !context.tcb().reconfiguration().refusesForwardTsn(chunk.newCumulativeTsn())) {
      handleMovedOn(context.tcb().receiver().handleForwardTsn(chunk));
    }
  }

  /** FORWARD TSN of RFC 8260 section 2.3.1. */
  void handleIForwardTsn(IForwardTsnChunk chunk) {
    if (receives()
        && isExpected(true)
        && !context.tcb().reconfiguration().refusesForwardTsn(chunk.newCumulativeTsn())) {
      handleMovedOn(context.tcb().receiver().handleIForwardTsn(chunk));
    }
  }

  private void handleMovedOn(DataOutcome outcome) {
    if (outcome.isFatal()) {
      fail(outcome);
    }
  }

  private void fail(DataOutcome outcome) {
    fail(
        outcome == DataOutcome.OUT_OF_RESOURCE
            ? new ErrorCause.OutOfResource()
            : ErrorCause.ProtocolViolation.of(describe(outcome)),
        describe(outcome));
  }

  private void fail(ErrorCause cause, String what) {
    context.counters.protocolErrors++;
    // What arrived whole before it is still good.
    context.tcb().deliver();
    context.abort(CloseReason.PROTOCOL_VIOLATION, cause, "the peer sent " + what);
  }

  private static String describe(DataOutcome outcome) {
    return switch (outcome) {
      case NO_USER_DATA -> "an empty DATA chunk";
      case BAD_FRAGMENT -> "fragments that contradict each other";
      case MESSAGE_TOO_LARGE -> "a message larger than agreed";
      case OUT_OF_RESOURCE -> "what cannot be put together within the receive buffer";
      case ACCEPTED, DUPLICATE, DROPPED, NO_SUCH_STREAM -> "data";
    };
  }

  void handleSack(SackChunk sack, long nowNanos) {
    if (!sends()) {
      // Section 6: where nothing may be sent, nothing is acknowledged.
      return;
    }
    Tcb tcb = context.tcb();
    SackResult result = tcb.sender().handleSack(sack, nowNanos);
    if (result == SackResult.INVALID) {
      context.counters.protocolErrors++;
    } else if (result == SackResult.ADVANCED
        || result == SackResult.NOTHING_NEW && tcb.sender().isProbing()) {
      // 8.1, and 6.1 A: a peer that answers probes of its closed window is there.
      tcb.clearErrors();
    }
  }

  /** The packet at hand has been read to its end. */
  void handlePacketEnd(long nowNanos) {
    Tcb tcb = context.tcb();
    if (tcb != null) {
      tcb.receiver().handlePacketEnd();
      if (dataInPacket) {
        tuning.handleData(tcb, nowNanos);
        shuttingDown.handleData();
      }
    }
    dataInPacket = false;
  }

  /** Hands messages up and keeps the timer of the delayed SACK. */
  void progress(long nowNanos) {
    Tcb tcb = context.tcb();
    if (tcb == null) {
      return;
    }
    tcb.deliver();
    if (tcb.receiver().acknowledgement() != Acknowledgement.DELAYED) {
      context.timers.stop(Timer.SACK);
    } else if (!context.timers.isRunning(Timer.SACK)) {
      context.timers.set(Timer.SACK, nowNanos + context.options.sackDelayNanos());
    }
  }

  /** An acknowledgement has waited for company long enough. */
  void handleSackTimeout() {
    if (context.tcb() != null) {
      context.tcb().receiver().acknowledgeNow();
    }
  }

  /** Writes SACK, FORWARD TSN and DATA as far as they are due and fit. */
  void write(PacketWriter packet, long nowNanos) {
    Tcb tcb = context.tcb();
    Acknowledgement wanted = tcb.receiver().acknowledgement();
    // 6.2: an acknowledgement that waits goes along with whatever goes out.
    if ((wanted == Acknowledgement.NOW
            || wanted == Acknowledgement.DELAYED && hasCompany(tcb, packet, nowNanos))
        && packet.remaining() >= SMALLEST_SACK) {
      packet.write(tcb.receiver().sack(packet.remaining()));
      context.timers.stop(Timer.SACK);
    }
    if (sends()) {
      tcb.sender().write(packet, nowNanos);
    }
  }

  private boolean hasCompany(Tcb tcb, PacketWriter packet, long nowNanos) {
    return !packet.isEmpty() || sends() && tcb.sender().isReady(nowNanos);
  }
}
