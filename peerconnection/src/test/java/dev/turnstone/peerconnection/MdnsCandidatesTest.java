package dev.turnstone.peerconnection;

import static dev.turnstone.peerconnection.Peers.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.ice.mdns.MdnsName;
import dev.turnstone.peerconnection.Peers.Ear;
import dev.turnstone.peerconnection.Peers.Event;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Peers that tell names in the place of their addresses, over the host's own multicast. */
class MdnsCandidatesTest {
  private static final String CANDIDATE = "a=candidate:";

  private static List<String> addresses(SessionDescription description) {
    return description
        .sdp()
        .lines()
        .filter(line -> line.startsWith(CANDIDATE))
        .map(line -> line.split(" ")[4])
        .toList();
  }

  /** One factory finds its own names by itself; two find each other's by multicast. */
  private static void connect(PeerConnectionFactory a, PeerConnectionFactory b) throws Exception {
    PeerConnectionConfiguration concealing = Peers.loopback().mdnsCandidates(true).build();
    try (PeerConnection offerer = a.createPeerConnection(concealing);
        PeerConnection answerer = b.createPeerConnection(concealing)) {
      DataChannel channel = offerer.createDataChannel("chat");
      Ear ear = Ear.of(channel);
      get(offerer.setLocalDescription());
      SessionDescription offer = get(offerer.gatheredLocalDescription());
      get(answerer.setRemoteDescription(offer));
      get(answerer.setLocalDescription());
      SessionDescription answer = get(answerer.gatheredLocalDescription());
      // The answerer has the offerer's names; without candidates of its own, only checks towards
      // those can connect the two.
      String silent =
          answer.sdp().lines().filter(line -> !line.startsWith(CANDIDATE)).toList().stream()
              .collect(java.util.stream.Collectors.joining("\r\n", "", "\r\n"));
      get(offerer.setRemoteDescription(SessionDescription.answer(silent)));
      assertEquals(Event.OPEN, ear.next());
      for (SessionDescription each : List.of(offer, answer)) {
        assertFalse(addresses(each).isEmpty());
        assertTrue(addresses(each).stream().allMatch(MdnsName::matches), each::sdp);
      }
    }
  }

  @Test
  void twoOfOneFactoryConnect() throws Exception {
    try (PeerConnectionFactory factory = new PeerConnectionFactory()) {
      connect(factory, factory);
    }
  }

  @Test
  void twoThatMeetByMulticastConnect() throws Exception {
    try (PeerConnectionFactory a = new PeerConnectionFactory();
        PeerConnectionFactory b = new PeerConnectionFactory()) {
      connect(a, b);
    }
  }

  @Test
  void anEngineThatCannotConcealIsRefused() {
    try (PeerConnectionFactory factory = new PeerConnectionFactory()) {
      PeerConnectionConfiguration configuration =
          PeerConnectionConfiguration.builder().iceEngine("ice4j").mdnsCandidates(true).build();
      assertThrows(
          IllegalArgumentException.class, () -> factory.createPeerConnection(configuration));
    }
  }
}
