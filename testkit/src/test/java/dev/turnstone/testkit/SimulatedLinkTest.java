package dev.turnstone.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SimulatedLinkTest {
  private static final long SEED = 7;
  private static final int MANY = 20_000;

  private final Scripted a = new Scripted();
  private final Scripted b = new Scripted();

  private SimulatedNetwork network(LinkOptions options) {
    return new SimulatedNetwork(SEED, 0, a, b, options, LinkOptions.PERFECT);
  }

  /** Sends packets of 100 bytes, one each microsecond, and runs until all have arrived. */
  private LinkStatistics sendMany(LinkOptions options) {
    SimulatedNetwork network = network(options);
    for (int i = 0; i < MANY; i++) {
      int number = i;
      network.at(Duration.ofNanos(i * 1000L), () -> a.send(number, 100));
    }
    assertTrue(network.runUntilIdle(Duration.ofHours(1)));
    LinkStatistics statistics = network.link(Direction.A_TO_B).statistics();
    assertEquals(MANY, statistics.sent());
    assertEquals(MANY * 100L, statistics.sentBytes());
    assertEquals(b.arrivals.size(), statistics.delivered());
    assertEquals(statistics.delivered() * 100, statistics.deliveredBytes());
    assertEquals(0, statistics.underWay());
    assertEquals(
        statistics.sent() + statistics.duplicated(),
        statistics.delivered()
            + statistics.lost()
            + statistics.queueDropped()
            + statistics.tooLarge());
    return statistics;
  }

  private static List<Integer> range(int end) {
    return IntStream.range(0, end).boxed().toList();
  }

  @Test
  void perfectLinkDeliversEverythingAtOnceAndInOrder() {
    LinkStatistics statistics = sendMany(LinkOptions.PERFECT);

    assertEquals(MANY, statistics.delivered());
    assertEquals(range(MANY), b.numbers());
    assertTrue(b.arrivals.stream().allMatch(x -> x.atNanos() == x.number() * 1000L));
  }

  @Test
  void delayIsExact() {
    sendMany(LinkOptions.PERFECT.withDelay(Duration.ofMillis(20)));

    assertTrue(b.arrivals.stream().allMatch(x -> x.atNanos() == x.number() * 1000L + 20_000_000));
  }

  @Test
  void jitterOfADenseFlowKeepsTheOrder() {
    LinkStatistics statistics =
        sendMany(
            LinkOptions.PERFECT.withDelay(Duration.ofMillis(5)).withJitter(Duration.ofMillis(2)));

    assertEquals(range(MANY), b.numbers());
    assertEquals(0, statistics.reordered());
  }

  @Test
  void jitterIsSpreadOverItsRange() {
    SimulatedNetwork network =
        network(
            LinkOptions.PERFECT.withDelay(Duration.ofMillis(5)).withJitter(Duration.ofMillis(2)));
    for (int i = 0; i < 1_000; i++) {
      int number = i;
      network.at(Duration.ofMillis(10L * i), () -> a.send(number, 100));
    }
    assertTrue(network.runUntilIdle(Duration.ofHours(1)));

    var travel =
        b.arrivals.stream()
            .mapToLong(x -> x.atNanos() - x.number() * 10_000_000L)
            .summaryStatistics();
    assertTrue(travel.getMin() >= 5_000_000 && travel.getMax() < 7_000_000, travel.toString());
    assertEquals(6_000_000, travel.getAverage(), 100_000);
    assertEquals(2_000_000, travel.getMax() - travel.getMin(), 50_000);
  }

  @Test
  void lossTakesItsShare() {
    LinkStatistics statistics = sendMany(LinkOptions.PERFECT.withLoss(0.05));

    assertEquals(0.05, statistics.lost() / (double) MANY, 0.005);
  }

  @Test
  void burstLossComesInBurstsOfTheExpectedLength() {
    LinkStatistics statistics = sendMany(LinkOptions.PERFECT.withBurstLoss(0.01, 0.25, 1));

    // Share of time in the bad state: p / (p + r); mean burst: 1 / r.
    assertEquals(0.01 / 0.26, statistics.lost() / (double) MANY, 0.01);
    List<Integer> arrived = b.numbers();
    long bursts =
        IntStream.range(1, arrived.size())
            .filter(i -> arrived.get(i) != arrived.get(i - 1) + 1)
            .count();
    assertEquals(4, statistics.lost() / (double) bursts, 0.5);
  }

  @Test
  void burstLossSparesSomePacketsWhenBadIsNotTotal() {
    LinkStatistics statistics = sendMany(LinkOptions.PERFECT.withBurstLoss(1, 0, 0.3));

    assertEquals(0.3, statistics.lost() / (double) MANY, 0.01);
  }

  @Test
  void duplicationDeliversSecondCopies() {
    LinkStatistics statistics = sendMany(LinkOptions.PERFECT.withDuplication(0.1));

    assertEquals(0.1, statistics.duplicated() / (double) MANY, 0.01);
    assertEquals(MANY + statistics.duplicated(), b.arrivals.size());
    assertEquals(range(MANY), b.numbers().stream().distinct().toList());
    assertEquals(0, statistics.reordered());
  }

  @Test
  void latePacketsArriveLaterThanTheirSuccessors() {
    LinkStatistics statistics =
        sendMany(
            LinkOptions.PERFECT
                .withDelay(Duration.ofMillis(1))
                .withReordering(0.1, Duration.ofMillis(3)));

    assertEquals(0.1, statistics.reordered() / (double) MANY, 0.01);
    long late =
        b.arrivals.stream().filter(x -> x.atNanos() - x.number() * 1000L == 4_000_000).count();
    assertEquals(0.1, late / (double) MANY, 0.01);
    assertEquals(range(MANY), b.numbers().stream().sorted().toList());
  }

  @Test
  void overtakingPacketsSkipTheDelay() {
    LinkStatistics statistics =
        sendMany(LinkOptions.PERFECT.withDelay(Duration.ofMillis(1)).withOvertaking(0.1));

    long early = b.arrivals.stream().filter(x -> x.atNanos() == x.number() * 1000L).count();
    assertEquals(0.1, early / (double) MANY, 0.01);
    assertTrue(statistics.reordered() > MANY / 2, "those overtaken arrive after later ones");
  }

  @Test
  void overtakingWithoutDelayIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> network(LinkOptions.PERFECT.withOvertaking(0.1)));
  }

  @Test
  void packetsAboveTheMtuAreDroppedAndCounted() {
    SimulatedNetwork network = network(LinkOptions.PERFECT.withMtu(1200));
    a.send(0, 1200);
    a.send(1, 1201);
    network.runFor(Duration.ZERO);

    assertEquals(List.of(0), b.numbers());
    assertEquals(1, network.link(Direction.A_TO_B).statistics().tooLarge());
  }

  @Test
  void rateSpacesPacketsAndTheQueueDelaysThem() {
    // 1000 bytes at 8 Mbit/s leave in one millisecond.
    SimulatedNetwork network =
        network(LinkOptions.PERFECT.withRate(8_000_000, 100_000).withDelay(Duration.ofMillis(10)));
    for (int i = 0; i < 4; i++) {
      a.send(i, 1000);
    }
    assertTrue(network.runUntilIdle(Duration.ofSeconds(1)));

    assertEquals(
        List.of(11_000_000L, 12_000_000L, 13_000_000L, 14_000_000L),
        b.arrivals.stream().map(Scripted.Arrival::atNanos).toList());
    LinkStatistics statistics = network.link(Direction.A_TO_B).statistics();
    assertEquals(Duration.ofMillis(3), statistics.maxQueueingDelay());
    assertEquals(Duration.ofNanos(1_500_000), statistics.meanQueueingDelay());
  }

  @Test
  void theListenerHearsHowLongEachPacketWaited() {
    SimulatedNetwork network = network(LinkOptions.PERFECT.withRate(8_000_000, 100_000));
    List<Long> waits = new ArrayList<>();
    network.link(Direction.A_TO_B).onQueueingDelay(waits::add);
    for (int i = 0; i < 3; i++) {
      a.send(i, 1000);
    }
    network.runFor(Duration.ofNanos(500_000));
    assertEquals(3000, network.link(Direction.A_TO_B).queuedBytes());
    assertTrue(network.runUntilIdle(Duration.ofSeconds(1)));

    assertEquals(List.of(0L, 1_000_000L, 2_000_000L), waits);
    assertEquals(0, network.link(Direction.A_TO_B).queuedBytes());
  }

  @Test
  void aFasterPathOvertakesASlowerOneAndBothKeepTheirOrder() {
    SimulatedNetwork network = network(LinkOptions.PERFECT.withDelay(Duration.ofMillis(10)));
    a.send(0, 100);
    a.send(1, 100);
    network.runFor(Duration.ofMillis(1));
    network.link(Direction.A_TO_B).setOptions(LinkOptions.PERFECT.withDelay(Duration.ofMillis(2)));
    a.send(2, 100);
    a.send(3, 100);
    assertTrue(network.runUntilIdle(Duration.ofSeconds(1)));

    assertEquals(List.of(2, 3, 0, 1), b.numbers());
  }

  @Test
  void fullQueueDropsTheTail() {
    SimulatedNetwork network = network(LinkOptions.PERFECT.withRate(8_000_000, 2_500));
    for (int i = 0; i < 5; i++) {
      a.send(i, 1000);
    }
    network.at(Duration.ofNanos(1_500_000), () -> a.send(5, 1000));
    assertTrue(network.runUntilIdle(Duration.ofSeconds(1)));

    assertEquals(List.of(0, 1, 5), b.numbers());
    assertEquals(3, network.link(Direction.A_TO_B).statistics().queueDropped());
  }

  @Test
  void emptyQueueTakesAnyPacket() {
    SimulatedNetwork network = network(LinkOptions.PERFECT.withRate(8_000_000, 0));
    a.send(0, 1000);
    a.send(1, 1000);
    assertTrue(network.runUntilIdle(Duration.ofSeconds(1)));

    assertEquals(List.of(0), b.numbers());
  }

  @Test
  void overloadedLinkDeliversItsRate() {
    // 100 bytes each microsecond are offered to a link that takes 8 microseconds for them.
    LinkStatistics statistics = sendMany(LinkOptions.PERFECT.withRate(100_000_000, 50_000));

    double seconds = b.arrivals.get(b.arrivals.size() - 1).atNanos() / 1e9;
    assertEquals(100e6, statistics.deliveredBytes() * 8 / seconds, 1e6);
    assertTrue(statistics.queueDropped() > MANY / 2);
    // 50,000 bytes drain in 4 ms.
    assertTrue(statistics.maxQueueingDelay().compareTo(Duration.ofMillis(4)) <= 0);
    assertTrue(statistics.maxQueueingDelay().compareTo(Duration.ofMillis(3)) > 0);
  }

  @Test
  void blackoutEndsWhenTheOptionsComeBack() {
    LinkOptions good = LinkOptions.PERFECT.withDelay(Duration.ofMillis(10));
    SimulatedNetwork network = network(good);
    for (int i = 0; i < 6; i++) {
      int number = i;
      network.at(Duration.ofMillis(10L * i + 5), () -> a.send(number, 100));
    }
    network.at(Duration.ofMillis(20), () -> network.setOptions(LinkOptions.BLACKOUT));
    network.at(Duration.ofMillis(40), () -> network.setOptions(good));
    assertTrue(network.runUntilIdle(Duration.ofSeconds(1)));

    // Number 1 was travelling when the lights went out.
    assertEquals(List.of(0, 1, 4, 5), b.numbers());
    assertEquals(2, network.link(Direction.A_TO_B).statistics().lost());
  }

  @Test
  void packetsOnAShorterPathOvertakeThoseOnTheOldOne() {
    SimulatedNetwork network = network(LinkOptions.PERFECT.withDelay(Duration.ofMillis(100)));
    a.send(0, 100);
    network.at(
        Duration.ofMillis(10),
        () -> {
          network
              .link(Direction.A_TO_B)
              .setOptions(LinkOptions.PERFECT.withDelay(Duration.ofMillis(20)));
          a.send(1, 100);
        });
    assertTrue(network.runUntilIdle(Duration.ofSeconds(1)));

    assertEquals(List.of(1, 0), b.numbers());
    assertEquals(1, network.link(Direction.A_TO_B).statistics().reordered());
  }

  @Test
  void newRateMeetsThePacketsThatWait() {
    SimulatedNetwork network = network(LinkOptions.PERFECT.withRate(8_000_000, 100_000));
    for (int i = 0; i < 3; i++) {
      a.send(i, 1000);
    }
    network.at(
        Duration.ofNanos(500_000),
        () -> network.setOptions(LinkOptions.PERFECT.withRate(80_000_000, 100_000)));
    assertTrue(network.runUntilIdle(Duration.ofSeconds(1)));

    assertEquals(
        List.of(1_000_000L, 1_100_000L, 1_200_000L),
        b.arrivals.stream().map(Scripted.Arrival::atNanos).toList());
  }

  @Test
  void oneFaultDoesNotMoveAnother() {
    sendMany(LinkOptions.PERFECT.withLoss(0.05));
    List<Integer> alone = b.numbers();
    b.arrivals.clear();
    sendMany(LinkOptions.PERFECT.withLoss(0.05).withDuplication(0.2));

    assertEquals(alone, b.numbers().stream().distinct().toList());
  }

  @Test
  void optionsRefuseWhatCannotBe() {
    LinkOptions options = LinkOptions.PERFECT;
    assertThrows(IllegalArgumentException.class, () -> options.withLoss(1.1));
    assertThrows(IllegalArgumentException.class, () -> options.withLoss(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> options.withDelay(Duration.ofNanos(-1)));
    assertThrows(IllegalArgumentException.class, () -> options.withRate(0, 1));
    assertThrows(IllegalArgumentException.class, () -> options.withRate(1, -1));
    assertThrows(IllegalArgumentException.class, () -> options.withMtu(0));
    assertThrows(IllegalArgumentException.class, () -> options.withBurstLoss(2, 0, 0));
  }
}
