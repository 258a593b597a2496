package dev.turnstone.testkit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * One direction of a {@link SimulatedNetwork}, or a link of a {@link Simulation}: a queue with a
 * rate, then a path with delay and faults. Each kind of fault draws from a random generator of its
 * own, so that a change of one probability leaves the other faults where they were.
 *
 * <p>Not thread-safe: the network's thread owns it.
 */
public final class SimulatedLink {
  /** Where packets go when they leave the link. */
  interface Exit {
    void deliver(Packet packet);
  }

  private final EventQueue events;
  private final LongSupplier clock;
  private final Packet.Pool pool;
  private final Exit exit;

  private final SplittableRandom lossRandom;
  private final SplittableRandom burstRandom;
  private final SplittableRandom duplicationRandom;
  private final SplittableRandom reorderingRandom;
  private final SplittableRandom jitterRandom;

  private LinkOptions options;
  private final ArrayDeque<Packet> queue = new ArrayDeque<>();

  /** What travels in order, soonest first; only the first one's arrival is scheduled. */
  private final ArrayDeque<Packet> inOrder = new ArrayDeque<>();

  private final Runnable leave = this::leave;
  private final Runnable arriveInOrder = this::arriveInOrder;
  private LongConsumer queueingDelays = nanos -> {};
  private long queuedBytes;
  private boolean bad;

  /** No packet that keeps the order arrives before this. */
  private long lastInOrderNanos;

  private long highestDelivered = -1;

  private long sent;
  private long sentBytes;
  private long delivered;
  private long deliveredBytes;
  private long lost;
  private long queueDropped;
  private long tooLarge;
  private long duplicated;
  private long reordered;
  private long departed;
  private long queueingNanos;
  private long maxQueueingNanos;

  SimulatedLink(
      SplittableRandom random,
      LinkOptions options,
      EventQueue events,
      LongSupplier clock,
      Packet.Pool pool,
      Exit exit) {
    this.lossRandom = random.split();
    this.burstRandom = random.split();
    this.duplicationRandom = random.split();
    this.reorderingRandom = random.split();
    this.jitterRandom = random.split();
    this.events = events;
    this.clock = clock;
    this.pool = pool;
    this.exit = exit;
    this.options = checked(options);
  }

  /**
   * What the link does to packets now.
   *
   * @return the options
   */
  public LinkOptions options() {
    return options;
  }

  /**
   * Changes what the link does from now on. Packets that are travelling arrive when they would
   * have; packets that wait in the queue meet the new options, the one that is leaving after the
   * time that the old rate gave it. A new delay is a new path: packets on it may overtake those on
   * the old one.
   *
   * @param newOptions the options
   * @throws IllegalArgumentException for overtaking on a link without delay, which would do nothing
   */
  public void setOptions(LinkOptions newOptions) {
    if (!newOptions.delay().equals(options.delay())
        || !newOptions.jitter().equals(options.jitter())) {
      lastInOrderNanos = Long.MIN_VALUE;
    }
    options = checked(newOptions);
  }

  /**
   * What the link has done so far.
   *
   * @return a snapshot
   */
  public LinkStatistics statistics() {
    return new LinkStatistics(
        sent,
        sentBytes,
        delivered,
        deliveredBytes,
        lost,
        queueDropped,
        tooLarge,
        duplicated,
        reordered,
        underWay(),
        Duration.ofNanos(maxQueueingNanos),
        Duration.ofNanos(departed == 0 ? 0 : queueingNanos / departed));
  }

  /**
   * Sets who is told how long each packet waited, in nanoseconds, as it begins to leave the queue;
   * there is one at a time. For percentiles, or for the mean of a part of the run.
   *
   * @param listener takes the wait
   */
  public void onQueueingDelay(LongConsumer listener) {
    queueingDelays = Objects.requireNonNull(listener, "listener");
  }

  /**
   * How much waits in the queue now, the packet that is leaving included.
   *
   * @return bytes
   */
  public long queuedBytes() {
    return queuedBytes;
  }

  long underWay() {
    return sent + duplicated - delivered - lost - queueDropped - tooLarge;
  }

  void send(Packet packet) {
    packet.index = sent++;
    packet.sentNanos = clock.getAsLong();
    int length = packet.length();
    sentBytes += length;
    if (length > options.mtu()) {
      tooLarge++;
      pool.release(packet);
    } else if (queue.isEmpty() && options.bitsPerSecond() == LinkOptions.UNLIMITED) {
      departed++;
      queueingDelays.accept(0);
      travel(packet);
    } else if (!queue.isEmpty() && queuedBytes + length > options.queueBytes()) {
      queueDropped++;
      pool.release(packet);
    } else {
      queue.addLast(packet);
      queuedBytes += length;
      if (queue.size() == 1) {
        beginToLeave();
      }
    }
  }

  private void beginToLeave() {
    Packet packet = queue.getFirst();
    long now = clock.getAsLong();
    long waited = now - packet.sentNanos;
    departed++;
    queueingNanos += waited;
    maxQueueingNanos = Math.max(maxQueueingNanos, waited);
    queueingDelays.accept(waited);
    events.scheduleUnnoticed(now + nanosToLeave(packet.length()), leave);
  }

  private void leave() {
    Packet packet = queue.removeFirst();
    queuedBytes -= packet.length();
    travel(packet);
    if (!queue.isEmpty()) {
      beginToLeave();
    }
  }

  private long nanosToLeave(int length) {
    long rate = options.bitsPerSecond();
    return rate == LinkOptions.UNLIMITED ? 0 : length * 8_000_000_000L / rate;
  }

  private void travel(Packet packet) {
    // Both draws are made for every packet: one fault must not hide the other's turn.
    boolean lostAlone = lossRandom.nextDouble() < options.loss();
    boolean lostInBurst = isLostInBurst();
    boolean twice = duplicationRandom.nextDouble() < options.duplication();
    if (lostAlone || lostInBurst) {
      lost++;
      pool.release(packet);
      return;
    }
    if (twice) {
      duplicated++;
      Packet copy = pool.copyOf(packet.rewound());
      copy.index = packet.index;
      copy.sentNanos = packet.sentNanos;
      copy.secondCopy = true;
      copy.arrival = packet.arrival;
      scheduleArrival(packet);
      scheduleArrival(copy);
    } else {
      scheduleArrival(packet);
    }
  }

  private boolean isLostInBurst() {
    LinkOptions.BurstLoss burst = options.burstLoss();
    double change = burstRandom.nextDouble();
    double loss = burstRandom.nextDouble();
    bad = bad ? change >= burst.badToGood() : change < burst.goodToBad();
    return bad && loss < burst.lossInBad();
  }

  private void scheduleArrival(Packet packet) {
    long now = clock.getAsLong();
    long jitter = (long) (jitterRandom.nextDouble() * options.jitter().toNanos());
    long due = now + options.delay().toNanos() + jitter;
    if (reorderingRandom.nextDouble() < options.reordering()) {
      due = options.reorderDelay().isZero() ? now : due + options.reorderDelay().toNanos();
    } else {
      due = Math.max(due, lastInOrderNanos);
      lastInOrderNanos = due;
      // Not after a change of path: then it may overtake those on the old one.
      if (inOrder.isEmpty() || due >= inOrder.getLast().arrivesNanos) {
        packet.arrivesNanos = due;
        packet.ticket = events.takeTicket();
        inOrder.addLast(packet);
        if (inOrder.size() == 1) {
          events.schedule(due, packet.ticket, arriveInOrder);
        }
        return;
      }
    }
    events.schedule(due, () -> arrive(packet));
  }

  private void arriveInOrder() {
    Packet packet = inOrder.removeFirst();
    if (!inOrder.isEmpty()) {
      Packet next = inOrder.getFirst();
      events.schedule(next.arrivesNanos, next.ticket, arriveInOrder);
    }
    arrive(packet);
  }

  private void arrive(Packet packet) {
    delivered++;
    deliveredBytes += packet.length();
    if (!packet.secondCopy) {
      if (packet.index < highestDelivered) {
        reordered++;
      }
      highestDelivered = Math.max(highestDelivered, packet.index);
    }
    exit.deliver(packet);
  }

  private static LinkOptions checked(LinkOptions options) {
    Objects.requireNonNull(options, "options");
    boolean overtakes = options.reordering() > 0 && options.reorderDelay().isZero();
    if (overtakes && options.delay().isZero() && options.jitter().isZero()) {
      throw new IllegalArgumentException("without a delay no packet can overtake another");
    }
    return options;
  }
}
