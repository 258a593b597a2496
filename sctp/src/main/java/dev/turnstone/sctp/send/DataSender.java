package dev.turnstone.sctp.send;

import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.ForwardTsnChunk;
import dev.turnstone.sctp.chunk.PacketWriter;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.sctp.chunk.Tsn;
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
    T3_RTX,
    EXPIRY
  }

  private final SctpOptions options;
  private final SendQueue queue;
  private final CongestionController congestion;
  private final RetransmissionTimeout rto;
  private final Outstanding outstanding;
  private final SackWalk walk;
  private final ForwardTsn forward;
  private final TimerTable<Timer> timers = new TimerTable<>(Timer.class);
  private final int largestFragment;

  /** The peer's window as it said last; what is in flight now is deducted when it is used. */
  private long advertisedWindow;

  private boolean recovering;
  private int recoveryExit;

  /** The next lost chunk goes out whatever the window says (RFC 9260 section 7.2.4, step 3). */
  private boolean resendAtOnce;

  /** Bytes that may still leave before the next acknowledgement. */
  private long burst;

  private boolean shuttingDown;

  /** A chunk was sent into a closed window, and the peer has answered since. */
  private boolean probing;

  private boolean probeAnswered;
  private int probeTsn;

  private long lastSentAt = -1;
  private long lastRttSampleAt = Long.MIN_VALUE;

  private long retransmissions;
  private long fastRetransmissions;
  private long timeouts;

  /**
   * The sending half.
   *
   * @param options the limits
   * @param queue what is to be sent
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
    this.options = options;
    this.queue = queue;
    this.congestion = congestion;
    this.rto = rto;
    this.outstanding = new Outstanding(initialTsn);
    this.walk = new SackWalk(outstanding);
    this.forward = new ForwardTsn(outstanding, options.mtu());
    this.advertisedWindow = peerWindow;
    this.largestFragment =
        (options.mtu() - PacketWriter.HEADER_LENGTH - DataChunk.OVERHEAD) / 4 * 4;
    this.burst = burstAllowance();
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
    probeAnswered = true;
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
    congestion.handleAcked(walk.bytesAcked(), advanced, inFlightBefore, nowNanos);
    if (recovering && !Tsn.isAfter(recoveryExit, cumulativeTsn)) {
      recovering = false;
      congestion.handleRecovered(nowNanos);
    }
    if (sack != null) {
      walk.countMisses(recovering && advanced, chunk -> handleMissing(chunk, nowNanos));
      advertisedWindow = sack.arwnd();
      handleWindow(nowNanos);
    }
    burst = 2 * walk.bytesAcked() + burstAllowance();
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

  private void handleMissing(SentChunk chunk, long nowNanos) {
    if (!recovering) {
      recovering = true;
      recoveryExit = lastAssignedTsn();
      resendAtOnce = true;
      congestion.handleLoss(outstanding.bytesInFlight(), nowNanos);
    }
    chunk.missed = true;
    lose(chunk, nowNanos);
  }

  /** A probe that was thrown away at a closed window need not wait for T3 once it opens. */
  private void handleWindow(long nowNanos) {
    if (!probing) {
      return;
    }
    SentChunk probe = outstanding.get(probeTsn);
    if (probe == null || probe.fate != Fate.IN_FLIGHT) {
      probing = false;
    } else if (advertisedWindow >= probe.length) {
      probing = false;
      lose(probe, nowNanos);
    }
  }

  /** Sends a lost chunk again, or gives its message up (RFC 3758 section 3.5, A). */
  private void lose(SentChunk chunk, long nowNanos) {
    OutgoingMessage message = chunk.message;
    boolean spent =
        message.maxRetransmits >= 0 && chunk.transmissions > message.maxRetransmits
            || message.isExpired(nowNanos);
    if (spent && queue.partialReliability()) {
      abandon(message);
    } else {
      outstanding.setLost(chunk);
    }
  }

  private void abandon(OutgoingMessage message) {
    boolean cut = message.isBegun() && !message.isTaken();
    int taken = message.taken();
    queue.drop(message);
    if (!message.isBegun()) {
      return;
    }
    if (cut) {
      // The last fragment will never come. A TSN of its own, given up from birth, makes sure that a
      // FORWARD TSN tells the peer so, even if it has all the fragments that were sent.
      SentChunk end = new SentChunk(outstanding.nextTsn(), message, taken, 0, true);
      end.fate = Fate.ABANDONED;
      outstanding.add(end);
    }
    int tsn = message.firstTsn();
    if (Tsn.isBefore(tsn, outstanding.firstTsn())) {
      tsn = outstanding.firstTsn();
    }
    for (SentChunk chunk = outstanding.get(tsn);
        chunk != null && chunk.message == message;
        chunk = outstanding.get(Tsn.next(chunk.tsn))) {
      outstanding.setAbandoned(chunk);
    }
    forward.advance();
  }

  /**
   * Fires what is due.
   *
   * @return whether T3-rtx expired and that counts as an error of the association (RFC 9260 section
   *     8.1)
   */
  public boolean handleTimeout(long nowNanos) {
    boolean error = false;
    for (OutgoingMessage message = queue.expired(nowNanos);
        message != null;
        message = queue.expired(nowNanos)) {
      abandon(message);
      startTimer(nowNanos);
    }
    for (Timer timer = timers.pollDue(nowNanos); timer != null; timer = timers.pollDue(nowNanos)) {
      if (timer == Timer.T3_RTX) {
        error |= handleT3(nowNanos);
      }
    }
    return error;
  }

  /** RFC 9260 section 6.3.3. */
  private boolean handleT3(long nowNanos) {
    timeouts++;
    boolean answeredProbe = probing && probeAnswered;
    probeAnswered = false;
    if (!probing) {
      // E1. A probe of a closed window says nothing about congestion.
      congestion.handleTimeout(nowNanos);
      recovering = false;
    }
    rto.backOff();
    SentChunk first = outstanding.get(outstanding.firstTsn());
    // The receiver acknowledged by gap what must have moved its cumulative TSN by now: it has
    // changed
    // its mind (6.2.1 D iii), and no gap block of it can be trusted.
    boolean reneged = first != null && first.fate == Fate.ACKED;
    if (reneged) {
      walk.forget();
    }
    // E3: everything outstanding is marked; what fits goes first, the rest as the window allows.
    int end = outstanding.nextTsn();
    for (int tsn = outstanding.firstTsn(); Tsn.isBefore(tsn, end); tsn = Tsn.next(tsn)) {
      SentChunk chunk = outstanding.get(tsn);
      if (chunk.fate == Fate.IN_FLIGHT || reneged && chunk.fate == Fate.ACKED) {
        lose(chunk, nowNanos);
      }
    }
    resendAtOnce = outstanding.anyLost();
    burst = burstAllowance();
    forward.advance();
    forward.setDue();
    // 8.1 and 6.1 A: while the peer answers probes it is there, however long its window is closed.
    return !answeredProbe;
  }

  /** When {@link #handleTimeout} is to be called, or {@link TimerTable#NEVER}. */
  public long nextTimeout() {
    return Math.min(timers.next(), queue.nextExpiry());
  }

  /** Whether {@link #write} into a whole packet would write something. */
  public boolean isReady() {
    if (forward.isDue() || outstanding.anyLost() && resendAtOnce) {
      return true;
    }
    OutgoingMessage message = queue.front();
    if (message == null && !outstanding.anyLost()) {
      return false;
    }
    return outstanding.bytesInFlight() == 0
        || congestionAllows()
            && (outstanding.anyLost()
                ? advertisedWindow > 0
                : message.nextFragmentLength(largestFragment) <= peerWindow() && withinBuffer());
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
    ForwardTsnChunk chunk = forward.chunk();
    if (packet.fits(chunk)) {
      packet.write(chunk);
      forward.handleSent(nowNanos);
      startTimer(nowNanos);
    }
  }

  /** False when new data must wait: for room in the packet, or behind what is lost. */
  private boolean writeLost(PacketWriter packet, long nowNanos) {
    for (SentChunk chunk = outstanding.nextLost(); chunk != null; chunk = outstanding.nextLost()) {
      if (chunk.message.isExpired(nowNanos) && queue.partialReliability()) {
        abandon(chunk.message);
        continue;
      }
      if (chunk.wireLength() > packet.remaining()) {
        return false;
      }
      boolean alone = outstanding.bytesInFlight() == 0;
      boolean open = advertisedWindow > 0;
      if (!alone && !(open && (resendAtOnce || congestionAllows()))) {
        return false;
      }
      resendAtOnce = false;
      if (!open) {
        beginProbe(chunk.tsn);
      }
      retransmissions++;
      if (chunk.missed) {
        chunk.missed = false;
        fastRetransmissions++;
      }
      boolean earliest = chunk.tsn == outstanding.firstTsn();
      outstanding.setResent(chunk);
      chunk.missAfter = lastAssignedTsn();
      put(packet, chunk, true, nowNanos);
      if (earliest) {
        // 6.3.2 R1 and 6.3.3: the timer runs anew for the earliest chunk.
        timers.set(Timer.T3_RTX, nowNanos + rto.nanos());
      }
    }
    return true;
  }

  private void writeNew(PacketWriter packet, long nowNanos) {
    while (true) {
      OutgoingMessage message = queue.front();
      if (message == null) {
        return;
      }
      if (message.isExpired(nowNanos) && queue.partialReliability()) {
        abandon(message);
        continue;
      }
      if (!message.isBegun()) {
        if (outstanding.isEmpty() && lastSentAt >= 0 && nowNanos - lastSentAt >= rto.nanos()) {
          congestion.handleIdle(nowNanos - lastSentAt, rto.nanos());
          lastSentAt = nowNanos;
        }
      }
      int length = message.nextFragmentLength(largestFragment);
      boolean alone = outstanding.bytesInFlight() == 0;
      boolean open = length <= peerWindow();
      // 6.1 A and B. One chunk may always be in flight: it finds out when a closed window opens.
      if (!alone && !(open && congestionAllows() && withinBuffer())) {
        return;
      }
      if (SentChunk.wireLength(length) > packet.remaining()) {
        return;
      }
      int tsn = outstanding.nextTsn();
      if (!message.isBegun()) {
        message.begin(largestFragment, tsn);
        length = message.nextFragmentLength(largestFragment);
      }
      int offset = message.taken();
      SentChunk chunk =
          new SentChunk(tsn, message, offset, length, offset + length == message.size);
      outstanding.add(chunk);
      if (!open) {
        beginProbe(tsn);
      }
      put(packet, chunk, shuttingDown || !open, nowNanos);
      queue.take(message, length);
    }
  }

  private void put(PacketWriter packet, SentChunk chunk, boolean immediate, long nowNanos) {
    OutgoingMessage message = chunk.message;
    chunk.sentAtNanos = nowNanos;
    chunk.transmissions++;
    packet.writeData(
        chunk.tsn,
        message.stream.id,
        message.ssn(),
        message.ppid,
        DataChunk.flags(message.unordered, chunk.offset == 0, chunk.ending, immediate),
        message.payload(),
        message.index(chunk.offset),
        chunk.length);
    burst -= chunk.wireLength();
    lastSentAt = nowNanos;
    congestion.handleSent(chunk.wireLength(), outstanding.bytesInFlight(), nowNanos);
    startTimer(nowNanos);
  }

  private void beginProbe(int tsn) {
    probing = true;
    probeTsn = tsn;
  }

  /** 6.3.2 R1: T3-rtx runs while something is outstanding. */
  private void startTimer(long nowNanos) {
    if (!timers.isRunning(Timer.T3_RTX) && !outstanding.isEmpty()) {
      timers.set(Timer.T3_RTX, nowNanos + rto.nanos());
    }
  }

  private boolean congestionAllows() {
    return outstanding.bytesInFlight() < congestion.window()
        && (burst > 0 || options.maxBurst() == 0);
  }

  private boolean withinBuffer() {
    return outstanding.payloadInFlight() < options.sendBuffer();
  }

  private long burstAllowance() {
    // Deviation: RFC 9260 section 6.1 D limits what is in flight to Max.Burst packets more than
    // before. Here acknowledged bytes pay for as many again and as slow start adds; Max.Burst
    // packets
    // come on top. So a SACK for a whole batch of packets does not starve the sender.
    return (long) options.maxBurst() * options.mtu();
  }

  /** Nothing of what was sent can have been taken in: all of it is to be sent again. */
  public void resendAll(long nowNanos) {
    int end = outstanding.nextTsn();
    for (int tsn = outstanding.firstTsn(); Tsn.isBefore(tsn, end); tsn = Tsn.next(tsn)) {
      SentChunk chunk = outstanding.get(tsn);
      if (chunk.fate == Fate.IN_FLIGHT) {
        lose(chunk, nowNanos);
      }
    }
    resendAtOnce = outstanding.anyLost();
    timers.stop(Timer.T3_RTX);
  }

  /** The peer said its window anew, in another INIT ACK. */
  public void setPeerWindow(long bytes) {
    advertisedWindow = bytes;
  }

  /** From now on the peer is asked to acknowledge at once (RFC 7053 section 4). */
  public void hurry() {
    shuttingDown = true;
  }

  /** Whether everything was sent and acknowledged or given up. */
  public boolean isDrained() {
    return queue.isEmpty() && outstanding.isEmpty();
  }

  /** Whether something is unacknowledged: then no HEARTBEAT is needed. */
  public boolean isOutstanding() {
    return !outstanding.isEmpty();
  }

  /** The last TSN that was given to a chunk. */
  public int lastAssignedTsn() {
    return Tsn.previous(outstanding.nextTsn());
  }

  /** Bytes that the peer can take beside what is in flight. */
  public long peerWindow() {
    return Math.max(0, advertisedWindow - outstanding.payloadInFlight());
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
