package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.interop.BrowserKind.Candidates;
import dev.turnstone.interop.Plan.JvmRole;
import dev.turnstone.interop.Plan.Offerer;
import dev.turnstone.peerconnection.PeerConnectionState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The ways in which a browser and the JVM come together. */
abstract class BrowserConnect extends BrowserScenarios {

  static Stream<Arguments> ways() {
    return Stream.of(Offerer.values())
        .flatMap(
            offerer ->
                Stream.of(JvmRole.values())
                    .flatMap(
                        role ->
                            Stream.of("trickled", "gathered")
                                .map(
                                    gathering ->
                                        Arguments.of(name(offerer), name(role), gathering))));
  }

  @ParameterizedTest(name = "{0} offers, the JVM is DTLS {1}, candidates {2}")
  @MethodSource("ways")
  void connectsWithEitherOffererInEitherDtlsRoleTrickledOrGathered(
      String offerer, String role, String gathering) {
    Plan plan = offerer.equals(name(Offerer.BROWSER)) ? Plan.browserOffers() : Plan.jvmOffers();
    plan = plan.as(role.equals(name(JvmRole.CLIENT)) ? JvmRole.CLIENT : JvmRole.SERVER);
    Link link = connect(gathering.equals("trickled") ? plan.trickled() : plan);

    assertEquals(PeerConnectionState.CONNECTED, link.jvm().connection().connectionState());
    assertEquals(
        plan.jvmRole() == JvmRole.CLIENT ? "server" : "client",
        link.browser().transport().get("role"));
    talk(link);
  }

  @ParameterizedTest(name = "{0} offers")
  @EnumSource(Offerer.class)
  void connectsToTheMdnsNamesOfAPageWithoutPermission(Offerer offerer) {
    BrowserPeer browser = BROWSER.peer(Candidates.MDNS);
    Mdns.assumeDefaultRoute();
    List<String> candidates = new ArrayList<>();
    Plan plan = offerer == Offerer.BROWSER ? Plan.browserOffers() : Plan.jvmOffers();
    Link link =
        connect(
            plan.changingToJvm(
                sdp -> {
                  candidates.addAll(Sdp.candidates(sdp));
                  return sdp;
                }),
            browser,
            jvm(false));

    assertFalse(candidates.isEmpty());
    assertTrue(
        candidates.stream().allMatch(line -> line.contains(".local ")), candidates::toString);
    talk(link);
  }

  @Test
  void connectsWhenTheOfferHasNoCandidatesAtAll() {
    talk(connect(Plan.browserOffers().changingToJvm(Sdp::withoutCandidates)));
  }

  @Test
  void aClientHelloInTwoDatagramsIsReassembled() throws IOException {
    try (UdpTap tap = new UdpTap()) {
      Link link = connect(through(tap, Plan.browserOffers().as(JvmRole.SERVER)));
      talk(link);
      // X25519MLKEM768's key share alone is 1216 bytes: the hello does not fit one datagram.
      assertTrue(
          tap.datagrams().stream()
              .anyMatch(seen -> seen.toJvm() && seen.isClientHello() && seen.fragmentOffset() > 0),
          "the browser's ClientHello came in one piece: this test shows nothing any more");
    }
  }

  @Test
  void eightConnectionsAtTheSameTime() {
    var page = BROWSER.page(Candidates.PLAIN);
    List<BrowserPeer> browsers = new ArrayList<>();
    List<JvmPeer> jvms = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      BrowserPeer browser = new BrowserPeer(page, "peer" + i);
      JvmPeer jvm = jvm();
      browser.open(CHAT);
      Plan.browserOffers().negotiate(browser, jvm);
      browsers.add(browser);
      jvms.add(jvm);
    }
    for (int i = 0; i < 8; i++) {
      talk(new Link(browsers.get(i), jvms.get(i), jvms.get(i).accepted(CHAT)));
    }
  }

  private static String name(Enum<?> value) {
    return value == Offerer.JVM ? "JVM" : value.name().toLowerCase(java.util.Locale.ROOT);
  }
}
