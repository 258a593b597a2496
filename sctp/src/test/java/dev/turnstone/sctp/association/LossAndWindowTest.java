package dev.turnstone.sctp.association;

import static dev.turnstone.sctp.association.Peers.has;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpMetrics;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.testkit.Direction;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.PacketFilter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Loss recovery, windows and buffers (RFC 9260 sections 6 and 7). */
class LossAndWindowTest {
  private static final int PACKET = 1160;

  private static void sendPackets(Peers peers, int count) {
    for (int i = 0; i < count; i++) {
      assertEquals(
          SendResult.QUEUED, peers.a.send(0, new byte[PACKET], SendOptions.RELIABLE_ORDERED));
    }
  }

  @Test
  void oneLostPacketIsSentAgainWhenThreeBehindItHaveArrived() {
    Peers peers = new Peers(1).connected();
    peers.drop(Direction.A_TO_B, 1, has(DataChunk.class));
    sendPackets(peers, 8);
    peers.runFor(200);
    assertEquals(8, peers.b.all(SctpEvent.MessageReceived.class).size());
    SctpMetrics metrics = peers.a.association.metrics();
    assertEquals(1, metrics.retransmissions());
    assertEquals(1, metrics.fastRetransmissions());
    assertEquals(0, metrics.timeouts());
  }

  @Test
  void aRetransmissionThatIsLostTooNeedsNoTimeout() {
    Peers peers = new Peers(2).connected();
    int[] dropped = {0};
    peers.network.setFilter(
        (direction, index, packet) -> {
          boolean first =
              direction == Direction.A_TO_B
                  && Peers.chunks(packet).stream()
                      .anyMatch(chunk -> chunk instanceof DataChunk data && data.ssn() == 3);
          return first && dropped[0]++ < 2 ? PacketFilter.Verdict.DROP : PacketFilter.Verdict.KEEP;
        });
    sendPackets(peers, 60);
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 60);
    assertEquals(2, peers.a.association.metrics().retransmissions());
    assertEquals(0, peers.a.association.metrics().timeouts());
  }

  @Test
  void reorderingByTwoPacketsCausesNoRetransmission() {
    Peers peers = new Peers(3).connected();
    peers.network.setFilter(
        (direction, index, packet) ->
            direction == Direction.A_TO_B
                    && Peers.chunks(packet).stream()
                        .anyMatch(chunk -> chunk instanceof DataChunk data && data.ssn() == 2)
                ? PacketFilter.Verdict.hold(Duration.ofNanos(1))
                : PacketFilter.Verdict.KEEP);
    sendPackets(peers, 5);
    peers.runFor(1000);
    assertEquals(5, peers.b.all(SctpEvent.MessageReceived.class).size());
    assertEquals(0, peers.a.association.metrics().retransmissions());
  }

  @Test
  void theLastPacketIsSentAgainByAProbeAndThenByTimeoutsThatDouble() {
    Peers peers = new Peers(4).connected();
    peers.a.queue(0, "measures the round trip");
    peers.runFor(1000);
    List<Long> times = new ArrayList<>();
    peers.network.setFilter(
        (direction, index, packet) -> {
          if (direction == Direction.A_TO_B
              && Peers.chunks(packet).stream().anyMatch(DataChunk.class::isInstance)) {
            times.add(TimeUnit.NANOSECONDS.toMillis(peers.now()));
            return times.size() <= 6 ? PacketFilter.Verdict.DROP : PacketFilter.Verdict.KEEP;
          }
          return PacketFilter.Verdict.KEEP;
        });
    peers.a.queue(0, "hard to deliver");
    peers.run(() -> peers.b.texts().size() == 2);
    List<Long> waits = new ArrayList<>();
    for (int i = 1; i < times.size(); i++) {
      waits.add(times.get(i) - times.get(i - 1));
    }
    assertEquals(List.of(40L, 400L, 800L, 1600L, 3200L, 6400L), waits);
    assertEquals(5, peers.a.association.metrics().timeouts());
    assertEquals(1, peers.a.association.metrics().tailLossProbes());
  }

  @Test
  void aPeerThatNeverAcknowledgesIsGivenUp() {
    Peers peers = new Peers(5).connected();
    peers.network.setOptions(LinkOptions.BLACKOUT);
    peers.a.queue(0, "into the void");
    peers.run(() -> peers.a.events.stream().anyMatch(SctpEvent.Closed.class::isInstance));
    assertEquals(SctpEvent.CloseReason.PEER_UNREACHABLE, peers.a.closed().reason());
    assertEquals(11, peers.a.association.metrics().timeouts());
    assertEquals(SctpAssociation.NEVER, peers.a.association.nextTimeout());
  }

  @Test
  void aDelayedSackComesAfter200MillisecondsAndWithEverySecondPacketAtOnce() {
    // On so short a path the sender does not ask for a SACK at the end of its flight.
    Peers peers = new Peers(6, LinkOptions.PERFECT.withDelay(Duration.ofMillis(1))).connected();
    peers.a.queue(0, "the first is acknowledged at once");
    peers.runFor(1000);
    List<Long> sacks = new ArrayList<>();
    peers.network.onSent(
        (direction, packet, nowNanos) -> {
          if (direction == Direction.B_TO_A
              && Peers.chunks(Peers.copy(packet)).stream().anyMatch(SackChunk.class::isInstance)) {
            sacks.add(nowNanos);
          }
        });
    long sentAt = peers.now();
    peers.a.queue(0, "one");
    peers.runFor(1000);
    assertEquals(List.of(sentAt + Duration.ofMillis(201).toNanos()), sacks);
    sacks.clear();
    sentAt = peers.now();
    sendPackets(peers, 2);
    peers.runFor(1000);
    assertEquals(List.of(sentAt + Duration.ofMillis(1).toNanos()), sacks);
  }

  @Test
  void aReaderThatStopsStopsTheSenderAndThenEverythingArrives() {
    SctpOptions small =
        SctpOptions.builder()
            .receiveBuffer(40_000)
            .receiveBufferMax(40_000)
            .maxReceivedMessageSize(5000)
            .build();
    Peers peers = new Peers(7, SctpOptions.defaults(), small, Peers.LINK).connected();
    peers.b.consumes = false;
    int count = 100;
    for (int i = 0; i < count; i++) {
      peers.a.send(0, new byte[5000], SendOptions.RELIABLE_ORDERED);
    }
    peers.runFor(120_000);
    int held = peers.b.all(SctpEvent.MessageReceived.class).size();
    assertTrue(held <= 9, () -> held + " messages of 5000 bytes in a buffer of 40000");
    // Two minutes of closed window: the peer answers probes, so it is not given up.
    assertFalse(peers.a.events.stream().anyMatch(SctpEvent.Closed.class::isInstance));
    assertTrue(peers.a.association.metrics().timeouts() > 10);
    peers.b.consumes = true;
    peers.b.association.consumed(held * 5000L, peers.now());
    long opened = peers.now();
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == count);
    // The window update starts it again, not the next probe.
    assertTrue(peers.now() - opened < Duration.ofSeconds(2).toNanos());
  }

  @Test
  void aLostWindowUpdateIsFoundOutByTheProbe() {
    SctpOptions small =
        SctpOptions.builder()
            .receiveBuffer(20_000)
            .receiveBufferMax(20_000)
            .maxReceivedMessageSize(5000)
            .build();
    Peers peers = new Peers(8, SctpOptions.defaults(), small, Peers.LINK).connected();
    peers.b.consumes = false;
    for (int i = 0; i < 20; i++) {
      peers.a.send(0, new byte[5000], SendOptions.RELIABLE_ORDERED);
    }
    peers.runFor(5_000);
    peers.network.setFilter(
        (direction, index, packet) ->
            direction == Direction.B_TO_A ? PacketFilter.Verdict.DROP : PacketFilter.Verdict.KEEP);
    peers.b.consumes = true;
    peers.b.association.consumed(1_000_000, peers.now());
    peers.runFor(1);
    peers.network.setFilter((direction, index, packet) -> PacketFilter.Verdict.KEEP);
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 20);
  }

  @Test
  void bufferedAmountFallsAsDataLeavesAndTellsAtTheThreshold() {
    Peers peers = new Peers(9).connected();
    peers.a.association.setBufferedAmountLowThreshold(4, 50_000);
    assertEquals(
        SendResult.QUEUED, peers.a.send(4, new byte[200_000], SendOptions.RELIABLE_ORDERED));
    assertEquals(200_000, peers.a.association.bufferedAmount(4));
    assertEquals(0, peers.a.association.bufferedAmount(5));
    assertEquals(200_000, peers.a.association.bufferedAmount());
    ByteBuffer into = ByteBuffer.allocate(1191);
    assertTrue(peers.a.association.pollPacket(into, peers.now()));
    assertTrue(peers.a.association.bufferedAmount(4) < 200_000);
    List<Long> seen = new ArrayList<>();
    peers.network.afterTurn(
        () -> {
          if (seen.isEmpty() && !peers.a.all(SctpEvent.BufferedAmountLow.class).isEmpty()) {
            seen.add(peers.a.association.bufferedAmount(4));
          }
        });
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 1);
    assertEquals(
        List.of(new SctpEvent.BufferedAmountLow(4)),
        peers.a.all(SctpEvent.BufferedAmountLow.class));
    assertTrue(seen.get(0) <= 50_000);
    assertEquals(0, peers.a.association.bufferedAmount(4));
  }

  @Test
  void aFullSendBufferTurnsMessagesAwayAndSaysWhenThereIsRoom() {
    SctpOptions small = SctpOptions.builder().sendBuffer(10_000).maxMessageSize(50_000).build();
    Peers peers = new Peers(10, small, SctpOptions.defaults(), Peers.LINK);
    assertEquals(
        SendResult.TOO_LARGE, peers.a.send(0, new byte[50_001], SendOptions.RELIABLE_ORDERED));
    assertEquals(SendResult.EMPTY, peers.a.send(0, new byte[0], SendOptions.RELIABLE_ORDERED));
    assertEquals(SendResult.QUEUED, peers.a.send(0, new byte[9000], SendOptions.RELIABLE_ORDERED));
    assertEquals(
        SendResult.BUFFER_FULL, peers.a.send(7, new byte[2000], SendOptions.RELIABLE_ORDERED));
    peers.connected();
    peers.runFor(1000);
    assertTrue(peers.a.events.contains(new SctpEvent.BufferedAmountLow(0)));
    assertTrue(peers.a.events.contains(new SctpEvent.BufferedAmountLow(7)));
  }

  @Test
  void anotherStreamsMessageDoesNotWaitForAWholeQueue() {
    Peers peers = new Peers(11).connected();
    for (int i = 0; i < 100; i++) {
      peers.a.send(0, new byte[20_000], SendOptions.RELIABLE_ORDERED);
    }
    peers.a.queue(1, "chat");
    peers.run(() -> !peers.b.events.isEmpty() && peers.b.events.stream().anyMatch(this::isChat));
    assertTrue(peers.b.all(SctpEvent.MessageReceived.class).size() <= 3);
  }

  private boolean isChat(SctpEvent event) {
    return event instanceof SctpEvent.MessageReceived message && message.streamId() == 1;
  }

  @Test
  void anIdleSenderDoesNotBurst() {
    LinkOptions link = LinkOptions.PERFECT.withDelay(Duration.ofMillis(50));
    Peers peers = new Peers(12, Peers.WINDOWED, Peers.WINDOWED, link).connected();
    for (int i = 0; i < 20; i++) {
      peers.a.send(0, new byte[100_000], SendOptions.RELIABLE_ORDERED);
    }
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 20);
    assertTrue(peers.a.association.metrics().congestionWindow() > 200_000);
    peers.runFor(20_000);
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    peers.a.send(0, new byte[200_000], SendOptions.RELIABLE_ORDERED);
    peers.runFor(1);
    assertTrue(sent.size() <= 11, () -> "" + sent.size());
  }

  @Test
  void duplicatesAreDeliveredOnce() {
    Peers peers = new Peers(13, Peers.LINK.withDuplication(1)).connected();
    for (int i = 0; i < 20; i++) {
      peers.a.queue(0, "message " + i);
    }
    peers.runFor(2000);
    assertEquals(20, peers.b.texts().size());
    assertTrue(peers.b.association.metrics().duplicateChunks() > 0);
  }
}
