package dev.turnstone.sctp.receive;

import static dev.turnstone.sctp.receive.Peer.chunk;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.BufferBudget;
import dev.turnstone.sctp.SctpEvent.MessageReceived;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.ForwardTsnChunk;
import dev.turnstone.sctp.chunk.SackChunk;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Acknowledgements and the receive window. */
class DataReceiverTest {
  private static final int BUFFER = 100_000;
  private static final String KILOBYTE = "x".repeat(1000);

  private final DataReceiver receiver = new DataReceiver(1, 100, new ReceiveLimits(BUFFER, 20_000));

  @Test
  void everySecondPacketIsAcknowledgedAtOnce() {
    packet(chunk(1, 1, 0, "BE", "x"));
    assertEquals(Acknowledgement.NOW, receiver.acknowledgement(), "the first one");
    sack();
    for (int tsn = 2; tsn < 20; tsn += 2) {
      packet(chunk(tsn, 1, tsn - 1, "BE", "x"));
      assertEquals(Acknowledgement.DELAYED, receiver.acknowledgement());
      packet(chunk(tsn + 1, 1, tsn, "BE", "x"));
      assertEquals(Acknowledgement.NOW, receiver.acknowledgement());
      assertEquals(tsn + 1, sack().cumulativeTsn());
      assertEquals(Acknowledgement.NONE, receiver.acknowledgement());
    }
  }

  @Test
  void manyChunksInAPacketCountOnce() {
    afterTheFirst();
    packet(chunk(2, 1, 1, "BE", "x"), chunk(3, 1, 2, "BE", "x"), chunk(4, 1, 3, "BE", "x"));
    assertEquals(Acknowledgement.DELAYED, receiver.acknowledgement());
    packet();
    assertEquals(Acknowledgement.DELAYED, receiver.acknowledgement());
  }

  @Test
  void aGapIsAcknowledgedAtOnceAndSoIsItsEnd() {
    afterTheFirst();
    packet(chunk(3, 1, 2, "BE", "x"));
    assertEquals(Acknowledgement.NOW, receiver.acknowledgement());
    assertArrayEquals(new int[] {2, 2}, sack().gaps());
    packet(chunk(4, 1, 3, "BE", "x"));
    assertEquals(Acknowledgement.NOW, receiver.acknowledgement());
    sack();
    packet(chunk(2, 1, 1, "BE", "x"));
    assertEquals(Acknowledgement.NOW, receiver.acknowledgement());
    assertEquals(new SackChunk(4, receiver.sack(100).arwnd(), new int[0], new int[0]), sack());
    packet(chunk(5, 1, 4, "BE", "x"));
    assertEquals(Acknowledgement.DELAYED, receiver.acknowledgement());
  }

  @Test
  void theImmediateBitIsObeyed() {
    afterTheFirst();
    packet(chunk(2, 1, 1, "BEI", "x"));
    assertEquals(Acknowledgement.NOW, receiver.acknowledgement());
  }

  @Test
  void duplicatesAreAcknowledgedAtOnceAndNamedOnce() {
    afterTheFirst();
    packet(chunk(1, 1, 0, "BE", "x"));
    assertEquals(Acknowledgement.NOW, receiver.acknowledgement());
    assertArrayEquals(new int[] {1}, sack().duplicates());
    assertArrayEquals(new int[0], sack().duplicates());
    assertNotNull(receiver.pollMessage());
    assertNull(receiver.pollMessage());
  }

  @Test
  void forwardTsnCountsLikeData() {
    afterTheFirst();
    receiver.handleForwardTsn(new ForwardTsnChunk(2, List.of()));
    receiver.handlePacketEnd();
    assertEquals(Acknowledgement.DELAYED, receiver.acknowledgement());
    receiver.acknowledgeNow();
    assertEquals(Acknowledgement.NOW, receiver.acknowledgement());
    assertEquals(2, sack().cumulativeTsn());
  }

  @Test
  void aSackKeepsToItsRoom() {
    afterTheFirst();
    for (int tsn = 3; tsn < 3000; tsn += 2) {
      receiver.handleData(chunk(tsn, 1, 0, "UBE", "x"));
      receiver.handleData(chunk(tsn, 1, 0, "UBE", "x"));
    }
    for (int room = 16; room < 1300; room++) {
      SackChunk sack = receiver.sack(room);
      assertTrue(sack.paddedLength() <= room);
      assertTrue(sack.paddedLength() > room - 8);
    }
    receiver.handleData(chunk(1, 1, 0, "UBE", "x"));
    assertEquals(1, receiver.sack(8000).duplicates().length);
  }

  @Test
  void theWindowShrinksByWhatIsHeldAndComesBackWhenConsumed() {
    assertEquals(BUFFER, sack().arwnd());
    receiver.handleData(chunk(2, 1, 1, "BE", KILOBYTE));
    long held = BUFFER - sack().arwnd();
    assertTrue(held >= 1000 && held < 1200);
    receiver.handleData(chunk(1, 1, 0, "BE", KILOBYTE));
    long both = BUFFER - sack().arwnd();
    assertTrue(both >= 2000 && both < 2400);
    assertNotNull(receiver.pollMessage());
    assertNotNull(receiver.pollMessage());
    assertEquals(both, BUFFER - sack().arwnd());
    receiver.consumed(1500);
    receiver.consumed(400);
    assertTrue(BUFFER - sack().arwnd() > 100);
    receiver.consumed(100);
    assertEquals(BUFFER, sack().arwnd());
    receiver.consumed(1_000_000);
    assertEquals(BUFFER, sack().arwnd());
  }

  @Test
  void messagesOfOneByteCannotFillTheHeap() {
    int taken = 0;
    for (int i = 0; i < 1_000_000; i++) {
      DataOutcome outcome = receiver.handleData(chunk(1 + taken, 1, taken & 0xFFFF, "BE", "x"));
      if (outcome == DataOutcome.DROPPED) {
        break;
      }
      taken++;
    }
    assertTrue(taken < 2500, "took " + taken);
    assertEquals(0, sack().arwnd());
  }

  @Test
  void fragmentsThatNeverCompleteAreBounded() {
    int taken = 0;
    for (int tsn = 2; tsn < 8000; tsn += 2) {
      DataOutcome outcome = receiver.handleData(chunk(tsn, 1, tsn, "B", KILOBYTE));
      assertTrue(outcome == DataOutcome.ACCEPTED || outcome == DataOutcome.DROPPED);
      taken += outcome == DataOutcome.ACCEPTED ? 1 : 0;
    }
    assertTrue(taken > 50 && taken < 101, "took " + taken);
    assertEquals(Acknowledgement.NOW, ended());
  }

  @Test
  void aFullBufferStillTakesTheChunkThatAllWaitFor() {
    Peer peer = new Peer(1);
    List<DataChunk> first = peer.ordered(1, new byte[20_000], 1000);
    while (receiver.handleData(peer.ordered(1, new byte[1000], 1000).get(0))
        == DataOutcome.ACCEPTED) {
      assertNull(receiver.pollMessage());
    }
    assertEquals(0, sack().arwnd());
    assertEquals(DataOutcome.DROPPED, receiver.handleData(first.get(1)));
    first.forEach(chunk -> assertEquals(DataOutcome.ACCEPTED, receiver.handleData(chunk)));
    assertEquals(20_000, receiver.pollMessage().payload().remaining());
    int messages = 0;
    for (MessageReceived m = receiver.pollMessage(); m != null; m = receiver.pollMessage()) {
      messages++;
    }
    assertTrue(messages > 80);
    receiver.consumed(20_000 + messages * 1000L);
    assertEquals(BUFFER, sack().arwnd());
  }

  @Test
  void aDuplicateIsKnownAsOneThoughTheBufferIsFull() {
    Peer peer = new Peer(1);
    DataChunk first = peer.unordered(1, new byte[1000], 1000).get(0);
    receiver.handleData(first);
    while (receiver.handleData(peer.unordered(1, new byte[1000], 1000).get(0))
        == DataOutcome.ACCEPTED) {
      assertNotNull(receiver);
    }
    assertEquals(DataOutcome.DUPLICATE, receiver.handleData(first));
  }

  @Test
  void aPeerThatIgnoresTheWindowIsDroppedUntilTheApplicationConsumes() {
    Peer peer = new Peer(1);
    DataChunk next = peer.ordered(1, new byte[1000], 1000).get(0);
    int taken = 0;
    while (receiver.handleData(next) == DataOutcome.ACCEPTED) {
      taken++;
      next = peer.ordered(1, new byte[1000], 1000).get(0);
    }
    assertTrue(taken * 1000 <= BUFFER + 25_000);
    assertEquals(DataOutcome.DROPPED, receiver.handleData(next));
    assertEquals(Acknowledgement.NOW, ended());
    sack();
    receiver.consumed(taken * 1000L);
    assertEquals(Acknowledgement.NOW, receiver.acknowledgement(), "the window opened");
    assertEquals(DataOutcome.ACCEPTED, receiver.handleData(next));
  }

  @Test
  void orderedMessagesThatCanNeverBeDeliveredEndTheAssociation() {
    // In order by TSN, and yet never the one that the stream waits for.
    DataOutcome outcome = DataOutcome.ACCEPTED;
    for (int tsn = 1; outcome == DataOutcome.ACCEPTED; tsn++) {
      outcome = receiver.handleData(chunk(tsn, 1, tsn, "BE", KILOBYTE));
    }
    assertEquals(DataOutcome.OUT_OF_RESOURCE, outcome);
  }

  @Test
  void smallOpeningsOfTheWindowAreNotWorthASack() {
    Peer peer = new Peer(1);
    while (receiver.handleData(peer.ordered(1, new byte[1000], 1000).get(0))
        == DataOutcome.ACCEPTED) {
      receiver.pollMessage();
    }
    ended();
    sack();
    int consumed = 0;
    while (receiver.acknowledgement() == Acknowledgement.NONE) {
      receiver.consumed(1000);
      consumed += 1000;
    }
    assertTrue(consumed > BUFFER / 4 && consumed < BUFFER * 3 / 4, "after " + consumed);
    long told = sack().arwnd();
    assertTrue(told >= BUFFER / 4);
    receiver.consumed(1000);
    assertEquals(Acknowledgement.NONE, receiver.acknowledgement());
  }

  @Test
  void aWindowThatIsWideNeedsNoUpdate() {
    afterTheFirst();
    receiver.pollMessage();
    receiver.consumed(1);
    assertEquals(Acknowledgement.NONE, receiver.acknowledgement());
  }

  @Test
  void limitsThatCannotWorkAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new ReceiveLimits(1499, 1));
    assertThrows(IllegalArgumentException.class, () -> new ReceiveLimits(1500, 1501));
    assertThrows(IllegalArgumentException.class, () -> new ReceiveLimits(1500, 0));
  }

  private void afterTheFirst() {
    packet(chunk(1, 1, 0, "BE", "x"));
    sack();
  }

  private void packet(DataChunk... chunks) {
    for (DataChunk chunk : chunks) {
      receiver.handleData(chunk);
    }
    receiver.handlePacketEnd();
  }

  private Acknowledgement ended() {
    receiver.handlePacketEnd();
    return receiver.acknowledgement();
  }

  private SackChunk sack() {
    return receiver.sack(1000);
  }

  @Test
  void aPeerThatIgnoresTheWindowFillsNoMoreThanTheBudgetGives() {
    BufferBudget budget = BufferBudget.of(4 << 20);
    DataReceiver bounded =
        new DataReceiver(1, 100, new ReceiveLimits(512 << 10, 32 << 20, 256 << 10), budget);
    byte[] payload = new byte[1000];
    int taken = 0;
    for (int tsn = 3; tsn < 30_000; tsn += tsn % 100 == 99 ? 2 : 1) {
      // Middles of messages whose beginnings and ends never come.
      DataChunk middle =
          new DataChunk(tsn, 0, 0, 51, false, false, false, false, ByteBuffer.wrap(payload));
      DataOutcome outcome = bounded.handleData(middle);
      assertFalse(outcome.isFatal());
      taken += outcome == DataOutcome.ACCEPTED ? 1 : 0;
      bounded.handlePacketEnd();
      assertTrue(budget.used() <= budget.limit());
    }
    assertEquals((512 << 10) + (4 << 20), bounded.windowCapacity());
    assertTrue(taken * 1000L < bounded.windowCapacity(), "taken " + taken);
    assertTrue(taken * 1100L > bounded.windowCapacity(), "taken " + taken);
    assertEquals(0, bounded.window());
    bounded.rest();
    assertTrue(bounded.windowCapacity() > taken * 1000L, "what is in use stays");
    bounded.close();
    assertEquals(0, budget.used());
  }

  @Test
  void aWindowThatShrankStillTakesWhatItHadPromised() {
    BufferBudget budget = BufferBudget.unlimited();
    DataReceiver resting =
        new DataReceiver(1, 100, new ReceiveLimits(100_000, 1_600_000, 20_000), budget);
    int tsn = 1;
    while (resting.windowCapacity() < 1_600_000) {
      tsn = whole(resting, tsn);
    }
    long promised = resting.sack(100).arwnd();
    assertEquals(1_600_000, promised);
    resting.beginRound();
    for (int i = 0; i < 10; i++) {
      resting.rest();
    }
    assertEquals(100_000, resting.windowCapacity());
    assertEquals(0, budget.used());
    for (long sent = 0; sent + 1000 <= promised; sent += 1000) {
      tsn = whole(resting, tsn);
    }
    assertTrue(resting.isBusy());
  }

  /** Takes a message of 1000 bytes, which the application consumes at once; the next TSN. */
  private static int whole(DataReceiver receiver, int tsn) {
    DataChunk chunk =
        new DataChunk(tsn, 0, 0, 51, true, true, true, false, ByteBuffer.allocate(1000));
    assertEquals(DataOutcome.ACCEPTED, receiver.handleData(chunk));
    receiver.handlePacketEnd();
    while (receiver.pollMessage() != null) {
      receiver.consumed(1000);
    }
    return tsn + 1;
  }
}
