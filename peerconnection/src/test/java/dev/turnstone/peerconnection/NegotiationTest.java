package dev.turnstone.peerconnection;

import static dev.turnstone.peerconnection.Peers.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Offer and answer, in the right order and in the wrong one. */
class NegotiationTest {
  private final PeerConnectionFactory factory = new PeerConnectionFactory();
  private final PeerConnection peer = factory.createPeerConnection(Peers.loopback().build());
  private final PeerConnection other = factory.createPeerConnection(Peers.loopback().build());

  @AfterEach
  void close() {
    factory.close();
  }

  private static <X extends Throwable> X failure(Class<X> type, CompletableFuture<?> future) {
    ExecutionException wrapped = assertThrows(ExecutionException.class, () -> get(future));
    return assertThrows(
        type,
        () -> {
          throw wrapped.getCause();
        });
  }

  private String offer() throws Exception {
    other.createDataChannel("c");
    return get(other.createOffer()).sdp();
  }

  @Test
  void anOfferSaysWhatWebRtcNeeds() throws Exception {
    String sdp = offer();
    assertTrue(sdp.startsWith("v=0\r\n"), sdp);
    for (String line :
        new String[] {
          "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
          "a=group:BUNDLE 0",
          "a=mid:0",
          "a=setup:actpass",
          "a=ice-options:trickle",
          "a=sctp-port:5000",
          "a=max-message-size:262144"
        }) {
      assertTrue(sdp.contains("\r\n" + line + "\r\n"), line + " is missing in\n" + sdp);
    }
  }

  @Test
  void withoutAChannelThereIsNothingToOffer() throws Exception {
    assertFalse(get(peer.createOffer()).sdp().contains("m="));
  }

  @Test
  void anAnswerWithoutAnOfferIsRefusedAndNamesTheState() {
    InvalidStateException refused = failure(InvalidStateException.class, peer.createAnswer());
    assertTrue(refused.getMessage().contains("STABLE"), refused.getMessage());
    assertTrue(refused.getMessage().contains("createAnswer"), refused.getMessage());
  }

  @Test
  void aRemoteAnswerInStableIsRefused() throws Exception {
    String sdp = offer().replace("actpass", "active");
    InvalidStateException refused =
        failure(
            InvalidStateException.class, peer.setRemoteDescription(SessionDescription.answer(sdp)));
    assertTrue(refused.getMessage().contains("STABLE"), refused.getMessage());
    assertEquals(SignalingState.STABLE, peer.signalingState());
  }

  @Test
  void malformedTextIsRefusedWithItsLine() throws Exception {
    String sdp = offer().replace("m=application 9 ", "m=application nine ");
    SdpSyntaxException refused =
        failure(SdpSyntaxException.class, peer.setRemoteDescription(SessionDescription.offer(sdp)));
    assertTrue(refused.getMessage().contains("line"), refused.getMessage());
    assertEquals(SignalingState.STABLE, peer.signalingState());
    assertTrue(peer.remoteDescription().isEmpty());
  }

  @Test
  void anOfferThatLacksWhatIsNeededIsRefusedAndNothingChanges() throws Exception {
    String whole = offer();
    for (String attribute : new String[] {"ice-ufrag", "ice-pwd", "fingerprint"}) {
      String lacking = whole.replaceAll("a=" + attribute + ":[^\r]*\r\n", "");
      InvalidAccessException refused =
          failure(
              InvalidAccessException.class,
              peer.setRemoteDescription(SessionDescription.offer(lacking)));
      assertTrue(refused.getMessage().contains(attribute), refused.getMessage());
      assertEquals(SignalingState.STABLE, peer.signalingState());
    }
    get(peer.setRemoteDescription(SessionDescription.offer(whole)));
    assertEquals(SignalingState.HAVE_REMOTE_OFFER, peer.signalingState());
  }

  @Test
  void sectionsThatAreNotDataAreRejectedInTheAnswer() throws Exception {
    String data = offer();
    int at = data.indexOf("m=application");
    String audio =
        "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:a\r\na=sendrecv\r\n"
            + "a=rtpmap:111 opus/48000/2\r\n";
    String both =
        data.substring(0, at).replace("BUNDLE 0", "BUNDLE a 0") + audio + data.substring(at);
    get(peer.setRemoteDescription(SessionDescription.offer(both)));
    String answer = get(peer.createAnswer()).sdp();
    assertTrue(answer.contains("\r\nm=audio 0 UDP/TLS/RTP/SAVPF 111\r\n"), answer);
    assertTrue(answer.contains("\r\na=group:BUNDLE 0\r\n"), answer);
    assertTrue(answer.indexOf("m=audio") < answer.indexOf("m=application"), answer);
    assertTrue(answer.contains("a=setup:active"), answer);
  }

  @Test
  void theOldFormOfTheDataSectionIsAnsweredInKind() throws Exception {
    String old =
        offer()
            .replace("UDP/DTLS/SCTP webrtc-datachannel", "DTLS/SCTP 5000")
            .replace("a=sctp-port:5000", "a=sctpmap:5000 webrtc-datachannel 1024");
    get(peer.setRemoteDescription(SessionDescription.offer(old)));
    String answer = get(peer.createAnswer()).sdp();
    assertTrue(answer.contains("\r\nm=application 9 DTLS/SCTP 5000\r\n"), answer);
    assertTrue(answer.contains("\r\na=sctpmap:5000 webrtc-datachannel "), answer);
  }

  @Test
  void theRoleThatTheOffererTookIsRespected() throws Exception {
    get(
        peer.setRemoteDescription(
            SessionDescription.offer(offer().replace("setup:actpass", "setup:active"))));
    assertTrue(get(peer.createAnswer()).sdp().contains("a=setup:passive"));
  }

  @Test
  void aDescriptionThatWeDidNotMakeIsRefused() throws Exception {
    peer.createDataChannel("c");
    String changed = get(peer.createOffer()).sdp().replace("262144", "1");
    failure(
        InvalidModificationException.class,
        peer.setLocalDescription(SessionDescription.offer(changed)));
    assertEquals(SignalingState.STABLE, peer.signalingState());
  }

  @Test
  void candidatesBeforeTheDescriptionWaitAndMalformedOnesAreRefused() throws Exception {
    get(
        peer.addIceCandidate(
            IceCandidate.of("candidate:1 1 udp 2122260223 127.0.0.1 9 typ host", "0")));
    OperationException refused =
        failure(
            OperationException.class, peer.addIceCandidate(IceCandidate.of("candidate:no", "0")));
    assertTrue(refused.getMessage().contains("malformed"), refused.getMessage());
    get(peer.setRemoteDescription(SessionDescription.offer(offer())));
  }

  @Test
  void anUnknownIceEngineIsNamed() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                factory.createPeerConnection(
                    PeerConnectionConfiguration.builder().iceEngine("nice").build()));
    assertTrue(refused.getMessage().contains("nice"), refused.getMessage());
  }
}
