package dev.turnstone.sctp.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacketCodecTest {
  private final PacketReader reader = new PacketReader();
  private final PacketWriter writer = new PacketWriter();

  @Test
  void everyChunkComesBackAsItWasWritten() {
    for (Chunk chunk : Samples.chunks()) {
      ByteBuffer packet = write(chunk);
      assertEquals(PacketWriter.HEADER_LENGTH + chunk.paddedLength(), packet.remaining());
      assertTrue(reader.open(packet, false), chunk::toString);
      Chunk back = reader.next();
      assertEquals(chunk, back);
      assertEquals(chunk.type(), back.type());
      assertEquals(chunk.flags(), back.flags());
      assertEquals(chunk.hashCode(), back.hashCode());
      assertEquals(0, reader.remaining());
      assertNull(reader.next());
      assertNull(reader.malformed());
    }
  }

  @Test
  void manyChunksInOnePacketComeBackInOrder() {
    assertTrue(reader.open(ByteBuffer.wrap(Samples.packet()), false));
    assertEquals(5000, reader.sourcePort());
    assertEquals(5001, reader.destinationPort());
    assertEquals(0xCAFEBABE, reader.verificationTag());
    List<Chunk> read = new ArrayList<>();
    for (Chunk chunk = reader.next(); chunk != null; chunk = reader.next()) {
      read.add(chunk);
    }
    assertNull(reader.malformed());
    assertEquals(Samples.chunks(), read);
  }

  @Test
  void parametersCarryTheTypesOfTheRegistry() {
    List<Integer> types = Samples.initParameters().stream().map(Parameter::type).toList();
    assertEquals(List.of(5, 6, 7, 8, 9, 12, 0x8000, 0x8001, 0x8008, 0xC000, 0x8002), types);
    assertEquals(
        List.of(13, 13, 14, 15, 16, 16, 17, 18),
        Samples.reconfigParameters().stream().map(Parameter::type).toList());
    assertEquals(
        List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 200),
        Samples.causes().stream().map(ErrorCause::type).toList());
  }

  @Test
  void dataChunkHasTheLayoutOfTheRfc() {
    ByteBuffer packet =
        write(new DataChunk(0x01020304, 5, 6, 51, false, true, true, false, Samples.bytes(0xAA)));
    byte[] expected = HexFormat.of().parseHex("0003001101020304" + "0005000600000033" + "aa000000");
    byte[] chunk = new byte[20];
    packet.get(PacketWriter.HEADER_LENGTH, chunk);
    assertArrayEquals(expected, chunk);
  }

  @Test
  void theInitOfABrowserIsReadAndWrittenByteForByte() {
    byte[] captured =
        HexFormat.of()
            .parseHex("0100001eba1fbe8d00500000ffffffff4d422547c0000004" + "8008000682c0");
    ByteBuffer packet = ByteBuffer.allocate(12 + captured.length).put(12, captured);
    assertTrue(reader.open(packet, true));
    InitChunk init =
        new InitChunk(
            0xBA1FBE8D,
            5 << 20,
            65535,
            65535,
            0x4D422547,
            List.of(
                new Parameter.ForwardTsnSupported(),
                new Parameter.SupportedExtensions(new int[] {0x82, 0xC0})));
    assertEquals(init, reader.next());
    byte[] written = new byte[captured.length];
    write(init).get(12, written);
    assertArrayEquals(captured, written);
  }

  @Test
  void theFastPathWritesTheSameBytesAsTheRecord() {
    byte[] message = "....payload...".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer payload = ByteBuffer.wrap(message);
    DataChunk record =
        new DataChunk(-9, 1, 2, 50, true, true, false, true, ByteBuffer.wrap(message, 4, 7));
    ByteBuffer fast = ByteBuffer.allocate(100);
    Arrays.fill(fast.array(), (byte) 0x7F);
    writer.begin(fast, 1, 2, 3);
    assertTrue(writer.isEmpty());
    writer.writeData(-9, 1, 2, 50, DataChunk.flags(true, true, false, true), payload, 4, 7);
    assertFalse(writer.isEmpty());
    assertEquals(fast.position(), 0);
    assertEquals(36, writer.finish());
    assertEquals(36, fast.position());
    assertEquals(0, payload.position());
    ByteBuffer slow = ByteBuffer.allocate(100);
    writer.begin(slow, 1, 2, 3);
    writer.write(record);
    writer.finish();
    assertEquals(slow.flip(), fast.flip());
  }

  @Test
  void theFastPathOfIDataWritesTheSameBytesAsTheRecord() {
    ByteBuffer payload = ByteBuffer.wrap("....payload...".getBytes(StandardCharsets.US_ASCII));
    for (boolean beginning : new boolean[] {true, false}) {
      long ppid = beginning ? 0xFFFFFFFFL : 0;
      int fsn = beginning ? 0 : -2;
      ByteBuffer slow =
          write(
              new IDataChunk(
                  -9, 65535, -7, ppid, fsn, true, beginning, true, false, payload.slice(4, 7)));
      ByteBuffer fast = ByteBuffer.allocate(100);
      int flags = DataChunk.flags(true, beginning, true, false);
      writer.begin(
          fast,
          Short.toUnsignedInt(slow.getShort(0)),
          Short.toUnsignedInt(slow.getShort(2)),
          slow.getInt(4));
      writer.writeIData(-9, 65535, -7, beginning ? (int) ppid : fsn, flags, payload, 4, 7);
      assertEquals(40, writer.finish());
      assertEquals(0, payload.position());
      assertEquals(slow, fast.flip());
    }
  }

  @Test
  void payloadIsASliceOfThePacket() {
    ByteBuffer packet =
        write(new DataChunk(1, 2, 3, 4, false, true, true, false, Samples.bytes(1, 2)));
    reader.open(packet, false);
    DataChunk data = (DataChunk) reader.next();
    packet.put(28, (byte) 77);
    assertEquals(77, data.payload().get(0));
    ByteBuffer kept = Bytes.copyOf(data.payload());
    packet.put(28, (byte) 78);
    assertEquals(77, kept.get(0));
  }

  @Test
  void buffersOfAnyKindAndPlaceServe() {
    byte[] expected = Samples.packet();
    ByteBuffer direct = ByteBuffer.allocateDirect(8192).order(ByteOrder.LITTLE_ENDIAN).position(13);
    writer.begin(direct, 5000, 5001, 0xCAFEBABE);
    Samples.chunks().forEach(writer::write);
    writer.finish();
    direct.flip().position(13);
    byte[] written = new byte[direct.remaining()];
    direct.get(direct.position(), written);
    assertArrayEquals(expected, written);
    assertTrue(reader.open(direct, false));
    assertEquals(Samples.chunks().get(0), reader.next());
    assertEquals(13, direct.position());
    assertTrue(reader.open(direct.asReadOnlyBuffer(), false));
    assertEquals(Samples.chunks().get(0), reader.next());
  }

  @Test
  void aChunkThatDoesNotFitIsRefusedAndNothingIsWritten() {
    writer.begin(ByteBuffer.allocate(100), 12 + 16, 1, 2, 3);
    Chunk tooLong = new ShutdownChunk(1);
    writer.write(tooLong);
    writer.write(tooLong);
    assertEquals(0, writer.remaining());
    assertFalse(writer.fits(new CookieAckChunk()));
    assertThrows(IllegalArgumentException.class, () -> writer.write(new CookieAckChunk()));
    assertEquals(28, writer.finish());
    writer.begin(ByteBuffer.allocate(100_000), 1, 2, 3);
    assertFalse(writer.fits(new PadChunk(65532)));
    assertTrue(writer.fits(new PadChunk(65531)));
  }

  @Test
  void checksumIsCrc32cWithTheLowestByteFirst() {
    assertEquals(0xE3069283, bitwiseCrc32c("123456789".getBytes(StandardCharsets.US_ASCII)));
    byte[] packet = Samples.packet();
    int stored = ByteBuffer.wrap(packet).order(ByteOrder.LITTLE_ENDIAN).getInt(8);
    Arrays.fill(packet, 8, 12, (byte) 0);
    assertEquals(bitwiseCrc32c(packet), stored);
  }

  @Test
  void aFlippedBitAnywhereSpoilsTheChecksum() {
    byte[] packet = Samples.packet();
    for (int i = 0; i < packet.length * 8; i++) {
      packet[i / 8] ^= (byte) (1 << i % 8);
      assertFalse(reader.open(ByteBuffer.wrap(packet), false));
      assertEquals(Malformed.CHECKSUM, reader.malformed());
      assertNull(reader.next());
      packet[i / 8] ^= (byte) (1 << i % 8);
    }
  }

  @Test
  void zeroChecksumPassesOnlyWhereItWasAgreed() {
    ByteBuffer packet = ByteBuffer.allocate(100);
    writer.begin(packet, 1, 2, 3);
    writer.write(new CookieAckChunk());
    assertEquals(16, writer.finishWithoutChecksum());
    packet.flip();
    assertEquals(0, packet.getInt(8));
    assertFalse(reader.open(packet, false));
    assertTrue(reader.open(packet, true));
    assertEquals(new CookieAckChunk(), reader.next());
    packet.putInt(8, 1);
    assertFalse(reader.open(packet, true));
  }

  @Test
  void unknownTypesSayWithTheirHighBitsWhatToDo() {
    boolean[] expected = {true, false, true, true, false, false, false, true};
    for (int high = 0; high < 4; high++) {
      UnknownChunk chunk = new UnknownChunk(high << 6 | 0x3E, 0, Samples.bytes());
      Parameter.UnknownParameter parameter =
          new Parameter.UnknownParameter(high << 14 | 0x3E, Samples.bytes());
      assertEquals(expected[2 * high], chunk.stops());
      assertEquals(expected[2 * high + 1], chunk.reports());
      assertEquals(expected[2 * high], parameter.stops());
      assertEquals(expected[2 * high + 1], parameter.reports());
    }
    assertEquals(
        Samples.bytes(0xFE, 7, 0, 6, 1, 2),
        new UnknownChunk(0xFE, 7, Samples.bytes(1, 2)).toBytes());
    assertEquals(
        Samples.bytes(0xC1, 7, 0, 5, 1),
        new Parameter.UnknownParameter(0xC107, Samples.bytes(1)).toBytes());
  }

  @Test
  void textOfAPeerIsBoundedAndPrintable() {
    assertEquals("a?b", ErrorCause.UserInitiatedAbort.of("a\nb").text());
    assertEquals("??", ErrorCause.ProtocolViolation.of("\u001b\u202e").text());
    assertEquals(256, ErrorCause.ProtocolViolation.of("x".repeat(5000)).text().length());
    assertEquals("\uFFFD", new ErrorCause.UserInitiatedAbort(Samples.bytes(0xFF)).text());
  }

  @Test
  void serialNumbersWrapAround() {
    assertTrue(Tsn.isAfter(0, -1));
    assertTrue(Tsn.isAfter(Integer.MIN_VALUE, Integer.MAX_VALUE));
    assertTrue(Tsn.isBefore(-1, 0));
    assertFalse(Tsn.isBefore(5, 5));
    assertTrue(Tsn.isAtOrBefore(5, 5));
    assertEquals(0, Tsn.next(-1));
    assertEquals(-1, Tsn.previous(0));
    assertEquals(3, Tsn.distance(-1, 2));
    assertTrue(Ssn.isAfter(0, 65535));
    assertTrue(Ssn.isBefore(65535, 3));
    assertEquals(0, Ssn.next(65535));
    assertEquals(4, Ssn.distance(65535, 3));
  }

  private ByteBuffer write(Chunk chunk) {
    ByteBuffer into = ByteBuffer.allocate(4096);
    // What was in the buffer before must not show through the padding.
    Arrays.fill(into.array(), (byte) 0x7F);
    writer.begin(into, 5000, 5000, 1);
    assertTrue(writer.fits(chunk));
    writer.write(chunk);
    writer.finish();
    return into.flip();
  }

  /** CRC32c bit by bit, from its polynomial. */
  private static int bitwiseCrc32c(byte[] bytes) {
    int crc = ~0;
    for (byte each : bytes) {
      crc ^= Byte.toUnsignedInt(each);
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? crc >>> 1 ^ 0x82F63B78 : crc >>> 1;
      }
    }
    return ~crc;
  }
}
