package dev.turnstone.sctp.association;

import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.chunk.ShutdownAckChunk;
import dev.turnstone.sctp.chunk.ShutdownChunk;
import dev.turnstone.sctp.chunk.ShutdownCompleteChunk;
import dev.turnstone.sctp.send.SackResult;
import dev.turnstone.sctp.timer.Backoff;

/** The orderly end (RFC 9260 section 9.2). */
final class ShuttingDown {
  private final Context context;

  /** Asked for by us, perhaps before there was anything to shut down. */
  private boolean wanted;

  ShuttingDown(Context context) {
    this.context = context;
  }

  /** Whether {@code send} takes messages no more. */
  boolean isWanted() {
    return wanted;
  }

  void shutdown(long nowNanos) {
    wanted = true;
    if (context.state() instanceof State.Closed) {
      context.end(SctpEvent.CloseReason.SHUTDOWN, "shut down before it began");
    }
    progress(nowNanos);
  }

  /** Goes one step on if what it waited for has come; called after everything that happens. */
  void progress(long nowNanos) {
    if (wanted && context.state() instanceof State.Established now) {
      now.tcb().sender().hurry();
      context.become(new State.ShutdownPending(now.tcb()), "shutdown asked for");
    }
    if (context.state() instanceof State.ShutdownPending now && isDrained(now.tcb())) {
      // Once nothing is outstanding, SHUTDOWN goes out and T2 begins.
      context.timers.stop(Timer.HEARTBEAT);
      context.timers.stop(Timer.RECONFIG);
      context.timers.set(Timer.T5_SHUTDOWN_GUARD, nowNanos + 5 * context.options.rtoMaxNanos());
      sendShutdown(now.tcb(), firstWait(now.tcb()), nowNanos);
    } else if (context.state() instanceof State.ShutdownReceived now && isDrained(now.tcb())) {
      context.timers.stop(Timer.HEARTBEAT);
      context.timers.stop(Timer.RECONFIG);
      context.timers.set(Timer.T5_SHUTDOWN_GUARD, nowNanos + 5 * context.options.rtoMaxNanos());
      sendShutdownAck(now.tcb(), firstWait(now.tcb()), nowNanos);
    }
  }

  private static boolean isDrained(Tcb tcb) {
    return tcb.sender().isDrained() && !tcb.reconfiguration().isResettingNumbers();
  }

  private Backoff firstWait(Tcb tcb) {
    return Backoff.first(tcb.rto().nanos(), context.options.rtoMaxNanos());
  }

  private void sendShutdown(Tcb tcb, Backoff wait, long nowNanos) {
    context.become(new State.ShutdownSent(tcb, wait), "SHUTDOWN sent");
    context.outbox.send(new ShutdownChunk(tcb.receiver().cumulativeTsn()));
    context.timers.set(Timer.T2_SHUTDOWN, nowNanos + wait.nanos());
  }

  private void sendShutdownAck(Tcb tcb, Backoff wait, long nowNanos) {
    context.become(new State.ShutdownAckSent(tcb, wait), "SHUTDOWN ACK sent");
    context.outbox.send(new ShutdownAckChunk());
    context.timers.set(Timer.T2_SHUTDOWN, nowNanos + wait.nanos());
  }

  /** T2-shutdown: the same chunk again. */
  void handleT2(long nowNanos) {
    context.countError();
    if (context.state() instanceof State.ShutdownSent now) {
      sendShutdown(now.tcb(), now.backoff().next(), nowNanos);
    } else if (context.state() instanceof State.ShutdownAckSent now) {
      sendShutdownAck(now.tcb(), now.backoff().next(), nowNanos);
    }
  }

  /** T5-shutdown-guard: it has taken too long. */
  void handleT5() {
    context.abort(
        SctpEvent.CloseReason.PEER_UNREACHABLE,
        ErrorCause.UserInitiatedAbort.of("shutdown took too long"),
        "shutdown took too long");
  }

  /**
   * A packet with DATA came in SHUTDOWN-SENT: answered at once with SHUTDOWN. Gaps and duplicates
   * are told by the SACK that goes with it.
   */
  void handleData() {
    if (context.state() instanceof State.ShutdownSent now) {
      context.outbox.reply(new ShutdownChunk(now.tcb().receiver().cumulativeTsn()));
    }
  }

  /**
   * Any packet that comes in SHUTDOWN-SENT shows that the peer is there and may still have to send:
   * the count of retransmissions begins anew, and T2 with it. T5 bounds the whole.
   */
  void handlePacketEnd(long nowNanos) {
    if (context.state() instanceof State.ShutdownSent now) {
      now.tcb().clearErrors();
      Backoff wait = firstWait(now.tcb());
      context.become(new State.ShutdownSent(now.tcb(), wait), "the peer still sends");
      context.timers.set(Timer.T2_SHUTDOWN, nowNanos + wait.nanos());
    }
  }

  /** SHUTDOWN. Before ESTABLISHED it is discarded in silence. */
  void handleShutdown(ShutdownChunk shutdown, long nowNanos) {
    Tcb tcb = context.tcb();
    if (tcb == null || context.state() instanceof State.CookieEchoed) {
      return;
    }
    SackResult result = tcb.sender().handleCumulativeTsn(shutdown.cumulativeTsn(), nowNanos);
    if (result == SackResult.INVALID) {
      context.counters.protocolErrors++;
      return;
    }
    tcb.clearErrors();
    if (context.state() instanceof State.Established
        || context.state() instanceof State.ShutdownPending) {
      tcb.sender().hurry();
      context.become(new State.ShutdownReceived(tcb), "SHUTDOWN received");
    } else if (context.state() instanceof State.ShutdownSent) {
      // Both sides want to end: SHUTDOWN is answered with SHUTDOWN ACK at once.
      sendShutdownAck(tcb, firstWait(tcb), nowNanos);
    } else if (context.state() instanceof State.ShutdownAckSent) {
      // The SHUTDOWN ACK was lost, or crossed this: no need to wait for T2.
      context.outbox.reply(new ShutdownAckChunk());
    }
  }

  /** SHUTDOWN ACK: the peer has everything. */
  void handleShutdownAck() {
    if (context.state() instanceof State.ShutdownSent
        || context.state() instanceof State.ShutdownAckSent) {
      context.outbox.sendAlone(context.tcb().peerTag(), new ShutdownCompleteChunk(false));
      context.end(SctpEvent.CloseReason.SHUTDOWN, "shut down");
    }
  }

  /** SHUTDOWN COMPLETE: only awaited in SHUTDOWN-ACK-SENT. */
  void handleShutdownComplete() {
    if (context.state() instanceof State.ShutdownAckSent) {
      context.end(SctpEvent.CloseReason.SHUTDOWN, "shut down");
    }
  }
}
