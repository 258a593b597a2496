package dev.turnstone.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SharedEndpointTest {
  private static final int HEADER = 20;

  private final Scripted firstSender = new Scripted();
  private final Scripted secondSender = new Scripted();
  private final Scripted firstReceiver = new Scripted();
  private final Scripted secondReceiver = new Scripted();

  private SimulatedNetwork network(LinkOptions options) {
    return new SimulatedNetwork(
        1,
        new SharedEndpoint(HEADER, List.of(firstSender, secondSender)),
        new SharedEndpoint(HEADER, List.of(firstReceiver, secondReceiver)),
        options);
  }

  @Test
  void eachMemberReceivesWhatItsOppositeSent() {
    firstSender.send(1, 100);
    secondSender.send(2, 200);
    secondReceiver.send(3, 300);
    network(LinkOptions.PERFECT).runFor(Duration.ZERO);

    assertEquals(List.of(new Scripted.Arrival(1, 100, 0)), firstReceiver.arrivals);
    assertEquals(List.of(new Scripted.Arrival(2, 200, 0)), secondReceiver.arrivals);
    assertEquals(List.of(new Scripted.Arrival(3, 300, 0)), secondSender.arrivals);
    assertEquals(List.of(), firstSender.arrivals);
  }

  @Test
  void membersTakeTurnsAndShareTheRateAndTheQueue() {
    // 980 bytes and the header leave in one millisecond; the fifth and sixth find the queue full.
    for (int i = 0; i < 3; i++) {
      firstSender.send(i, 980);
      secondSender.send(i, 980);
    }
    SimulatedNetwork network = network(LinkOptions.PERFECT.withRate(8_000_000, 4_000));
    assertTrue(network.runUntilIdle(Duration.ofSeconds(1)));

    assertEquals(
        List.of(1_000_000L, 3_000_000L),
        firstReceiver.arrivals.stream().map(Scripted.Arrival::atNanos).toList());
    assertEquals(
        List.of(2_000_000L, 4_000_000L),
        secondReceiver.arrivals.stream().map(Scripted.Arrival::atNanos).toList());
    assertEquals(2, network.link(Direction.A_TO_B).statistics().queueDropped());
  }

  @Test
  void aTimeoutReachesOnlyThoseThatAreDue() {
    firstSender.timer = 5;
    secondSender.timer = 7;
    SimulatedNetwork network = network(LinkOptions.PERFECT);
    network.runFor(Duration.ofNanos(6));

    assertEquals(List.of(5L), firstSender.timeouts);
    assertEquals(List.of(), secondSender.timeouts);
    network.runFor(Duration.ofNanos(6));
    assertEquals(List.of(7L), secondSender.timeouts);
  }

  @Test
  void aHeaderWithoutRoomForTheNumberAndTooManyMembersAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new SharedEndpoint(0, List.of(firstSender)));
    assertThrows(IllegalArgumentException.class, () -> new SharedEndpoint(HEADER, List.of()));
  }

  @Test
  void pollingLeavesTheBufferWhereItWasWhenThereIsNothingToSend() {
    ByteBuffer into = ByteBuffer.allocate(2000).position(7);
    assertEquals(false, new SharedEndpoint(HEADER, List.of(firstSender)).pollPacket(into, 0));
    assertEquals(7, into.position());
  }
}
