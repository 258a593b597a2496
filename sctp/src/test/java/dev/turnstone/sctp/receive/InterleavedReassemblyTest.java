package dev.turnstone.sctp.receive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.SctpEvent.MessageReceived;
import dev.turnstone.sctp.chunk.IDataChunk;
import dev.turnstone.sctp.chunk.IForwardTsnChunk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InterleavedReassemblyTest {
  private final DataReceiver receiver =
      new DataReceiver(1, 100, new ReceiveLimits(100_000, 10_000));
  private int tsn = 1;

  @Test
  void messagesMayBeInterleaved() {
    accept(1, 0, 0, "B", "a");
    accept(2, 0, 0, "UB", "b");
    accept(1, 0, 1, "", "a");
    accept(2, 0, 1, "UE", "b");
    accept(1, 0, 2, "E", "a");
    assertEquals("bb", text(receiver.pollMessage()));
    MessageReceived ordered = receiver.pollMessage();
    assertEquals("aaa", text(ordered));
    assertEquals(51, ordered.ppid());
  }

  @Test
  void fragmentsInAnyOrderMakeTheMessageAndItsPpidIsThatOfTheFirst() {
    accept(1, 0, 2, "E", "c");
    accept(1, 0, 1, "", "b");
    accept(1, 1, 0, "BE", "later");
    assertNull(receiver.pollMessage());
    accept(1, 0, 0, "B", "a");
    MessageReceived message = receiver.pollMessage();
    assertEquals("abc", text(message));
    assertEquals(51, message.ppid());
    assertEquals("later", text(receiver.pollMessage()));
    receiver.consumed(8);
    assertEquals(100_000, receiver.sack(100).arwnd());
  }

  @Test
  void contradictionsAreSeen() {
    bad("B", 0, "B", 0);
    bad("", 1, "", 1);
    bad("B", 0, "BE", 0);
    bad("E", 3, "E", 4);
    bad("E", 3, "", 4);
    bad("", 4, "E", 3);
    accept(1, 9, 5, "", "behind the end");
    accept(1, 9, 0, "B", "x");
    assertEquals(DataOutcome.BAD_FRAGMENT, handle(1, 9, 1, "E", "x"));
    assertEquals(DataOutcome.BAD_FRAGMENT, handle(1, 8, 0, "E", "0 without B"));
  }

  @Test
  void aMessageThatIsTooLargeIsSeen() {
    String part = "x".repeat(1000);
    accept(1, 0, 0, "B", part);
    for (int fsn = 1; fsn < 10; fsn++) {
      accept(1, 0, fsn, "", part);
    }
    assertEquals(DataOutcome.MESSAGE_TOO_LARGE, handle(1, 0, 10, "", "x"));
    assertEquals(DataOutcome.MESSAGE_TOO_LARGE, handle(1, 1, 0, "BE", part.repeat(11)));
  }

  @Test
  void partialMessagesAreBounded() {
    int taken = 0;
    while (handle(1, taken, 0, "UB", "x") == DataOutcome.ACCEPTED) {
      taken++;
      assertTrue(taken < 1000);
    }
    assertTrue(taken > 100);
  }

  @Test
  void forwardTsnThrowsAwayWhatWasGivenUpAndReleasesTheRest() {
    accept(1, 0, 0, "B", "gone");
    accept(1, 1, 0, "BE", "second");
    accept(1, 3, 0, "BE", "fourth");
    accept(2, 0, 0, "UB", "gone");
    accept(2, 1, 0, "UB", "kept ");
    assertEquals(
        DataOutcome.ACCEPTED,
        receiver.handleIForwardTsn(
            new IForwardTsnChunk(
                tsn,
                List.of(
                    new IForwardTsnChunk.Skip(1, false, 0),
                    new IForwardTsnChunk.Skip(2, true, 0)))));
    tsn++;
    assertEquals(
        DataOutcome.DUPLICATE, receiver.handleIForwardTsn(new IForwardTsnChunk(1, List.of())));
    accept(2, 0, 1, "UE", "late");
    accept(1, 0, 1, "E", "late");
    accept(2, 1, 1, "UE", "whole");
    accept(1, 2, 0, "BE", "third");
    for (String expected : new String[] {"second", "kept whole", "third", "fourth"}) {
      assertEquals(expected, text(receiver.pollMessage()));
    }
    receiver.consumed(1000);
    assertEquals(100_000, receiver.sack(100).arwnd());
  }

  @Test
  void resetStreamsCountFromZeroAgain() {
    for (List<Integer> which : List.of(List.of(1), List.<Integer>of())) {
      accept(1, 0, 0, "BE", "a");
      accept(1, 1, 0, "B", "partial");
      accept(1, 0, 0, "UB", "partial");
      receiver.resetStreams(which);
      accept(1, 0, 0, "BE", "b");
      assertEquals("a", text(receiver.pollMessage()));
      assertEquals("b", text(receiver.pollMessage()));
      receiver.resetStreams(which);
    }
    receiver.consumed(1000);
    assertEquals(100_000, receiver.sack(100).arwnd());
  }

  @Test
  void randomInterleavingArrivesWholeAndInOrder() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      DataReceiver receiver = new DataReceiver(-50, 4, ReceiveLimits.DEFAULT);
      List<IDataChunk> chunks = new ArrayList<>();
      Map<String, byte[]> sent = new HashMap<>();
      Map<Integer, Integer> mids = new HashMap<>();
      for (int m = 0; m < 30; m++) {
        boolean unordered = random.nextBoolean();
        int stream = random.nextInt(4);
        int mid = mids.merge(unordered ? stream : ~stream, 0, (old, zero) -> old + 1);
        byte[] bytes = new byte[1 + random.nextInt(3000)];
        random.nextBytes(bytes);
        sent.put(stream + " " + unordered + " " + mid, bytes);
        int size = 1 + random.nextInt(1200);
        for (int at = 0, fsn = 0; at < bytes.length; at += size, fsn++) {
          int length = Math.min(size, bytes.length - at);
          boolean begins = at == 0;
          boolean ends = at + length == bytes.length;
          ByteBuffer payload = ByteBuffer.wrap(bytes, at, length);
          chunks.add(
              new IDataChunk(
                  0, stream, mid, begins ? mid : 0, fsn, unordered, begins, ends, false, payload));
        }
      }
      Collections.shuffle(chunks, random);
      Map<Integer, Integer> expected = new HashMap<>();
      int next = -50;
      for (IDataChunk c : chunks) {
        IDataChunk chunk =
            new IDataChunk(
                next++,
                c.streamId(),
                c.mid(),
                c.ppid(),
                c.fsn(),
                c.unordered(),
                c.beginning(),
                c.ending(),
                false,
                c.payload());
        assertEquals(DataOutcome.ACCEPTED, receiver.handleIData(chunk), "seed " + seed);
        assertEquals(DataOutcome.DUPLICATE, receiver.handleIData(chunk), "seed " + seed);
        for (MessageReceived m = receiver.pollMessage(); m != null; m = receiver.pollMessage()) {
          int mid = (int) m.ppid();
          if (!m.unordered()) {
            assertEquals(
                expected.merge(m.streamId(), 0, (old, zero) -> old + 1), mid, "seed " + seed);
          }
          byte[] bytes = sent.remove(m.streamId() + " " + m.unordered() + " " + mid);
          assertNotNull(bytes, "seed " + seed);
          assertArrayEquals(bytes, m.payload().array(), "seed " + seed);
          receiver.consumed(bytes.length);
        }
      }
      assertTrue(sent.isEmpty(), "seed " + seed);
      assertEquals(ReceiveLimits.DEFAULT_BUFFER_BYTES, receiver.sack(100).arwnd(), "seed " + seed);
    }
  }

  private void bad(String flags, int fsn, String flagsAfter, int fsnAfter) {
    int mid = tsn;
    assertEquals(DataOutcome.ACCEPTED, handle(3, mid, fsn, flags, "x"));
    assertEquals(DataOutcome.BAD_FRAGMENT, handle(3, mid, fsnAfter, flagsAfter, "x"));
  }

  private void accept(int stream, int mid, int fsn, String flags, String payload) {
    assertEquals(DataOutcome.ACCEPTED, handle(stream, mid, fsn, flags, payload));
  }

  private DataOutcome handle(int stream, int mid, int fsn, String flags, String payload) {
    boolean begins = flags.contains("B");
    return receiver.handleIData(
        new IDataChunk(
            tsn++,
            stream,
            mid,
            begins ? 51 : 0,
            fsn,
            flags.contains("U"),
            begins,
            flags.contains("E"),
            false,
            ByteBuffer.wrap(payload.getBytes(StandardCharsets.US_ASCII))));
  }

  private static String text(MessageReceived message) {
    return StandardCharsets.US_ASCII.decode(message.payload().duplicate()).toString();
  }
}
