package dev.turnstone.sctp.send;

import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.congestion.CongestionController;
import dev.turnstone.sctp.send.SentChunk.Fate;

/**
 * What may leave now (RFC 9260 section 6.1): the peer's window, the congestion window, bursts and
 * pacing, and the probing of a peer whose window is closed.
 */
final class SendWindow {
  private final int maxBurst;
  private final Outstanding outstanding;
  private final Pacer pacer;
  private CongestionController congestion;
  private int mtu;

  /** The peer's window as it said last; what is in flight now is deducted when it is used. */
  private long advertised;

  /** Bytes that may still leave before the next acknowledgement while there is no pacing. */
  private long burst;

  /** The pacer has said of the packet at hand that it must wait. */
  private boolean held;

  /** The congestion window had room when the packet at hand was begun. */
  private boolean open;

  /** A chunk is on its way into a closed window. */
  private boolean probing;

  private int probeTsn;

  /** The peer has said something since the last timeout. */
  private boolean answered;

  private long lastSentAt = -1;

  SendWindow(
      SctpOptions options,
      CongestionController congestion,
      Outstanding outstanding,
      long advertised) {
    this.maxBurst = options.maxBurst();
    this.mtu = options.mtu();
    this.pacer = new Pacer(mtu);
    this.congestion = congestion;
    this.outstanding = outstanding;
    this.advertised = advertised;
    this.burst = burstAllowance();
  }

  CongestionController congestion() {
    return congestion;
  }

  /** The path is new, and so is what is thought of it. */
  void setCongestion(CongestionController fresh) {
    congestion = fresh;
    burst = burstAllowance();
  }

  void setMtu(int bytes) {
    mtu = bytes;
    pacer.setMtu(bytes);
  }

  /** Bytes that the peer can take beside what is in flight. */
  long peerWindow() {
    return Math.max(0, advertised - outstanding.payloadInFlight());
  }

  /**
   * A packet is about to be filled: pacing and the congestion window are decided for the whole of
   * it. 6.1 B: the window may be exceeded by less than a packet; so a flight does not end with a
   * packet that is half full.
   */
  void beginPacket(long nowNanos) {
    held = !pacer.isReady(congestion.pacingRate(), nowNanos);
    open = congestionAllows();
  }

  /** Whether pacing lets nothing leave now. */
  boolean isHeld() {
    return held;
  }

  /** When pacing will let the next packets leave. */
  long heldUntilNanos() {
    return pacer.readyAtNanos(congestion.pacingRate());
  }

  /** Whether new data of that length may leave. */
  boolean allowsNew(int length) {
    return !held && hasRoomFor(length, open);
  }

  /** Whether new data of that length may leave, if it were not for pacing. */
  boolean hasRoomFor(int length) {
    return hasRoomFor(length, congestionAllows());
  }

  private boolean hasRoomFor(int length, boolean congestionAllows) {
    // 6.1 A: one chunk may always be in flight; it finds out when a closed window opens.
    return !outstanding.isFull() && (isAlone() || length <= peerWindow() && congestionAllows);
  }

  /** Whether new data of that length may leave though the congestion window is full. */
  boolean allowsProbe(int length) {
    return !outstanding.isFull() && length <= peerWindow();
  }

  /** Whether a lost chunk may leave; what it takes of the peer's window was granted before. */
  boolean allowsAgain(boolean atOnce) {
    return (atOnce || !held) && hasRoomAgain(atOnce);
  }

  /** Whether a lost chunk may leave, if it were not for pacing. */
  boolean hasRoomAgain(boolean atOnce) {
    return isAlone() || advertised > 0 && (atOnce || congestionAllows());
  }

  private boolean isAlone() {
    return outstanding.bytesInFlight() == 0;
  }

  /** Whether there is room in the congestion window. */
  boolean congestionAllows() {
    // 6.1 B: not while the congestion window is full.
    return outstanding.bytesInFlight() < congestion.window()
        && (burst > 0 || maxBurst == 0 || congestion.pacingRate() != CongestionController.UNPACED);
  }

  private long burstAllowance() {
    // Deviation: RFC 9260 section 6.1 D limits what is in flight to Max.Burst packets more than
    // before. A controller that names a rate has its packets spread instead, which is what the rule
    // is for. For one that does not, acknowledged bytes pay for as many again and as slow start
    // adds; Max.Burst packets come on top. So a SACK for a whole batch of packets does not starve
    // the sender.
    return (long) maxBurst * mtu;
  }

  /** Before the first data after a silence. */
  void handleIdle(long rtoNanos, long nowNanos) {
    if (outstanding.isEmpty() && lastSentAt >= 0 && nowNanos - lastSentAt >= rtoNanos) {
      congestion.handleIdle(nowNanos - lastSentAt, rtoNanos, nowNanos);
      lastSentAt = nowNanos;
    }
  }

  /**
   * A chunk leaves, and counts as in flight already.
   *
   * @param closed whether the peer's window had no room for it
   */
  void handleSent(SentChunk chunk, boolean closed, long nowNanos) {
    if (closed) {
      probing = true;
      probeTsn = chunk.tsn;
    }
    burst -= chunk.wireLength();
    pacer.handleSent(chunk.wireLength());
    lastSentAt = nowNanos;
    congestion.handleSent(chunk.wireLength(), outstanding.bytesInFlight(), nowNanos);
  }

  /** Bytes were acknowledged. */
  void handleAcked(long bytes) {
    burst = 2 * bytes + burstAllowance();
  }

  /**
   * The peer said its window.
   *
   * @return a probe that was thrown away at the closed window and need not wait for T3 now that it
   *     has opened, or null
   */
  SentChunk handleAdvertised(long bytes) {
    advertised = bytes;
    answered = true;
    if (!probing) {
      return null;
    }
    SentChunk probe = outstanding.get(probeTsn);
    if (probe == null || probe.fate != Fate.IN_FLIGHT) {
      probing = false;
    } else if (bytes >= probe.length) {
      probing = false;
      return probe;
    }
    return null;
  }

  /** Whether the peer's window was too small for the chunk that is in flight. */
  boolean isProbing() {
    return probing;
  }

  /** Whether the peer's window has no room for so much. */
  boolean isClosedFor(int length) {
    return length > peerWindow();
  }

  /** Whether the peer's window is closed altogether. */
  boolean isClosed() {
    return advertised == 0;
  }

  /**
   * T3-rtx expired.
   *
   * @return whether a peer that answers probes explains it: then it is neither congestion nor an
   *     error (RFC 9260 sections 6.1 A and 8.1)
   */
  boolean handleTimeout() {
    boolean explained = probing && answered;
    answered = false;
    burst = burstAllowance();
    return explained;
  }
}
