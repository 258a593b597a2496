package dev.turnstone.sctp.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.SctpEvent.MessageReceived;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.ForwardTsnChunk;
import dev.turnstone.sctp.chunk.SackChunk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random messages, cut at random, in random order, lost and doubled. */
class RandomArrivalTest {
  private static final int STREAMS = 5;

  @Test
  void everyMessageArrivesExactlyOnceAndInItsOrder() {
    for (long seed = 0; seed < 300; seed++) {
      new Run(seed).reliable();
    }
  }

  @Test
  void whatIsNotGivenUpArrivesInItsOrder() {
    for (long seed = 0; seed < 300; seed++) {
      new Run(seed).partiallyReliable();
    }
  }

  @Test
  void nothingThatAPeerSendsThrowsOrGrows() {
    for (long seed = 0; seed < 100; seed++) {
      new Run(seed).hostile();
    }
  }

  private record Sent(int index, DataChunk first, List<DataChunk> chunks, byte[] bytes) {}

  private static final class Run {
    private final String seed;
    private final Random random;
    private final Peer peer;
    private final DataReceiver receiver;
    private final int initialTsn;
    private final List<Sent> sent = new ArrayList<>();
    private final Map<Integer, Deque<Sent>> orderedByStream = new HashMap<>();
    private final Map<String, Sent> unorderedByContent = new HashMap<>();

    Run(long seed) {
      this.seed = "seed " + seed;
      this.random = new Random(seed);
      this.initialTsn = random.nextBoolean() ? -random.nextInt(500) : random.nextInt();
      this.peer = new Peer(initialTsn);
      this.receiver = new DataReceiver(initialTsn, STREAMS, ReceiveLimits.DEFAULT);
    }

    void reliable() {
      makeMessages();
      List<DataChunk> missing = allChunks();
      while (!missing.isEmpty()) {
        List<DataChunk> lost = new ArrayList<>();
        for (DataChunk chunk : shuffled(missing)) {
          if (random.nextInt(4) == 0) {
            lost.add(chunk);
            continue;
          }
          assertEquals(DataOutcome.ACCEPTED, receiver.handleData(chunk), seed);
          if (random.nextInt(5) == 0) {
            assertEquals(DataOutcome.DUPLICATE, receiver.handleData(chunk), seed);
          }
          takeMessages();
        }
        checkSack(missing, lost);
        missing = lost;
      }
      orderedByStream.values().forEach(left -> assertTrue(left.isEmpty(), seed));
      assertTrue(unorderedByContent.isEmpty(), seed);
      assertEquals(peer.nextTsn() - 1, receiver.cumulativeTsn(), seed);
      assertEquals(ReceiveLimits.DEFAULT_BUFFER_BYTES, receiver.sack(2000).arwnd(), seed);
    }

    /** Some messages are given up: none, some or all of their chunks have arrived by then. */
    void partiallyReliable() {
      makeMessages();
      Set<Integer> givenUp = new HashSet<>();
      sent.forEach(
          message -> {
            if (random.nextInt(3) == 0) {
              givenUp.add(message.index);
            }
          });
      List<DataChunk> chunks = new ArrayList<>();
      for (Sent message : sent) {
        for (DataChunk chunk : message.chunks) {
          if (!givenUp.contains(message.index) || random.nextInt(2) == 0) {
            chunks.add(chunk);
          }
        }
      }
      BitSet arrived = new BitSet();
      for (DataChunk chunk : shuffled(chunks)) {
        int offset = chunk.tsn() - initialTsn;
        DataOutcome outcome = receiver.handleData(chunk);
        boolean passed = offset <= receiver.cumulativeTsn() - initialTsn && arrived.get(offset);
        assertTrue(
            outcome == DataOutcome.ACCEPTED || passed && outcome == DataOutcome.DUPLICATE, seed);
        arrived.set(offset);
        takeAnyInOrder(givenUp);
        if (random.nextInt(20) == 0) {
          giveUp(givenUp, arrived);
          takeAnyInOrder(givenUp);
        }
      }
      while (giveUp(givenUp, arrived)) {
        takeAnyInOrder(givenUp);
      }
      orderedByStream.values().forEach(left -> assertNotExpected(left, givenUp));
      unorderedByContent.values().forEach(m -> assertTrue(givenUp.contains(m.index), seed));
      assertEquals(peer.nextTsn() - 1, receiver.cumulativeTsn(), seed);
      assertEquals(ReceiveLimits.DEFAULT_BUFFER_BYTES, receiver.sack(2000).arwnd(), seed);
    }

    /** RFC 3758 section 3.5, C: over what was given up and what has been acknowledged. */
    private boolean giveUp(Set<Integer> givenUp, BitSet arrived) {
      int cumulative = receiver.cumulativeTsn() - initialTsn;
      int to = cumulative;
      Map<Integer, Integer> skips = new HashMap<>();
      for (Sent message : sent) {
        for (DataChunk chunk : message.chunks) {
          int offset = chunk.tsn() - initialTsn;
          if (offset != to + 1) {
            continue;
          }
          if (givenUp.contains(message.index)) {
            to = offset;
            arrived.set(offset);
            if (!chunk.unordered()) {
              skips.put(chunk.streamId(), chunk.ssn());
            }
          }
        }
      }
      if (to == cumulative) {
        return false;
      }
      List<ForwardTsnChunk.Skip> list = new ArrayList<>();
      skips.forEach((stream, ssn) -> list.add(new ForwardTsnChunk.Skip(stream, ssn)));
      assertEquals(
          DataOutcome.ACCEPTED,
          receiver.handleForwardTsn(new ForwardTsnChunk(initialTsn + to, list)),
          seed);
      assertTrue(receiver.hasReceivedUpTo(initialTsn + to), seed);
      return true;
    }

    void hostile() {
      ReceiveLimits limits = new ReceiveLimits(20_000, 5_000);
      DataReceiver receiver = new DataReceiver(1, STREAMS, limits);
      ByteBuffer payload = ByteBuffer.allocate(1200);
      for (int step = 0; step < 2000; step++) {
        int tsn = receiver.cumulativeTsn() + random.nextInt(30) - 3;
        int choice = random.nextInt(40);
        if (choice == 0) {
          receiver.handleForwardTsn(
              new ForwardTsnChunk(
                  tsn,
                  List.of(
                      new ForwardTsnChunk.Skip(random.nextInt(STREAMS), random.nextInt(65536)))));
        } else if (choice == 1) {
          receiver.resetStreams(List.of(random.nextInt(STREAMS)));
        } else {
          int length = random.nextInt(10) == 0 ? 0 : random.nextInt(1200);
          int flags = random.nextInt(16);
          receiver.handleData(
              new DataChunk(
                  choice == 2 ? random.nextInt() : tsn,
                  random.nextInt(STREAMS + 1),
                  random.nextInt(6),
                  51,
                  (flags & 1) != 0,
                  (flags & 2) != 0,
                  (flags & 4) != 0,
                  (flags & 8) != 0,
                  payload.slice(0, length)));
        }
        receiver.handlePacketEnd();
        for (MessageReceived m = receiver.pollMessage(); m != null; m = receiver.pollMessage()) {
          assertTrue(m.payload().remaining() <= limits.maxMessageBytes(), seed);
          receiver.consumed(m.payload().remaining());
        }
        SackChunk sack = receiver.sack(100);
        assertTrue(sack.arwnd() >= 0 && sack.arwnd() <= limits.bufferBytes(), seed);
        assertTrue(sack.paddedLength() <= 100, seed);
      }
    }

    private void makeMessages() {
      int count = 1 + random.nextInt(40);
      for (int index = 0; index < count; index++) {
        byte[] bytes = new byte[4 + random.nextInt(random.nextInt(4) == 0 ? 9000 : 60)];
        random.nextBytes(bytes);
        ByteBuffer.wrap(bytes).putInt(index);
        int stream = random.nextInt(STREAMS);
        int fragment = 1 + random.nextInt(random.nextInt(4) == 0 ? 40 : 1200) + bytes.length / 50;
        boolean unordered = random.nextInt(3) == 0;
        List<DataChunk> chunks =
            unordered
                ? peer.unordered(stream, bytes, fragment)
                : peer.ordered(stream, bytes, fragment);
        Sent message = new Sent(index, chunks.get(0), chunks, bytes);
        sent.add(message);
        if (unordered) {
          unorderedByContent.put(new String(bytes, 0, 4, StandardCharsets.ISO_8859_1), message);
        } else {
          orderedByStream.computeIfAbsent(stream, s -> new ArrayDeque<>()).add(message);
        }
      }
    }

    private List<DataChunk> allChunks() {
      List<DataChunk> all = new ArrayList<>();
      sent.forEach(message -> all.addAll(message.chunks));
      return all;
    }

    /** Sometimes wildly, sometimes only among neighbours. */
    private List<DataChunk> shuffled(List<DataChunk> chunks) {
      List<DataChunk> shuffled = new ArrayList<>(chunks);
      if (random.nextBoolean()) {
        Collections.shuffle(shuffled, random);
      } else {
        for (int i = 0; i + 3 < shuffled.size(); i++) {
          Collections.swap(shuffled, i, i + random.nextInt(4));
        }
      }
      return shuffled;
    }

    private void takeMessages() {
      for (MessageReceived m = receiver.pollMessage(); m != null; m = receiver.pollMessage()) {
        check(m, m.unordered() ? takeUnordered(m) : orderedByStream.get(m.streamId()).poll());
      }
    }

    private void takeAnyInOrder(Set<Integer> givenUp) {
      for (MessageReceived m = receiver.pollMessage(); m != null; m = receiver.pollMessage()) {
        if (m.unordered()) {
          check(m, takeUnordered(m));
          continue;
        }
        Deque<Sent> expected = orderedByStream.get(m.streamId());
        int index = m.payload().getInt(0);
        while (expected.peek() != null && expected.peek().index != index) {
          assertTrue(givenUp.contains(expected.poll().index), seed);
        }
        check(m, expected.poll());
      }
    }

    private Sent takeUnordered(MessageReceived m) {
      return unorderedByContent.remove(
          new String(m.payload().array(), 0, 4, StandardCharsets.ISO_8859_1));
    }

    private void check(MessageReceived received, Sent expected) {
      assertFalse(expected == null, seed);
      assertEquals(expected.first.streamId(), received.streamId(), seed);
      assertEquals(ByteBuffer.wrap(expected.bytes), received.payload(), seed);
      assertEquals(51, received.ppid(), seed);
      receiver.consumed(received.payload().remaining());
    }

    private void assertNotExpected(Deque<Sent> left, Set<Integer> givenUp) {
      left.forEach(message -> assertTrue(givenUp.contains(message.index), seed));
    }

    /** The SACK names exactly what has arrived. */
    private void checkSack(List<DataChunk> before, List<DataChunk> lost) {
      receiver.handlePacketEnd();
      SackChunk sack = receiver.sack(50_000);
      BitSet acked = new BitSet();
      acked.set(0, sack.cumulativeTsn() - initialTsn + 1);
      for (int i = 0; i < sack.gapCount(); i++) {
        acked.set(sack.gapStart(i) - initialTsn, sack.gapEnd(i) - initialTsn + 1);
      }
      BitSet expected = new BitSet();
      expected.set(0, peer.nextTsn() - initialTsn);
      lost.forEach(chunk -> expected.clear(chunk.tsn() - initialTsn));
      assertEquals(expected, acked, seed);
      assertTrue(lost.size() <= before.size(), seed);
      assertNull(receiver.pollMessage(), seed);
    }
  }
}
