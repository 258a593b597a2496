package dev.turnstone.ice.mdns;

import static dev.turnstone.ice.mdns.Packets.FOUR;
import static dev.turnstone.ice.mdns.Packets.NAME;
import static dev.turnstone.ice.mdns.Packets.OTHER;
import static dev.turnstone.ice.mdns.Packets.PEER;
import static dev.turnstone.ice.mdns.Packets.SIX;
import static dev.turnstone.ice.mdns.Packets.ip;
import static dev.turnstone.ice.mdns.Packets.seconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.mdns.DnsMessage.AddressRecord;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MdnsResponderTest {
  private static final int LINK = 3;
  private static final int A = 1;
  private static final int AAAA = 28;
  private static final int IN = 1;
  private static final int UNICAST = 0x8001;

  private final MulticastDns mdns = new MulticastDns();
  private long now;

  private void hear(ByteBuffer packet) {
    hear(packet, PEER, LINK);
  }

  private void hear(ByteBuffer packet, InetSocketAddress from, int link) {
    mdns.handlePacket(packet, from, link, now);
  }

  private List<MdnsTransmit> sent() {
    List<MdnsTransmit> sent = new ArrayList<>();
    for (MdnsTransmit each = mdns.pollTransmit(); each != null; each = mdns.pollTransmit()) {
      sent.add(each);
    }
    return sent;
  }

  private void assertTold(MdnsTransmit sent, Optional<InetSocketAddress> to, int ttl) {
    assertEquals(LINK, sent.link());
    assertEquals(to, sent.to());
    assertEquals(
        List.of(new AddressRecord(NAME, FOUR, ttl)),
        DnsMessage.parse(sent.packet()).orElseThrow().addresses());
  }

  @Test
  void answersForItsNameAtOnceAndToEveryone() {
    mdns.publish(NAME, FOUR);
    assertEquals(List.of(), sent());
    hear(Packets.query(NAME, A, IN));
    List<MdnsTransmit> sent = sent();
    assertEquals(1, sent.size());
    assertTold(sent.get(0), Optional.empty(), 120);
    assertEquals(1, Short.toUnsignedInt(sent.get(0).packet().getShort(6)));
  }

  @Test
  void bothQuestionsOfOneMessageGetOneAnswer() {
    mdns.publish(NAME, FOUR);
    hear(DnsWriter.query(NAME));
    assertEquals(1, sent().size());
  }

  @Test
  void aFamilyThatTheNameDoesNotHaveIsDenied() {
    mdns.publish(NAME, FOUR);
    hear(Packets.query(NAME, AAAA, IN));
    ByteBuffer packet = sent().get(0).packet();
    // The first record, behind header and name: NSEC.
    assertEquals(47, packet.getShort(12 + 44));
  }

  @Test
  void whoDoesNotKnowANameLearnsNothing() {
    mdns.publish(NAME, FOUR);
    hear(Packets.query(OTHER, A, IN));
    hear(Packets.query("printer.local", A, IN));
    hear(Packets.query("_services._dns-sd._udp.local", 12, IN));
    hear(Packets.query(NAME, 16, IN));
    hear(Packets.query(NAME, A, 3));
    assertEquals(List.of(), sent());
  }

  @Test
  void aFloodOfQuestionsGetsOneAnswerASecondOnEachLink() {
    mdns.publish(NAME, FOUR);
    List<Long> times = new ArrayList<>();
    for (int i = 0; i <= 3000; i++) {
      now = seconds(i / 1000.0);
      mdns.handleTimeout(now);
      hear(Packets.query(NAME, A, IN));
      sent().forEach(each -> times.add(now));
    }
    assertEquals(List.of(0L, seconds(1), seconds(2), seconds(3)), times);
    hear(Packets.query(NAME, A, IN), PEER, LINK + 1);
    assertEquals(1, sent().size());
  }

  @Test
  void anAnswerThatCameTooSoonFollowsWhenItsSecondIsOver() {
    mdns.publish(NAME, FOUR);
    hear(Packets.query(NAME, A, IN));
    sent();
    now = seconds(0.3);
    hear(Packets.query(NAME, A, IN));
    hear(Packets.query(NAME, A, IN));
    assertEquals(List.of(), sent());
    assertEquals(seconds(1), mdns.nextTimeout());
    now = seconds(1);
    mdns.handleTimeout(now);
    List<MdnsTransmit> sent = sent();
    assertEquals(1, sent.size());
    assertTold(sent.get(0), Optional.empty(), 120);
    assertEquals(MulticastDns.NEVER, mdns.nextTimeout());
  }

  @Test
  void whoKnowsTheAnswerGetsNone() {
    mdns.publish(NAME, FOUR);
    Packets knows = Packets.header(0, 0, 1, 1, 0, 0).name(NAME).u16(A, IN);
    hear(knows.record(NAME, FOUR, 60).done());
    assertEquals(List.of(), sent());
    Packets soonNot = Packets.header(0, 0, 1, 1, 0, 0).name(NAME).u16(A, IN);
    hear(soonNot.record(NAME, FOUR, 59).done());
    assertEquals(1, sent().size());
  }

  @Test
  void aUnicastAnswerIsGivenWhenAllHaveHeardItLately() {
    mdns.publish(NAME, FOUR);
    hear(Packets.query(NAME, A, UNICAST));
    assertTold(sent().get(0), Optional.empty(), 120);
    now = seconds(0.2);
    hear(Packets.query(NAME, A, UNICAST));
    assertTold(sent().get(0), Optional.of(PEER), 120);
    now = seconds(31);
    hear(Packets.query(NAME, A, UNICAST));
    assertTold(sent().get(0), Optional.empty(), 120);
  }

  @Test
  void whoKnowsUnicastDnsAloneGetsItsQuestionBack() {
    mdns.publish(NAME, FOUR);
    InetSocketAddress asker = new InetSocketAddress(ip("192.0.2.9"), 40000);
    hear(Packets.header(4711, 0x0100, 1, 0, 0, 0).name(NAME).u16(A, IN).done(), asker, LINK);
    MdnsTransmit sent = sent().get(0);
    assertTold(sent, Optional.of(asker), 10);
    DnsMessage answer = DnsMessage.parse(sent.packet()).orElseThrow();
    assertEquals(4711, answer.id());
    assertEquals(NAME, answer.questions().get(0).name());
  }

  @Test
  void unicastAnswersAreLimitedTooAndSmall() {
    mdns.publish(NAME, SIX);
    int count = 0;
    for (int i = 0; i < 1000; i++) {
      now = seconds(i / 1000.0);
      ByteBuffer query = Packets.query(NAME, 255, IN);
      int asked = query.remaining();
      hear(query, new InetSocketAddress(ip("192.0.2.9"), 1024 + i), LINK);
      for (MdnsTransmit each : sent()) {
        count++;
        assertTrue(each.packet().remaining() < 2 * asked);
      }
    }
    assertEquals(10, count);
  }

  @Test
  void aQuestionThatIsRepeatedInOneMessageGetsOneAnswer() {
    mdns.publish(NAME, FOUR);
    Packets packet = Packets.header(0, 0, 200, 0, 0, 0).name(NAME).u16(A, UNICAST);
    for (int i = 1; i < 200; i++) {
      packet.u8(0xC0, 12).u16(A, UNICAST);
    }
    hear(packet.done());
    // One for everyone, and one for the asker, who has been told that all have heard it.
    assertEquals(2, sent().size());
  }

  @Test
  void aNameThatWasWithdrawnIsTakenBackAndForgotten() {
    mdns.publish(NAME, FOUR);
    mdns.publish(OTHER, SIX);
    hear(Packets.query(NAME, A, IN));
    hear(Packets.query(NAME, A, IN));
    sent();
    mdns.withdraw(List.of(NAME, OTHER));
    List<MdnsTransmit> sent = sent();
    assertEquals(1, sent.size());
    assertEquals(MulticastDns.ALL_LINKS, sent.get(0).link());
    // Nobody has asked for the other one.
    assertEquals(
        List.of(new AddressRecord(NAME, FOUR, 0)),
        DnsMessage.parse(sent.get(0).packet()).orElseThrow().addresses());
    now = seconds(5);
    mdns.handleTimeout(now);
    hear(Packets.query(NAME, A, IN));
    assertEquals(List.of(), sent());
    assertTrue(mdns.isIdle());
  }

  @Test
  void manyNamesAreTakenBackInMessagesThatFitAPacket() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      names.add("%08x-0000-4000-8000-000000000000.local".formatted(i));
      mdns.publish(names.get(i), SIX);
      hear(Packets.query(names.get(i), AAAA, IN));
    }
    sent();
    mdns.withdraw(names);
    List<MdnsTransmit> sent = sent();
    assertEquals(3, sent.size());
    sent.forEach(each -> assertTrue(each.packet().remaining() <= 1200));
  }

  @Test
  void onlyNamesThatConcealArePublished() {
    assertThrows(IllegalArgumentException.class, () -> mdns.publish("printer.local", FOUR));
  }

  @Test
  void ourOwnNamesAreKnownWithoutAsking() {
    mdns.publish(NAME, FOUR);
    assertEquals(Optional.of(FOUR), mdns.own(NAME.toUpperCase(java.util.Locale.ROOT)));
    assertEquals(Optional.empty(), mdns.own(OTHER));
  }

  @Test
  void aResponseFromAnotherPortIsIgnored() {
    mdns.resolve(NAME, now);
    hear(Packets.answer(NAME, FOUR), new InetSocketAddress(ip("192.0.2.9"), 5354), LINK);
    assertNull(mdns.pollAnswer());
    hear(Packets.answer(NAME, FOUR));
    assertEquals(List.of(FOUR), mdns.pollAnswer().addresses());
  }

  @Test
  void aResponseWithQuestionsIsNoQuery() {
    mdns.publish(NAME, FOUR);
    hear(Packets.header(0, 0x8400, 1, 0, 0, 0).name(NAME).u16(A, IN).done());
    assertEquals(List.of(), sent());
  }
}
