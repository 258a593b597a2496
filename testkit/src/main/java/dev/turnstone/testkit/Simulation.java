package dev.turnstone.testkit;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A clock, what will happen on it, and links: the ground for networks of more than the two
 * endpoints of a {@link SimulatedNetwork}. Time jumps from event to event. The same seed and the
 * same calls give the same run; {@link #traceHash} proves it.
 *
 * <p>One thread owns it.
 */
public final class Simulation {
  private static final int MAX_TURNS_AT_ONE_INSTANT = 1_000_000;

  /** Something that will happen and can be called off. */
  @FunctionalInterface
  public interface Timer {
    /** Calls it off; does nothing when it has happened or was called off before. */
    void cancel();
  }

  private final SplittableRandom random;
  private final EventQueue events = new EventQueue();
  private final Packet.Pool pool = new Packet.Pool();
  private final TraceHash trace = new TraceHash();
  private final List<Runnable> afterTurn = new ArrayList<>();
  private long now;
  private int turnsAtThisInstant;

  /**
   * A simulation whose clock starts at 0.
   *
   * @param seed decides every random choice
   */
  public Simulation(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /**
   * The simulated time.
   *
   * @return nanoseconds since the start
   */
  public long nowNanos() {
    return now;
  }

  /**
   * A source of random choices that no other part shares.
   *
   * @return a new one, decided by the seed and by how many were asked for before
   */
  public SplittableRandom newRandom() {
    return random.split();
  }

  /**
   * A new link.
   *
   * @param options what it does to packets
   * @return the link; {@link #carry} puts packets on it
   */
  public SimulatedLink link(LinkOptions options) {
    return new SimulatedLink(newRandom(), options, events, this::nowNanos, pool, this::arrive);
  }

  private void arrive(Packet packet) {
    packet.arrival.accept(packet.rewound().duplicate());
    pool.release(packet);
  }

  /**
   * Puts a packet on a link.
   *
   * @param link one of this simulation's links
   * @param packet the remaining bytes; copied, the position stays
   * @param arrival takes the packet at the other end, once, twice or never as the link decides; the
   *     bytes are borrowed for the call
   */
  public void carry(SimulatedLink link, ByteBuffer packet, Consumer<ByteBuffer> arrival) {
    Packet copy = pool.copyOf(packet);
    copy.arrival = Objects.requireNonNull(arrival, "arrival");
    link.send(copy);
  }

  /**
   * Schedules an action. What is due at the same instant happens in the order of asking.
   *
   * @param delay when, counted from now; a negative one counts as zero
   * @param action what to do
   * @return calls it off
   */
  public Timer schedule(Duration delay, Runnable action) {
    Objects.requireNonNull(action, "action");
    boolean[] cancelled = new boolean[1];
    long at = now + Math.max(0, delay.toNanos());
    events.schedule(
        at,
        () -> {
          if (!cancelled[0]) {
            action.run();
          }
        });
    return () -> cancelled[0] = true;
  }

  /**
   * Adds a hook that runs after each event.
   *
   * @param hook the hook
   */
  public void afterTurn(Runnable hook) {
    afterTurn.add(Objects.requireNonNull(hook, "hook"));
  }

  /**
   * Runs until a condition holds, which is asked after each event.
   *
   * @param done the condition
   * @param limit how much simulated time it may take
   * @return whether the condition was reached; if not, the clock stands at the limit
   * @throws IllegalStateException when events go on and on without time moving
   */
  public boolean runUntil(BooleanSupplier done, Duration limit) {
    long deadline = now + limit.toNanos();
    while (!done.getAsBoolean()) {
      long next = events.nextNanos();
      if (next > deadline) {
        moveTo(deadline);
        return done.getAsBoolean();
      }
      moveTo(next);
      if (++turnsAtThisInstant > MAX_TURNS_AT_ONE_INSTANT) {
        throw new IllegalStateException(
            "the clock stands still at " + Duration.ofNanos(now) + ": an event makes the next");
      }
      if (events.runNext()) {
        afterTurn.forEach(Runnable::run);
      }
    }
    return true;
  }

  /**
   * Runs for a simulated time.
   *
   * @param time how long
   * @throws IllegalStateException when events go on and on without time moving
   */
  public void runFor(Duration time) {
    runUntil(() -> false, time);
  }

  /**
   * Adds to {@link #traceHash}.
   *
   * @param word a number
   * @param bytes the remaining bytes; the position stays
   */
  public void trace(long word, ByteBuffer bytes) {
    trace.add(word);
    trace.add(bytes);
  }

  /**
   * A hash over everything that was traced. Equal runs have equal hashes.
   *
   * @return 64 bits
   */
  public long traceHash() {
    return trace.value();
  }

  private void moveTo(long atNanos) {
    if (atNanos > now) {
      now = atNanos;
      turnsAtThisInstant = 0;
    }
  }
}
