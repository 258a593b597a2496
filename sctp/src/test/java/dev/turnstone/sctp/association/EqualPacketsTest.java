package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.testkit.Direction;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The packets of a bulk transfer are of one size: datagrams of one size in a row leave in one
 * segmented send, a shorter one ends it.
 */
class EqualPacketsTest {
  private static final int BULK = 2 << 20;

  /** Of the default MTU of 1191: chunks are padded to multiples of four. */
  private static final int FULL = 1188;

  @Test
  void largeMessagesFillEveryPacketWhateverTheirSize() {
    for (SctpOptions options : List.of(SctpOptions.defaults(), Peers.CLASSIC)) {
      for (int size : new int[] {64 << 10, 16 << 10, 1200, 5000, 33_333}) {
        // A packet is not full only where less is left in it than a chunk's header takes.
        assertLong(size % 1024 == 0 ? 128 : 32, runs(options, size), size);
      }
    }
  }

  @Test
  void smallMessagesAreBundledInPacketsOfOneSize() {
    for (SctpOptions options : List.of(SctpOptions.defaults(), Peers.CLASSIC)) {
      for (int size : new int[] {1 << 10, 100}) {
        assertLong(256, runs(options, size), size);
      }
    }
  }

  @Test
  void aMessageThatFitsIntoOnePacketIsNeverCut() {
    Peers peers = new Peers(2, Peers.CLASSIC, Peers.CLASSIC, Peers.LINK).connected();
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 500; i++) {
      peers.a.send(i % 3, new byte[1 + random.nextInt(1160)], SendOptions.RELIABLE_ORDERED);
    }
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 500);
    for (Chunk chunk : sent) {
      if (chunk instanceof DataChunk data) {
        assertTrue(data.beginning() && data.ending(), () -> data.toString());
      }
    }
  }

  @Test
  void messagesThatShareTheirPacketsArriveAsTheyWere() {
    for (SctpOptions options : List.of(SctpOptions.defaults(), Peers.CLASSIC)) {
      Peers peers = new Peers(3, options, options, Peers.LINK.withLoss(0.02)).connected();
      SplittableRandom random = new SplittableRandom(3);
      List<byte[]> messages = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        byte[] message = new byte[1 + random.nextInt(6000)];
        random.nextBytes(message);
        messages.add(message);
        assertEquals(
            SendResult.QUEUED, peers.a.send(0, message.clone(), SendOptions.RELIABLE_ORDERED));
      }
      peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == 200);
      List<SctpEvent.MessageReceived> got = peers.b.all(SctpEvent.MessageReceived.class);
      for (int i = 0; i < 200; i++) {
        byte[] bytes = new byte[got.get(i).payload().remaining()];
        got.get(i).payload().get(bytes);
        assertArrayEquals(messages.get(i), bytes);
      }
    }
  }

  private static void assertLong(int least, List<Integer> runs, int messageBytes) {
    double mean = runs.stream().mapToInt(run -> run).average().orElseThrow();
    assertTrue(
        mean >= least, () -> messageBytes + " bytes: runs of " + mean + " on average, " + runs);
  }

  /** How many packets each segmented send takes in a transfer of messages of that size. */
  private static List<Integer> runs(SctpOptions options, int messageBytes) {
    Peers peers = new Peers(1, options, options, Peers.LINK).connected();
    // A first message, so that nothing of the handshake is left to go with data.
    peers.a.queue(0, "first");
    peers.runFor(1000);
    List<ByteBuffer> packets = peers.capture(Direction.A_TO_B);
    int messages = BULK / messageBytes;
    for (int i = 0; i < messages; i++) {
      assertEquals(
          SendResult.QUEUED, peers.a.send(0, new byte[messageBytes], SendOptions.RELIABLE_ORDERED));
    }
    peers.run(() -> peers.b.all(SctpEvent.MessageReceived.class).size() == messages + 1);
    List<Integer> runs = new ArrayList<>();
    int size = 0;
    int run = 0;
    for (ByteBuffer packet : packets) {
      int bytes = packet.remaining();
      assertTrue(bytes <= FULL, () -> "a packet of " + bytes);
      if (run > 0 && bytes > size) {
        runs.add(run);
        run = 0;
      }
      size = run == 0 ? bytes : size;
      run++;
      if (bytes < size) {
        runs.add(run);
        run = 0;
      }
    }
    if (run > 0) {
      runs.add(run);
    }
    return runs;
  }
}
