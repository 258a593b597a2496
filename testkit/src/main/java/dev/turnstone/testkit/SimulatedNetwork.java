package dev.turnstone.testkit;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * Two endpoints, a link each way and the clock. Time moves only when nothing is left to do at the
 * present instant, and then jumps to the next event, so hours pass in milliseconds. The same seed
 * and the same calls give the same run; {@link #traceHash} proves it.
 *
 * <p>A turn is one delivered packet, one timeout or one action. After it both endpoints are drained
 * and the {@link #afterTurn} hooks run, again and again until no endpoint has a packet to send. At
 * the same instant, packets and actions come before timeouts, in the order in which they were
 * scheduled.
 *
 * <p>Commands to the endpoints (connect, send) are given between runs, from hooks or from actions,
 * with {@link #nowNanos}. One thread owns the network and both endpoints.
 */
public final class SimulatedNetwork {
  private static final int MAX_PACKET = 65535;

  /** A core whose timeout does not move its timer shows itself within a few turns. */
  private static final int MAX_TIMEOUTS_AT_ONE_INSTANT = 1_000;

  /** Room for a large transfer over a link without delay, which takes no time at all. */
  private static final int MAX_TURNS_AT_ONE_INSTANT = 2_000_000;

  private static final int MAX_PACKETS_IN_ONE_DRAIN = 100_000;

  private final Endpoint a;
  private final Endpoint b;
  private final SimulatedLink aToB;
  private final SimulatedLink bToA;
  private final long birthNanos;
  private final EventQueue events = new EventQueue();
  private final Packet.Pool pool = new Packet.Pool();
  private final TraceHash trace = new TraceHash();
  private final ByteBuffer scratch = ByteBuffer.allocate(Packet.HEADROOM + MAX_PACKET);

  private final List<Runnable> afterTurn = new ArrayList<>();
  private final List<PacketTap> sentTaps = new ArrayList<>();
  private final List<PacketTap> deliveredTaps = new ArrayList<>();
  private PacketFilter filter;
  private final long[] filtered = new long[Direction.values().length];

  private long now;
  private long turns;
  private long held;
  private int turnsAtThisInstant;
  private int timeoutsAtThisInstant;

  /**
   * A network whose clock starts at 0, with the same options both ways.
   *
   * @param seed decides every random choice of the links
   * @param a one endpoint
   * @param b the other
   * @param bothWays what the links do
   */
  public SimulatedNetwork(long seed, Endpoint a, Endpoint b, LinkOptions bothWays) {
    this(seed, 0, a, b, bothWays, bothWays);
  }

  /**
   * A network.
   *
   * @param seed decides every random choice of the links
   * @param birthNanos what the clock shows at the start
   * @param a one endpoint
   * @param b the other
   * @param aToB what the link from A to B does
   * @param bToA what the link from B to A does
   */
  public SimulatedNetwork(
      long seed, long birthNanos, Endpoint a, Endpoint b, LinkOptions aToB, LinkOptions bToA) {
    this.a = Objects.requireNonNull(a, "a");
    this.b = Objects.requireNonNull(b, "b");
    this.birthNanos = birthNanos;
    this.now = birthNanos;
    SplittableRandom random = new SplittableRandom(seed);
    this.aToB = newLink(random.split(), aToB, Direction.A_TO_B);
    this.bToA = newLink(random.split(), bToA, Direction.B_TO_A);
  }

  private SimulatedLink newLink(SplittableRandom random, LinkOptions options, Direction direction) {
    return new SimulatedLink(
        random, options, events, this::nowNanos, pool, packet -> deliver(direction, packet));
  }

  /**
   * The simulated time.
   *
   * @return nanoseconds
   */
  public long nowNanos() {
    return now;
  }

  /**
   * The simulated time since the network was made.
   *
   * @return the age
   */
  public Duration elapsed() {
    return Duration.ofNanos(now - birthNanos);
  }

  /**
   * One of the two links, for its statistics or to change its options in the middle of a run.
   *
   * @param direction which one
   * @return the link
   */
  public SimulatedLink link(Direction direction) {
    return direction == Direction.A_TO_B ? aToB : bToA;
  }

  /**
   * Changes both links from now on.
   *
   * @param options the new options
   * @see SimulatedLink#setOptions
   */
  public void setOptions(LinkOptions options) {
    aToB.setOptions(options);
    bToA.setOptions(options);
  }

  /**
   * Sets the filter that all packets pass before they enter a link; there is one at a time.
   *
   * @param newFilter the filter
   */
  public void setFilter(PacketFilter newFilter) {
    filter = Objects.requireNonNull(newFilter, "newFilter");
  }

  /**
   * Adds a hook that runs after each turn: the place to poll events from the endpoints and to give
   * them commands.
   *
   * @param hook the hook
   */
  public void afterTurn(Runnable hook) {
    afterTurn.add(Objects.requireNonNull(hook, "hook"));
  }

  /**
   * Adds a tap that sees each packet as it enters a link, whatever becomes of it there.
   *
   * @param tap the tap
   */
  public void onSent(PacketTap tap) {
    sentTaps.add(Objects.requireNonNull(tap, "tap"));
  }

  /**
   * Adds a tap that sees each packet as it reaches its receiver.
   *
   * @param tap the tap
   */
  public void onDelivered(PacketTap tap) {
    deliveredTaps.add(Objects.requireNonNull(tap, "tap"));
  }

  /**
   * Schedules an action.
   *
   * @param sinceBirth when, counted from the birth of the network
   * @param action what to do
   * @throws IllegalArgumentException when that time has passed
   */
  public void at(Duration sinceBirth, Runnable action) {
    long atNanos = birthNanos + sinceBirth.toNanos();
    if (atNanos < now) {
      throw new IllegalArgumentException(sinceBirth + " has passed: it is " + elapsed());
    }
    events.schedule(atNanos, Objects.requireNonNull(action, "action"));
  }

  /**
   * Schedules an action.
   *
   * @param delay when, counted from now
   * @param action what to do
   */
  public void after(Duration delay, Runnable action) {
    at(elapsed().plus(delay), action);
  }

  /**
   * Puts a packet on a link as if the endpoint there had sent it. It passes no filter.
   *
   * @param direction which way
   * @param packet the remaining bytes; copied, the position stays
   */
  public void inject(Direction direction, ByteBuffer packet) {
    enterLink(direction, pool.copyOf(packet));
  }

  /**
   * Runs until a condition holds, which is asked after each turn.
   *
   * @param done the condition
   * @param limit how much simulated time it may take
   * @return whether the condition was reached; if not, the clock stands at the limit
   * @throws IllegalStateException when the endpoints keep busy without time moving
   */
  public boolean runUntil(BooleanSupplier done, Duration limit) {
    long deadline = now + limit.toNanos();
    settle();
    while (!done.getAsBoolean()) {
      long next = nextNanos();
      if (next > deadline) {
        moveTo(deadline);
        return done.getAsBoolean();
      }
      turn(next);
    }
    return true;
  }

  /**
   * Runs for a simulated time.
   *
   * @param time how long
   * @throws IllegalStateException when the endpoints keep busy without time moving
   */
  public void runFor(Duration time) {
    runUntil(() -> false, time);
  }

  /**
   * Runs until nothing is left that could happen: no packet under way, no action, no timer.
   *
   * @param limit how much simulated time it may take
   * @return whether that was reached; if not, the clock stands at the limit
   * @throws IllegalStateException when the endpoints keep busy without time moving
   */
  public boolean runUntilIdle(Duration limit) {
    return runUntil(() -> nextNanos() == Endpoint.NEVER, limit);
  }

  /**
   * Runs until nothing is under way and no action or timer is due soon: for cores with a slow timer
   * (a heartbeat) that never stops.
   *
   * @param quiet how far away the next timer or action must be
   * @param limit how much simulated time it may take
   * @return whether that was reached; if not, the clock stands at the limit
   * @throws IllegalStateException when the endpoints keep busy without time moving
   */
  public boolean runUntilIdle(Duration quiet, Duration limit) {
    long quietNanos = quiet.toNanos();
    return runUntil(
        () -> aToB.underWay() + bToA.underWay() + held == 0 && nextNanos() - quietNanos > now,
        limit);
  }

  /**
   * How many turns have been run.
   *
   * @return packets delivered, timeouts and actions
   */
  public long turns() {
    return turns;
  }

  /**
   * A hash over everything that went through the network so far: times, directions and bytes. Equal
   * runs have equal hashes.
   *
   * @return 64 bits
   */
  public long traceHash() {
    return trace.value();
  }

  private long nextNanos() {
    long timer = Math.min(a.nextTimeout(), b.nextTimeout());
    return Math.min(events.nextNanos(), Math.max(timer, now));
  }

  private void turn(long atNanos) {
    moveTo(atNanos);
    if (++turnsAtThisInstant > MAX_TURNS_AT_ONE_INSTANT) {
      throw stuck(MAX_TURNS_AT_ONE_INSTANT + " turns");
    }
    if (events.nextNanos() <= now) {
      if (!events.runNext()) {
        return;
      }
    } else {
      Endpoint due = a.nextTimeout() <= now ? a : b;
      if (++timeoutsAtThisInstant > MAX_TIMEOUTS_AT_ONE_INSTANT) {
        throw stuck(
            "endpoint " + nameOf(due) + " took " + (timeoutsAtThisInstant - 1) + " timeouts");
      }
      due.handleTimeout(now);
    }
    turns++;
    settle();
  }

  private void settle() {
    boolean first = true;
    while (drain() || first) {
      first = false;
      for (Runnable hook : afterTurn) {
        hook.run();
      }
      if (!afterTurn.isEmpty() && ++turnsAtThisInstant > MAX_TURNS_AT_ONE_INSTANT) {
        throw stuck(MAX_TURNS_AT_ONE_INSTANT + " turns");
      }
    }
  }

  private boolean drain() {
    // Not a short-circuit: both have to be drained.
    return drain(a, Direction.A_TO_B) | drain(b, Direction.B_TO_A);
  }

  private boolean drain(Endpoint endpoint, Direction direction) {
    int packets = 0;
    scratch.clear().position(Packet.HEADROOM);
    while (endpoint.pollPacket(scratch, now)) {
      if (scratch.position() <= Packet.HEADROOM) {
        throw new IllegalStateException(
            "endpoint " + nameOf(endpoint) + " said that it wrote a packet and wrote none");
      }
      if (++packets > MAX_PACKETS_IN_ONE_DRAIN) {
        throw stuck("endpoint " + nameOf(endpoint) + " sent " + (packets - 1) + " packets");
      }
      scratch.limit(scratch.position()).position(Packet.HEADROOM);
      filter(direction, pool.copyOf(scratch));
      scratch.clear().position(Packet.HEADROOM);
    }
    return packets > 0;
  }

  private void filter(Direction direction, Packet packet) {
    if (filter == null) {
      filtered[direction.ordinal()]++;
      enterLink(direction, packet);
      return;
    }
    PacketFilter.Verdict verdict =
        filter.filter(direction, filtered[direction.ordinal()]++, packet.rewound().duplicate());
    if (verdict instanceof PacketFilter.Verdict.Drop) {
      pool.release(packet);
    } else if (verdict instanceof PacketFilter.Verdict.Duplicate) {
      Packet copy = pool.copyOf(packet.bytes);
      enterLink(direction, packet);
      enterLink(direction, copy);
    } else if (verdict instanceof PacketFilter.Verdict.Replace replace) {
      // Copied before the release: a replacement may be a view of the packet itself.
      List<Packet> replacements = replace.packets().stream().map(pool::copyOf).toList();
      pool.release(packet);
      replacements.forEach(replacement -> enterLink(direction, replacement));
    } else if (verdict instanceof PacketFilter.Verdict.Hold hold) {
      held++;
      events.schedule(
          now + hold.time().toNanos(),
          () -> {
            held--;
            enterLink(direction, packet);
          });
    } else {
      enterLink(direction, packet);
    }
  }

  private void enterLink(Direction direction, Packet packet) {
    trace.add(now << 1 | direction.ordinal());
    trace.add(packet.rewound());
    tap(sentTaps, direction, packet);
    link(direction).send(packet);
  }

  private void deliver(Direction direction, Packet packet) {
    trace.add(now << 1 | direction.ordinal());
    trace.add(packet.index);
    tap(deliveredTaps, direction, packet);
    Endpoint receiver = direction == Direction.A_TO_B ? b : a;
    timeoutsAtThisInstant = 0;
    // A view: limits and marks that a core sets on it die with it.
    receiver.handlePacket(packet.rewound().duplicate(), now);
    pool.release(packet);
  }

  private void tap(List<PacketTap> taps, Direction direction, Packet packet) {
    for (PacketTap tap : taps) {
      tap.onPacket(direction, packet.rewound().asReadOnlyBuffer(), now);
    }
  }

  private void moveTo(long atNanos) {
    if (atNanos > now) {
      now = atNanos;
      turnsAtThisInstant = 0;
      timeoutsAtThisInstant = 0;
    }
  }

  private String nameOf(Endpoint endpoint) {
    return endpoint == a ? "A" : "B";
  }

  private IllegalStateException stuck(String what) {
    return new IllegalStateException(
        "the clock stands still at "
            + elapsed()
            + ": "
            + what
            + " (next timeout of A: "
            + a.nextTimeout()
            + ", of B: "
            + b.nextTimeout()
            + ", now: "
            + now
            + ")");
  }
}
