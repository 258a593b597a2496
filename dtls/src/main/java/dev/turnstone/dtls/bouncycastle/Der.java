package dev.turnstone.dtls.bouncycastle;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * The few forms of DER (X.690) that a certificate of ours is made of. A library for all of ASN.1
 * loads hundreds of classes to write them.
 */
final class Der {
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int UTF8_STRING = 0x0C;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;

  private Der() {}

  static byte[] sequence(byte[]... parts) {
    return element(SEQUENCE, parts);
  }

  static byte[] set(byte[]... parts) {
    return element(SET, parts);
  }

  static byte[] integer(BigInteger value) {
    return element(INTEGER, value.toByteArray());
  }

  static byte[] utf8(String text) {
    return element(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Whole bytes: no bit of the last one is unused. */
  static byte[] bits(byte[] bytes) {
    return element(BIT_STRING, new byte[1], bytes);
  }

  /** RFC 5280 section 4.1.2.5: UTCTime through 2049, GeneralizedTime from then on; seconds. */
  static byte[] time(Instant instant) {
    LocalDateTime at = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), 0, ZoneOffset.UTC);
    boolean shortYear = at.getYear() < 2050;
    StringBuilder text = new StringBuilder(15);
    if (!shortYear) {
      twoDigits(text, at.getYear() / 100);
    }
    twoDigits(text, at.getYear() % 100);
    twoDigits(text, at.getMonthValue());
    twoDigits(text, at.getDayOfMonth());
    twoDigits(text, at.getHour());
    twoDigits(text, at.getMinute());
    twoDigits(text, at.getSecond());
    text.append('Z');
    return element(
        shortYear ? UTC_TIME : GENERALIZED_TIME,
        text.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private static void twoDigits(StringBuilder text, int number) {
    text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }

  /** One element: tag, length in the shortest form (X.690 section 10.1), contents. */
  static byte[] element(int tag, byte[]... parts) {
    byte[] contents = join(parts);
    int length = contents.length;
    if (length < 0x80) {
      return join(new byte[] {(byte) tag, (byte) length}, contents);
    }
    return length < 0x100
        ? join(new byte[] {(byte) tag, (byte) 0x81, (byte) length}, contents)
        : join(new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length}, contents);
  }

  static byte[] join(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
