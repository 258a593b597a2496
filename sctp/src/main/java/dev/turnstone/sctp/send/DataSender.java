package dev.turnstone.sctp.send;

import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.PacketWriter;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.sctp.chunk.Tsn;
import dev.turnstone.sctp.congestion.CongestionController;
import dev.turnstone.sctp.send.SentChunk.Fate;
import dev.turnstone.sctp.timer.RetransmissionTimeout;
import dev.turnstone.sctp.timer.TimerTable;

/**
 * The sending half of an association that has its tags: fragments get TSNs and leave, SACKs are
 * taken in, losses found and sent again, messages given up. RFC 9260 sections 6.1, 6.2.1, 6.3 and
 * 7, RFC 3758 section 3.5, RFC 8985.
 */
public final class DataSender {
  /** The timers of the sending half; of those due at one moment the first here comes first. */
  private enum Timer {
    /** A chunk counts as lost unless it has arrived (RFC 8985 section 6.2, step 5). */
    REORDERING,
    /** The tail of a flight has been silent for too long (RFC 8985 section 7.2). */
    PROBE,
    /** Pacing lets the next packets leave: firing is all that it does. */
    PACING,
    /** The last resort (RFC 9260 section 6.3). */
    T3_RTX
  }

  /** By how much a peer may delay its SACK for a single packet (RFC 9260 section 6.2). */
  private static final long PEER_SACK_DELAY_NANOS = 200_000_000;

  /** What both hosts' schedulers may take of a short round trip before a probe is due. */
  private static final long MIN_PROBE_NANOS = 10_000_000;

  /** Below this round trip a flight's end does not ask for a SACK of its own. */
  private static final long MIN_ASKING_RTT_NANOS = 5_000_000;

  private final SendQueue queue;
  private final RetransmissionTimeout rto;
  private final Outstanding outstanding;
  private final ForwardTsn forward;
  private final SendWindow window;
  private final Recovery recovery;
  private final LossDetector detector;
  private final RateSampler rate = new RateSampler();
  private final SpuriousDetection spurious = new SpuriousDetection();
  private final TailLossProbe probe = new TailLossProbe();
  private final Acknowledging acknowledging;
  private final ChunkWriter chunks;
  private final TimerTable<Timer> timers = new TimerTable<>(Timer.class);
  private final boolean interleaving;

  private boolean hurried;

  /** When a SACK was asked for last without need. */
  private long askedAtNanos = Long.MIN_VALUE / 2;

  /** The packet being filled; they count from 1. */
  private long packetNumber;

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
    this.rto = rto;
    this.interleaving = queue.interleaving();
    this.outstanding = new Outstanding(initialTsn, options.maxInFlight());
    this.chunks = new ChunkWriter(options.mtu(), interleaving);
    this.forward = new ForwardTsn(outstanding, options.mtu(), interleaving);
    this.window = new SendWindow(options, congestion, outstanding, peerWindow);
    this.detector = new LossDetector(outstanding, rto);
    this.recovery =
        new Recovery(outstanding, queue, window, forward, detector, spurious, rate, rto);
    queue.onGivenUp(recovery::abandon);
    this.acknowledging =
        new Acknowledging(outstanding, window, recovery, detector, spurious, probe, rate, rto);
  }

  /** Takes in a SACK (RFC 9260 section 6.2.1). */
  public SackResult handleSack(SackChunk sack, long nowNanos) {
    return handled(acknowledging.handleSack(sack, nowNanos), nowNanos);
  }

  /** Takes in the cumulative TSN of a SHUTDOWN (RFC 9260 section 9.2). */
  public SackResult handleCumulativeTsn(int tsn, long nowNanos) {
    return handled(acknowledging.handleCumulativeTsn(tsn, nowNanos), nowNanos);
  }

  private SackResult handled(SackResult result, long nowNanos) {
    if (result == SackResult.ADVANCED || result == SackResult.NOTHING_NEW) {
      // 6.3.2 R2 and R3.
      if (outstanding.isEmpty()) {
        timers.stop(Timer.T3_RTX);
      } else if (acknowledging.advanced()) {
        timers.set(Timer.T3_RTX, nowNanos + rto.nanos());
      }
      startReorderingTimer();
      if (result == SackResult.ADVANCED) {
        probe.handleAdvanced();
        startProbeTimer(nowNanos);
      }
      forward.advance();
      forward.handleSack(nowNanos, Math.max(rto.smoothedRttNanos(), 1));
    }
    return result;
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
    boolean error = false;
    for (Timer timer = timers.pollDue(nowNanos); timer != null; timer = timers.pollDue(nowNanos)) {
      switch (timer) {
        case REORDERING -> handleReordering(nowNanos);
        case PROBE -> handleProbe(nowNanos);
        case PACING -> {}
        case T3_RTX -> error |= handleT3(nowNanos);
      }
    }
    return error;
  }

  private void handleReordering(long nowNanos) {
    recovery.detect(nowNanos);
    startReorderingTimer();
    startProbeTimer(nowNanos);
  }

  private void handleProbe(long nowNanos) {
    if (outstanding.anyLost()) {
      // What is lost, and waits for the window, does as well.
      recovery.setAtOnce();
      probe.handleTimeoutWithout();
    } else if (canProbe(nowNanos)) {
      probe.handleTimeout();
    } else {
      return;
    }
    // The probe has its own time to be answered before the last resort.
    timers.set(Timer.T3_RTX, nowNanos + rto.nanos());
  }

  private boolean canProbe(long nowNanos) {
    OutgoingMessage message = queue.front();
    SentChunk last = outstanding.lastSent();
    return message != null && window.allowsProbe(nextLength(message))
        || last != null && !recovery.isSpent(last) && !recovery.isExpired(last.message, nowNanos);
  }

  /** RFC 9260 section 6.3.3. */
  private boolean handleT3(long nowNanos) {
    timeouts++;
    probe.cancel();
    boolean probing = window.isProbing();
    boolean explained = window.handleTimeout();
    SentChunk first = outstanding.get(outstanding.firstTsn());
    // The receiver acknowledged by gap what must have moved its cumulative TSN by now: it has
    // changed its mind (6.2.1 D iii), and no gap block of it can be trusted.
    boolean reneged = first != null && first.fate == Fate.ACKED;
    if (reneged) {
      acknowledging.forgetGaps();
    }
    recovery.handleTimeout(probing, reneged, nowNanos);
    startReorderingTimer();
    timers.stop(Timer.PROBE);
    forward.setDue();
    return !explained;
  }

  /** When {@link #handleTimeout} is to be called, or {@link TimerTable#NEVER}. */
  public long nextTimeout() {
    return Math.min(timers.next(), queue.nextExpiry());
  }

  /** Whether {@link #write} into a whole packet would write something. */
  public boolean isReady(long nowNanos) {
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
  public void write(PacketWriter packet, long nowNanos) {
    packetNumber++;
    window.beginPacket(nowNanos);
    writeForward(packet, nowNanos);
    if (probe.isDue()) {
      writeProbe(packet, nowNanos);
    }
    if (writeLost(packet, nowNanos)) {
      writeNew(packet, nowNanos);
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
      startTimer(nowNanos);
    }
  }

  /** RFC 8985 section 7.3: new data if there is any, else once more what was sent last. */
  private void writeProbe(PacketWriter packet, long nowNanos) {
    OutgoingMessage message = queue.front();
    if (message != null && window.allowsProbe(nextLength(message))) {
      SentChunk chunk = writeNext(packet, message, true, nowNanos);
      if (chunk != null) {
        probe.handleSent(chunk, false);
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
      if (!window.allowsNew(nextLength(message))
          || writeNext(packet, message, false, nowNanos) == null) {
        return;
      }
    }
  }

  /** The next fragment gets its TSN and leaves, if the packet has room; null if it has not. */
  private SentChunk writeNext(
      PacketWriter packet, OutgoingMessage message, boolean asking, long nowNanos) {
    int length = nextLength(message);
    if (chunks.wireLength(length) > packet.remaining()) {
      return null;
    }
    int tsn = outstanding.nextTsn();
    if (!message.isBegun()) {
      message.begin(chunks.largestFragment(), tsn);
      length = nextLength(message);
    }
    int offset = message.taken();
    boolean closed = window.isClosedFor(length);
    boolean ending = offset + length == message.size;
    SentChunk chunk =
        new SentChunk(tsn, message, offset, length, ending, chunks.wireLength(length));
    message.setLastTsn(tsn);
    outstanding.add(chunk);
    boolean last = queue.buffered() == length;
    put(packet, chunk, closed, asking || closed || asks(last, nowNanos), nowNanos);
    queue.take(message, length);
    return chunk;
  }

  private int nextLength(OutgoingMessage message) {
    return message.nextFragmentLength(chunks.largestFragment());
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
    startTimer(nowNanos);
    startProbeTimer(nowNanos);
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
      timers.set(Timer.PACING, window.heldUntilNanos());
    } else {
      timers.stop(Timer.PACING);
    }
    // The peer's window and the ceiling of what is kept bound the rate just as an application does
    // that has nothing to say: in none of these cases is it the path's.
    if (!lost && !waits && window.congestionAllows()) {
      rate.handleAppLimited(outstanding.bytesInFlight());
    }
  }

  /** 6.3.2 R1: T3-rtx runs while something is outstanding. */
  private void startTimer(long nowNanos) {
    if (!timers.isRunning(Timer.T3_RTX) && !outstanding.isEmpty()) {
      timers.set(Timer.T3_RTX, nowNanos + rto.nanos());
    }
  }

  private void startReorderingTimer() {
    timers.set(Timer.REORDERING, recovery.nextDeadline());
  }

  /**
   * RFC 8985 section 7.2: two round trips, and what the peer may wait where one packet is in
   * flight. T3-rtx comes after it.
   *
   * <p>Deviation: in a recovery too, as long as time alone finds nothing: the last retransmission
   * of all can be lost as well as the last packet.
   */
  private void startProbeTimer(long nowNanos) {
    SentChunk last = outstanding.lastSent();
    long srtt = rto.smoothedRttNanos();
    if (last == null
        || srtt < 0
        || probe.isSpent()
        || window.isProbing()
        || timers.isRunning(Timer.REORDERING)) {
      timers.stop(Timer.PROBE);
      return;
    }
    long wait = Math.max(2 * srtt, MIN_PROBE_NANOS);
    if (outstanding.firstSent().packet == last.packet && !last.immediate) {
      wait += PEER_SACK_DELAY_NANOS;
    }
    timers.set(Timer.PROBE, Math.min(nowNanos + wait, timers.deadline(Timer.T3_RTX)));
  }

  /** Nothing of what was sent can have been taken in: all of it is to be sent again. */
  public void resendAll(long nowNanos) {
    recovery.loseAll(false, nowNanos);
    suspend();
  }

  /** The handshake's own timer watches what was sent until {@link #resume}. */
  public void suspend() {
    probe.cancel();
    timers.stop(Timer.T3_RTX);
    timers.stop(Timer.PROBE);
    timers.stop(Timer.REORDERING);
  }

  /** The handshake is over: T3-rtx watches what was sent with it. */
  public void resume(long nowNanos) {
    startTimer(nowNanos);
    startProbeTimer(nowNanos);
  }

  /**
   * Packets go another way from now on: what was known of the path is forgotten. Nothing that was
   * sent is; what the old path still brings is welcome, and what it lost is found as ever.
   *
   * @param fresh a controller at its beginning
   */
  public void handlePathChange(CongestionController fresh, long nowNanos) {
    window.setCongestion(fresh);
    rto.reset();
    detector.reset();
    rate.reset(outstanding.bytesInFlight(), nowNanos);
    acknowledging.handlePathChange();
    probe.cancel();
    timers.stop(Timer.PROBE);
    if (!outstanding.isEmpty()) {
      timers.set(Timer.T3_RTX, nowNanos + rto.nanos());
    }
  }

  /** Sets the packet size, in bytes, for what gets its TSN from now on. */
  public void setMtu(int bytes) {
    chunks.setMtu(bytes);
    window.setMtu(bytes);
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
    return window.congestion().window();
  }

  /** DATA chunks sent again. */
  public long retransmissions() {
    return recovery.retransmissions();
  }

  /** DATA chunks sent again because what was sent later showed them to be lost. */
  public long fastRetransmissions() {
    return recovery.fastRetransmissions();
  }

  /** DATA chunks sent again that had arrived already. */
  public long spuriousRetransmissions() {
    return spurious.count();
  }

  /** Probes of a silent tail. */
  public long tailLossProbes() {
    return probe.count();
  }

  /** How often T3-rtx expired. */
  public long timeouts() {
    return timeouts;
  }
}
