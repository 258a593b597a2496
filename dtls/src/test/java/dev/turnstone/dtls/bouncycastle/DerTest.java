package dev.turnstone.dtls.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class DerTest {

  @Test
  void timesHaveTwoDigitYearsThrough2049AndFourFromThenOn() {
    assertEquals("\u0017\r491231235959Z", text(Der.time(Instant.parse("2049-12-31T23:59:59.9Z"))));
    assertEquals(
        "\u0018\u000f20500101000000Z", text(Der.time(Instant.parse("2050-01-01T00:00:00Z"))));
  }

  @Test
  void lengthsAreAsShortAsTheyCanBe() {
    assertArrayEquals(hex("3000"), Der.sequence());
    assertEquals("30 7f", head(Der.sequence(new byte[0x7f]), 2));
    assertEquals("30 81 80", head(Der.sequence(new byte[0x80]), 3));
    assertEquals("30 81 ff", head(Der.sequence(new byte[0xff]), 3));
    assertEquals("30 82 01 00", head(Der.sequence(new byte[0x100]), 4));
  }

  @Test
  void integersWithTheHighBitSetStayPositive() {
    assertArrayEquals(hex("020200ff"), Der.integer(BigInteger.valueOf(255)));
    assertArrayEquals(hex("020100"), Der.integer(BigInteger.ZERO));
  }

  private static String head(byte[] bytes, int count) {
    return HexFormat.ofDelimiter(" ").formatHex(bytes, 0, count);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
