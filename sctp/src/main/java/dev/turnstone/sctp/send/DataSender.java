package dev.turnstone.sctp.send;

import dev.turnstone.sctp.SctpOptions;
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
  private final SendTimers timers;
  private final Transmission transmission;
  private final boolean interleaving;

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
    this.timers = new SendTimers(outstanding, rto, window, probe);
    this.transmission =
        new Transmission(
            queue, outstanding, window, recovery, forward, probe, rate, chunks, rto, timers);
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
        timers.stopT3();
      } else if (acknowledging.advanced()) {
        timers.restartT3(nowNanos);
      }
      timers.setReordering(recovery.nextDeadline());
      if (result == SackResult.ADVANCED) {
        probe.handleAdvanced();
        timers.startProbe(nowNanos);
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
      timers.startT3(nowNanos);
    }
    boolean error = false;
    for (SendTimers.Timer timer = timers.pollDue(nowNanos);
        timer != null;
        timer = timers.pollDue(nowNanos)) {
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
    timers.setReordering(recovery.nextDeadline());
    timers.startProbe(nowNanos);
  }

  private void handleProbe(long nowNanos) {
    if (outstanding.anyLost()) {
      // What is lost, and waits for the window, does as well.
      recovery.setAtOnce();
      probe.handleTimeoutWithout();
    } else if (transmission.canProbe(nowNanos)) {
      probe.handleTimeout();
    } else {
      return;
    }
    // The probe has its own time to be answered before the last resort.
    timers.restartT3(nowNanos);
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
    timers.setReordering(recovery.nextDeadline());
    timers.stopProbe();
    forward.setDue();
    return !explained;
  }

  /** When {@link #handleTimeout} is to be called, or {@link TimerTable#NEVER}. */
  public long nextTimeout() {
    return Math.min(timers.next(), queue.nextExpiry());
  }

  /** Whether {@link #write} into a whole packet would write something. */
  public boolean isReady(long nowNanos) {
    return transmission.isReady(nowNanos);
  }

  /** Writes FORWARD TSN and DATA as far as packet, windows and queues go. */
  public void write(PacketWriter packet, long nowNanos) {
    transmission.write(packet, nowNanos);
  }

  /** Nothing of what was sent can have been taken in: all of it is to be sent again. */
  public void resendAll(long nowNanos) {
    recovery.loseAll(false, nowNanos);
    suspend();
  }

  /** The handshake's own timer watches what was sent until {@link #resume}. */
  public void suspend() {
    probe.cancel();
    timers.suspend();
  }

  /** The handshake is over: T3-rtx watches what was sent with it. */
  public void resume(long nowNanos) {
    timers.startT3(nowNanos);
    timers.startProbe(nowNanos);
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
    timers.stopProbe();
    if (!outstanding.isEmpty()) {
      timers.restartT3(nowNanos);
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
    transmission.hurry();
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
