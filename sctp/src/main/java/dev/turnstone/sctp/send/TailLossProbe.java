package dev.turnstone.sctp.send;

/**
 * The tail loss probe (RFC 8985 section 7): when the last chunks of a flight are lost, nothing sent
 * after them can show it. So after two round trips of silence one packet is sent that makes the
 * peer speak. Whoever asks it keeps the timer.
 */
final class TailLossProbe {
  /** The probe is to be sent. */
  private boolean due;

  /** The silence has been answered with a probe, and has not ended since. */
  private boolean spent;

  /** The chunk that probes, until its fate is known. */
  private SentChunk chunk;

  /** It was sent before: if it was lost then, the probe repairs the loss and hides it. */
  private boolean repeated;

  /** It arrived as the probe, and not as what it repeats. */
  private boolean arrived;

  private long count;

  /** The path has been silent for too long. */
  void handleTimeout() {
    spent = true;
    due = true;
  }

  /** The path has been silent for too long, and something else goes out to end that. */
  void handleTimeoutWithout() {
    spent = true;
  }

  /** The peer has something new: the silence is over. */
  void handleAdvanced() {
    spent = false;
    due = false;
  }

  boolean isDue() {
    return due;
  }

  /** Whether this silence has had its probe: the next step is T3-rtx. */
  boolean isSpent() {
    return spent;
  }

  /** It leaves. */
  void handleSent(SentChunk probe, boolean again) {
    due = false;
    chunk = probe;
    repeated = again;
    arrived = false;
    count++;
  }

  /** It is not needed any more, or there is nothing to send. */
  void cancel() {
    due = false;
    chunk = null;
    arrived = false;
  }

  /**
   * A chunk has arrived.
   *
   * @param tooSoon whether that answers an earlier transmission
   */
  void handleAcked(SentChunk acked, boolean tooSoon) {
    if (acked == chunk) {
      arrived = repeated && !tooSoon;
      if (!arrived) {
        chunk = null;
      }
    }
  }

  /** The peer says that a TSN came twice: if it is the probe's, both have arrived. */
  void handleDuplicate(int tsn) {
    if (chunk != null && chunk.tsn == tsn) {
      cancel();
    }
  }

  /**
   * The chunk whose loss the probe has repaired, said once, or null (section 7.4.2): it was sent
   * twice, has arrived, and nothing tells that the first one had arrived too.
   */
  SentChunk pollRepaired() {
    if (!arrived) {
      return null;
    }
    SentChunk repaired = chunk;
    cancel();
    return repaired;
  }

  /** Probes sent. */
  long count() {
    return count;
  }
}
