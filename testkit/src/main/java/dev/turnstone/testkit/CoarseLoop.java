package dev.turnstone.testkit;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;

/**
 * An endpoint behind an event loop as machines have them: packets come in batches, and timers fire
 * late. The network sees this in the endpoint's place.
 */
public final class CoarseLoop implements Endpoint {
  private final Endpoint endpoint;
  private final long batchNanos;
  private final long tickNanos;
  private final Packet.Pool pool = new Packet.Pool();
  private final ArrayDeque<Packet> batch = new ArrayDeque<>();
  private long batchDue = NEVER;

  /**
   * A loop around an endpoint.
   *
   * @param endpoint the endpoint
   * @param batching how long packets are gathered, from the first that comes, before the endpoint
   *     takes them one after another, without being polled in between; zero for not at all
   * @param tick the endpoint's timers fire at multiples of this, never early; zero for exact timers
   * @throws IllegalArgumentException when a time is negative
   */
  public CoarseLoop(Endpoint endpoint, Duration batching, Duration tick) {
    if (batching.isNegative() || tick.isNegative()) {
      throw new IllegalArgumentException(
          "batching and tick must not be negative, are " + batching + " and " + tick);
    }
    this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
    this.batchNanos = batching.toNanos();
    this.tickNanos = tick.toNanos();
  }

  @Override
  public void handlePacket(ByteBuffer packet, long nowNanos) {
    if (batchNanos == 0) {
      endpoint.handlePacket(packet, nowNanos);
      return;
    }
    if (batch.isEmpty()) {
      batchDue = nowNanos + batchNanos;
    }
    batch.addLast(pool.copyOf(packet));
  }

  @Override
  public void handleTimeout(long nowNanos) {
    if (batchDue <= nowNanos) {
      batchDue = NEVER;
      while (!batch.isEmpty()) {
        Packet packet = batch.removeFirst();
        endpoint.handlePacket(packet.rewound().duplicate(), nowNanos);
        pool.release(packet);
      }
    }
    if (timerTick() <= nowNanos) {
      endpoint.handleTimeout(nowNanos);
    }
  }

  @Override
  public long nextTimeout() {
    return Math.min(batchDue, timerTick());
  }

  private long timerTick() {
    long timer = endpoint.nextTimeout();
    if (tickNanos == 0 || timer > NEVER - tickNanos) {
      return timer;
    }
    return (timer + tickNanos - 1) / tickNanos * tickNanos;
  }

  @Override
  public boolean pollPacket(ByteBuffer into, long nowNanos) {
    return endpoint.pollPacket(into, nowNanos);
  }
}
