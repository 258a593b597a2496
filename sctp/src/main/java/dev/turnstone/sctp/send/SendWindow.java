package dev.turnstone.sctp.send;

import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.congestion.CongestionController;
import dev.turnstone.sctp.send.SentChunk.Fate;

/**
 * What may leave now (RFC 9260 section 6.1): the peer's window, the congestion window, bursts, and
 * the probing of a peer whose window is closed.
 */
final class SendWindow {
  private final SctpOptions options;
  private final CongestionController congestion;
  private final Outstanding outstanding;

  /** The peer's window as it said last; what is in flight now is deducted when it is used. */
  private long advertised;

  /** Bytes that may still leave before the next acknowledgement. */
  private long burst;

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
    this.options = options;
    this.congestion = congestion;
    this.outstanding = outstanding;
    this.advertised = advertised;
    this.burst = burstAllowance();
  }

  /** Bytes that the peer can take beside what is in flight. */
  long peerWindow() {
    return Math.max(0, advertised - outstanding.payloadInFlight());
  }

  /** Whether new data of that length may leave. */
  boolean allowsNew(int length) {
    // 6.1 A: one chunk may always be in flight; it finds out when a closed window opens.
    return !outstanding.isFull() && (isAlone() || length <= peerWindow() && congestionAllows());
  }

  /** Whether a lost chunk may leave; what it takes of the peer's window was granted before. */
  boolean allowsAgain(boolean atOnce) {
    return isAlone() || advertised > 0 && (atOnce || congestionAllows());
  }

  private boolean isAlone() {
    return outstanding.bytesInFlight() == 0;
  }

  private boolean congestionAllows() {
    // 6.1 B: not while the congestion window is full.
    return outstanding.bytesInFlight() < congestion.window()
        && (burst > 0 || options.maxBurst() == 0);
  }

  private long burstAllowance() {
    // Deviation: RFC 9260 section 6.1 D limits what is in flight to Max.Burst packets more than
    // before. Here acknowledged bytes pay for as many again and as slow start adds; Max.Burst
    // packets
    // come on top. So a SACK for a whole batch of packets does not starve the sender.
    return (long) options.maxBurst() * options.mtu();
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
