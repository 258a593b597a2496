package dev.turnstone.dtls.bouncycastle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.dtls.DtlsEngine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Application data that becomes a record where it lies, and the other way. */
class InPlaceTest {
  private final Pair pair = new Pair();
  private final DtlsEngine client = pair.client.engine;

  @AfterEach
  void leaveNothingBehind() {
    pair.close();
    pair.joinWorkers();
  }

  private ByteBuffer withRoom(int before, int behind, String text) {
    ByteBuffer buffer = ByteBuffer.allocate(before + text.length() + behind);
    buffer.position(before).put(text.getBytes(US_ASCII));
    return buffer.limit(before + text.length()).position(before);
  }

  @Test
  void aBufferWithRoomBecomesTheDatagram() {
    pair.connect();
    ByteBuffer buffer = withRoom(client.headroomBytes(), client.tailroomBytes(), "hello");
    client.sendInPlace(buffer);
    ByteBuffer slice = ByteBuffer.allocate(500).position(77).slice().order(ByteOrder.LITTLE_ENDIAN);
    slice.position(200).put("slice".getBytes(US_ASCII)).limit(205).position(200);
    client.sendInPlace(slice);
    client.sendInPlace(withRoom(1000, 1000, ""));
    pair.loop.runUntil(() -> pair.server.data.size() == 3, "three records");
    assertEquals(List.of("hello", "slice", ""), pair.server.data);
    assertEquals(23, buffer.get(0), "the record was made elsewhere");
  }

  @Test
  void theRoomAskedForDoesNotChange() {
    int headroom = client.headroomBytes();
    int tailroom = client.tailroomBytes();
    assertEquals(13 + 8, headroom);
    assertEquals(16, tailroom);
    pair.connect();
    assertEquals(headroom, client.headroomBytes());
    assertEquals(tailroom, client.tailroomBytes());
  }

  @Test
  void aBufferWithoutRoomIsRefusedAndLeftAlone() {
    pair.connect();
    List<ByteBuffer> unfit =
        List.of(
            withRoom(20, 100, "no headroom"),
            withRoom(100, 15, "no tailroom"),
            withRoom(100, 100, "read-only").asReadOnlyBuffer(),
            ByteBuffer.allocateDirect(300).position(100).limit(110),
            withRoom(100, 100, "x".repeat(1200 - 36)));
    for (ByteBuffer buffer : unfit) {
      int position = buffer.position();
      int limit = buffer.limit();
      assertThrows(IllegalArgumentException.class, () -> client.sendInPlace(buffer));
      assertEquals(position, buffer.position());
      assertEquals(limit, buffer.limit());
    }
    pair.exchange();
    assertEquals(List.of("from the client"), pair.server.data);
  }

  @Test
  void theWrongStateIsNamed() {
    ByteBuffer buffer = withRoom(100, 100, "early");
    assertTrue(
        assertThrows(IllegalStateException.class, () -> client.sendInPlace(buffer))
            .getMessage()
            .contains("NEW"));
  }

  @Test
  void theDatagramIsOnlyBorrowed() {
    pair.connect();
    List<byte[]> sent = new ArrayList<>();
    pair.client.path = sent::add;
    pair.client.send("one");
    pair.client.send("two");
    for (byte[] datagram : sent) {
      ByteBuffer incoming = ByteBuffer.wrap(datagram.clone());
      pair.server.engine.handlePacket(incoming);
      assertArrayEquals(datagram, incoming.array());
      assertEquals(0, incoming.position());
      assertEquals(datagram.length, incoming.limit());
    }
    assertEquals(List.of("one", "two"), pair.server.data);
  }

  /** Larger than any path's packets, as a jumbo frame could be. */
  @Test
  void aDatagramOfManyRecordsIsOpenedWhole() {
    pair.connect();
    List<byte[]> records = new ArrayList<>();
    pair.client.path = records::add;
    for (int i = 0; i < 50; i++) {
      pair.client.send("record " + i + " " + "x".repeat(1000));
    }
    ByteBuffer datagram = ByteBuffer.allocateDirect(60_000);
    records.forEach(datagram::put);
    pair.server.engine.handlePacket(datagram.flip());
    assertEquals(50, pair.server.data.size());
    assertTrue(pair.server.data.get(49).startsWith("record 49 "));
  }
}
