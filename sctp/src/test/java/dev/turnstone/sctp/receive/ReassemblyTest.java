package dev.turnstone.sctp.receive;

import static dev.turnstone.sctp.receive.Peer.chunk;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.SctpEvent.MessageReceived;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.ForwardTsnChunk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReassemblyTest {
  private final DataReceiver receiver =
      new DataReceiver(1, 100, new ReceiveLimits(1 << 20, 10_000));

  @Test
  void aWholeMessageIsDeliveredAtOnceAndCopied() {
    byte[] bytes = {1, 2, 3};
    DataChunk chunk =
        new DataChunk(1, 7, 0, 0xFFFFFFFFL, false, true, true, false, ByteBuffer.wrap(bytes));
    assertEquals(DataOutcome.ACCEPTED, receiver.handleData(chunk));
    bytes[0] = 9;
    MessageReceived message = receiver.pollMessage();
    assertEquals(
        new MessageReceived(7, 0xFFFFFFFFL, ByteBuffer.wrap(new byte[] {1, 2, 3}), false), message);
    assertEquals(3, message.payload().array().length);
    assertNull(receiver.pollMessage());
  }

  @Test
  void fragmentsInAnyOrderMakeTheMessage() {
    for (int[] order : new int[][] {{1, 2, 3, 4}, {4, 3, 2, 1}, {2, 4, 1, 3}, {3, 1, 4, 2}}) {
      DataReceiver receiver = new DataReceiver(1, 100, ReceiveLimits.DEFAULT);
      for (int tsn : order) {
        String flags = tsn == 1 ? "B" : tsn == 4 ? "E" : "";
        assertNull(receiver.pollMessage());
        accepted(receiver, chunk(tsn, 3, 0, flags, "part" + tsn));
      }
      assertEquals("part1part2part3part4", text(receiver.pollMessage()));
    }
  }

  @Test
  void messagesOfTheSameLengthFitTheirArrayExactly() {
    Peer peer = new Peer(1);
    for (int length : new int[] {9000, 9000, 5000, 9999, 9000}) {
      byte[] message = new byte[length];
      message[length - 1] = 5;
      peer.ordered(1, message, 1100).forEach(chunk -> accepted(receiver, chunk));
      assertArrayEquals(message, receiver.pollMessage().payload().array());
    }
  }

  @Test
  void aGuessedLengthThatComesTrueByPiecesIsPutTogether() {
    Peer peer = new Peer(1);
    peer.ordered(1, new byte[3000], 1000).forEach(chunk -> accepted(receiver, chunk));
    receiver.pollMessage();
    byte[] message = new byte[3000];
    message[1000] = 1;
    message[2000] = 2;
    List<DataChunk> chunks = peer.ordered(1, message, 1000);
    // The first has room for all, the third comes before the second.
    accepted(receiver, chunks.get(0));
    accepted(receiver, chunks.get(2));
    accepted(receiver, chunks.get(1));
    assertArrayEquals(message, receiver.pollMessage().payload().array());
  }

  @Test
  void orderedMessagesWaitForEarlierOnesOfTheirStreamOnly() {
    accepted(receiver, chunk(2, 1, 1, "BE", "second"));
    accepted(receiver, chunk(3, 2, 0, "BE", "other stream"));
    accepted(receiver, chunk(4, 1, 0, "UBE", "unordered"));
    assertEquals("other stream", text(receiver.pollMessage()));
    MessageReceived unordered = receiver.pollMessage();
    assertEquals("unordered", text(unordered));
    assertTrue(unordered.unordered());
    assertNull(receiver.pollMessage());
    accepted(receiver, chunk(1, 1, 0, "BE", "first"));
    assertEquals("first", text(receiver.pollMessage()));
    assertEquals("second", text(receiver.pollMessage()));
  }

  @Test
  void streamSequenceNumbersWrapAround() {
    Peer peer = new Peer(1);
    for (int i = 0; i < 70_000; i++) {
      peer.ordered(1, new byte[] {(byte) i}, 100).forEach(chunk -> accepted(receiver, chunk));
      assertEquals((byte) i, receiver.pollMessage().payload().get(0));
      receiver.consumed(1);
    }
  }

  @Test
  void anEmptyChunkIsFatal() {
    assertEquals(DataOutcome.NO_USER_DATA, receiver.handleData(chunk(1, 1, 0, "BE", "")));
    assertTrue(DataOutcome.NO_USER_DATA.isFatal());
  }

  @Test
  void aStreamThatDoesNotExistIsAcknowledgedAndReported() {
    assertEquals(DataOutcome.NO_SUCH_STREAM, receiver.handleData(chunk(1, 100, 0, "BE", "x")));
    assertEquals(1, receiver.cumulativeTsn());
    assertNull(receiver.pollMessage());
  }

  @Test
  void contradictionsAreSeenInEitherOrder() {
    contradict(chunk(1, 1, 0, "B", "x"), chunk(2, 1, 0, "B", "x"));
    contradict(chunk(1, 1, 0, "B", "x"), chunk(2, 1, 0, "BE", "x"));
    contradict(chunk(1, 1, 0, "B", "x"), chunk(2, 2, 0, "E", "x"));
    contradict(chunk(1, 1, 0, "B", "x"), chunk(2, 1, 1, "E", "x"));
    contradict(chunk(1, 1, 0, "B", "x"), chunk(2, 1, 0, "UE", "x"));
    contradict(chunk(1, 1, 0, "BE", "x"), chunk(2, 1, 1, "", "x"));
    contradict(chunk(1, 1, 0, "BE", "x"), chunk(2, 1, 1, "E", "x"));
    contradict(
        chunk(1, 1, 0, "B", "x"),
        new DataChunk(2, 1, 0, 99, false, false, true, false, ByteBuffer.wrap(new byte[1])));
    contradict(chunk(1, 1, 0, "B", "x"), chunk(2, 1, 0, "", "x"), chunk(3, 1, 0, "B", "x"));
    contradict(chunk(1, 1, 0, "BE", "x"), chunk(2, 1, 1, "", "x"), chunk(3, 1, 1, "E", "x"));
  }

  @Test
  void aFirstFragmentThatDoesNotBeginIsSeen() {
    assertEquals(DataOutcome.BAD_FRAGMENT, receiver.handleData(chunk(1, 1, 0, "E", "x")));
  }

  @Test
  void aMessageThatIsTooLargeIsSeenBeforeItsEnd() {
    Peer peer = new Peer(1);
    List<DataChunk> chunks = peer.ordered(1, new byte[10_001], 1000);
    chunks.subList(0, 10).forEach(chunk -> accepted(receiver, chunk));
    assertEquals(DataOutcome.MESSAGE_TOO_LARGE, receiver.handleData(chunks.get(10)));
    assertEquals(
        DataOutcome.MESSAGE_TOO_LARGE,
        new DataReceiver(1, 1, new ReceiveLimits(1 << 20, 10))
            .handleData(chunk(1, 0, 0, "BE", "elevenbytes")));
  }

  @Test
  void forwardTsnReleasesWhatWaited() {
    accepted(receiver, chunk(2, 1, 1, "BE", "second"));
    accepted(receiver, chunk(3, 1, 2, "BE", "third"));
    accepted(receiver, chunk(5, 1, 4, "BE", "fifth"));
    accepted(receiver, chunk(7, 1, 6, "BE", "seventh"));
    assertNull(receiver.pollMessage());
    forward(4, new ForwardTsnChunk.Skip(1, 3));
    assertEquals("second", text(receiver.pollMessage()));
    assertEquals("third", text(receiver.pollMessage()));
    assertEquals("fifth", text(receiver.pollMessage()));
    assertNull(receiver.pollMessage());
    assertEquals(5, receiver.cumulativeTsn());
    accepted(receiver, chunk(6, 1, 5, "BE", "sixth"));
    assertEquals("sixth", text(receiver.pollMessage()));
    assertEquals("seventh", text(receiver.pollMessage()));
  }

  @Test
  void forwardTsnThrowsPartialMessagesAway() {
    accepted(receiver, chunk(1, 1, 0, "B", "gone"));
    accepted(receiver, chunk(3, 1, 0, "E", "gone"));
    accepted(receiver, chunk(4, 2, 0, "UB", "kept "));
    forward(3, new ForwardTsnChunk.Skip(1, 0));
    accepted(receiver, chunk(5, 2, 0, "UE", "whole"));
    accepted(receiver, chunk(6, 1, 1, "BE", "next"));
    assertEquals("kept whole", text(receiver.pollMessage()));
    assertEquals("next", text(receiver.pollMessage()));
  }

  @Test
  void forwardTsnThatEndsInsideAMessageThrowsItsRestAway() {
    List<DataChunk> rest = new ArrayList<>();
    for (int tsn = 4; tsn < 8; tsn++) {
      rest.add(chunk(tsn, 1, 0, tsn == 7 ? "E" : "", "rest"));
    }
    for (int before = 0; before < 16; before++) {
      for (boolean backwards : new boolean[] {false, true}) {
        DataReceiver receiver = new DataReceiver(1, 100, ReceiveLimits.DEFAULT);
        accepted(receiver, chunk(1, 1, 0, "B", "first"));
        List<DataChunk> late = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          if ((before >> i & 1) != 0) {
            accepted(receiver, rest.get(i));
          } else {
            late.add(rest.get(i));
          }
        }
        assertEquals(
            DataOutcome.ACCEPTED,
            receiver.handleForwardTsn(
                new ForwardTsnChunk(3, List.of(new ForwardTsnChunk.Skip(1, 0)))));
        if (backwards) {
          Collections.reverse(late);
        }
        late.forEach(chunk -> accepted(receiver, chunk));
        accepted(receiver, chunk(8, 1, 1, "B", "and "));
        accepted(receiver, chunk(9, 1, 1, "E", "on"));
        assertEquals("and on", text(receiver.pollMessage()), "before " + before);
        receiver.consumed(100);
        assertEquals(ReceiveLimits.DEFAULT_BUFFER_BYTES, receiver.sack(100).arwnd());
      }
    }
  }

  @Test
  void forwardTsnBackwardsOrFarAwayDoesNoHarm() {
    accepted(receiver, chunk(1, 1, 0, "BE", "a"));
    for (int back : new int[] {1, 0, -100}) {
      assertEquals(
          DataOutcome.DUPLICATE, receiver.handleForwardTsn(new ForwardTsnChunk(back, List.of())));
    }
    assertEquals(
        Acknowledgement.NONE, new DataReceiver(1, 1, ReceiveLimits.DEFAULT).acknowledgement());
    assertEquals(Acknowledgement.NOW, receiver.acknowledgement());
    accepted(receiver, chunk(5, 1, 3, "BE", "b"));
    accepted(receiver, chunk(7, 1, 4, "B", "c"));
    int far = Integer.MAX_VALUE;
    forward(far, new ForwardTsnChunk.Skip(1, 3), new ForwardTsnChunk.Skip(65535, 65535));
    accepted(receiver, chunk(far + 1, 1, 4, "BE", "d"));
    assertEquals("a", text(receiver.pollMessage()));
    assertEquals("b", text(receiver.pollMessage()));
    assertEquals("d", text(receiver.pollMessage()));
  }

  @Test
  void aSequenceNumberThatWasGivenUpIsNotDelivered() {
    forward(1, new ForwardTsnChunk.Skip(1, 5));
    forward(2, new ForwardTsnChunk.Skip(1, 3));
    accepted(receiver, chunk(3, 1, 4, "BE", "late"));
    accepted(receiver, chunk(4, 1, 6, "BE", "due"));
    assertEquals("due", text(receiver.pollMessage()));
  }

  @Test
  void resetStreamsCountFromZeroAgain() {
    Peer peer = new Peer(1);
    for (int stream = 1; stream <= 2; stream++) {
      for (int i = 0; i < 3; i++) {
        peer.ordered(stream, new byte[] {1}, 10).forEach(chunk -> accepted(receiver, chunk));
      }
    }
    assertTrue(receiver.hasReceivedUpTo(6));
    receiver.resetStreams(List.of(1));
    peer.resetStream(1);
    peer.ordered(1, new byte[] {1}, 10).forEach(chunk -> accepted(receiver, chunk));
    peer.ordered(2, new byte[] {1}, 10).forEach(chunk -> accepted(receiver, chunk));
    receiver.resetStreams(List.of());
    peer.resetStream(1);
    peer.resetStream(2);
    peer.ordered(1, new byte[] {1}, 10).forEach(chunk -> accepted(receiver, chunk));
    peer.ordered(2, new byte[] {1}, 10).forEach(chunk -> accepted(receiver, chunk));
    int delivered = 0;
    while (receiver.pollMessage() != null) {
      delivered++;
    }
    assertEquals(10, delivered);
  }

  @Test
  void whatWaitedOnAResetStreamIsLetGo() {
    accepted(receiver, chunk(1, 1, 3, "BE", "never"));
    accepted(receiver, chunk(2, 2, 3, "BE", "never"));
    receiver.resetStreams(List.of(1, 5));
    receiver.resetStreams(List.of());
    assertEquals(1 << 20, receiver.sack(100).arwnd());
  }

  private void forward(int tsn, ForwardTsnChunk.Skip... skips) {
    assertEquals(
        DataOutcome.ACCEPTED, receiver.handleForwardTsn(new ForwardTsnChunk(tsn, List.of(skips))));
  }

  private static void accepted(DataReceiver receiver, DataChunk chunk) {
    assertEquals(DataOutcome.ACCEPTED, receiver.handleData(chunk));
  }

  /** All chunks are needed for the contradiction, whichever comes last sees it. */
  private static void contradict(DataChunk... chunks) {
    for (int first = 0; first < chunks.length; first++) {
      for (int step = 1; step < chunks.length; step++) {
        DataReceiver receiver = new DataReceiver(1, 100, ReceiveLimits.DEFAULT);
        List<DataOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < chunks.length; i++) {
          outcomes.add(receiver.handleData(chunks[(first + i * step) % chunks.length]));
        }
        assertTrue(outcomes.contains(DataOutcome.BAD_FRAGMENT), outcomes::toString);
      }
    }
  }

  private static String text(MessageReceived message) {
    return StandardCharsets.US_ASCII.decode(message.payload().duplicate()).toString();
  }
}
