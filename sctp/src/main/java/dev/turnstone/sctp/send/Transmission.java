package dev.turnstone.sctp.send;

import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.PacketWriter;
import dev.turnstone.sctp.timer.RetransmissionTimeout;

/**
 * What leaves, and in which order: what the peer is told to skip, a probe, what is lost, what is
 * new (RFC 9260 section 6.1).
 */
final class Transmission {
  /** Below this round trip a flight's end does not ask for a SACK of its own. */
  private static final long MIN_ASKING_RTT_NANOS = 5_000_000;

  private final SendQueue queue;
  private final Outstanding outstanding;
  private final SendWindow window;
  private final Recovery recovery;
  private final ForwardTsn forward;
  private final TailLossProbe probe;
  private final RateSampler rate;
  private final ChunkWriter chunks;
  private final RetransmissionTimeout rto;
  private final SendTimers timers;

  private boolean hurried;

  /** When a SACK was asked for last without need. */
  private long askedAtNanos = Long.MIN_VALUE / 2;

  /** A chunk has left in the packet being filled. */
  private boolean sent;

  /** The packet being filled; they count from 1. */
  private long packetNumber;

  Transmission(
      SendQueue queue,
      Outstanding outstanding,
      SendWindow window,
      Recovery recovery,
      ForwardTsn forward,
      TailLossProbe probe,
      RateSampler rate,
      ChunkWriter chunks,
      RetransmissionTimeout rto,
      SendTimers timers) {
    this.queue = queue;
    this.outstanding = outstanding;
    this.window = window;
    this.recovery = recovery;
    this.forward = forward;
    this.probe = probe;
    this.rate = rate;
    this.chunks = chunks;
    this.rto = rto;
    this.timers = timers;
  }

  /** From now on the peer is asked to acknowledge at once (RFC 7053 section 4). */
  void hurry() {
    hurried = true;
  }

  /** Whether there is something that a probe can be. */
  boolean canProbe(long nowNanos) {
    OutgoingMessage message = queue.front();
    SentChunk last = outstanding.lastSent();
    return message != null && window.allowsProbe(nextLength(message))
        || last != null && !recovery.isSpent(last) && !recovery.isExpired(last.message, nowNanos);
  }

  /** Whether {@link #write} into a whole packet would write something. */
  boolean isReady(long nowNanos) {
    if (forward.isDue() || probe.isDue()) {
      return true;
    }
    window.beginPacket(nowNanos);
    if (outstanding.anyLost()) {
      return window.allowsAgain(recovery.isAtOnce());
    }
    OutgoingMessage message = queue.front();
    return message != null && window.allowsNew(nextLength(message));
  }

  /** Writes FORWARD TSN and DATA as far as packet, windows and queues go. */
  void write(PacketWriter packet, long nowNanos) {
    packetNumber++;
    window.beginPacket(nowNanos);
    writeForward(packet, nowNanos);
    if (probe.isDue()) {
      writeProbe(packet, nowNanos);
    }
    if (writeLost(packet, nowNanos)) {
      writeNew(packet, nowNanos);
    }
    if (sent) {
      sent = false;
      timers.startT3(nowNanos);
      timers.startProbe(nowNanos);
    }
    // Something may have expired on the way.
    writeForward(packet, nowNanos);
    noteWhatHolds();
  }

  private void writeForward(PacketWriter packet, long nowNanos) {
    if (!forward.isDue()) {
      return;
    }
    Chunk chunk = forward.chunk();
    if (packet.fits(chunk)) {
      packet.write(chunk);
      forward.handleSent(nowNanos);
      timers.startT3(nowNanos);
    }
  }

  /** RFC 8985 section 7.3: new data if there is any, else once more what was sent last. */
  private void writeProbe(PacketWriter packet, long nowNanos) {
    OutgoingMessage message = queue.front();
    if (message != null && window.allowsProbe(nextLength(message))) {
      int length = chunks.nextLength(message, packet.remaining());
      if (length > 0) {
        probe.handleSent(writeNext(packet, message, length, true, nowNanos), false);
      }
      return;
    }
    SentChunk chunk = outstanding.lastSent();
    if (chunk == null || recovery.isSpent(chunk)) {
      probe.cancel();
    } else if (chunk.wireLength() <= packet.remaining()) {
      recovery.handleProbe(chunk);
      put(packet, chunk, false, true, nowNanos);
      probe.handleSent(chunk, true);
    }
  }

  /** False when new data must wait: for room in the packet, or behind what is lost. */
  private boolean writeLost(PacketWriter packet, long nowNanos) {
    for (SentChunk chunk = outstanding.nextLost(); chunk != null; chunk = outstanding.nextLost()) {
      if (recovery.isExpired(chunk.message, nowNanos)) {
        recovery.abandon(chunk.message);
        continue;
      }
      if (chunk.wireLength() > packet.remaining() || !window.allowsAgain(recovery.isAtOnce())) {
        return false;
      }
      boolean earliest = chunk.tsn == outstanding.firstTsn();
      recovery.handleResent(chunk);
      put(packet, chunk, window.isClosed(), asks(false, nowNanos), nowNanos);
      if (earliest) {
        // 6.3.2 R1 and 6.3.3: the timer runs anew for the earliest chunk.
        timers.restartT3(nowNanos);
      }
    }
    return true;
  }

  private void writeNew(PacketWriter packet, long nowNanos) {
    for (OutgoingMessage message = queue.front(); message != null; message = queue.front()) {
      if (recovery.isExpired(message, nowNanos)) {
        recovery.abandon(message);
        continue;
      }
      window.handleIdle(rto.nanos(), nowNanos);
      int length = chunks.nextLength(message, packet.remaining());
      if (length == 0 || !window.allowsNew(length)) {
        return;
      }
      writeNext(packet, message, length, false, nowNanos);
    }
  }

  /** The next fragment, which fits, gets its TSN and leaves. */
  private SentChunk writeNext(
      PacketWriter packet, OutgoingMessage message, int length, boolean asking, long nowNanos) {
    int tsn = outstanding.nextTsn();
    if (!message.isBegun()) {
      message.begin(tsn);
    }
    boolean closed = window.isClosedFor(length);
    boolean ending = length == message.untaken();
    SentChunk chunk = new SentChunk(tsn, message, length, ending, chunks.wireLength(length));
    message.setLastTsn(tsn);
    outstanding.add(chunk);
    boolean last = queue.buffered() == length;
    put(packet, chunk, closed, asking || closed || asks(last, nowNanos), nowNanos);
    queue.take(message, length);
    return chunk;
  }

  private int nextLength(OutgoingMessage message) {
    return chunks.nextLength(message);
  }

  /**
   * Whether to ask for a SACK at once (RFC 7053 section 4): always when told to; and where a flight
   * ends, once in a round trip, so that a lost tail is found without allowing for the peer's delay
   * and the round trip is measured without it. On a short path the peer's next answer is worth more
   * than a SACK of its own.
   */
  private boolean asks(boolean last, long nowNanos) {
    if (hurried) {
      return true;
    }
    long srtt = rto.smoothedRttNanos();
    if (srtt < MIN_ASKING_RTT_NANOS || nowNanos - askedAtNanos < srtt) {
      return false;
    }
    return last || outstanding.bytesInFlight() >= window.congestion().window();
  }

  private void put(
      PacketWriter packet, SentChunk chunk, boolean closed, boolean asking, long nowNanos) {
    chunk.sentAtNanos = nowNanos;
    chunk.packet = packetNumber;
    chunk.transmissions++;
    chunk.immediate = asking;
    if (asking) {
      askedAtNanos = nowNanos;
    }
    rate.handleSent(chunk, outstanding.bytesInFlight(), nowNanos);
    chunks.write(packet, chunk);
    window.handleSent(chunk, closed, nowNanos);
    sent = true;
  }

  /** Why no more leaves now: pacing, which has a timer, or that there is no more. */
  private void noteWhatHolds() {
    boolean lost = outstanding.anyLost();
    OutgoingMessage message = lost ? null : queue.front();
    boolean waits =
        lost
            ? window.hasRoomAgain(recovery.isAtOnce())
            : message != null && window.hasRoomFor(nextLength(message));
    if (waits && window.isHeld()) {
      timers.setPacing(window.heldUntilNanos());
    } else {
      timers.stopPacing();
    }
    // The peer's window and the ceiling of what is kept bound the rate just as an application does
    // that has nothing to say: in none of these cases is it the path's.
    if (!lost && !waits && window.congestionAllows()) {
      rate.handleAppLimited(outstanding.bytesInFlight());
    }
  }
}
