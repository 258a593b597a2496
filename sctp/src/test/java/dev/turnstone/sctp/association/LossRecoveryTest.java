package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpMetrics;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.testkit.Direction;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.PacketFilter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Loss recovery by time on simulated paths (RFC 8985, RFC 9260 section 7). */
class LossRecoveryTest {
  private static final LinkOptions FAR = LinkOptions.PERFECT.withDelay(Duration.ofMillis(50));

  private static void transfer(Peers peers, int messages, int size) {
    for (int i = 0; i < messages; i++) {
      peers.a.send(0, new byte[size], SendOptions.RELIABLE_ORDERED);
    }
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == messages);
  }

  @Test
  void aTailThatIsLostIsRepairedWithoutATimeout() {
    Peers peers = new Peers(1, FAR).connected();
    transfer(peers, 1, 1000);
    peers.runFor(1000);
    int[] sent = {0};
    peers.network.setFilter(
        (direction, index, packet) ->
            direction == Direction.A_TO_B
                    && Peers.has(DataChunk.class).test(Peers.chunks(packet))
                    && ++sent[0] >= 6
                    && sent[0] <= 8
                ? PacketFilter.Verdict.DROP
                : PacketFilter.Verdict.KEEP);
    long began = peers.now();
    for (int i = 0; i < 8; i++) {
      peers.a.send(0, new byte[1160], SendOptions.RELIABLE_ORDERED);
    }
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 9);
    SctpMetrics metrics = peers.a.association.metrics();
    assertEquals(0, metrics.timeouts());
    assertEquals(1, metrics.tailLossProbes());
    assertTrue(peers.now() - began < Duration.ofMillis(700).toNanos());
  }

  @Test
  void fiveInAHundredLostAtAHundredMillisecondsNeedHardlyAnyTimeout() {
    Peers peers = new Peers(2, FAR.withLoss(0.05)).connected();
    transfer(peers, 100, 20_000);
    SctpMetrics metrics = peers.a.association.metrics();
    assertTrue(metrics.timeouts() <= 2, () -> "" + metrics);
    assertTrue(metrics.spuriousRetransmissions() <= 5, () -> "" + metrics);
  }

  @Test
  void lossBothWaysIsRepaired() {
    Peers peers = new Peers(3, FAR.withLoss(0.01)).connected();
    for (int i = 0; i < 50; i++) {
      peers.b.send(0, new byte[20_000], SendOptions.RELIABLE_ORDERED);
    }
    transfer(peers, 50, 20_000);
    peers.run(() -> peers.a.all(SctpEvent.MessageReceived.class).size() == 50);
    assertTrue(peers.a.association.metrics().timeouts() <= 1);
    assertTrue(peers.b.association.metrics().timeouts() <= 1);
  }

  @Test
  void everyThirdSackMayBeLost() {
    Peers peers = new Peers(4, FAR).connected();
    SplittableRandom random = new SplittableRandom(4);
    peers.network.setFilter(
        (direction, index, packet) ->
            direction == Direction.B_TO_A
                    && Peers.has(SackChunk.class).test(Peers.chunks(packet))
                    && random.nextInt(3) == 0
                ? PacketFilter.Verdict.DROP
                : PacketFilter.Verdict.KEEP);
    transfer(peers, 50, 20_000);
    SctpMetrics metrics = peers.a.association.metrics();
    assertEquals(0, metrics.timeouts());
    assertTrue(metrics.retransmissions() <= 3, () -> "" + metrics);
  }

  @Test
  void reorderingByAQuarterOfARoundTripIsLearnt() {
    Peers peers = new Peers(5, FAR.withReordering(0.02, Duration.ofMillis(24))).connected();
    transfer(peers, 50, 20_000);
    SctpMetrics learnt = peers.a.association.metrics();
    for (int i = 0; i < 100; i++) {
      peers.a.send(0, new byte[20_000], SendOptions.RELIABLE_ORDERED);
    }
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 150);
    long again = peers.a.association.metrics().retransmissions() - learnt.retransmissions();
    assertEquals(0, again);
    assertEquals(0, peers.a.association.metrics().timeouts());
  }

  @Test
  void aDelaySpikeCostsNoWindow() {
    Peers peers = new Peers(6, FAR).connected();
    transfer(peers, 50, 20_000);
    long window = peers.a.association.metrics().congestionWindow();
    peers.network.setFilter(
        (direction, index, packet) ->
            direction == Direction.A_TO_B
                ? PacketFilter.Verdict.hold(Duration.ofMillis(900))
                : PacketFilter.Verdict.KEEP);
    for (int i = 0; i < 10; i++) {
      peers.a.send(0, new byte[20_000], SendOptions.RELIABLE_ORDERED);
    }
    peers.runFor(100);
    peers.network.setFilter((direction, index, packet) -> PacketFilter.Verdict.KEEP);
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 60);
    peers.runFor(2000);
    assertTrue(peers.a.association.metrics().congestionWindow() >= window / 2);
  }

  @Test
  void aSenderThatWasIdleSendsTenPacketsAtOnceAndNoMore() {
    Peers peers = new Peers(7, Peers.WINDOWED, Peers.WINDOWED, FAR).connected();
    assertTrue(mostAtOnceAfterIdling(peers, 100) <= 12);
  }

  @Test
  void aModelOfThePathSendsTwoMillisecondsOfItsRateAtOnceAndNoMore() {
    // 100 Mbit/s: 21 packets in two milliseconds.
    Peers peers = new Peers(7, FAR.withRate(100_000_000, 1_250_000)).connected();
    int most = mostAtOnceAfterIdling(peers, 750);
    assertTrue(most > 2 && most <= 24, () -> most + " packets at one instant");
  }

  private static int mostAtOnceAfterIdling(Peers peers, int before) {
    transfer(peers, before, 20_000);
    peers.runFor(5_000);
    Map<Long, Integer> atOnce = new HashMap<>();
    peers.network.onSent(
        (direction, packet, nowNanos) -> {
          if (direction == Direction.A_TO_B) {
            atOnce.merge(nowNanos, 1, Integer::sum);
          }
        });
    for (int i = 0; i < 50; i++) {
      peers.a.send(0, new byte[20_000], SendOptions.RELIABLE_ORDERED);
    }
    peers.runFor(50);
    return atOnce.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
  }

  @Test
  void aNewPathLosesNothing() {
    Peers peers = new Peers(8, FAR).connected();
    for (int i = 0; i < 50; i++) {
      peers.a.send(0, new byte[20_000], SendOptions.RELIABLE_ORDERED);
    }
    peers.runFor(400);
    peers.network.setOptions(LinkOptions.PERFECT.withDelay(Duration.ofMillis(5)));
    peers.a.association.handlePathChange(peers.now());
    assertEquals(-1, peers.a.association.metrics().smoothedRttNanos());
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 50);
    assertEquals(0, peers.a.association.metrics().timeouts());
  }

  @Test
  void sacksThatMakeNoSenseDoNoHarm() {
    for (long seed = 0; seed < 20; seed++) {
      Peers peers = new Peers(100 + seed, FAR).connected();
      SplittableRandom random = new SplittableRandom(seed);
      int[] tag = {0};
      int[] cumulative = {0};
      peers.network.onSent(
          (direction, packet, nowNanos) -> {
            if (direction == Direction.B_TO_A) {
              tag[0] = Peers.tag(packet);
              for (var chunk : Peers.chunks(Peers.copy(packet))) {
                if (chunk instanceof SackChunk sack) {
                  cumulative[0] = sack.cumulativeTsn();
                }
              }
            }
          });
      for (int i = 0; i < 20; i++) {
        peers.a.send(0, new byte[20_000], SendOptions.RELIABLE_ORDERED);
      }
      peers.runFor(300);
      for (int i = 0; i < 300 && tag[0] != 0; i++) {
        int[] gaps = new int[2 * random.nextInt(30)];
        for (int j = 0; j < gaps.length; j += 2) {
          gaps[j] = 1 + random.nextInt(80);
          gaps[j + 1] = Math.min(65535, gaps[j] + random.nextInt(20));
        }
        int[] duplicates = new int[random.nextInt(5)];
        for (int j = 0; j < duplicates.length; j++) {
          duplicates[j] = cumulative[0] + random.nextInt(100) - 50;
        }
        int base = cumulative[0] + random.nextInt(4) - 1;
        ByteBuffer packet = Peers.packet(tag[0], new SackChunk(base, 1 << 20, gaps, duplicates));
        peers.a.association.handlePacket(packet, peers.now());
        peers.runFor(random.nextInt(20));
      }
      SctpMetrics metrics = peers.a.association.metrics();
      long shown = seed;
      assertTrue(metrics.bytesInFlight() >= 0, () -> "seed " + shown + " " + metrics);
    }
  }
}
