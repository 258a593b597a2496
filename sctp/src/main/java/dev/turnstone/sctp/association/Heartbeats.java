package dev.turnstone.sctp.association;

import dev.turnstone.sctp.chunk.HeartbeatAckChunk;
import dev.turnstone.sctp.chunk.HeartbeatChunk;
import dev.turnstone.sctp.chunk.PacketWriter;
import dev.turnstone.sctp.chunk.Parameter;
import java.nio.ByteBuffer;

/** Is the peer still there? (RFC 9260 section 8.3.) */
final class Heartbeats {
  private static final int INFO_LENGTH = 16;

  private final Context context;

  /** What the HEARTBEAT on its way carries. */
  private long nonce;

  private long sentAtNanos;
  private boolean awaiting;

  Heartbeats(Context context) {
    this.context = context;
  }

  /** The association is established. */
  void start(long nowNanos) {
    awaiting = false;
    schedule(nowNanos);
  }

  private void schedule(long nowNanos) {
    if (context.options.heartbeatIntervalNanos() == 0) {
      return;
    }
    // 8.3: HB.interval plus RTO, the latter with a jitter of half of it either way.
    long rto = context.tcb().rto().nanos();
    long jittered = rto / 2 + (long) (context.random.nextDouble() * rto);
    context.timers.set(
        Timer.HEARTBEAT, nowNanos + context.options.heartbeatIntervalNanos() + jittered);
  }

  void handleTimeout(long nowNanos) {
    Tcb tcb = context.tcb();
    if (tcb == null) {
      return;
    }
    if (awaiting) {
      // 8.2 and 8.3: no answer within an RTO is an error of the path.
      awaiting = false;
      tcb.rto().backOff();
      context.countError();
      if (context.isEnded()) {
        return;
      }
    } else if (tcb.sender().isOutstanding()) {
      // 8.3: only an idle path needs it. T3-rtx watches this one.
      schedule(nowNanos);
      return;
    }
    send(tcb, nowNanos);
  }

  /** Measures the path now, unless that is under way or HEARTBEATs are not wanted. */
  void measure(long nowNanos) {
    if (!awaiting && context.timers.isRunning(Timer.HEARTBEAT)) {
      send(context.tcb(), nowNanos);
    }
  }

  private void send(Tcb tcb, long nowNanos) {
    nonce = context.random.nextLong();
    sentAtNanos = nowNanos;
    awaiting = true;
    ByteBuffer info = ByteBuffer.allocate(INFO_LENGTH).putLong(nonce).putLong(nowNanos).flip();
    context.outbox.send(new HeartbeatChunk(new Parameter.HeartbeatInfo(info)));
    // Deviation: after an unanswered one 8.3 waits HB.interval again. The next goes out when the
    // RTO
    // is over, so that a peer that is gone is found as soon as with data on the way.
    context.timers.set(Timer.HEARTBEAT, nowNanos + tcb.rto().nanos());
  }

  /** HEARTBEAT is answered with what it carried, unchanged. */
  void handleHeartbeat(HeartbeatChunk heartbeat) {
    ByteBuffer info = heartbeat.info().info();
    ByteBuffer copy = ByteBuffer.allocate(info.remaining());
    copy.put(info.duplicate()).flip();
    // Deviation: 8.3 wants other parameters back too. There is none that goes with HEARTBEAT.
    HeartbeatAckChunk ack = new HeartbeatAckChunk(new Parameter.HeartbeatInfo(copy));
    // 8.3: not before COOKIE-ECHOED; in it the answer waits, as 5.1 lets nothing but COOKIE ECHO
    // go.
    if (context.tcb() != null
        && ack.paddedLength() <= context.options.mtu() - PacketWriter.HEADER_LENGTH) {
      context.outbox.reply(ack);
    }
  }

  /** HEARTBEAT ACK: the nonce shows that it answers the one on its way. */
  void handleHeartbeatAck(HeartbeatAckChunk ack, long nowNanos) {
    ByteBuffer info = ack.info().info();
    if (!awaiting
        || info.remaining() != INFO_LENGTH
        || info.getLong(info.position()) != nonce
        || context.tcb() == null) {
      context.counters.protocolErrors++;
      return;
    }
    awaiting = false;
    context.tcb().rto().handleRtt(nowNanos - sentAtNanos);
    context.tcb().clearErrors();
    if (context.timers.isRunning(Timer.HEARTBEAT)) {
      schedule(nowNanos);
    }
  }
}
