package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.AbandonedMessages;
import dev.turnstone.sctp.CongestionControl;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.PacketFilter;
import dev.turnstone.testkit.Seeds;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Messages that make room for more important ones (RFC 7496 section 3.2). */
class PriorityPolicyTest {
  private static final SctpOptions SMALL =
      SctpOptions.builder().sendBuffer(10_000).interleaving(false).build();

  /** Nothing leaves, so that the buffer fills. */
  private static Peers blocked(long seed) {
    Peers peers = new Peers(seed, SMALL, SMALL, Peers.LINK).connected();
    peers.a.queue(9, "x".repeat(100));
    peers.runFor(1000);
    peers.network.setOptions(LinkOptions.BLACKOUT);
    peers.a.send(0, new byte[9_000], SendOptions.RELIABLE_ORDERED);
    peers.runFor(10);
    assertEquals(0, peers.a.association.bufferedAmount(), "it fills the first window");
    peers.a.send(0, new byte[9_000], SendOptions.RELIABLE_ORDERED);
    peers.runFor(10);
    assertTrue(peers.a.association.bufferedAmount() > 1000, "the window is full");
    return peers;
  }

  private static SendOptions priority(int priority) {
    return SendOptions.RELIABLE_ORDERED.withPriority(priority);
  }

  private static List<Integer> abandonedStreams(Peers peers) {
    return peers.a.all(SctpEvent.MessageAbandoned.class).stream()
        .map(SctpEvent.MessageAbandoned::streamId)
        .toList();
  }

  @Test
  void theLeastImportantMessagesMakeRoomTheOldestFirst() {
    Peers peers = new Peers(1, SMALL, SMALL, Peers.LINK);
    // Before the handshake nothing leaves.
    assertEquals(SendResult.QUEUED, peers.a.send(1, new byte[3_000], priority(5)));
    assertEquals(SendResult.QUEUED, peers.a.send(2, new byte[3_000], priority(9)));
    assertEquals(SendResult.QUEUED, peers.a.send(3, new byte[3_000], priority(9)));
    assertEquals(
        SendResult.BUFFER_FULL,
        peers.a.send(4, new byte[3_000], priority(9)),
        "equals make no room for each other");
    assertEquals(SendResult.QUEUED, peers.a.send(5, new byte[3_000], priority(6)));
    assertEquals(SendResult.QUEUED, peers.a.send(6, new byte[3_000], priority(6)));
    assertEquals(9_000, peers.a.association.bufferedAmount());
    assertEquals(
        SendResult.BUFFER_FULL,
        peers.a.send(7, new byte[9_500], priority(5)),
        "all that is less important is not enough, so none of it goes");
    assertEquals(9_000, peers.a.association.bufferedAmount());
    assertEquals(SendResult.QUEUED, peers.a.send(8, new byte[10_000], priority(0)));
    peers.connected();
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 1);
    // For the last one all had to go: priority 6 twice, then 5.
    assertEquals(List.of(2, 3, 5, 6, 1), abandonedStreams(peers));
    assertEquals(
        new AbandonedMessages(0, 0, 0, 0, 5, 0), peers.a.association.metrics().abandonedByPolicy());
  }

  @Test
  void aReliableMessageMakesRoomButIsNeverGivenUp() {
    Peers peers = blocked(2);
    long reliable = peers.a.association.bufferedAmount();
    int rest = (int) (10_000 - reliable);
    assertEquals(SendResult.QUEUED, peers.a.send(1, new byte[rest], priority(0)));
    assertEquals(SendResult.QUEUED, peers.a.send(2, new byte[rest], SendOptions.RELIABLE_ORDERED));
    peers.runFor(1);
    assertEquals(List.of(1), abandonedStreams(peers));
    assertEquals(SendResult.BUFFER_FULL, peers.a.send(1, new byte[1], priority(0)));
    peers.network.setOptions(Peers.LINK);
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 4);
    assertEquals(1, peers.a.association.metrics().messagesAbandoned());
  }

  @Test
  void aPeerWithoutForwardTsnGetsEveryMessageWhateverItsPriority() {
    Peers peers = new Peers(3, SMALL, SMALL, Peers.LINK);
    peers.network.setFilter(
        (direction, index, packet) ->
            Peers.chunks(packet).get(0) instanceof InitChunk init
                ? PacketFilter.Verdict.replace(
                    Peers.packet(
                        0,
                        new InitChunk(
                            init.initiateTag(), init.arwnd(), 9, 9, init.initialTsn(), List.of())))
                : PacketFilter.Verdict.KEEP);
    peers.connected();
    assertEquals(SendResult.QUEUED, peers.b.send(1, new byte[9_000], priority(9)));
    assertEquals(SendResult.BUFFER_FULL, peers.b.send(1, new byte[9_000], priority(0)));
    peers.run(() -> peers.a.all(SctpEvent.MessageReceived.class).size() == 1);
    assertEquals(0, peers.b.association.metrics().messagesAbandoned());
  }

  @Test
  void aNegativePriorityIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> SendOptions.RELIABLE_ORDERED.withPriority(-2));
  }

  @Test
  void overABadLinkEveryMessageArrivesOrIsToldAbandonedAndOnlyThoseOfAPriorityAre() {
    Seeds.runEach(
        700,
        20,
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          SctpOptions options =
              SctpOptions.builder()
                  .sendBuffer(40_000)
                  .interleaving(random.nextBoolean())
                  // Slow enough over such a link for the buffer to fill in every round.
                  .congestionControl(CongestionControl.NEW_RENO)
                  .build();
          Peers peers =
              new Peers(
                  seed,
                  options,
                  options,
                  Peers.LINK.withLoss(0.1).withReordering(0.1, java.time.Duration.ofMillis(7)));
          peers.connected();
          int taken = 0;
          int reliable = 0;
          for (int i = 0; i < 300; i++) {
            int priority = random.nextInt(5) - 1;
            byte[] bytes = new byte[1 + random.nextInt(random.nextInt(4) == 0 ? 20_000 : 2_000)];
            bytes[0] = (byte) (priority < 0 ? 1 : 0);
            SendOptions how = new SendOptions(random.nextBoolean(), -1, -1).withPriority(priority);
            if (peers.a.send(random.nextInt(4), bytes, how) == SendResult.QUEUED) {
              taken++;
              reliable += priority < 0 ? 1 : 0;
            }
            assertTrue(peers.a.association.bufferedAmount() <= 40_000);
            peers.runFor(random.nextInt(4));
          }
          int sent = taken;
          peers.run(
              () ->
                  peers.b.all(SctpEvent.MessageReceived.class).size()
                          + peers.a.association.metrics().messagesAbandoned()
                      >= sent);
          peers.a.association.shutdown(peers.now());
          peers.run(() -> !peers.b.all(SctpEvent.Closed.class).isEmpty());
          assertEquals(SctpEvent.CloseReason.SHUTDOWN, peers.b.closed().reason());
          List<SctpEvent.MessageReceived> got = peers.b.all(SctpEvent.MessageReceived.class);
          assertEquals(reliable, got.stream().filter(each -> each.payload().get(0) == 1).count());
          AbandonedMessages abandoned = peers.a.association.metrics().abandonedByPolicy();
          assertTrue(abandoned.priorityUnsent() > 0, abandoned::toString);
          assertEquals(
              peers.a.association.metrics().messagesAbandoned(),
              abandoned.priorityUnsent() + abandoned.prioritySent());
        });
  }
}
