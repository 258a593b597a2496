package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.interop.BrowserKind.Candidates;
import dev.turnstone.interop.Plan.Offerer;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A page without permission, which tells names under {@code .local} in the place of addresses.
 * Where one side is kept from knowing the other's candidates, nothing but the look-up of a name by
 * the other side can connect the two.
 */
abstract class BrowserMdns extends BrowserScenarios {
  private final List<String> toldToJvm = new ArrayList<>();
  private final List<String> toldToBrowser = new ArrayList<>();

  @ParameterizedTest(name = "{0} offers")
  @EnumSource(Offerer.class)
  void aPageThatKnowsNothingOfTheJvmIsFoundByItsMdnsName(Offerer offerer) {
    Mdns.assumeMulticast();
    Link link =
        connect(plan(offerer, Sdp::beforeCandidates, UnaryOperator.identity()), page(), jvm(false));
    assertNamesAlone(toldToJvm);
    talk(link);
  }

  @ParameterizedTest(name = "{0} offers")
  @EnumSource(Offerer.class)
  void aPageFindsTheJvmByTheMdnsNameOfTheJvm(Offerer offerer) {
    Mdns.assumeMulticast();
    Link link =
        connect(
            plan(offerer, UnaryOperator.identity(), Sdp::beforeCandidates), page(), concealed());
    assertNamesAlone(toldToBrowser);
    talk(link);
  }

  @ParameterizedTest(name = "{0} offers")
  @EnumSource(Offerer.class)
  void connectsWhenBothTellMdnsNamesAlone(Offerer offerer) {
    Mdns.assumeMulticast();
    Link link =
        connect(
            plan(offerer, UnaryOperator.identity(), UnaryOperator.identity()), page(), concealed());
    assertNamesAlone(toldToJvm);
    assertNamesAlone(toldToBrowser);
    talk(link);
  }

  private BrowserPeer page() {
    return BROWSER.peer(Candidates.MDNS);
  }

  private JvmPeer concealed() {
    return jvm(PeerConnectionConfiguration.builder().mdnsCandidates(true));
  }

  /** Notes what each side tells of itself, and changes it on its way. */
  private Plan plan(Offerer offerer, UnaryOperator<String> toBrowser, UnaryOperator<String> toJvm) {
    Plan plan = offerer == Offerer.BROWSER ? Plan.browserOffers() : Plan.jvmOffers();
    return plan.changingToBrowser(
            sdp -> {
              toldToBrowser.addAll(Sdp.candidates(sdp));
              return toBrowser.apply(sdp);
            })
        .changingToJvm(
            sdp -> {
              toldToJvm.addAll(Sdp.candidates(sdp));
              return toJvm.apply(sdp);
            });
  }

  private static void assertNamesAlone(List<String> candidates) {
    assertFalse(candidates.isEmpty());
    assertTrue(
        candidates.stream().allMatch(line -> line.contains(".local ")), candidates::toString);
  }
}
