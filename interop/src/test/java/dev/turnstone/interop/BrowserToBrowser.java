package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.interop.BrowserKind.Candidates;
import dev.turnstone.peerconnection.IceCandidate;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The harness against itself: what fails here fails without Turnstone. */
abstract class BrowserToBrowser {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  @Test
  void twoPagesTalk() {
    BrowserPeer left = BROWSER.peer(Candidates.PLAIN);
    BrowserPeer right = BROWSER.peer(Candidates.PLAIN);
    left.open("chat", Map.of("maxRetransmits", 3, "ordered", false, "protocol", "écho"));
    String offer = left.offer(true);
    assertTrue(Sdp.loopbackPort(offer) > 0);
    left.accept(right.answer(offer, true));
    left.awaitOpen("chat");
    left.send("chat", "");
    left.sendPattern("chat", 7, 0);
    left.sendPattern("chat", 8, 262144);
    right.awaitOpen("chat");
    assertEquals(
        List.of(Message.text(""), Message.pattern(7, 0), Message.pattern(8, 262144)),
        right.received("chat", 3));
    assertEquals("écho", right.attributes("chat").get("protocol"));
    assertEquals(3, right.attributes("chat").get("maxRetransmits"));
    right.close();
    left.awaitClosed("chat");
  }

  @Test
  void aPageWithoutPermissionShowsOnlyNames() {
    BrowserPeer page = BROWSER.peer(Candidates.MDNS);
    Mdns.assumeDefaultRoute();
    page.open("chat");
    List<String> candidates = Sdp.candidates(page.offer(true));
    assertFalse(candidates.isEmpty());
    assertTrue(
        candidates.stream().allMatch(line -> line.contains(".local ")), candidates::toString);
  }

  @Test
  void theTapSeesTheFragmentedClientHello() throws IOException {
    BrowserPeer left = BROWSER.peer(Candidates.PLAIN);
    BrowserPeer right = BROWSER.peer(Candidates.PLAIN);
    try (UdpTap tap = new UdpTap()) {
      right.open("unused");
      left.open("chat");
      String answer = right.answer(Sdp.withoutCandidates(left.offer(true)), true);
      tap.pointAt(Sdp.loopbackPort(answer));
      left.accept(Sdp.onlyCandidate(answer, tap.port()));
      left.awaitOpen("chat");
      assertTrue(tap.datagrams().stream().anyMatch(UdpTap.Datagram::isDtlsHandshake));
    }
  }

  @Test
  void candidatesTrickle() {
    BrowserPeer left = BROWSER.peer(Candidates.PLAIN);
    left.open("chat");
    assertTrue(Sdp.candidates(left.offer(false)).isEmpty());
    List<IceCandidate> first = left.takeCandidates();
    assertFalse(first.isEmpty());
  }
}
