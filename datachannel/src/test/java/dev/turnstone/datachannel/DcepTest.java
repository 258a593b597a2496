package dev.turnstone.datachannel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DcepTest {
  private static final HexFormat HEX = HexFormat.of();

  private static String hex(ByteBuffer buffer) {
    return HEX.formatHex(buffer.array(), buffer.position(), buffer.limit());
  }

  private static Dcep parse(String hex) {
    return Dcep.parse(ByteBuffer.wrap(HEX.parseHex(hex)));
  }

  /** Type, priority, reliability, lengths, then label "ab" and protocol "c". */
  @ParameterizedTest
  @CsvSource({
    "true,  ,    ,     VERY_LOW, 03 00 0080 00000000 0002 0001 616263",
    "false, ,    ,     LOW,      03 80 0100 00000000 0002 0001 616263",
    "true,  0,   ,     MEDIUM,   03 01 0200 00000000 0002 0001 616263",
    "true,  7,   ,     LOW,      03 01 0100 00000007 0002 0001 616263",
    "false, 7,   ,     LOW,      03 81 0100 00000007 0002 0001 616263",
    "true,  ,    500,  HIGH,     03 02 0400 000001f4 0002 0001 616263",
    "false, ,    65535, HIGH,    03 82 0400 0000ffff 0002 0001 616263",
  })
  void everyChannelTypeIsWrittenAndRead(
      boolean ordered,
      Integer retransmits,
      Integer life,
      DataChannelPriority priority,
      String hex) {
    DataChannelOptions.Builder options =
        DataChannelOptions.builder().ordered(ordered).protocol("c").priority(priority);
    if (retransmits != null) {
      options.maxRetransmits(retransmits);
    }
    if (life != null) {
      options.maxPacketLifeTime(life);
    }
    Dcep.Open open = Dcep.Open.of("ab", options.build());
    assertEquals(hex.replace(" ", ""), hex(open.encode()));
    Dcep.Open read = assertInstanceOf(Dcep.Open.class, parse(hex.replace(" ", "")));
    assertEquals(open, read);
    assertEquals(priority, read.options().priority());
    assertEquals(open, Dcep.Open.of("ab", read.options()));
  }

  @Test
  void anAckIsOneByte() {
    assertEquals("02", hex(new Dcep.Ack().encode()));
    assertEquals(new Dcep.Ack(), parse("02"));
  }

  @Test
  void theLongestTextsFit() {
    String longest = "\u00e9".repeat(32767) + "x";
    Dcep.Open open = Dcep.Open.of(longest, DataChannelOptions.builder().protocol(longest).build());
    ByteBuffer bytes = open.encode();
    assertEquals(12 + 2 * 65535, bytes.remaining());
    assertEquals(open, Dcep.parse(bytes));
  }

  @Test
  void limitsAboveSixteenBitsAreAsGoodAsSixteenBits() {
    Dcep.Open open = assertInstanceOf(Dcep.Open.class, parse("03810100ffffffff00000000"));
    assertEquals(OptionalInt.of(65535), open.maxRetransmits());
  }

  @Test
  void aReliableChannelsReliabilityParameterIsIgnored() {
    Dcep.Open open = assertInstanceOf(Dcep.Open.class, parse("03000100000000ff00000000"));
    assertEquals(OptionalInt.empty(), open.maxRetransmits());
    assertEquals(OptionalInt.empty(), open.maxPacketLifeTime());
  }

  @Test
  void bytesBehindTheEndAreIgnored() {
    assertEquals(
        parse("030001000000000000010000" + "61"), parse("030001000000000000010000" + "61ff"));
  }

  @Test
  void anOpenCutShortAnywhereIsMalformed() {
    byte[] whole = HEX.parseHex("030001000000000000020001616263");
    for (int length = 1; length < whole.length; length++) {
      assertInstanceOf(
          Dcep.Malformed.class, Dcep.parse(ByteBuffer.wrap(whole, 0, length)), "length " + length);
    }
    assertInstanceOf(Dcep.Open.class, Dcep.parse(ByteBuffer.wrap(whole)));
  }

  @ParameterizedTest
  @CsvSource({
    "030301000000000000000000, Malformed",
    "037f01000000000000000000, Malformed",
    "038301000000000000000000, Malformed",
    "03000100000000000001000080, Malformed",
    "030001000000000000000002c328, Malformed",
    "'', Unknown",
    "00, Unknown",
    "01, Unknown",
    "04, Unknown",
    "ff, Unknown",
  })
  void whatCannotBeReadIsNamedSo(String hex, String kind) {
    assertEquals(kind, parse(hex).getClass().getSimpleName());
  }

  @Test
  void readingLeavesTheBufferAsItWas() {
    byte[] bytes = HEX.parseHex("ffff030001000000000000020001616263ff");
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 2, 15);
    byte[] before = bytes.clone();
    assertInstanceOf(Dcep.Open.class, Dcep.parse(buffer));
    assertEquals(2, buffer.position());
    assertEquals(17, buffer.limit());
    assertArrayEquals(before, bytes);
  }

  @Test
  void randomBytesNeverThrow() {
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      if (bytes.length > 0 && random.nextBoolean()) {
        bytes[0] = Dcep.TYPE_OPEN;
      }
      if (bytes.length > 10) {
        bytes[8] = 0;
        bytes[10] = 0;
      }
      Dcep message = Dcep.parse(ByteBuffer.wrap(bytes));
      if (message instanceof Dcep.Open open) {
        assertEquals(open, Dcep.parse(open.encode()), "seed " + seed);
        open.options();
      }
    }
  }
}
