package dev.turnstone.interop;

import dev.turnstone.interop.Plan.Offerer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A browser whose network blocks UDP: it opens TCP connections to us (RFC 6544). */
abstract class BrowserIceTcp extends BrowserScenarios {

  @ParameterizedTest(name = "{0} offers")
  @EnumSource(Offerer.class)
  void reachesAJvmByTcpWhereThereIsNoUdp(Offerer offerer) {
    Plan plan = offerer == Offerer.BROWSER ? Plan.browserOffers() : Plan.jvmOffers();
    talk(
        connect(
            plan.changingToBrowser(sdp -> Sdp.candidatesWith(sdp, " tcptype passive"))
                .changingToJvm(Sdp::withoutCandidates),
            browser(),
            jvm(JvmPeer.loopback().iceTcp(true))));
  }
}
