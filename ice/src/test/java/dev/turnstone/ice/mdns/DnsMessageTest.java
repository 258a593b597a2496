package dev.turnstone.ice.mdns;

import static dev.turnstone.ice.mdns.Packets.FOUR;
import static dev.turnstone.ice.mdns.Packets.NAME;
import static dev.turnstone.ice.mdns.Packets.OTHER;
import static dev.turnstone.ice.mdns.Packets.SIX;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.mdns.DnsMessage.AddressRecord;
import dev.turnstone.ice.mdns.DnsMessage.Question;
import dev.turnstone.testkit.Seeds;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DnsMessageTest {

  private static DnsMessage parse(ByteBuffer packet) {
    return DnsMessage.parse(packet).orElseThrow();
  }

  private static void assertMalformed(Packets packet) {
    assertEquals(Optional.empty(), DnsMessage.parse(packet.done()));
  }

  @Test
  void ourQueryAsksForBothFamilies() {
    DnsMessage query = parse(DnsWriter.query(NAME));
    assertFalse(query.response());
    assertEquals(0, query.id());
    assertEquals(
        List.of(new Question(NAME, 1, false), new Question(NAME, 28, false)), query.questions());
  }

  @Test
  void ourAnswersAreRead() {
    for (var address : List.of(FOUR, SIX)) {
      for (boolean positive : new boolean[] {true, false}) {
        DnsMessage answer = parse(DnsWriter.answer(NAME, address, positive));
        assertTrue(answer.response());
        assertEquals(List.of(new AddressRecord(NAME, address, 120)), answer.addresses());
      }
      DnsMessage legacy =
          parse(DnsWriter.legacyAnswer(77, new Question(NAME, 255, false), address));
      assertEquals(77, legacy.id());
      assertEquals(List.of(new Question(NAME, 255, false)), legacy.questions());
      assertEquals(List.of(new AddressRecord(NAME, address, 10)), legacy.addresses());
    }
    DnsMessage goodbye =
        parse(DnsWriter.goodbye(List.of(Map.entry(NAME, FOUR), Map.entry(OTHER, SIX))));
    assertEquals(
        List.of(new AddressRecord(NAME, FOUR, 0), new AddressRecord(OTHER, SIX, 0)),
        goodbye.addresses());
  }

  @Test
  void anAnswerSaysThatThereIsNoOtherFamily() {
    ByteBuffer four = DnsWriter.answer(NAME, FOUR, true);
    // Header, name and A record; then NSEC: pointer, type 47, class IN with the flush bit, TTL 120,
    // length, the same name, and a map that has type 1 alone.
    byte[] tail = new byte[17];
    four.position(four.limit() - 17).get(tail);
    assertEquals(
        List.of(0xC0, 12, 0, 47, 0x80, 1, 0, 0, 0, 120, 0, 5, 0xC0, 12, 0, 1, 0x40), list(tail));
    ByteBuffer six = DnsWriter.answer(NAME, SIX, true);
    byte[] map = new byte[6];
    six.position(six.limit() - 6).get(map);
    assertEquals(List.of(0, 4, 0, 0, 0, 0x08), list(map));
  }

  private static List<Integer> list(byte[] bytes) {
    return java.util.stream.IntStream.range(0, bytes.length)
        .mapToObj(i -> Byte.toUnsignedInt(bytes[i]))
        .toList();
  }

  @Test
  void namesAreReadInLowerCaseAndThroughPointers() {
    Packets packet = Packets.header(0, 0x8400, 1, 1, 0, 1);
    packet.name(NAME.toUpperCase(java.util.Locale.ROOT)).u16(1, 0x8001);
    packet.u8(0xC0, 12).data(1, 0x8001, 120, FOUR.getAddress());
    // A label of its own, and the second label of the first name: at 12 + 1 + 36.
    packet.label(OTHER.substring(0, 36)).u8(0xC0, 12 + 37);
    packet.data(28, 1, 5, SIX.getAddress());
    DnsMessage message = parse(packet.done());
    assertEquals(List.of(new Question(NAME, 1, true)), message.questions());
    assertEquals(
        List.of(new AddressRecord(NAME, FOUR, 120), new AddressRecord(OTHER, SIX, 5)),
        message.addresses());
  }

  @Test
  void whatOthersTalkAboutIsReadOver() {
    Packets packet = Packets.header(0, 0x8400, 2, 3, 1, 1);
    packet.label("_http").label("_tcp").label("local").u8(0).u16(12, 1);
    packet.name(NAME).u16(16, 1);
    packet.label("A printer, 2nd floor").label("local").u8(0).data(16, 1, 9, new byte[300]);
    packet.name("printer.local").data(1, 1, 9, FOUR.getAddress());
    packet.name(NAME).data(1, 3, 9, FOUR.getAddress());
    packet.name(NAME).data(1, 1, 9, FOUR.getAddress());
    packet.name(NAME).data(1, 1, 8, FOUR.getAddress());
    DnsMessage message = parse(packet.done());
    assertEquals(List.of(), message.questions());
    // That of the authority section is none, that of the additional section is.
    assertEquals(List.of(new AddressRecord(NAME, FOUR, 8)), message.addresses());
  }

  @Test
  void aNameWithADotInALabelIsNotTheNameThatItLooksLike() {
    Packets packet = Packets.response(1).label(NAME).u8(0).data(1, 1, 9, FOUR.getAddress());
    assertEquals(List.of(), parse(packet.done()).addresses());
  }

  @Test
  void knownAnswersOfAQueryAreThoseOfTheAnswerSection() {
    Packets packet = Packets.header(0, 0, 1, 1, 1, 0).name(NAME).u16(1, 1);
    packet.record(NAME, FOUR, 100).record(NAME, SIX, 100);
    assertEquals(List.of(new AddressRecord(NAME, FOUR, 100)), parse(packet.done()).addresses());
  }

  @Test
  void otherOpcodesAndErrorsAreIgnored() {
    assertMalformed(Packets.header(0, 0x2800, 0, 0, 0, 0));
    assertMalformed(Packets.header(0, 0x8403, 0, 0, 0, 0));
  }

  @Test
  void pointersThatLeadRoundOrForwardsAreRefused() {
    assertMalformed(Packets.header(0, 0, 1, 0, 0, 0).u8(0xC0, 12).u16(1, 1));
    assertMalformed(Packets.header(0, 0, 1, 0, 0, 0).u8(0xC0, 16).u16(1, 1).name(NAME));
    assertMalformed(Packets.header(0, 0, 1, 0, 0, 0).label("a").u8(0xC0, 12).u16(1, 1));
    assertMalformed(Packets.header(0, 0, 1, 0, 0, 0).u8(0xFF, 0xFF).u16(1, 1));
    Packets stairs = Packets.header(0, 0, 1, 0, 0, 0).u8(0);
    for (int i = 0; i < 20; i++) {
      stairs.u8(0xC0, i == 0 ? 12 : 13 + 2 * (i - 1));
    }
    ByteBuffer packet = stairs.u16(1, 1).done();
    // One question of root; the stairs behind it belong to no count.
    assertTrue(DnsMessage.parse(packet.duplicate()).isPresent());
    Packets climbed = Packets.header(0, 0x8000, 0, 2, 0, 0).u8(0);
    byte[] steps = new byte[40];
    for (int i = 0; i < 20; i++) {
      steps[2 * i] = (byte) 0xC0;
      steps[2 * i + 1] = (byte) (i == 0 ? 12 : 23 + 2 * (i - 1));
    }
    climbed.data(16, 1, 1, steps).u8(0xC0, 23 + 38).data(16, 1, 1);
    assertMalformed(climbed);
  }

  @Test
  void labelsAndNamesThatAreTooLongAreRefused() {
    assertMalformed(Packets.header(0, 0, 1, 0, 0, 0).u8(64).u16(new int[40]));
    Packets packet = Packets.header(0, 0, 1, 0, 0, 0);
    for (int i = 0; i < 128; i++) {
      packet.label("a");
    }
    assertMalformed(packet.u8(0).u16(1, 1));
  }

  @Test
  void countsThatTheBytesCannotHoldAreRefused() {
    assertMalformed(Packets.header(0, 0, 65535, 65535, 65535, 65535));
    assertMalformed(Packets.header(0, 0x8000, 0, 2, 0, 0).record(NAME, FOUR, 1));
    assertMalformed(Packets.header(0, 0x8000, 0, 1, 0, 0).name(NAME).u16(1, 1, 0, 9, 400, 1, 2, 3));
  }

  @Test
  void ofVeryManyRecordsOnlySomeAreRead() {
    Packets packet = Packets.header(0, 0x8000, 0, 500, 0, 0);
    packet.record(NAME, FOUR, 1);
    for (int i = 1; i < 500; i++) {
      packet.u8(0xC0, 12).data(1, 1, 1, FOUR.getAddress());
    }
    assertEquals(256, parse(packet.done()).addresses().size());
    Packets questions = Packets.header(0, 0, 900, 0, 0, 0).name(NAME).u16(1, 1);
    for (int i = 1; i < 900; i++) {
      questions.u8(0xC0, 12).u16(1, 1);
    }
    assertEquals(256, parse(questions.done()).questions().size());
  }

  @Test
  void anAddressOfTheWrongLengthIsReadOver() {
    Packets packet = Packets.response(2).name(NAME).data(1, 1, 9, new byte[16]);
    packet.name(NAME).data(28, 1, 9, new byte[4]);
    assertEquals(List.of(), parse(packet.done()).addresses());
  }

  @Test
  void noBytesMakeItThrow() {
    Seeds.run(
        20261121,
        seed -> {
          Random random = new Random(seed);
          byte[] good = new byte[200];
          ByteBuffer answer = DnsWriter.answer(NAME, SIX, true);
          int length = answer.remaining();
          answer.get(good, 0, length);
          for (int i = 0; i < 20_000; i++) {
            byte[] bytes;
            if (i % 2 == 0) {
              bytes = new byte[random.nextInt(300)];
              random.nextBytes(bytes);
              if (bytes.length > 12 && i % 4 == 0) {
                // Counts and flags that get beyond the header.
                bytes[2] &= 0x04;
                bytes[3] = 0;
                for (int at = 4; at < 12; at += 2) {
                  bytes[at] = 0;
                  bytes[at + 1] = (byte) random.nextInt(4);
                }
              }
            } else {
              bytes = java.util.Arrays.copyOf(good, random.nextInt(length + 1));
              for (int flips = random.nextInt(6); flips > 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
              }
            }
            DnsMessage.parse(ByteBuffer.wrap(bytes));
          }
        });
  }
}
