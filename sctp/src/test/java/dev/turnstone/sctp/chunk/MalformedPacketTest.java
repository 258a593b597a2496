package dev.turnstone.sctp.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedPacketTest {
  private final PacketReader reader = new PacketReader();

  @ParameterizedTest
  @CsvSource({
    "00030003, CHUNK_LENGTH", // shorter than its own header
    "00030000, CHUNK_LENGTH",
    "000300, CHUNK_LENGTH", // no room for a header
    "0003001200000001000000010000003300, CHUNK_LENGTH", // longer than the packet
    "0003000f0000000100000001000000, CHUNK_VALUE", // DATA without all its fields
    "400300130000000100000000000000010000000000, CHUNK_VALUE", // I-DATA too
    "0100001300000001000000010001000100000000, CHUNK_VALUE",
    "0200001300000001000000010001000100000000, CHUNK_VALUE",
    "0300000f000000010000000100000000, CHUNK_VALUE",
    "03000010000000010000000100010000, CHUNK_VALUE", // a gap block that is not there
    "0300001000000001000000010000ffff, CHUNK_VALUE", // duplicates that are not there
    "030000140000000100000001ffffffff00010001, CHUNK_VALUE",
    "03000014000000010000000100010000 00000001, CHUNK_VALUE", // a gap that begins at 0
    "03000014000000010000000100010000 00030002, CHUNK_VALUE", // and one that ends before it
    "030000140000000100000001 00000000 00030002, CHUNK_VALUE", // more than is announced
    "04000004, CHUNK_VALUE", // no Heartbeat Info
    "04000008 80020004, CHUNK_VALUE",
    "04000008 00010003, PARAMETER",
    "04000008 00010005, PARAMETER",
    "07000004, CHUNK_VALUE",
    "0700000c 0000000000000000, CHUNK_VALUE",
    "06000006 00010000, CAUSE",
    "06000008 000c0009, CAUSE",
    "09000008 000c0000, CAUSE",
    "c0000006 00000000, CHUNK_VALUE",
    "c000000a 0000000100010000, CHUNK_VALUE",
    "c200000c 0000000100010000, CHUNK_VALUE",
    "8200000c 000d000800000001, PARAMETER", // fields missing
    "82000014 000d0010 000000010000000100000001, ", // all streams
    "82000018 000d0011 000000010000000100000001 00000000, PARAMETER", // half a stream id
    "8200000c 00100008 00000001, PARAMETER",
    "82000014 00100010 00000001 00000001 00000001, PARAMETER", // one TSN of two
    "8200000c 00110008 00000001, PARAMETER",
    "8200000a 000f0006 0000 0000, PARAMETER",
  })
  void aLengthThatLiesIsSeen(String hex, Malformed expected) {
    ByteBuffer packet = packetOf(HexFormat.of().parseHex(hex.replace(" ", "")));
    assertTrue(reader.open(packet, true));
    Chunk chunk = reader.next();
    assertEquals(expected, reader.malformed());
    assertEquals(expected == null, chunk != null);
    if (expected != null) {
      assertNull(reader.next());
      assertEquals(0, reader.remaining());
    }
  }

  @ParameterizedTest
  @CsvSource({"0005,3", "0005,5", "0006,15", "0009,3", "000c,3"})
  void aParameterOfTheWrongSizeSpoilsItsInit(String type, int length) {
    ByteBuffer chunk = ByteBuffer.allocate(64);
    chunk.put((byte) 1).put((byte) 0).putShort((short) (20 + 4 + length));
    chunk.position(20).putShort((short) Integer.parseInt(type, 16)).putShort((short) (4 + length));
    assertTrue(reader.open(packetOf(Arrays.copyOf(chunk.array(), 20 + 4 + length)), true));
    assertNull(reader.next());
    assertEquals(Malformed.PARAMETER, reader.malformed());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 5, 8})
  void aZeroChecksumParameterOfAnotherSizeIsSkipped(int length) {
    ByteBuffer chunk = ByteBuffer.allocate(64);
    chunk.put((byte) 1).put((byte) 0).putShort((short) (20 + 4 + length));
    chunk.position(20).putShort((short) 0x8001).putShort((short) (4 + length));
    assertTrue(reader.open(packetOf(Arrays.copyOf(chunk.array(), 20 + 4 + length)), true));
    InitChunk init = assertInstanceOf(InitChunk.class, reader.next());
    Parameter.UnknownParameter skipped =
        assertInstanceOf(Parameter.UnknownParameter.class, init.parameters().get(0));
    assertFalse(skipped.reports());
    assertFalse(skipped.stops());
    assertNull(reader.malformed());
  }

  @Test
  void chunksBeforeTheMalformedOneAreRead() {
    ByteBuffer packet = packetOf(HexFormat.of().parseHex("0b0000040000000f"));
    assertTrue(reader.open(packet, true));
    assertEquals(new CookieAckChunk(), reader.next());
    assertEquals(4, reader.remaining());
    assertNull(reader.next());
    assertEquals(Malformed.CHUNK_LENGTH, reader.malformed());
  }

  @Test
  void aReaderRecoversWithTheNextPacket() {
    assertFalse(reader.open(ByteBuffer.allocate(11), true));
    assertEquals(Malformed.PACKET_TOO_SHORT, reader.malformed());
    assertNull(reader.next());
    assertTrue(reader.open(ByteBuffer.wrap(Samples.packet()), false));
    assertNull(reader.malformed());
    assertNotNull(reader.next());
  }

  @Test
  void aCauseOfTheWrongFormLeavesItsAbortStanding() {
    ByteBuffer packet = packetOf(HexFormat.of().parseHex("0600000c000200080000ffff"));
    assertTrue(reader.open(packet, true));
    AbortChunk abort = assertInstanceOf(AbortChunk.class, reader.next());
    assertInstanceOf(ErrorCause.UnknownCause.class, abort.causes().get(0));
  }

  @Test
  void missingPaddingAtTheEndOfAPacketIsForgiven() {
    ByteBuffer packet = packetOf(HexFormat.of().parseHex("0a000005aa"));
    assertTrue(reader.open(packet, true));
    assertEquals(new CookieEchoChunk(Samples.bytes(0xAA)), reader.next());
    assertEquals(0, reader.remaining());
    assertNull(reader.malformed());
  }

  @Test
  void everyTruncationIsSurvived() {
    byte[] whole = Samples.packet();
    Arrays.fill(whole, 8, 12, (byte) 0);
    int complete = 0;
    for (int length = 0; length < whole.length; length++) {
      if (reader.open(ByteBuffer.wrap(whole, 0, length), true)) {
        drain();
        complete += reader.malformed() == null ? 1 : 0;
      }
    }
    // Cut behind a chunk or inside its padding, a packet is still one; nowhere else.
    assertTrue(complete >= Samples.chunks().size() && complete < 3 * Samples.chunks().size());
  }

  @Test
  void everyLengthFieldMayLie() {
    byte[] whole = Samples.packet();
    Arrays.fill(whole, 8, 12, (byte) 0);
    int[] lies = {0, 1, 3, 4, 5, 7, 8, 11, 12, 16, 255, 32767, 32768, 65535};
    for (int at = 12; at + 1 < whole.length; at++) {
      byte[] packet = whole.clone();
      for (int lie : lies) {
        ByteBuffer.wrap(packet).putShort(at, (short) lie);
        assertTrue(reader.open(ByteBuffer.wrap(packet), true));
        drain();
      }
    }
  }

  @Test
  void mutatedPacketsNeverThrowAndWhatIsReadCanBeWritten() {
    long seed = 0x5C7B;
    Random random = new Random(seed);
    byte[] whole = Samples.packet();
    Arrays.fill(whole, 8, 12, (byte) 0);
    ByteBuffer into = ByteBuffer.allocate(1 << 17);
    PacketWriter writer = new PacketWriter();
    for (int round = 0; round < 200_000; round++) {
      byte[] packet = mutate(whole, random);
      try {
        reader.open(ByteBuffer.wrap(packet), true);
        writer.begin(into.clear(), 1, 1, 1);
        for (Chunk chunk = reader.next(); chunk != null; chunk = reader.next()) {
          assertTrue(chunk.paddedLength() <= packet.length + 3);
          writer.write(chunk);
          assertNotNull(chunk.toString());
        }
        writer.finishWithoutChecksum();
      } catch (RuntimeException thrown) {
        throw new AssertionError(
            "seed " + seed + " round " + round + ": " + HexFormat.of().formatHex(packet), thrown);
      }
    }
  }

  private static byte[] mutate(byte[] whole, Random random) {
    int from = 12 + random.nextInt(whole.length - 12) / 4 * 4;
    int length = Math.min(random.nextInt(200), whole.length - from);
    byte[] packet = new byte[12 + length];
    System.arraycopy(whole, 0, packet, 0, 12);
    System.arraycopy(whole, from, packet, 12, length);
    Arrays.fill(packet, 8, 12, (byte) 0);
    for (int i = random.nextInt(6); i > 0 && length > 0; i--) {
      int at = 12 + random.nextInt(length);
      packet[at] =
          (byte)
              switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> 0xFF;
                case 2 -> random.nextInt(32);
                default -> random.nextInt(256);
              };
    }
    return packet;
  }

  private void drain() {
    while (reader.next() != null) {
      assertNull(reader.malformed());
    }
  }

  private static ByteBuffer packetOf(byte[] chunks) {
    return ByteBuffer.allocate(12 + chunks.length).put(12, chunks);
  }
}
