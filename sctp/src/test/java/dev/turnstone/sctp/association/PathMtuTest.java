package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.HeartbeatAckChunk;
import dev.turnstone.sctp.chunk.PadChunk;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.testkit.Direction;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.Seeds;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets as large as the path carries (RFC 8899). */
class PathMtuTest {
  private static SctpOptions upTo(int maxMtu) {
    return SctpOptions.builder().interleaving(false).pathMtuDiscovery(true).maxMtu(maxMtu).build();
  }

  private static Peers peers(long seed, int maxMtu, LinkOptions link) {
    return new Peers(seed, upTo(maxMtu), Peers.CLASSIC, link).connected();
  }

  private static int packetSize(Peers peers) {
    return peers.a.association.metrics().packetSize();
  }

  private static void sendBulk(Peers peers, int messages) {
    for (int i = 0; i < messages; i++) {
      peers.a.send(0, new byte[50_000], SendOptions.RELIABLE_ORDERED);
    }
  }

  @Test
  void withoutTheOptionNothingIsProbed() {
    Peers peers = new Peers(1).connected();
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    sendBulk(peers, 10);
    peers.runFor(60_000);
    assertFalse(sent.stream().anyMatch(PadChunk.class::isInstance));
    assertEquals(1191, packetSize(peers));
  }

  @ParameterizedTest
  @CsvSource({"1411, 1400", "1411, 1500", "1411, 1250", "9000, 9000", "9000, 1400", "9000, 3000"})
  void theSizeThatThePathCarriesIsFoundAndUsed(int maxMtu, int path) {
    Peers peers = peers(2, maxMtu, Peers.LINK.withMtu(path));
    peers.runFor(120_000);
    int best = Math.min(maxMtu, path);
    assertTrue(
        packetSize(peers) <= best && packetSize(peers) >= best - 20,
        () -> packetSize(peers) + " of " + best);
    List<ByteBuffer> sent = peers.capture(Direction.A_TO_B);
    sendBulk(peers, 20);
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 20);
    int largest = sent.stream().mapToInt(ByteBuffer::remaining).max().orElseThrow();
    assertTrue(largest <= packetSize(peers) && largest > packetSize(peers) - 250, "" + largest);
    assertEquals(0, peers.a.association.metrics().retransmissions());
  }

  @Test
  void aPathThatCarriesTheLargestSizeCostsTwoProbes() {
    Peers peers = new Peers(3, upTo(9000), Peers.CLASSIC, Peers.LINK);
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    peers.connected();
    peers.runFor(1000_000);
    // The base and the largest; and nothing is left to search for.
    assertEquals(2, sent.stream().filter(PadChunk.class::isInstance).count());
    assertEquals(9000, packetSize(peers));
  }

  @ParameterizedTest
  @ValueSource(ints = {1191, 1400, 4000})
  void aPathThatShrinksInMidTransferIsNoticedAndEverythingArrives(int shrunk) {
    Peers peers = peers(4, 9000, Peers.LINK.withRate(50_000_000, 200_000));
    peers.runFor(5000);
    assertEquals(9000, packetSize(peers));
    sendBulk(peers, 200);
    peers.runFor(500);
    int before = peers.b.all(SctpEvent.MessageReceived.class).size();
    assertTrue(before > 10 && before < 190, () -> "in mid-transfer: " + before);
    peers.network.setOptions(Peers.LINK.withRate(50_000_000, 200_000).withMtu(shrunk));
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 200);
    // And what the path carries now is found again.
    peers.runFor(120_000);
    assertTrue(
        packetSize(peers) <= shrunk && packetSize(peers) >= shrunk - 20,
        () -> packetSize(peers) + " of " + shrunk);
    assertEquals(AssociationState.ESTABLISHED, peers.a.state());
  }

  @Test
  void smallMessagesThatStillPassDoNotHideABlackHole() {
    Peers peers = peers(5, 9000, Peers.LINK);
    peers.runFor(5000);
    peers.network.setOptions(Peers.LINK.withMtu(1300));
    sendBulk(peers, 5);
    int pings = 0;
    for (int i = 0;
        i < 3000 && peers.b.all(SctpEvent.MessageReceived.class).size() < 5 + pings;
        i++) {
      peers.a.queue(1, "ping");
      pings++;
      peers.runFor(20);
    }
    assertTrue(packetSize(peers) <= 1300, () -> "" + packetSize(peers));
    int all = 5 + pings;
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == all);
  }

  @Test
  void probesThatAreLostByChanceAreSentAgain() {
    Seeds.runEach(
        1,
        20,
        seed -> {
          Peers peers = peers(seed, 9000, Peers.LINK.withMtu(1411).withLoss(0.1));
          peers.runFor(60_000);
          assertTrue(packetSize(peers) <= 1411, () -> "" + packetSize(peers));
          sendBulk(peers, 5);
          peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 5);
          assertEquals(AssociationState.ESTABLISHED, peers.a.state());
        });
  }

  @Test
  void aPathThatGrowsIsNoticedWhenTheRaiseTimerExpires() {
    Peers peers = peers(6, 1411, Peers.LINK.withMtu(1200));
    peers.runFor(60_000);
    assertTrue(packetSize(peers) <= 1200);
    peers.network.setOptions(Peers.LINK);
    peers.runFor(600_000);
    assertEquals(1408, packetSize(peers));
  }

  @Test
  void lostProbesAreNoErrorsOfTheAssociationAndNoCongestion() {
    Peers peers = peers(7, 9000, Peers.LINK.withMtu(1191));
    long window = peers.a.association.metrics().congestionWindow();
    peers.runFor(300_000);
    assertEquals(AssociationState.ESTABLISHED, peers.a.state());
    assertEquals(window, peers.a.association.metrics().congestionWindow());
    assertTrue(packetSize(peers) <= 1191);
  }

  @Test
  void aForgedAnswerToAProbeIsNone() {
    Lone lone = Lone.in(AssociationState.ESTABLISHED, upTo(9000));
    for (int i = 0; i < 100; i++) {
      lone.hit(
          new HeartbeatAckChunk(
              new Parameter.HeartbeatInfo(ByteBuffer.allocate(12).putLong(i).putInt(9000).flip())));
    }
    assertEquals(1191, lone.it.metrics().packetSize());
    assertEquals(100, lone.it.metrics().protocolErrors());
  }

  @Test
  void nothingIsProbedOnceTheAssociationEnds() {
    Lone lone = Lone.in(AssociationState.SHUTDOWN_SENT, upTo(9000));
    for (int i = 0; i < 5; i++) {
      assertFalse(lone.fire().stream().anyMatch(PadChunk.class::isInstance));
    }
  }

  @Test
  void aRoomThatIsTooSmallForAProbeIsRefused() {
    SctpAssociation association = new SctpAssociation(upTo(9000), new SplittableRandom(1));
    assertThrows(
        IllegalArgumentException.class, () -> association.pollPacket(ByteBuffer.allocate(8999), 0));
    assertThrows(IllegalArgumentException.class, () -> upTo(1190));
  }

  @Test
  void fragmentsFitTheBaseSizeWhateverThePathCarries() {
    Peers peers = peers(8, 9000, Peers.LINK);
    peers.runFor(5000);
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    sendBulk(peers, 3);
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 3);
    assertTrue(
        sent.stream()
            .filter(DataChunk.class::isInstance)
            .allMatch(chunk -> chunk.paddedLength() <= 1191 - 12));
  }
}
