package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpMetrics;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.CookieEchoChunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.ForwardTsnChunk;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.PacketWriter;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.testkit.Direction;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that cannot be, from a peer that knows the tag: what they cost and how they end. */
class BadInputTest {
  private static final int[] NONE = {};

  private static SackChunk lastSack(List<Chunk> chunks) {
    return (SackChunk)
        chunks.stream()
            .filter(SackChunk.class::isInstance)
            .reduce((first, second) -> second)
            .orElseThrow();
  }

  private static void send(Lone lone, int count, int size) {
    for (int i = 0; i < count; i++) {
      lone.it.send(0, 51, ByteBuffer.wrap(new byte[size]), SendOptions.RELIABLE_ORDERED, lone.now);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, -70_000, Integer.MIN_VALUE, Integer.MAX_VALUE, 65_600, 1_000_000})
  void aTsnFarAwayIsNotTakenAndTheAnswerSaysWhereWeAre(int distance) {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    lone.hit(Lone.data(Lone.PEER_TSN + distance, 0));
    SackChunk sack = lastSack(lone.chunks());
    assertEquals(Lone.PEER_TSN - 1, sack.cumulativeTsn());
    assertEquals(0, sack.gapCount());
    assertEquals(0, lone.it.metrics().messagesReceived());
    lone.hit(Lone.data(Lone.PEER_TSN, 0));
    assertEquals(1, lone.it.metrics().messagesReceived());
  }

  @Test
  void aForwardTsnPastTheEndSkipsForThePeerAloneAndOneBackwardsDoesNothing() {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    int far = Lone.PEER_TSN + 1_000_000_000;
    lone.hit(new ForwardTsnChunk(far, List.of(new ForwardTsnChunk.Skip(0, 9))));
    assertEquals(far, lastSack(lone.chunks()).cumulativeTsn());
    lone.hit(new ForwardTsnChunk(Lone.PEER_TSN, List.of(new ForwardTsnChunk.Skip(0, 3))));
    assertEquals(far, lastSack(lone.chunks()).cumulativeTsn());
    lone.hit(Lone.data(far + 1, 10));
    assertEquals(1, lone.it.metrics().messagesReceived());
    assertEquals(AssociationState.ESTABLISHED, lone.it.state());
  }

  @Test
  void forwardTsnsThatSkipEveryStreamKeepAtMostOneNumberAStream() {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    int tsn = Lone.PEER_TSN;
    for (int round = 0; round < 100; round++) {
      List<ForwardTsnChunk.Skip> skips = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        skips.add(new ForwardTsnChunk.Skip((round * 400 + i) & 0xFFFF, round));
      }
      lone.hit(new ForwardTsnChunk(tsn++, skips));
      lone.sent();
    }
    assertEquals(AssociationState.ESTABLISHED, lone.it.state());
    assertEquals(SctpOptions.defaults().receiveBuffer(), lone.it.metrics().receiveWindow());
  }

  @Test
  void fragmentsThatNeverCompleteFillTheWindowAndNoMore() {
    SctpOptions small =
        SctpOptions.builder()
            .interleaving(false)
            .receiveBuffer(100_000)
            .receiveBufferMax(100_000)
            .maxReceivedMessageSize(20_000)
            .build();
    Lone lone = Lone.in(AssociationState.ESTABLISHED, small);
    SackChunk sack = null;
    for (int i = 0; i < 3000; i++) {
      // Each begins a message; the TSN between never comes, so none can go on.
      lone.hit(
          new DataChunk(
              Lone.PEER_TSN + 1 + 2 * i,
              i % 100,
              0,
              51,
              true,
              true,
              false,
              false,
              ByteBuffer.allocate(100)));
      sack = lastSack(lone.chunks());
    }
    assertEquals(AssociationState.ESTABLISHED, lone.it.state());
    assertEquals(0, sack.arwnd());
    assertTrue(sack.gapCount() <= 100_000 / 100, () -> "blocks held");
    // What was refused is not claimed, and the first that is missing still finds room.
    lone.hit(Lone.data(Lone.PEER_TSN, 0));
    assertEquals(1, lone.it.metrics().messagesReceived());
  }

  /** A packet as large as a DTLS record, which no honest peer of ours would send. */
  private static ByteBuffer large(int tag, Chunk chunk) {
    ByteBuffer packet = ByteBuffer.allocate(17_000);
    PacketWriter writer = new PacketWriter();
    writer.begin(packet, 5000, 5000, tag);
    writer.write(chunk);
    writer.finish();
    return packet.flip();
  }

  @Test
  void gapBlocksByTheThousandInAnyOrderAcknowledgeNoMoreThanTheySay() {
    SplittableRandom random = new SplittableRandom(7);
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    send(lone, 2000, 1);
    lone.sent();
    long before = lone.it.metrics().bytesInFlight();
    for (int round = 0; round < 200; round++) {
      int[] gaps = new int[8000];
      for (int i = 0; i < gaps.length; i += 2) {
        // Overlapping, repeated and backwards; the first TSN is in none of them.
        gaps[i] = 2 + random.nextInt(20);
        gaps[i + 1] = gaps[i] + random.nextInt(5);
      }
      lone.it.handlePacket(
          large(lone.tag, new SackChunk(lone.tsn - 1, 100_000, gaps, NONE)), lone.now);
    }
    SctpMetrics metrics = lone.it.metrics();
    assertTrue(metrics.bytesInFlight() > 0 && metrics.bytesInFlight() <= before + 26 * 20);
    // The first chunk was never acknowledged: it is sent again until it is.
    lone.sent();
    boolean again = false;
    for (int i = 0; i < 5 && !again; i++) {
      again =
          lone.fire().stream()
              .anyMatch(chunk -> chunk instanceof DataChunk data && data.tsn() == lone.tsn);
    }
    assertTrue(again || lone.it.metrics().retransmissions() > 0);
    assertEquals(AssociationState.ESTABLISHED, lone.it.state());
  }

  @Test
  void aPeerThatTakesBackPartOfItsGapReportsGetsTheRestAgain() {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    send(lone, 5, 1160);
    lone.sent();
    int cumulative = lone.tsn - 1;
    // It has 2 to 5; then it has 1, and of the others only 5.
    lone.hit(new SackChunk(cumulative, 100_000, new int[] {2, 5}, NONE));
    lone.sent();
    lone.hit(new SackChunk(cumulative + 1, 100_000, new int[] {4, 4}, NONE));
    lone.sent();
    List<Integer> again = new ArrayList<>();
    for (int i = 0; i < 20 && again.size() < 3; i++) {
      for (Chunk chunk : lone.fire()) {
        if (chunk instanceof DataChunk data && data.tsn() == cumulative + 2 + again.size()) {
          again.add(data.tsn());
          lone.hit(new SackChunk(data.tsn(), 100_000, NONE, NONE));
        }
      }
    }
    assertEquals(List.of(cumulative + 2, cumulative + 3, cumulative + 4), again.subList(0, 3));
    assertEquals(AssociationState.ESTABLISHED, lone.it.state());
  }

  @Test
  void forgedCookiesByTheThousandLeaveNothingBehind() {
    Lone lone = Lone.in(AssociationState.CLOSED);
    SplittableRandom random = new SplittableRandom(3);
    byte[] bytes = new byte[81];
    for (int i = 0; i < 10_000; i++) {
      random.nextBytes(bytes);
      lone.hitWithTag(random.nextInt(), new CookieEchoChunk(ByteBuffer.wrap(bytes)));
    }
    assertEquals(List.of(), lone.sent());
    assertEquals(AssociationState.CLOSED, lone.it.state());
    assertEquals(SctpAssociation.NEVER, lone.it.nextTimeout());
  }

  @Test
  void aReplayedHandshakeRestartsNothing() {
    Peers peers = new Peers(30);
    List<ByteBuffer> toB = peers.capture(Direction.A_TO_B);
    peers.connected();
    peers.a.queue(0, "one");
    peers.runFor(1000);
    for (ByteBuffer packet : List.copyOf(toB)) {
      peers.network.inject(Direction.A_TO_B, packet);
    }
    peers.runFor(1000);
    assertEquals(List.of("one"), peers.b.texts());
    assertEquals(1, peers.b.all(SctpEvent.Connected.class).size());
    assertEquals(0, peers.b.all(SctpEvent.PeerRestarted.class).size());
    peers.a.queue(0, "two");
    peers.run(() -> peers.b.texts().equals(List.of("one", "two")));
  }

  @Test
  void noMoreMessagesAreOutstandingThanNumbersCanTellApart() {
    // 6.1: at most 2^16 - 1 ordered messages of a stream in the window; and a gap block reaches no
    // further than 65535 TSNs.
    SctpOptions wide = SctpOptions.builder().interleaving(false).initialWindowPackets(1000).build();
    Lone lone = new Lone(wide);
    lone.hitWithTag(0, new InitChunk(Lone.PEER_TAG, 0xFFFFFFFFL, 10, 10, Lone.PEER_TSN, List.of()));
    InitAckChunk ack = (InitAckChunk) lone.chunks().get(0);
    lone.hitWithTag(ack.initiateTag(), new CookieEchoChunk(Lone.cookieOf(ack)));
    lone.tag = ack.initiateTag();
    lone.sent();
    send(lone, 250_000, 1);
    int highest = ack.initialTsn() - 1;
    int cumulative = highest;
    int most = 0;
    // Acknowledged for a while, until the window is wide; then never again.
    for (int step = 0; step < 300; step++) {
      lone.now += 1_000_000;
      lone.it.handleTimeout(lone.now);
      for (Chunk chunk : lone.chunks()) {
        if (chunk instanceof DataChunk data && data.tsn() - highest > 0) {
          highest = data.tsn();
        }
      }
      int outstanding = highest - cumulative;
      assertTrue(outstanding <= 65535, () -> outstanding + " outstanding");
      most = Math.max(most, outstanding);
      if (highest - ack.initialTsn() < 120_000) {
        cumulative = highest;
        lone.hit(new SackChunk(cumulative, 0xFFFFFFFFL, NONE, NONE));
      }
    }
    assertEquals(65535, most);
  }
}
