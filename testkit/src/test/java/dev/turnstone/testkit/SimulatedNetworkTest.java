package dev.turnstone.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.testkit.PacketFilter.Verdict;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SimulatedNetworkTest {
  private static final LinkOptions SLOW = LinkOptions.PERFECT.withDelay(Duration.ofMillis(10));

  private final Scripted a = new Scripted();
  private final Scripted b = new Scripted();
  private final SimulatedNetwork network = new SimulatedNetwork(1, a, b, SLOW);

  /**
   * A transfer of numbered packets with one acknowledgement each and a resend timer: a toy core.
   */
  private static final class Toy implements Endpoint {
    private static final long RESEND = Duration.ofMillis(100).toNanos();
    final int total;
    final int length;
    final int window;
    int acknowledged;
    int nextToSend;
    int received;
    boolean acknowledge;
    long timer = NEVER;

    Toy(int total, int length, int window) {
      this.total = total;
      this.length = length;
      this.window = window;
    }

    @Override
    public void handlePacket(ByteBuffer packet, long nowNanos) {
      int number = packet.getInt();
      if (packet.hasRemaining()) {
        if (number == received) {
          received++;
        }
        acknowledge = true;
      } else if (number > acknowledged) {
        acknowledged = number;
        timer = acknowledged == total ? NEVER : nowNanos + RESEND;
      }
    }

    @Override
    public void handleTimeout(long nowNanos) {
      nextToSend = acknowledged;
      timer = nowNanos + RESEND;
    }

    @Override
    public long nextTimeout() {
      return timer;
    }

    @Override
    public boolean pollPacket(ByteBuffer into, long nowNanos) {
      if (acknowledge) {
        acknowledge = false;
        into.putInt(received);
        return true;
      }
      if (nextToSend < total && nextToSend < acknowledged + window) {
        int start = into.position();
        into.putInt(nextToSend++).position(start + length);
        timer = timer == NEVER ? nowNanos + RESEND : timer;
        return true;
      }
      return false;
    }
  }

  private static long transfer(long seed) {
    Toy sender = new Toy(2_000, 1200, 64);
    Toy receiver = new Toy(0, 0, 0);
    LinkOptions bad =
        SLOW.withJitter(Duration.ofMillis(1))
            .withLoss(0.02)
            .withDuplication(0.02)
            .withReordering(0.02, Duration.ofMillis(2))
            .withRate(50_000_000, 100_000);
    SimulatedNetwork network = new SimulatedNetwork(seed, sender, receiver, bad);
    assertTrue(network.runUntil(() -> sender.acknowledged == 2_000, Duration.ofMinutes(10)));
    assertEquals(2_000, receiver.received);
    return network.traceHash();
  }

  @Test
  void sameSeedGivesTheSameRun() {
    assertEquals(transfer(5), transfer(5));
    assertNotEquals(transfer(5), transfer(6));
  }

  @Test
  void traceHashSeesTimeDirectionAndBytes() {
    List<Long> hashes = new ArrayList<>();
    hashes.add(traceOf(Direction.A_TO_B, Duration.ZERO, "payload-1"));
    hashes.add(traceOf(Direction.B_TO_A, Duration.ZERO, "payload-1"));
    hashes.add(traceOf(Direction.A_TO_B, Duration.ofNanos(1), "payload-1"));
    hashes.add(traceOf(Direction.A_TO_B, Duration.ZERO, "payload-2"));
    hashes.add(traceOf(Direction.A_TO_B, Duration.ZERO, "Payload-1"));

    assertEquals(hashes.size(), hashes.stream().distinct().count());
  }

  private static long traceOf(Direction direction, Duration when, String packet) {
    SimulatedNetwork network = new SimulatedNetwork(1, new Scripted(), new Scripted(), SLOW);
    network.at(when, () -> network.inject(direction, ByteBuffer.wrap(packet.getBytes())));
    network.runFor(Duration.ofSeconds(1));
    return network.traceHash();
  }

  @Test
  void hundredMegabytesPassInOneRun() {
    int packets = 100_000_000 / 1200 + 1;
    Toy sender = new Toy(packets, 1200, 1000);
    Toy receiver = new Toy(0, 0, 0);
    SimulatedNetwork fast = new SimulatedNetwork(1, sender, receiver, SLOW);

    assertTrue(fast.runUntil(() -> sender.acknowledged == packets, Duration.ofMinutes(1)));
    assertEquals(packets, receiver.received);
    assertEquals(2L * packets, fast.turns());
  }

  @Test
  void clockStartsAtItsBirthAndEndsAtTheLimit() {
    SimulatedNetwork late =
        new SimulatedNetwork(1, 5_000, a, b, LinkOptions.PERFECT, LinkOptions.PERFECT);
    assertEquals(5_000, late.nowNanos());
    late.runFor(Duration.ofNanos(10));

    assertEquals(5_010, late.nowNanos());
    assertEquals(Duration.ofNanos(10), late.elapsed());
  }

  @Test
  void runUntilSaysWhetherTheConditionWasReached() {
    a.send(0, 100);

    assertFalse(network.runUntil(() -> !b.arrivals.isEmpty(), Duration.ofMillis(9)));
    assertEquals(9_000_000, network.nowNanos());
    assertTrue(network.runUntil(() -> !b.arrivals.isEmpty(), Duration.ofMillis(9)));
    assertEquals(10_000_000, network.nowNanos());
  }

  @Test
  void timeoutsComeWhenDueAndAfterPacketsOfTheSameInstant() {
    b.timer = 10_000_000;
    a.send(0, 100);
    List<String> order = new ArrayList<>();
    network.afterTurn(() -> order.add(b.arrivals.size() + " " + b.timeouts.size()));
    assertTrue(network.runUntilIdle(Duration.ofSeconds(1)));

    assertEquals(List.of(10_000_000L), b.timeouts);
    assertEquals(List.of("1 0", "1 1"), order.subList(order.size() - 2, order.size()));
  }

  @Test
  void timerInThePastFiresNow() {
    network.runFor(Duration.ofMillis(5));
    a.timer = 1;
    network.runFor(Duration.ofMillis(5));

    assertEquals(List.of(5_000_000L), a.timeouts);
  }

  @Test
  void actionsRunAtTheirTimeInTheOrderOfAsking() {
    List<String> order = new ArrayList<>();
    network.at(Duration.ofMillis(2), () -> order.add("second at " + network.elapsed().toMillis()));
    network.at(Duration.ofMillis(1), () -> order.add("first"));
    network.at(Duration.ofMillis(2), () -> order.add("third"));
    network.runFor(Duration.ofMillis(2));
    network.after(Duration.ofMillis(3), () -> order.add("at " + network.elapsed().toMillis()));
    network.runFor(Duration.ofMillis(3));

    assertEquals(List.of("first", "second at 2", "third", "at 5"), order);
    assertThrows(
        IllegalArgumentException.class, () -> network.at(Duration.ofMillis(4), order::clear));
  }

  @Test
  void whatAHookSendsLeavesInTheSameTurn() {
    network.afterTurn(
        () -> {
          if (b.arrivals.size() == 1 && a.arrivals.isEmpty()) {
            b.arrivals.add(b.arrivals.get(0));
            b.send(1, 100);
          }
        });
    a.send(0, 100);
    assertTrue(network.runUntil(() -> !a.arrivals.isEmpty(), Duration.ofSeconds(1)));

    assertEquals(20_000_000, a.arrivals.get(0).atNanos());
  }

  @Test
  void quietNetworkIsIdleInSpiteOfASlowTimer() {
    a.send(0, 100);
    b.timer = Duration.ofSeconds(30).toNanos();

    assertTrue(network.runUntilIdle(Duration.ofSeconds(5), Duration.ofMinutes(1)));
    assertEquals(10_000_000, network.nowNanos());
    assertFalse(network.runUntilIdle(Duration.ofSeconds(5)), "the timer still runs");
  }

  @Test
  void filterDropsChangesRepeatsReplacesAndHolds() {
    network.setFilter(
        (direction, index, packet) ->
            switch ((int) index) {
              case 0 -> Verdict.DROP;
              case 1 -> Verdict.DUPLICATE;
              case 2 -> {
                packet.putInt(packet.position(), 22);
                yield Verdict.KEEP;
              }
              case 3 ->
                  Verdict.replace(
                      ByteBuffer.allocate(8).putInt(0, 33), packet.limit(packet.position() + 50));
              case 4 -> Verdict.hold(Duration.ofMillis(1));
              default -> Verdict.KEEP;
            });
    for (int i = 0; i < 6; i++) {
      a.send(i, 100);
    }
    assertTrue(network.runUntilIdle(Duration.ofSeconds(1)));

    assertEquals(List.of(1, 1, 22, 33, 3, 5, 4), b.numbers());
    assertEquals(
        List.of(100, 100, 100, 8, 50, 100, 100),
        b.arrivals.stream().map(Scripted.Arrival::length).toList());
    assertEquals(11_000_000, b.arrivals.get(6).atNanos());
    assertEquals(7, network.link(Direction.A_TO_B).statistics().sent());
  }

  @Test
  void filterCountsEachDirectionForItself() {
    List<String> seen = new ArrayList<>();
    network.setFilter(
        (direction, index, packet) -> {
          seen.add(direction + " " + index);
          packet.clear();
          return Verdict.KEEP;
        });
    a.send(0, 10);
    b.send(1, 11);
    a.send(2, 12);
    network.runUntilIdle(Duration.ofSeconds(1));

    assertEquals(List.of("A_TO_B 0", "A_TO_B 1", "B_TO_A 0"), seen);
    assertEquals(List.of(new Scripted.Arrival(1, 11, 10_000_000)), a.arrivals);
  }

  @Test
  void tapsSeeWhatIsSentAndWhatArrives() {
    List<String> seen = new ArrayList<>();
    network.onSent((way, packet, now) -> seen.add("sent " + way + packet.getInt() + " " + now));
    network.onDelivered((way, packet, now) -> seen.add("got " + way + packet.getInt() + " " + now));
    network.link(Direction.B_TO_A).setOptions(LinkOptions.BLACKOUT);
    a.send(7, 10);
    b.send(8, 10);
    network.runUntilIdle(Duration.ofSeconds(1));

    assertEquals(List.of("sent A_TO_B7 0", "sent B_TO_A8 0", "got A_TO_B7 10000000"), seen);
    assertEquals(List.of(7), b.numbers());
  }

  @Test
  void injectedPacketArrivesLikeAnyOther() {
    ByteBuffer packet = ByteBuffer.allocate(12).putInt(4, 99).position(4);
    network.inject(Direction.B_TO_A, packet);
    network.runUntilIdle(Duration.ofSeconds(1));

    assertEquals(List.of(new Scripted.Arrival(99, 8, 10_000_000)), a.arrivals);
    assertEquals(4, packet.position());
  }

  @Test
  void borrowedBytesAreScribbledOver() {
    List<ByteBuffer> kept = new ArrayList<>();
    Endpoint keeper =
        Endpoint.of(
            (packet, now) -> kept.add(packet),
            now -> {},
            () -> Endpoint.NEVER,
            (into, now) -> false);
    SimulatedNetwork keeping = new SimulatedNetwork(1, a, keeper, SLOW);
    a.send(1, 100);
    keeping.runUntilIdle(Duration.ofSeconds(1));

    assertNotEquals(1, kept.get(0).getInt());
  }

  @Test
  void largePacketsPassWhole() {
    byte[] large = new byte[65535];
    large[3] = 5;
    a.send(large);
    network.runUntilIdle(Duration.ofSeconds(1));

    assertEquals(List.of(new Scripted.Arrival(5, 65535, 10_000_000)), b.arrivals);
  }

  @Test
  void timerThatNeverMovesIsReported() {
    Endpoint stubborn =
        Endpoint.of((packet, now) -> {}, now -> {}, () -> 3_000_000L, (into, now) -> false);
    SimulatedNetwork stuck = new SimulatedNetwork(1, a, stubborn, SLOW);
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> stuck.runFor(Duration.ofSeconds(1)));

    assertTrue(e.getMessage().contains("endpoint B took 1000 timeouts"), e.getMessage());
    assertTrue(e.getMessage().contains("PT0.003S"), e.getMessage());
  }

  @Test
  void endpointThatSendsWithoutEndIsReported() {
    Endpoint flood =
        Endpoint.of(
            (packet, now) -> {},
            now -> {},
            () -> Endpoint.NEVER,
            (into, now) -> {
              into.put((byte) 1);
              return true;
            });
    SimulatedNetwork stuck = new SimulatedNetwork(1, flood, b, LinkOptions.BLACKOUT);
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> stuck.runFor(Duration.ZERO));

    assertTrue(e.getMessage().contains("endpoint A sent 100000 packets"), e.getMessage());
  }

  @Test
  void endlessAnswersWithoutDelayAreReported() {
    Endpoint echo = echo();
    SimulatedNetwork stuck = new SimulatedNetwork(1, echo, echo(), LinkOptions.PERFECT);
    stuck.inject(Direction.A_TO_B, ByteBuffer.allocate(4));
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> stuck.runFor(Duration.ZERO));

    assertTrue(e.getMessage().contains("turns"), e.getMessage());
  }

  private static Endpoint echo() {
    int[] owed = {0};
    return Endpoint.of(
        (packet, now) -> owed[0]++,
        now -> {},
        () -> Endpoint.NEVER,
        (into, now) -> {
          if (owed[0] == 0) {
            return false;
          }
          owed[0]--;
          into.putInt(1);
          return true;
        });
  }

  @Test
  void packetThatWasNotWrittenIsReported() {
    Endpoint liar =
        Endpoint.of((packet, now) -> {}, now -> {}, () -> Endpoint.NEVER, (into, now) -> true);
    SimulatedNetwork stuck = new SimulatedNetwork(1, liar, b, SLOW);

    assertThrows(IllegalStateException.class, () -> stuck.runFor(Duration.ZERO));
  }
}
