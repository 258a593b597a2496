package dev.turnstone.cli.stdio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.turnstone.cli.link.Peers;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two peers on pipes, with the real stack under them. */
class StdioOverUdpTest {
  private static final PeerConnectionConfiguration LOOPBACK =
      PeerConnectionConfiguration.builder()
          .bindAddresses(List.of(InetAddress.getLoopbackAddress()))
          .build();

  @Test
  void twoOfThemConnectInBothRolesOneAfterTheOther() throws Exception {
    try (Peers peers = Peers.overUdp();
        StdioDriver one = new StdioDriver(peers, LOOPBACK, false);
        StdioDriver two = new StdioDriver(peers, LOOPBACK, false)) {
      one.next("ready");
      two.next("ready");
      connect(one, two);
      connect(two, one);
    }
  }

  private static void connect(StdioDriver offerer, StdioDriver answerer) throws Exception {
    offerer.command("makeOffer");
    String offer = offerer.next("offer").get("sdp").asText();
    assertTrue(offer.contains("a=candidate:"), offer);
    answerer.sendDescription("offer", offer);
    String answer = answerer.next("answer").get("sdp").asText();
    assertTrue(answer.contains("a=candidate:"), answer);
    offerer.sendDescription("answer", answer);
    JsonNode probe = offerer.next("probe");
    assertTrue(probe.get("ok").asBoolean(), probe.toString());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void candidatesMayTrickleBeforeAndAfterTheDescription(boolean early) throws Exception {
    try (Peers peers = Peers.overUdp();
        StdioDriver offerer = new StdioDriver(peers, LOOPBACK, true);
        StdioDriver answerer = new StdioDriver(peers, LOOPBACK, true)) {
      offerer.next("ready");
      answerer.next("ready");
      offerer.command("makeOffer");
      String offer = offerer.next("offer").get("sdp").asText();
      if (!early) {
        answerer.sendDescription("offer", offer);
      }
      JsonNode candidate = offerer.next("candidate");
      while (!candidate.get("candidate").asText().isEmpty()) {
        answerer.sendRaw(candidate.toString());
        candidate = offerer.next("candidate");
      }
      if (early) {
        answerer.sendDescription("offer", offer);
      }
      offerer.sendDescription("answer", answerer.next("answer").get("sdp").asText());
      JsonNode line = answerer.next();
      while (!line.get("candidate").asText().isEmpty()) {
        offerer.sendRaw(line.toString());
        line = answerer.next("candidate");
      }
      assertEquals("probe", offerer.next().get("type").asText());
    }
  }
}
