package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.datachannel.DataChannelPriority;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How a channel was made is known on the other side. */
abstract class BrowserChannelOptions extends BrowserScenarios {

  static Stream<Arguments> reliabilities() {
    return Stream.of("ordered", "unordered")
        .flatMap(
            order ->
                Stream.of(
                        "reliable", "maxRetransmits 0", "maxRetransmits 5", "maxPacketLifeTime 250")
                    .map(limit -> Arguments.of(order, limit)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("reliabilities")
  void theJvmKnowsTheReliabilityOfTheBrowsersChannel(String order, String limit) {
    Link link = connect(Plan.browserOffers());
    Map<String, Object> init = new HashMap<>();
    init.put("ordered", order.equals("ordered"));
    limitOf("maxRetransmits", limit).ifPresent(count -> init.put("maxRetransmits", count));
    limitOf("maxPacketLifeTime", limit).ifPresent(millis -> init.put("maxPacketLifeTime", millis));
    link.browser().open("special", init);

    JvmChannel special = link.jvm().accepted("special");
    DataChannel channel = special.channel();
    assertEquals(order.equals("ordered"), channel.ordered());
    assertEquals(limitOf("maxRetransmits", limit), channel.maxRetransmits());
    assertEquals(limitOf("maxPacketLifeTime", limit), channel.maxPacketLifeTime());
    assertFalse(channel.negotiated());
    talk(link, special);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("reliabilities")
  void theBrowserKnowsTheReliabilityOfTheJvmsChannel(String order, String limit) {
    Link link = connect(Plan.browserOffers());
    DataChannelOptions.Builder options =
        DataChannelOptions.builder().ordered(order.equals("ordered"));
    limitOf("maxRetransmits", limit).ifPresent(options::maxRetransmits);
    limitOf("maxPacketLifeTime", limit).ifPresent(options::maxPacketLifeTime);
    JvmChannel special = link.jvm().open("special", options.build()).awaitOpen();

    link.browser().awaitOpen("special");
    Map<String, Object> attributes = link.browser().attributes("special");
    assertEquals(order.equals("ordered"), attributes.get("ordered"));
    assertEquals(limitOf("maxRetransmits", limit), numberOf(attributes, "maxRetransmits"));
    assertEquals(limitOf("maxPacketLifeTime", limit), numberOf(attributes, "maxPacketLifeTime"));
    talk(link, special);
  }

  @Test
  void labelsAndProtocolsKeepEveryCharacterBothWays() {
    Link link = connect(Plan.browserOffers());
    String label = "Grüße 🐦 日本";
    String protocol = "prötökoll/1 Ω";
    link.browser().open(label, Map.of("protocol", protocol));
    assertEquals(protocol, link.jvm().accepted(label).channel().protocol());

    link.jvm().open(label + " zurück", DataChannelOptions.builder().protocol(protocol).build());
    link.browser().awaitOpen(label + " zurück");
    assertEquals(protocol, link.browser().attributes(label + " zurück").get("protocol"));
  }

  @Test
  void aLabelMayBeEmpty() {
    Link link = connect(Plan.browserOffers());
    link.browser().open("");
    talk(link, link.jvm().accepted(""));
  }

  @Test
  void aNegotiatedChannelNeedsNoAnnouncement() {
    BrowserPeer browser = browser();
    JvmPeer jvm = jvm();
    browser.open("agreed", Map.of("negotiated", true, "id", 7));
    JvmChannel agreed = jvm.open("agreed", DataChannelOptions.builder().negotiated(7).build());
    Plan.browserOffers().negotiate(browser, jvm);
    agreed.awaitOpen();
    browser.awaitOpen("agreed");
    assertEquals(OptionalInt.of(7), agreed.channel().id());
    assertTrue(agreed.channel().negotiated());
    talk(new Link(browser, jvm, agreed), agreed);
    assertEquals(0, jvm.acceptedCount());
  }

  @Test
  void bothSidesChooseIdsOfTheirOwnParity() {
    Link link = connect(Plan.browserOffers().as(Plan.JvmRole.SERVER));
    JvmChannel ours = link.jvm().open("ours").awaitOpen();
    link.browser().open("theirs");
    JvmChannel theirs = link.jvm().accepted("theirs");
    // RFC 8832 section 6: the DTLS client uses even ids, the server odd ones.
    assertEquals(1, ours.channel().id().orElseThrow() % 2);
    assertEquals(0, theirs.channel().id().orElseThrow() % 2);
  }

  @Test
  void theDefaultPriorityOfTheBrowserIsKnown() {
    Link link = connect(Plan.browserOffers());
    assertEquals(BROWSER.kind().defaultPriority(), link.chat().channel().priority());
  }

  @Test
  void aChannelOfHighPriorityOpensInTheBrowser() {
    Link link = connect(Plan.browserOffers());
    JvmChannel urgent =
        link.jvm()
            .open("urgent", DataChannelOptions.builder().priority(DataChannelPriority.HIGH).build())
            .awaitOpen();
    talk(link, urgent);
  }

  private static OptionalInt limitOf(String which, String limit) {
    return limit.startsWith(which)
        ? OptionalInt.of(Integer.parseInt(limit.substring(which.length() + 1)))
        : OptionalInt.empty();
  }

  private static OptionalInt numberOf(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof Number number
        ? OptionalInt.of(number.intValue())
        : OptionalInt.empty();
  }

  private static void talk(Link link, JvmChannel channel) {
    String label = channel.channel().label();
    link.browser().awaitOpen(label);
    link.browser().send(label, "up");
    channel.channel().send("down");
    assertEquals(List.of(Message.text("up")), channel.received(1));
    assertEquals(List.of(Message.text("down")), link.browser().received(label, 1));
  }
}
