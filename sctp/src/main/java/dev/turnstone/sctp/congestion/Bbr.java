package dev.turnstone.sctp.congestion;

import java.util.random.RandomGenerator;

/**
 * A controller that keeps a model of the path, its rate and its round trip with empty queues, and
 * sends at that rate: BBR as in draft-ietf-ccwg-bbr (version 3), with loss judged by {@link
 * AmbientLoss}. Section numbers are those of the draft; "hi" is its {@code longterm}, "lo" its
 * {@code shortterm}.
 */
public final class Bbr implements CongestionController {
  /** 5.1: the states, with their gains for rate and window (5.6.1). */
  enum Phase {
    STARTUP(2.77, 2),
    DRAIN(0.5, 2),
    DOWN(0.9, 2),
    CRUISE(1, 2),
    REFILL(1, 2),
    UP(1.25, 2.25),
    PROBE_RTT(1, 0.5);

    private final double pacingGain;
    private final double windowGain;

    Phase(double pacingGain, double windowGain) {
      this.pacingGain = pacingGain;
      this.windowGain = windowGain;
    }

    boolean isProbeBandwidth() {
      return this == DOWN || this == CRUISE || this == REFILL || this == UP;
    }

    boolean isProbing() {
      return this == STARTUP || this == REFILL || this == UP;
    }
  }

  /** What acknowledgements tell of: 5.3.3.6, BBR.ack_phase. */
  private enum Feedback {
    NONE,
    REFILLING,
    PROBE_STARTING,
    PROBING,
    PROBE_STOPPING
  }

  private static final double INFINITY = Double.POSITIVE_INFINITY;

  /** 2.5 to 2.10. */
  private static final double PACING_MARGIN = 0.99;

  private static final double BETA = 0.7;
  static final int LEAST_PACKETS = 4;
  private static final int STARTUP_LOSSES = 6;
  private static final long PROBE_RTT_NANOS = 200_000_000;
  private static final long SHORT_PROBE_RTT_NANOS = 10_000_000;
  private static final int PROBE_RTT_ROUNDS = 200;
  private static final long PROBE_WAIT_NANOS = 2_000_000_000;
  private static final long PROBE_WAIT_RANDOM_NANOS = 1_000_000_000;
  private static final int RENO_ROUNDS = 63;

  private static final int PATIENCE = 2;
  private static final double MOST = 1L << 48;

  private final int mtu;
  private final double least;
  private final double initialWindow;
  private final RandomGenerator random;

  private final WindowedMax rates = new WindowedMax();
  private final MinRtt minRtt = new MinRtt();
  private final Aggregation aggregation = new Aggregation();
  private final BbrRounds rounds;
  private final FullPipe fullPipe = new FullPipe();

  private Phase phase = Phase.STARTUP;
  private Feedback feedback = Feedback.NONE;
  private boolean pipeFilled;

  /** The model: rates in bytes a second, volumes in bytes. */
  private double rate;

  private final LowerBounds lower = new LowerBounds();
  private final UpperBound upper;

  /** What it decides. */
  private double window;

  private double pacingRate = INFINITY;
  private double windowBefore;
  private boolean hasRtt;

  private long drainRound;
  private long cycleAt;
  private long probeWait;
  private int roundsSinceProbe;
  private boolean probeSamples;
  private boolean lastProbeTooHigh;
  private boolean crowded;

  private long probeRttDoneAt = -1;
  private double probeRttWindow;
  private boolean probeRttRoundDone;
  private long limitedUntil = -1;
  private boolean restarting;

  private boolean windowLimited;
  private boolean windowWasLimited;

  private Saved saved;

  /** 5.5.11.1: what is restored when a loss was none. */
  private record Saved(
      Phase phase, double window, double rateLo, double inflightLo, double inflightHi) {}

  /**
   * A controller that knows nothing yet.
   *
   * @param mtu the packet size, bytes
   * @param initialWindow the first window, bytes
   * @param random spreads the probes of flows that share a path
   */
  public Bbr(int mtu, long initialWindow, RandomGenerator random) {
    this.mtu = mtu;
    this.least = (double) LEAST_PACKETS * mtu;
    this.initialWindow = Math.max(initialWindow, least);
    this.window = this.initialWindow;
    this.random = random;
    this.rounds = new BbrRounds(mtu);
    this.upper = new UpperBound(mtu);
    // 5.6.2: before there is a round trip, a millisecond.
    this.pacingRate = Phase.STARTUP.pacingGain * this.initialWindow * 1e3;
  }

  @Override
  public long window() {
    return (long) window;
  }

  @Override
  public long pacingRate() {
    // However bad the model: the least window in a second.
    return pacingRate >= MOST ? UNPACED : (long) Math.max(pacingRate, least);
  }

  @Override
  public void handleSent(long bytes, long bytesInFlight, long nowNanos) {
    windowLimited |= bytesInFlight + mtu > window;
  }

  /** 5.2.3. */
  @Override
  public void handleAcked(AckSample ack) {
    handleFirstRtt(ack);
    rounds.handleAcked(ack, minRtt);
    if (rounds.isStart()) {
      roundsSinceProbe++;
      windowWasLimited = windowLimited;
      windowLimited = false;
      aggregation.handleRound(!pipeFilled);
    }
    handleRate(ack);
    if (rounds.isLossStart()) {
      handleLossRound();
    }
    aggregation.handleAcked(ack.ackedBytes(), rate, window(), ack.nowNanos());
    if (rounds.isStart() && !isLimited(ack)) {
      fullPipe.handleRound(ack.deliveryRate());
      pipeFilled |= fullPipe.isFull();
    }
    switch (phase) {
      case STARTUP -> {
        if (pipeFilled) {
          enter(Phase.DRAIN);
          drainRound = rounds.count();
        }
      }
      case DRAIN -> {
        if (ack.bytesInFlight() <= inflight(1) || rounds.count() > drainRound + 3) {
          enterDown(ack.nowNanos(), ack.delivered());
        }
      }
      default -> {}
    }
    handleCycle(ack);
    handleMinRtt(ack);
    rounds.advance(ack);
    rate = Math.min(rates.value(), lower.rate());
    setPacingRate(phase.pacingGain);
    setWindow(ack);
  }

  /** 5.6.2: the first rate, from the first window and the first round trip. */
  private void handleFirstRtt(AckSample ack) {
    if (!hasRtt && ack.rttNanos() >= 0) {
      hasRtt = true;
      if (rate == 0) {
        pacingRate = Phase.STARTUP.pacingGain * initialWindow * 1e9 / Math.max(1, ack.rttNanos());
      }
    }
  }

  /** 5.5.5: samples of a sender that had too little to send only raise the estimate. */
  private void handleRate(AckSample ack) {
    double sample = ack.deliveryRate();
    // 4.1.2.3: nothing is delivered in less than a round trip.
    if (ack.intervalNanos() < minRtt.nanos() - minRtt.nanos() / 8) {
      return;
    }
    if (sample > 0 && (sample >= rates.value() || !isLimited(ack))) {
      rates.add(sample);
    }
  }

  /** By the application, or by the search for the round trip. */
  private boolean isLimited(AckSample ack) {
    return ack.appLimited()
        || ack.intervalNanos() <= 0
        || phase == Phase.PROBE_RTT
        || ack.priorDelivered() <= limitedUntil;
  }

  /** 5.5.10: a round has ended; what it lost bounds the model for a while. */
  private void handleLossRound() {
    boolean congested = rounds.isCongested();
    if (phase == Phase.STARTUP) {
      // 5.3.1.3: loss says that the pipe is full.
      if (congested && rounds.lostBytes() >= STARTUP_LOSSES * (double) mtu) {
        pipeFilled = true;
        upper.set(Math.max(bdp(1), rounds.inflightLatest()));
      }
    } else if (congested && !phase.isProbing()) {
      lower.handleLoss(rounds, rates.value(), window);
    } else if (phase == Phase.CRUISE && rounds.isQueue()) {
      lower.handleQueue(rounds, rates.value());
    }
    if ((phase == Phase.DOWN || phase == Phase.CRUISE) && rounds.learnAmbientLoss()) {
      lower.lift();
    }
    rounds.endLossRound();
  }

  /** 5.3.3.6: the cycle of the states that probe for bandwidth. */
  private void handleCycle(AckSample ack) {
    if (!pipeFilled || adaptUpperBounds(ack) || !phase.isProbeBandwidth()) {
      return;
    }
    switch (phase) {
      case DOWN -> {
        if (!probeWhenDue(ack)
            && ack.bytesInFlight() <= upper.withHeadroom()
            && ack.bytesInFlight() <= inflightAt(rates.value(), 1)) {
          enter(Phase.CRUISE);
        }
      }
      case CRUISE -> probeWhenDue(ack);
      case REFILL -> {
        if (rounds.isStart()) {
          probeSamples = true;
          enterUp(ack);
        }
      }
      case UP -> {
        if (isTimeToGoDown(ack)) {
          lastProbeTooHigh = false;
          enterDown(ack.nowNanos(), ack.delivered());
        }
      }
      default -> throw new AssertionError(phase);
    }
  }

  /** Whether it changed the phase. */
  private boolean adaptUpperBounds(AckSample ack) {
    if (rounds.isStart()) {
      if (feedback == Feedback.PROBE_STARTING) {
        feedback = Feedback.PROBING;
      } else if (feedback == Feedback.PROBE_STOPPING) {
        probeSamples = false;
        feedback = Feedback.NONE;
        if (phase.isProbeBandwidth() && !isLimited(ack)) {
          rates.advance();
        }
      }
    }
    if (rounds.isCongested(ack)) {
      return probeSamples && handleTooHigh(ack);
    }
    upper.handleSafe(ack.priorInFlight());
    if (phase == Phase.UP && upper.bytes() != INFINITY) {
      if (isWindowLimited() && window >= upper.bytes()) {
        upper.raise(ack.ackedBytes());
      }
      if (rounds.isStart()) {
        upper.steepen(window);
      }
    }
    return false;
  }

  /** 5.5.10.2: the probe put too much in flight. Once for each probe. */
  private boolean handleTooHigh(AckSample ack) {
    probeSamples = false;
    lastProbeTooHigh = true;
    crowded = true;
    if (!isLimited(ack)) {
      upper.handleTooHigh(ack.priorInFlight(), BETA * target());
    }
    if (phase != Phase.UP) {
      return false;
    }
    enterDown(ack.nowNanos(), ack.delivered());
    return true;
  }

  private boolean probeWhenDue(AckSample ack) {
    // 5.3.3.5: by time, or in as many rounds as Reno would take to grow by as much.
    // Deviation: twice as late after a probe that overflowed the queue. CUBIC needs some seconds
    // without loss to find its share of a path; the draft leaves it two or three.
    int patience = crowded ? PATIENCE : 1;
    double renoRounds = patience * Math.min(target() / mtu, RENO_ROUNDS);
    if (ack.nowNanos() - cycleAt <= patience * probeWait && roundsSinceProbe < renoRounds) {
      return false;
    }
    enterRefill(ack.delivered());
    return true;
  }

  private boolean isTimeToGoDown(AckSample ack) {
    // 5.3.3.4.2: where the last probe was too much, this one ends when it has come so far.
    if (lastProbeTooHigh && ack.bytesInFlight() >= upper.bytes()) {
      return true;
    }
    if (isWindowLimited() && window >= upper.bytes()) {
      // The bound, and not the path, holds the rate.
      fullPipe.restart(ack.deliveryRate());
      return false;
    }
    if (fullPipe.isFull()) {
      crowded = false;
      return true;
    }
    return false;
  }

  private boolean isWindowLimited() {
    return windowLimited || windowWasLimited;
  }

  private void enter(Phase next) {
    phase = next;
  }

  private void enterDown(long nowNanos, long delivered) {
    rounds.slowDown(delivered);
    upper.endProbe();
    roundsSinceProbe = random.nextInt(2);
    probeWait = PROBE_WAIT_NANOS + random.nextLong(PROBE_WAIT_RANDOM_NANOS);
    cycleAt = nowNanos;
    feedback = Feedback.PROBE_STOPPING;
    enter(Phase.DOWN);
  }

  private void enterRefill(long delivered) {
    lower.lift();
    upper.beginCycle();
    feedback = Feedback.REFILLING;
    rounds.begin(delivered);
    enter(Phase.REFILL);
  }

  private void enterUp(AckSample ack) {
    feedback = Feedback.PROBE_STARTING;
    rounds.begin(ack.delivered());
    fullPipe.restart(ack.deliveryRate());
    upper.beginProbe(window);
    enter(Phase.UP);
  }

  /** 5.3.4. */
  private void handleMinRtt(AckSample ack) {
    long now = ack.nowNanos();
    double before = Math.max(bdp(Phase.PROBE_RTT.windowGain), least);
    minRtt.handleAcked(ack.rttNanos(), now);
    if (phase != Phase.PROBE_RTT && minRtt.isDue() && !restarting) {
      windowBefore = Math.max(windowBefore, window);
      // 5.3.4.1: from the round trip before it was replaced by one with a queue.
      probeRttWindow = before;
      probeRttDoneAt = -1;
      feedback = Feedback.PROBE_STOPPING;
      rounds.begin(ack.delivered());
      enter(Phase.PROBE_RTT);
    }
    if (phase == Phase.PROBE_RTT) {
      limitedUntil = ack.delivered();
      if (probeRttDoneAt < 0 && ack.bytesInFlight() <= probeRttWindow) {
        probeRttDoneAt = now + searchNanos();
        probeRttRoundDone = false;
        rounds.begin(ack.delivered());
      } else if (probeRttDoneAt >= 0) {
        probeRttRoundDone |= rounds.isStart();
        if (probeRttRoundDone) {
          leaveProbeRtt(now, ack.delivered());
        }
      }
    }
    restarting = false;
  }

  /**
   * Deviation: the draft searches for 200 ms on every path, so that flows of other round trips do
   * it at the same time. Where a round trip takes less than a millisecond, within a host or a rack,
   * that is thousands of them, and each five seconds a 25th of the path; 200 are enough.
   */
  private long searchNanos() {
    long rounds = PROBE_RTT_ROUNDS * Math.max(0, minRtt.nanos());
    return Math.max(SHORT_PROBE_RTT_NANOS, Math.min(PROBE_RTT_NANOS, rounds));
  }

  private void leaveProbeRtt(long nowNanos, long delivered) {
    if (probeRttDoneAt < 0 || nowNanos <= probeRttDoneAt) {
      return;
    }
    minRtt.handleSearched(nowNanos);
    window = Math.max(window, windowBefore);
    windowBefore = 0;
    lower.lift();
    if (pipeFilled) {
      // 5.3.4.4: what is in flight is low already.
      enterDown(nowNanos, delivered);
      enter(Phase.CRUISE);
    } else {
      enter(Phase.STARTUP);
    }
  }

  /** 5.6.2. */
  private void setPacingRate(double gain) {
    double next = gain * rate * PACING_MARGIN;
    if (rate > 0 && (pipeFilled || next > pacingRate)) {
      pacingRate = next;
    }
  }

  /** 5.6.4. */
  private void setWindow(AckSample ack) {
    double most = inflightAt(rate, phase.windowGain, aggregation.bytes());
    if (pipeFilled) {
      window = Math.min(window + ack.ackedBytes(), most);
    } else if (window < most || ack.delivered() < initialWindow) {
      window += ack.ackedBytes();
    }
    double cap = lower.inflight();
    if (phase == Phase.PROBE_RTT) {
      cap = Math.min(cap, Math.min(probeRttWindow, upper.withHeadroom()));
    } else if (phase == Phase.CRUISE) {
      cap = Math.min(cap, upper.withHeadroom());
    } else if (phase.isProbeBandwidth()) {
      cap = Math.min(cap, upper.bytes());
    }
    window = Math.max(least, Math.min(Math.min(window, cap), MOST));
  }

  /** Our estimate of what the path holds, unless congestion has cut the window. */
  private double target() {
    return Math.min(bdp(1), window);
  }

  private double bdp(double gain) {
    return bdpAt(rate, gain);
  }

  private double bdpAt(double bytesPerSecond, double gain) {
    return minRtt.isKnown() && bytesPerSecond > 0
        ? gain * bytesPerSecond * minRtt.nanos() / 1e9
        : initialWindow;
  }

  private double inflight(double gain) {
    return inflightAt(rate, gain);
  }

  private double inflightAt(double bytesPerSecond, double gain) {
    return inflightAt(bytesPerSecond, gain, 0);
  }

  /** 5.6.4.2: with what the sender lets go at once, and never below what keeps a path busy. */
  private double inflightAt(double bytesPerSecond, double gain, double extra) {
    double quantum = Math.max(2.0 * mtu, Math.min(pacingRate / 1000, 1 << 16));
    double bytes = Math.max(bdpAt(bytesPerSecond, gain) + extra, Math.max(quantum, least));
    return phase == Phase.UP ? bytes + 2.0 * mtu : bytes;
  }

  @Override
  public void handleLoss(LossSample loss) {
    if (loss.beginsRecovery()) {
      save();
    }
    rounds.handleLost(loss.lostBytes());
    upper.handleLost(loss.priorInFlight());
  }

  private void save() {
    saved = new Saved(phase, window, lower.rate(), lower.inflight(), upper.bytes());
  }

  @Override
  public void handleRecovered(long nowNanos) {}

  /** 5.5.11.2. */
  @Override
  public void handleSpuriousLoss(long nowNanos) {
    if (saved == null) {
      return;
    }
    rounds.resetSignals();
    fullPipe.restart(0);
    window = Math.max(window, saved.window);
    lower.restore(saved.rateLo, saved.inflightLo);
    upper.set(Math.max(upper.bytes(), saved.inflightHi));
    if (phase != Phase.PROBE_RTT && phase != saved.phase) {
      if (saved.phase == Phase.STARTUP) {
        pipeFilled = false;
        enter(Phase.STARTUP);
      } else if (saved.phase == Phase.UP && lastProbeTooHigh) {
        enterRefill(rounds.delivered());
      }
    }
    saved = null;
  }

  /** 5.6.4.4: the least that keeps a path busy; acknowledgements bring the window back. */
  @Override
  public void handleTimeout(long nowNanos) {
    if (window > least) {
      save();
    }
    window = least;
  }

  /** 5.4.1: at the path's rate at once, since pacing spreads it. */
  @Override
  public void handleIdle(long idleNanos, long rtoNanos, long nowNanos) {
    restarting = true;
    aggregation.restart(nowNanos);
    if (phase.isProbeBandwidth()) {
      setPacingRate(1);
    } else if (phase == Phase.PROBE_RTT) {
      leaveProbeRtt(nowNanos, rounds.delivered());
    }
  }

  /** For tests: where it is. */
  Phase phase() {
    return phase;
  }

  /** For tests: the rate of the path, bytes a second. */
  double rate() {
    return rate;
  }

  /** For tests: the rate that probing has found, bytes a second. */
  double maxRate() {
    return rates.value();
  }

  /** For tests: the bound that loss has put on what may be in flight, bytes. */
  double inflightHi() {
    return upper.bytes();
  }
}
