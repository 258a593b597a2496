package dev.turnstone.peerconnection;

import static dev.turnstone.peerconnection.Peers.get;
import static dev.turnstone.peerconnection.Peers.take;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.IceTransportPolicy;
import dev.turnstone.sdp.Sdp;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What of a configuration shows in the candidates. */
class IceConfigurationTest {
  private static final int FIRST = 42_310;
  private static final int LAST = 42_349;

  private final PeerConnectionFactory factory = new PeerConnectionFactory();

  @AfterEach
  void close() {
    factory.close();
  }

  private List<Candidate> candidates(PeerConnectionConfiguration.Builder configuration)
      throws Exception {
    PeerConnection peer = factory.createPeerConnection(configuration.build());
    peer.createDataChannel("c");
    get(peer.setLocalDescription());
    return candidates(get(peer.gatheredLocalDescription()));
  }

  private static List<Candidate> candidates(SessionDescription description) throws Exception {
    return Sdp.parse(description.sdp()).media().get(0).candidates().stream()
        .map(Candidate::parse)
        .toList();
  }

  @Test
  void portsLieInTheRangeUntilItIsFull() throws Exception {
    for (int i = 0; i < 3; i++) {
      List<Candidate> found = candidates(Peers.loopback().icePortRange(FIRST, LAST));
      assertEquals(1, found.size());
      int port = found.get(0).port();
      assertTrue(port >= FIRST && port <= LAST, "port " + port);
      assertEquals(List.of(), candidates(Peers.loopback().icePortRange(port, port)));
    }
    assertThrows(IllegalArgumentException.class, () -> Peers.loopback().icePortRange(0, 10));
    assertThrows(IllegalArgumentException.class, () -> Peers.loopback().icePortRange(20, 10));
    assertThrows(IllegalArgumentException.class, () -> Peers.loopback().icePortRange(1, 65536));
  }

  @Test
  void anAddressIsToldUnderItsPublicOne() throws Exception {
    InetAddress known = InetAddress.getByName("192.0.2.44");
    List<Candidate> found =
        candidates(
            Peers.loopback().publicAddresses(Map.of(InetAddress.getLoopbackAddress(), known)));
    assertEquals(List.of("192.0.2.44"), found.stream().map(Candidate::address).toList());
  }

  @Test
  void withTheRelayPolicyAndNoServerThereIsNothingToTell() throws Exception {
    assertEquals(
        List.of(), candidates(Peers.loopback().iceTransportPolicy(IceTransportPolicy.RELAY)));
  }

  @Test
  void aFilterThatAllowsNothingLeavesNoCandidate() throws Exception {
    assertEquals(List.of(), candidates(Peers.loopback().addressFilter(any -> false)));
    PeerConnectionConfiguration.Builder everywhere = PeerConnectionConfiguration.builder();
    assertEquals(List.of(), candidates(everywhere.addressFilter(any -> false)));
  }

  @Test
  void aPoolIsGatheredAtBirthAndToldWithTheFirstDescription() throws Exception {
    BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    BlockingQueue<InetAddress> asked = new LinkedBlockingQueue<>();
    PeerConnection peer =
        factory.createPeerConnection(
            Peers.loopback()
                .iceCandidatePoolSize(3)
                .addressFilter(
                    address -> {
                      asked.add(address);
                      return true;
                    })
                .build());
    peer.setListener(
        new PeerConnectionListener() {
          @Override
          public void onIceCandidate(IceCandidate candidate) {
            heard.add(candidate.candidate().isEmpty() ? "end" : "candidate");
          }

          @Override
          public void onIceGatheringStateChange(IceGatheringState state) {
            heard.add(state);
          }
        });
    // Sockets were opened for nobody's description.
    assertEquals(InetAddress.getLoopbackAddress(), take(asked));
    peer.createDataChannel("c");
    assertEquals(1, Sdp.parse(get(peer.createOffer()).sdp()).media().size());
    assertEquals(IceGatheringState.NEW, peer.iceGatheringState());
    assertTrue(heard.isEmpty(), heard::toString);
    get(peer.setLocalDescription());
    assertEquals(IceGatheringState.GATHERING, take(heard));
    assertEquals("candidate", take(heard));
    assertEquals("end", take(heard));
    assertEquals(IceGatheringState.COMPLETE, take(heard));
    assertEquals(1, candidates(peer.localDescription().orElseThrow()).size());
    assertThrows(IllegalArgumentException.class, () -> Peers.loopback().iceCandidatePoolSize(256));
    assertThrows(IllegalArgumentException.class, () -> Peers.loopback().iceCandidatePoolSize(-1));
  }

  @Test
  void peersWithPoolsConnect() throws Exception {
    PeerConnectionConfiguration pooled = Peers.loopback().iceCandidatePoolSize(1).build();
    PeerConnection one = factory.createPeerConnection(pooled);
    PeerConnection other = factory.createPeerConnection(pooled);
    Peers.Ear ear = Peers.Ear.of(one.createDataChannel("c"));
    get(one.setLocalDescription());
    get(other.setRemoteDescription(get(one.gatheredLocalDescription())));
    get(other.setLocalDescription());
    get(one.setRemoteDescription(get(other.gatheredLocalDescription())));
    assertEquals(Peers.Event.OPEN, ear.next());
  }
}
