package dev.turnstone.ice.mdns;

import static dev.turnstone.ice.mdns.Packets.FOUR;
import static dev.turnstone.ice.mdns.Packets.NAME;
import static dev.turnstone.ice.mdns.Packets.OTHER;
import static dev.turnstone.ice.mdns.Packets.SIX;
import static dev.turnstone.ice.mdns.Packets.ip;
import static dev.turnstone.ice.mdns.Packets.seconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MdnsResolverTest {
  private final MdnsResolver resolver = new MdnsResolver();
  private long now;

  /** Lets time pass until nothing more is due; gives the names asked for, with the time. */
  private List<String> run(double untilSeconds) {
    List<String> asked = new ArrayList<>();
    while (resolver.nextTimeout() <= seconds(untilSeconds)) {
      now = Math.max(now, resolver.nextTimeout());
      resolver.handleTimeout(now);
      for (ByteBuffer query = resolver.pollQuery(); query != null; query = resolver.pollQuery()) {
        String name = DnsMessage.parse(query).orElseThrow().questions().get(0).name();
        asked.add(name.charAt(0) + " " + now / 1e9);
      }
    }
    now = Math.max(now, seconds(untilSeconds));
    return asked;
  }

  private void hear(ByteBuffer packet) {
    resolver.handleResponse(DnsMessage.parse(packet).orElseThrow(), now);
  }

  private static String name(int i) {
    return "%08x-0000-4000-8000-000000000000.local".formatted(i);
  }

  @Test
  void asksAgainWithGrowingGapsAndGivesUp() {
    resolver.resolve(NAME, now);
    List<String> asked = run(60);
    assertEquals(4, asked.size(), asked::toString);
    assertEquals("6 0.0", asked.get(0));
    assertTrue(asked.get(1).startsWith("6 1.0"), asked::toString);
    assertTrue(asked.get(2).startsWith("6 3.0"), asked::toString);
    assertTrue(asked.get(3).startsWith("6 7.0"), asked::toString);
    assertEquals(new MdnsAnswer(NAME, List.of()), resolver.pollAnswer());
    assertNull(resolver.pollAnswer());
    assertEquals(0, resolver.open());
    assertEquals(MulticastDns.NEVER, resolver.nextTimeout());
  }

  @Test
  void anAnswerEndsTheSearch() {
    resolver.resolve(NAME, now);
    run(1.5);
    hear(Packets.answer(NAME, FOUR));
    assertEquals(new MdnsAnswer(NAME, List.of(FOUR)), resolver.pollAnswer());
    assertEquals(List.of(), run(60));
    assertNull(resolver.pollAnswer());
  }

  @Test
  void oneSearchServesAllThatAskForTheName() {
    resolver.resolve(NAME, now);
    resolver.resolve(NAME.toUpperCase(java.util.Locale.ROOT), now);
    assertEquals(1, run(0.5).size());
    hear(Packets.answer(NAME, FOUR));
    assertEquals(NAME, resolver.pollAnswer().name());
    assertNull(resolver.pollAnswer());
  }

  @Test
  void anAnswerForAnotherNameDoesNotCount() {
    resolver.resolve(NAME, now);
    run(0.5);
    hear(Packets.answer(OTHER, FOUR));
    assertNull(resolver.pollAnswer());
    assertEquals(1, resolver.open());
  }

  @Test
  void oneAddressOfEachFamilyIsTaken() {
    resolver.resolve(NAME, now);
    hear(
        Packets.response(4)
            .record(NAME, FOUR, 120)
            .record(NAME, ip("192.0.2.8"), 120)
            .record(NAME, SIX, 120)
            .record(NAME, ip("2001:db8::8"), 120)
            .done());
    assertEquals(List.of(FOUR, SIX), resolver.pollAnswer().addresses());
  }

  @Test
  void addressesThatNoHostHasAreNoAnswer() {
    resolver.resolve(NAME, now);
    for (String literal : List.of("0.0.0.0", "224.0.0.251", "::", "ff02::fb", "fe80::1")) {
      hear(Packets.answer(NAME, ip(literal)));
      assertNull(resolver.pollAnswer(), literal);
    }
  }

  @Test
  void whatWasAnnouncedBeforeIsKnownForAWhile() {
    hear(Packets.answer(NAME, FOUR));
    resolver.resolve(NAME, now);
    assertEquals(List.of(FOUR), resolver.pollAnswer().addresses());
    now = seconds(61);
    resolver.resolve(NAME, now);
    assertNull(resolver.pollAnswer());
    assertEquals(1, run(61.5).size());
  }

  @Test
  void aShortTimeToLiveIsKept() {
    hear(Packets.response(1).record(NAME, FOUR, 2).done());
    now = seconds(3);
    resolver.resolve(NAME, now);
    assertNull(resolver.pollAnswer());
  }

  @Test
  void aGoodbyeAndOtherLinksMakeItForget() {
    hear(Packets.answer(NAME, FOUR));
    hear(Packets.response(1).record(NAME, FOUR, 0).done());
    hear(Packets.answer(OTHER, FOUR));
    resolver.forget();
    resolver.resolve(NAME, now);
    resolver.resolve(OTHER, now);
    assertNull(resolver.pollAnswer());
    assertEquals(2, resolver.open());
  }

  @Test
  void aGoodbyeIsNoAnswer() {
    resolver.resolve(NAME, now);
    hear(Packets.response(1).record(NAME, FOUR, 0).done());
    assertNull(resolver.pollAnswer());
  }

  @Test
  void otherNamesAreNeverAskedFor() {
    resolver.resolve("printer.local", now);
    resolver.resolve("www.example.org", now);
    assertEquals(new MdnsAnswer("printer.local", List.of()), resolver.pollAnswer());
    assertEquals(new MdnsAnswer("www.example.org", List.of()), resolver.pollAnswer());
    assertEquals(List.of(), run(60));
  }

  @Test
  void manyNamesAreAskedForOneAfterAnotherAndTooManyNotAtAll() {
    for (int i = 0; i < 300; i++) {
      resolver.resolve(name(i), now);
    }
    assertEquals(256, resolver.open());
    Set<String> refused = new HashSet<>();
    for (MdnsAnswer a = resolver.pollAnswer(); a != null; a = resolver.pollAnswer()) {
      assertEquals(List.of(), a.addresses());
      refused.add(a.name());
    }
    assertEquals(44, refused.size());
    assertTrue(refused.contains(name(299)));
    // 200 a second, whoever wants them.
    assertEquals(100, run(0.4975).size());
    run(60);
    assertEquals(0, resolver.open());
  }

  @Test
  void aFloodOfAnnouncementsFillsNoMemory() {
    for (int i = 0; i < 10_000; i++) {
      hear(Packets.answer(name(i), FOUR));
    }
    assertEquals(128, resolver.cached());
    resolver.resolve(name(9999), now);
    assertEquals(List.of(FOUR), resolver.pollAnswer().addresses());
  }
}
