package dev.turnstone.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CoarseLoopTest {
  private final Scripted sender = new Scripted();
  private final Scripted receiver = new Scripted();

  private SimulatedNetwork network(Duration batching, Duration tick) {
    return new SimulatedNetwork(
        1, sender, new CoarseLoop(receiver, batching, tick), LinkOptions.PERFECT);
  }

  @Test
  void packetsWaitForTheirBatchAndKeepTheirOrder() {
    SimulatedNetwork network = network(Duration.ofNanos(100), Duration.ZERO);
    network.at(Duration.ofNanos(10), () -> sender.send(1, 50));
    network.at(Duration.ofNanos(60), () -> sender.send(2, 60));
    network.at(Duration.ofNanos(111), () -> sender.send(3, 70));
    network.runFor(Duration.ofNanos(1000));

    assertEquals(
        List.of(
            new Scripted.Arrival(1, 50, 110),
            new Scripted.Arrival(2, 60, 110),
            new Scripted.Arrival(3, 70, 211)),
        receiver.arrivals);
  }

  @Test
  void timersFireAtTheNextTick() {
    SimulatedNetwork network = network(Duration.ZERO, Duration.ofNanos(100));
    receiver.timer = 201;
    network.runFor(Duration.ofNanos(250));
    assertEquals(List.of(), receiver.timeouts);
    network.runFor(Duration.ofNanos(250));
    assertEquals(List.of(300L), receiver.timeouts);

    receiver.timer = 600;
    network.runFor(Duration.ofNanos(200));
    assertEquals(List.of(300L, 600L), receiver.timeouts);
  }

  @Test
  void withoutBatchingAndTickNothingChanges() {
    SimulatedNetwork network = network(Duration.ZERO, Duration.ZERO);
    receiver.timer = 3;
    network.at(Duration.ofNanos(5), () -> sender.send(1, 50));
    network.runFor(Duration.ofNanos(10));

    assertEquals(List.of(new Scripted.Arrival(1, 50, 5)), receiver.arrivals);
    assertEquals(List.of(3L), receiver.timeouts);
  }

  @Test
  void negativeTimesAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new CoarseLoop(receiver, Duration.ofNanos(-1), Duration.ZERO));
  }
}
