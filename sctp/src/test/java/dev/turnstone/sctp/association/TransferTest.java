package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpMetrics;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.testkit.Direction;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.Seeds;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Data through good and bad networks. */
class TransferTest {
  private static final LinkOptions BAD =
      LinkOptions.PERFECT
          .withDelay(Duration.ofMillis(20))
          .withLoss(0.05)
          .withReordering(0.05, Duration.ofMillis(5));

  private static byte[] bytes(int size, long seed) {
    byte[] bytes = new byte[size];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void aMessageOf256KiBGoesOutInEqualChunks() {
    Peers peers = new Peers(1).connected();
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    byte[] bytes = bytes(256 << 10, 1);
    assertEquals(SendResult.QUEUED, peers.a.send(0, bytes, SendOptions.RELIABLE_ORDERED));
    peers.run(() -> !peers.b.all(SctpEvent.MessageReceived.class).isEmpty());
    ByteBuffer got = peers.b.all(SctpEvent.MessageReceived.class).get(0).payload();
    assertEquals(ByteBuffer.wrap(bytes), got);
    List<Integer> sizes =
        sent.stream()
            .filter(DataChunk.class::isInstance)
            .map(chunk -> ((DataChunk) chunk).payload().remaining())
            .toList();
    assertEquals(1, sizes.subList(0, sizes.size() - 1).stream().distinct().count());
    assertTrue(sizes.get(sizes.size() - 1) <= sizes.get(0));
    assertEquals(0, peers.a.association.metrics().retransmissions());
  }

  @Test
  void smallMessagesShareAPacket() {
    Peers peers = new Peers(2).connected();
    List<ByteBuffer> sent = peers.capture(Direction.A_TO_B);
    for (int i = 0; i < 10; i++) {
      peers.a.queue(i, "message " + i);
    }
    peers.runFor(15);
    assertEquals(1, sent.size());
    assertEquals(10, Peers.chunks(sent.get(0)).size());
    assertEquals(10, peers.b.texts().size());
  }

  /** Streams numbered bytes with a running checksum, so that order and wholeness show. */
  private static final class Bulk {
    static final int MESSAGE = 64 << 10;
    final Peers peers;
    final long total;
    final SplittableRandom content = new SplittableRandom(4711);
    final CRC32C sentSum = new CRC32C();
    final CRC32C gotSum = new CRC32C();
    long sent;
    long got;

    Bulk(Peers peers, long total) {
      this.peers = peers;
      this.total = total;
      peers.network.afterTurn(this::turn);
    }

    private void turn() {
      for (SctpEvent event : peers.b.events) {
        if (event instanceof SctpEvent.MessageReceived message) {
          got += message.payload().remaining();
          gotSum.update(message.payload());
        }
      }
      peers.b.events.clear();
      peers.a.events.clear();
      while (sent < total && peers.a.association.bufferedAmount() < 4 * MESSAGE) {
        byte[] bytes = new byte[(int) Math.min(MESSAGE, total - sent)];
        content.nextBytes(bytes);
        sentSum.update(bytes);
        sent += bytes.length;
        assertEquals(SendResult.QUEUED, peers.a.send(0, bytes, SendOptions.RELIABLE_ORDERED));
      }
    }

    void run() {
      assertTrue(
          peers.network.runUntil(() -> got == total, Duration.ofHours(2)),
          () -> got + " of " + total + ": " + peers.a.association.metrics());
      assertEquals(sentSum.getValue(), gotSum.getValue());
    }
  }

  @Test
  void hundredMegabytesArriveWholeAndInOrderThroughLossDelayAndReordering() {
    Seeds.run(
        42,
        seed -> {
          Peers peers = new Peers(seed, BAD);
          peers.a.association.connect(0);
          Bulk bulk = new Bulk(peers, 100_000_000);
          bulk.run();
          SctpMetrics metrics = peers.a.association.metrics();
          assertTrue(metrics.fastRetransmissions() > 1000, metrics::toString);
        });
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    long[] hashes = new long[3];
    for (int i = 0; i < hashes.length; i++) {
      Peers peers = new Peers(i < 2 ? 7 : 8, BAD);
      peers.a.association.connect(0);
      peers.b.association.connect(0);
      new Bulk(peers, 2_000_000).run();
      hashes[i] = peers.network.traceHash();
    }
    assertEquals(hashes[0], hashes[1]);
    assertNotEquals(hashes[0], hashes[2]);
  }

  @Test
  void aCleanLinkIsFilled() {
    LinkOptions clean =
        LinkOptions.PERFECT.withDelay(Duration.ofMillis(25)).withRate(100_000_000, 625_000);
    Peers peers = new Peers(9, clean);
    peers.a.association.connect(0);
    new Bulk(peers, 50_000_000).run();
    // 50 MB at 100 Mbit/s are 4 s.
    assertTrue(peers.network.elapsed().toMillis() < 6000, () -> "" + peers.network.elapsed());
  }

  @Test
  void randomMessagesOnManyStreamsArriveOnceAndInOrderWherePromised() {
    Seeds.runEach(
        100,
        20,
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          Peers peers =
              new Peers(seed, BAD.withDuplication(0.05).withLoss(random.nextDouble() * 0.15));
          peers.a.association.connect(0);
          peers.b.association.connect(0);
          Map<Integer, List<byte[]>> ordered = new HashMap<>();
          List<byte[]> unordered = new ArrayList<>();
          int count = 300;
          for (int i = 0; i < count; i++) {
            int size = 1 + (random.nextInt(4) == 0 ? random.nextInt(60_000) : random.nextInt(500));
            byte[] bytes = bytes(size, seed * 1000 + i);
            int stream = random.nextInt(12);
            boolean inOrder = random.nextBoolean();
            assertEquals(
                SendResult.QUEUED,
                peers.a.send(
                    stream,
                    bytes,
                    inOrder ? SendOptions.RELIABLE_ORDERED : SendOptions.RELIABLE_UNORDERED));
            if (inOrder) {
              ordered.computeIfAbsent(stream, key -> new ArrayList<>()).add(bytes);
            } else {
              unordered.add(bytes);
            }
            if (random.nextInt(10) == 0) {
              peers.runFor(random.nextInt(50));
            }
          }
          peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() >= count);
          peers.runFor(1000);
          assertEquals(count, peers.b.all(SctpEvent.MessageReceived.class).size());
          for (SctpEvent.MessageReceived got : peers.b.all(SctpEvent.MessageReceived.class)) {
            byte[] bytes = new byte[got.payload().remaining()];
            got.payload().get(bytes);
            if (got.unordered()) {
              assertTrue(unordered.removeIf(each -> java.util.Arrays.equals(each, bytes)));
            } else {
              assertArrayEquals(ordered.get(got.streamId()).remove(0), bytes);
            }
          }
          assertTrue(unordered.isEmpty());
        });
  }

  @Test
  void numbersThatWrapAroundAreStillInOrder() {
    // Tag and initial TSN come from nextInt: a few chunks before the TSN wraps. 70,000 messages
    // make
    // the SSN wrap too.
    RandomGenerator nearTheEnd = () -> 0xFFFFFF00_00000000L;
    SctpAssociation a = new SctpAssociation(SctpOptions.defaults(), nearTheEnd);
    SctpAssociation b = new SctpAssociation(SctpOptions.defaults(), new SplittableRandom(1));
    a.connect(0);
    ByteBuffer packet = ByteBuffer.allocate(2000);
    int sent = 0;
    int got = 0;
    for (long now = 0; got < 70_000 && now < 10_000_000_000L; now += 1_000_000) {
      while (sent < 70_000 && a.bufferedAmount() < 10_000) {
        a.send(0, 51, ByteBuffer.allocate(4).putInt(0, sent++), SendOptions.RELIABLE_ORDERED, now);
      }
      while (a.pollPacket(packet.clear(), now)) {
        // Every seventh packet is lost.
        if (a.metrics().packetsSent() % 7 != 5) {
          b.handlePacket(packet.flip(), now);
        }
      }
      while (b.pollPacket(packet.clear(), now)) {
        a.handlePacket(packet.flip(), now);
      }
      for (SctpEvent event = b.pollEvent(); event != null; event = b.pollEvent()) {
        if (event instanceof SctpEvent.MessageReceived message) {
          assertEquals(got++, message.payload().getInt(0));
          b.consumed(4, now);
        }
      }
      a.handleTimeout(now);
      b.handleTimeout(now);
    }
    assertEquals(70_000, got);
  }
}
