package dev.turnstone.sctp.send;

import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.IDataChunk;
import dev.turnstone.sctp.chunk.PacketWriter;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.sctp.chunk.Tsn;
import dev.turnstone.sctp.congestion.AckSample;
import dev.turnstone.sctp.congestion.CongestionController;
import dev.turnstone.sctp.send.SentChunk.Fate;
import dev.turnstone.sctp.timer.RetransmissionTimeout;
import dev.turnstone.sctp.timer.TimerTable;

/**
 * The sending half of an association that has its tags: fragments get TSNs, SACKs are taken in,
 * losses found and sent again, messages given up. RFC 9260 sections 6.1, 6.2.1, 6.3 and 7, RFC 3758
 * section 3.5.
 */
public final class DataSender {
  /** The timers of the sending half. */
  private enum Timer {
    T3_RTX
  }

  private final SendQueue queue;
  private final CongestionController congestion;
  private final RetransmissionTimeout rto;
  private final Outstanding outstanding;
  private final SackWalk walk;
  private final ForwardTsn forward;
  private final SendWindow window;
  private final Recovery recovery;
  private final TimerTable<Timer> timers = new TimerTable<>(Timer.class);
  private final boolean interleaving;
  private final int overhead;
  private final int largestFragment;

  private boolean hurried;
  private long delivered;
  private long lastRttSampleAt = Long.MIN_VALUE;
  private long retransmissions;
  private long fastRetransmissions;
  private long timeouts;

  /**
   * The sending half.
   *
   * @param options the limits
   * @param queue what is to be sent; knows already what was negotiated
   * @param congestion the window
   * @param rto shared with the heartbeats, which measure the same path
   * @param initialTsn the first TSN that we said in INIT or INIT ACK
   * @param peerWindow the window that the peer said there
   */
  public DataSender(
      SctpOptions options,
      SendQueue queue,
      CongestionController congestion,
      RetransmissionTimeout rto,
      int initialTsn,
      long peerWindow) {
    this.queue = queue;
    this.congestion = congestion;
    this.rto = rto;
    this.outstanding = new Outstanding(initialTsn, options.maxInFlight());
    this.walk = new SackWalk(outstanding);
    this.interleaving = queue.interleaving();
    this.overhead = interleaving ? IDataChunk.OVERHEAD : DataChunk.OVERHEAD;
    this.forward = new ForwardTsn(outstanding, options.mtu(), interleaving);
    this.window = new SendWindow(options, congestion, outstanding, peerWindow);
    this.recovery = new Recovery(outstanding, queue, congestion, forward);
    queue.onGivenUp(recovery::abandon);
    this.largestFragment = (options.mtu() - PacketWriter.HEADER_LENGTH - overhead) / 4 * 4;
  }

  /** Takes in a SACK (RFC 9260 section 6.2.1). */
  public SackResult handleSack(SackChunk sack, long nowNanos) {
    // 6.2.1 D i: a cumulative TSN before the one known makes it an old one.
    if (Tsn.isBefore(Tsn.next(sack.cumulativeTsn()), outstanding.firstTsn())) {
      return SackResult.STALE;
    }
    if (!walk.isSane(sack)) {
      return SackResult.INVALID;
    }
    return acknowledge(sack.cumulativeTsn(), sack, nowNanos);
  }

  /** Takes in the cumulative TSN of a SHUTDOWN (RFC 9260 section 9.2). */
  public SackResult handleCumulativeTsn(int tsn, long nowNanos) {
    if (Tsn.isBefore(Tsn.next(tsn), outstanding.firstTsn())) {
      return SackResult.STALE;
    }
    if (Tsn.isAfter(tsn, lastAssignedTsn())) {
      return SackResult.INVALID;
    }
    return acknowledge(tsn, null, nowNanos);
  }

  private SackResult acknowledge(int cumulativeTsn, SackChunk sack, long nowNanos) {
    long inFlightBefore = outstanding.bytesInFlight();
    boolean advanced = !Tsn.isBefore(cumulativeTsn, outstanding.firstTsn());
    walk.acknowledge(cumulativeTsn, sack);
    measure(nowNanos);
    window.handleAcked(walk.bytesAcked());
    recovery.handleCumulativeTsn(cumulativeTsn, nowNanos);
    if (sack != null) {
      walk.countMisses(recovery, advanced, nowNanos);
      SentChunk thrownAway = window.handleAdvertised(sack.arwnd());
      if (thrownAway != null) {
        recovery.lose(thrownAway, nowNanos);
      }
    }
    if (walk.anyAcked()) {
      delivered += walk.bytesAcked();
      // No rate samples yet.
      congestion.handleAcked(
          new AckSample(
              nowNanos,
              walk.bytesAcked(),
              0,
              advanced,
              inFlightBefore,
              outstanding.bytesInFlight(),
              -1,
              rto.smoothedRttNanos(),
              delivered,
              0,
              delivered,
              0,
              0,
              0,
              false));
    }
    // 6.3.2 R2 and R3.
    if (outstanding.isEmpty()) {
      timers.stop(Timer.T3_RTX);
    } else if (advanced) {
      timers.set(Timer.T3_RTX, nowNanos + rto.nanos());
    }
    forward.advance();
    forward.handleSack(nowNanos, Math.max(rto.smoothedRttNanos(), 1));
    return advanced || walk.anyAcked() ? SackResult.ADVANCED : SackResult.NOTHING_NEW;
  }

  /** 6.3.1 C4: one RTT measurement in a round trip. */
  private void measure(long nowNanos) {
    SentChunk sample = walk.rttSample();
    if (sample != null && sample.sentAtNanos >= lastRttSampleAt) {
      rto.handleRtt(nowNanos - sample.sentAtNanos);
      lastRttSampleAt = nowNanos;
    }
  }

  /**
   * Fires what is due.
   *
   * @return whether T3-rtx expired and that counts as an error of the association (RFC 9260 section
   *     8.1)
   */
  public boolean handleTimeout(long nowNanos) {
    for (OutgoingMessage message = queue.expired(nowNanos);
        message != null;
        message = queue.expired(nowNanos)) {
      recovery.abandon(message);
      startTimer(nowNanos);
    }
    return timers.pollDue(nowNanos) == Timer.T3_RTX && handleT3(nowNanos);
  }

  /** RFC 9260 section 6.3.3. */
  private boolean handleT3(long nowNanos) {
    timeouts++;
    boolean probing = window.isProbing();
    boolean explained = window.handleTimeout();
    if (!probing) {
      // E1. A probe of a closed window says nothing about congestion.
      congestion.handleTimeout(nowNanos);
    }
    // E2.
    rto.backOff();
    SentChunk first = outstanding.get(outstanding.firstTsn());
    // The receiver acknowledged by gap what must have moved its cumulative TSN by now: it has
    // changed its mind (6.2.1 D iii), and no gap block of it can be trusted.
    boolean reneged = first != null && first.fate == Fate.ACKED;
    if (reneged) {
      walk.forget();
    }
    // E3: everything outstanding is marked; what fits goes first, the rest as the window allows.
    recovery.loseAll(reneged, nowNanos);
    forward.setDue();
    return !explained;
  }

  /** When {@link #handleTimeout} is to be called, or {@link TimerTable#NEVER}. */
  public long nextTimeout() {
    return Math.min(timers.next(), queue.nextExpiry());
  }

  /** Whether {@link #write} into a whole packet would write something. */
  public boolean isReady() {
    if (forward.isDue()) {
      return true;
    }
    if (outstanding.anyLost()) {
      return window.allowsAgain(recovery.isAtOnce());
    }
    OutgoingMessage message = queue.front();
    return message != null && window.allowsNew(message.nextFragmentLength(largestFragment));
  }

  /** Writes FORWARD TSN and DATA as far as packet, windows and queues go. */
  public void write(PacketWriter packet, long nowNanos) {
    writeForward(packet, nowNanos);
    if (writeLost(packet, nowNanos)) {
      writeNew(packet, nowNanos);
    }
    // Something may have expired on the way.
    writeForward(packet, nowNanos);
  }

  private void writeForward(PacketWriter packet, long nowNanos) {
    if (!forward.isDue()) {
      return;
    }
    Chunk chunk = forward.chunk();
    if (packet.fits(chunk)) {
      packet.write(chunk);
      forward.handleSent(nowNanos);
      startTimer(nowNanos);
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
      retransmissions++;
      if (chunk.missed) {
        chunk.missed = false;
        fastRetransmissions++;
      }
      boolean earliest = chunk.tsn == outstanding.firstTsn();
      recovery.handleResent();
      outstanding.setResent(chunk);
      chunk.missAfter = lastAssignedTsn();
      put(packet, chunk, window.isClosed(), true, nowNanos);
      if (earliest) {
        // 6.3.2 R1 and 6.3.3: the timer runs anew for the earliest chunk.
        timers.set(Timer.T3_RTX, nowNanos + rto.nanos());
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
      int length = message.nextFragmentLength(largestFragment);
      if (!window.allowsNew(length) || wireLength(length) > packet.remaining()) {
        return;
      }
      int tsn = outstanding.nextTsn();
      if (!message.isBegun()) {
        message.begin(largestFragment, tsn);
        length = message.nextFragmentLength(largestFragment);
      }
      int offset = message.taken();
      boolean closed = window.isClosedFor(length);
      SentChunk chunk =
          new SentChunk(
              tsn, message, offset, length, offset + length == message.size, wireLength(length));
      message.setLastTsn(tsn);
      outstanding.add(chunk);
      put(packet, chunk, closed, hurried || closed, nowNanos);
      queue.take(message, length);
    }
  }

  private void put(
      PacketWriter packet, SentChunk chunk, boolean closed, boolean immediate, long nowNanos) {
    OutgoingMessage message = chunk.message;
    chunk.sentAtNanos = nowNanos;
    chunk.transmissions++;
    boolean beginning = chunk.offset == 0;
    int flags = DataChunk.flags(message.unordered, beginning, chunk.ending, immediate);
    int index = message.index(chunk.offset);
    if (interleaving) {
      packet.writeIData(
          chunk.tsn,
          message.stream.id,
          message.mid(),
          // RFC 8260 section 2.1: one field; the first fragment needs no number.
          beginning ? (int) message.ppid : message.fsn(chunk.offset),
          flags,
          message.payload(),
          index,
          chunk.length);
    } else {
      packet.writeData(
          chunk.tsn,
          message.stream.id,
          message.ssn(),
          message.ppid,
          flags,
          message.payload(),
          index,
          chunk.length);
    }
    window.handleSent(chunk, closed, nowNanos);
    startTimer(nowNanos);
  }

  /** Bytes that a fragment takes in a packet, header and padding included. */
  private int wireLength(int payloadLength) {
    return overhead + ((payloadLength + 3) & ~3);
  }

  /** 6.3.2 R1: T3-rtx runs while something is outstanding. */
  private void startTimer(long nowNanos) {
    if (!timers.isRunning(Timer.T3_RTX) && !outstanding.isEmpty()) {
      timers.set(Timer.T3_RTX, nowNanos + rto.nanos());
    }
  }

  /** Nothing of what was sent can have been taken in: all of it is to be sent again. */
  public void resendAll(long nowNanos) {
    recovery.loseAll(false, nowNanos);
    timers.stop(Timer.T3_RTX);
  }

  /** The handshake's own timer watches what was sent until {@link #resume}. */
  public void suspend() {
    timers.stop(Timer.T3_RTX);
  }

  /** The handshake is over: T3-rtx watches what was sent with it. */
  public void resume(long nowNanos) {
    startTimer(nowNanos);
  }

  /** The peer said its window anew, in another INIT ACK. */
  public void setPeerWindow(long bytes) {
    window.handleAdvertised(bytes);
  }

  /** From now on the peer is asked to acknowledge at once (RFC 7053 section 4). */
  public void hurry() {
    hurried = true;
  }

  /** Whether messages go in I-DATA (RFC 8260), and not in DATA. */
  public boolean isInterleaving() {
    return interleaving;
  }

  /** Whether everything was sent and acknowledged or given up. */
  public boolean isDrained() {
    return queue.isEmpty() && outstanding.isEmpty();
  }

  /** Whether something is unacknowledged: then no HEARTBEAT is needed. */
  public boolean isOutstanding() {
    return !outstanding.isEmpty();
  }

  /** Whether the peer's window is closed and only finds out now and then whether it has opened. */
  public boolean isProbing() {
    return window.isProbing();
  }

  /** The last TSN that was given to a chunk. */
  public int lastAssignedTsn() {
    return Tsn.previous(outstanding.nextTsn());
  }

  /** Bytes that the peer can take beside what is in flight. */
  public long peerWindow() {
    return window.peerWindow();
  }

  /** Bytes in packets on the way. */
  public long bytesInFlight() {
    return outstanding.bytesInFlight();
  }

  /** The RTT of the path and the timeout from it. */
  public RetransmissionTimeout roundTrip() {
    return rto;
  }

  /** The congestion window, bytes. */
  public long congestionWindow() {
    return congestion.window();
  }

  /** DATA chunks sent again. */
  public long retransmissions() {
    return retransmissions;
  }

  /** DATA chunks sent again because gap reports showed them to be lost. */
  public long fastRetransmissions() {
    return fastRetransmissions;
  }

  /** How often T3-rtx expired. */
  public long timeouts() {
    return timeouts;
  }
}
