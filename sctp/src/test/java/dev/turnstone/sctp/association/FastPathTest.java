package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.testkit.CoarseLoop;
import dev.turnstone.testkit.Direction;
import dev.turnstone.testkit.Endpoint;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.SimulatedNetwork;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A path within a host or a rack: gigabits, microseconds, and loops that are slower than both, so
 * that packets come in batches and timers late.
 */
class FastPathTest {
  private static final SctpOptions OPTIONS = SctpOptions.defaults();
  private static final long RATE = 10_000_000_000L;
  private static final Duration WAY = Duration.ofNanos(25_000);
  private static final int MESSAGE = 64 << 10;

  /** As much as the receive buffer that is asked of the socket. */
  private static final int QUEUE = 4 << 20;

  private final SctpAssociation a = new SctpAssociation(OPTIONS, new SplittableRandom(1));
  private final SctpAssociation b = new SctpAssociation(OPTIONS, new SplittableRandom(2));
  private long received;

  @Test
  void aLinkOfTenGigabitsIsFilledFromTheFirstMillisecondsOn() {
    SimulatedNetwork network = network(Duration.ofNanos(100_000), Duration.ofNanos(100_000));
    network.runFor(Duration.ofMillis(10));
    long first = received;
    assertTrue(first * 8 / 0.01 > 0.6 * RATE, () -> first + " bytes in the first 10 ms");
    network.runFor(Duration.ofMillis(20));
    long then = received - first;
    assertTrue(then * 8 / 0.02 > 0.8 * RATE, () -> then + " bytes in the next 20 ms");
  }

  @Test
  void loopsThatStallForAMillisecondDoNotHoldItDown() {
    SimulatedNetwork network = network(Duration.ofMillis(1), Duration.ofMillis(1));
    network.runFor(Duration.ofMillis(30));
    long first = received;
    network.runFor(Duration.ofMillis(30));
    long then = received - first;
    assertTrue(then * 8 / 0.03 > 0.7 * RATE, () -> then + " bytes in 30 ms");
  }

  @Test
  void aBatchThatIsReadInOneGoIsAcknowledgedOnceAtItsEnd() {
    SimulatedNetwork network = network(Duration.ofNanos(100_000), Duration.ZERO);
    network.runFor(Duration.ofMillis(5));
    int[] data = {0};
    int[] acks = {0};
    network.onSent((direction, packet, now) -> (direction == Direction.A_TO_B ? data : acks)[0]++);
    network.runFor(Duration.ofMillis(5));
    // 100 us at that rate are about a hundred packets, and one batch.
    assertTrue(acks[0] <= 51, () -> acks[0] + " for " + data[0]);
    assertTrue(data[0] >= 40 * acks[0], () -> acks[0] + " for " + data[0]);
  }

  /** A connected pair, of which A always has something to send. */
  private SimulatedNetwork network(Duration batching, Duration tick) {
    SimulatedNetwork network =
        new SimulatedNetwork(
            1,
            new CoarseLoop(endpoint(a), batching, tick),
            new CoarseLoop(endpoint(b), batching, tick),
            LinkOptions.PERFECT.withDelay(WAY).withRate(RATE, QUEUE));
    network.afterTurn(
        () -> {
          poll(a, network.nowNanos());
          poll(b, network.nowNanos());
          while (a.state() == AssociationState.ESTABLISHED && a.bufferedAmount() < 16 * MESSAGE) {
            ByteBuffer message = ByteBuffer.allocate(MESSAGE);
            a.send(0, 53, message, SendOptions.RELIABLE_ORDERED, network.nowNanos());
          }
        });
    a.connect(0);
    assertTrue(
        network.runUntil(() -> b.state() == AssociationState.ESTABLISHED, Duration.ofSeconds(1)));
    return network;
  }

  private static Endpoint endpoint(SctpAssociation association) {
    return Endpoint.of(
        association::handlePacket,
        association::handleTimeout,
        association::nextTimeout,
        association::pollPacket);
  }

  private void poll(SctpAssociation side, long nowNanos) {
    for (SctpEvent event = side.pollEvent(); event != null; event = side.pollEvent()) {
      if (event instanceof SctpEvent.MessageReceived message) {
        received += message.payload().remaining();
        side.consumed(message.payload().remaining(), nowNanos);
      }
    }
  }
}
