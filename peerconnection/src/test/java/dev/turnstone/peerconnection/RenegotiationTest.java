package dev.turnstone.peerconnection;

import static dev.turnstone.peerconnection.Peers.get;
import static dev.turnstone.peerconnection.Peers.take;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.peerconnection.Peers.Ear;
import dev.turnstone.peerconnection.Peers.Event;
import dev.turnstone.sdp.Sdp;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** A second round of offer and answer. */
class RenegotiationTest {
  private static final String AUDIO =
      "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendrecv\r\n"
          + "a=rtpmap:111 opus/48000/2\r\n";

  private static final String NO_MEDIA =
      "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n";

  private static Throwable refusal(CompletableFuture<?> future) {
    return assertThrows(ExecutionException.class, () -> get(future)).getCause();
  }

  /** One round; gives the answer. */
  private static String round(PeerConnection from, PeerConnection to) throws Exception {
    get(from.setLocalDescription());
    SessionDescription offer = get(from.gatheredLocalDescription());
    assertEquals(SdpType.OFFER, offer.type());
    get(to.setRemoteDescription(offer));
    get(to.setLocalDescription());
    SessionDescription answer = get(to.gatheredLocalDescription());
    assertEquals(SdpType.ANSWER, answer.type());
    get(from.setRemoteDescription(answer));
    assertEquals(SignalingState.STABLE, from.signalingState());
    assertEquals(SignalingState.STABLE, to.signalingState());
    return answer.sdp();
  }

  @Test
  void channelsGoOnThroughFurtherRoundsFromEitherSideAndRolesStay() throws Exception {
    try (Peers peers = new Peers()) {
      DataChannel ours = peers.offerer.createDataChannel("first");
      Ear ourEar = Ear.of(ours);
      // Our answerer takes the active role.
      assertTrue(round(peers.offerer, peers.answerer).contains("a=setup:active\r\n"));
      DataChannel theirs = take(peers.answererChannels);
      Ear theirEar = Ear.of(theirs);
      assertEquals(Event.OPEN, ourEar.next());
      assertEquals(Event.OPEN, theirEar.next());

      assertTrue(round(peers.offerer, peers.answerer).contains("a=setup:active\r\n"));
      assertTrue(round(peers.answerer, peers.offerer).contains("a=setup:passive\r\n"));
      for (int i = 0; i < 20; i++) {
        // Candidates that are repeated in each round do not pile up.
        round(peers.offerer, peers.answerer);
      }
      ours.send("still here");
      assertEquals("still here", theirEar.next());
      theirs.send("here too");
      assertEquals("here too", ourEar.next());
      Ear second = Ear.of(peers.answerer.createDataChannel("second"));
      assertEquals("second", take(peers.offererChannels).label());
      assertEquals(Event.OPEN, second.next());
      assertEquals(PeerConnectionState.CONNECTED, peers.offerer.connectionState());
    }
  }

  @Test
  void whatWouldChangeARunningTransportIsRefusedAndAllStaysAsItWas() throws Exception {
    try (Peers peers = new Peers()) {
      DataChannel ours = peers.offerer.createDataChannel("c");
      Ear ourEar = Ear.of(ours);
      round(peers.offerer, peers.answerer);
      Ear theirEar = Ear.of(take(peers.answererChannels));
      assertEquals(Event.OPEN, ourEar.next());
      assertEquals(Event.OPEN, theirEar.next());
      String offer = get(peers.offerer.createOffer()).sdp();
      SessionDescription before = peers.answerer.remoteDescription().orElseThrow();
      String[][] changes = {
        {"a=ice-ufrag:.*", "a=ice-ufrag:other", "changes both"},
        {"a=ice-pwd:.*", "a=ice-pwd:otherotherotherotherother", "changes both"},
        {"(a=fingerprint:sha-256 ).*", "$1" + "00:".repeat(31) + "00", "fingerprint"},
        {"a=setup:.*", "a=setup:active", "role"},
        {"a=sctp-port:.*", "a=sctp-port:5001", "port"},
        {"m=application 9 ", "m=application 0 ", "data section"},
        {"(?s)m=application.*", "", "m-lines"},
      };
      for (String[] change : changes) {
        String changed = offer.replaceAll(change[0], change[1]);
        Throwable refused =
            refusal(peers.answerer.setRemoteDescription(SessionDescription.offer(changed)));
        InvalidAccessException typed =
            assertInstanceOf(InvalidAccessException.class, refused, change[0]);
        assertTrue(typed.getMessage().contains(change[2]), typed.getMessage());
        assertEquals(SignalingState.STABLE, peers.answerer.signalingState());
        assertEquals(before, peers.answerer.remoteDescription().orElseThrow());
      }
      ours.send("unharmed");
      assertEquals("unharmed", theirEar.next());
      round(peers.offerer, peers.answerer);
    }
  }

  @Test
  void aLaterOfferKeepsRejectedSectionsAndAddsTheDataSectionUnderAnotherMid() throws Exception {
    try (PeerConnectionFactory factory = new PeerConnectionFactory();
        PeerConnection peer = factory.createPeerConnection(Peers.loopback().build())) {
      BlockingQueue<SignalingState> needed = new LinkedBlockingQueue<>();
      peer.setListener(
          new PeerConnectionListener() {
            @Override
            public void onNegotiationNeeded() {
              needed.add(peer.signalingState());
            }
          });
      get(peer.setRemoteDescription(SessionDescription.offer(NO_MEDIA + AUDIO)));
      peer.createDataChannel("later");
      get(peer.setLocalDescription());
      // Asked for in have-remote-offer, told in stable.
      assertEquals(SignalingState.STABLE, take(needed));
      assertTrue(needed.isEmpty());
      Sdp offer = Sdp.parse(get(peer.createOffer()).sdp());
      assertEquals(2, offer.media().size());
      assertEquals("audio", offer.media().get(0).media());
      assertTrue(offer.media().get(0).isRejected());
      assertEquals("0", offer.media().get(0).mid().orElseThrow());
      assertTrue(offer.media().get(1).isDataChannelSection());
      assertEquals("1", offer.media().get(1).mid().orElseThrow());
    }
  }

  @Test
  void anOfferFromBeforeTheAgreementIsStaleAfterIt() throws Exception {
    try (Peers peers = new Peers()) {
      peers.offerer.createDataChannel("c");
      SessionDescription stale = get(peers.offerer.createOffer());
      round(peers.offerer, peers.answerer);
      assertInstanceOf(
          InvalidModificationException.class, refusal(peers.offerer.setLocalDescription(stale)));
    }
  }

  @Test
  void theSctpPortOfADescriptionIsReadInBothForms() throws Exception {
    String offer = CapturedDescriptionsTest.captured("chromium156-dc-offer-127");
    assertEquals(5001, port(offer.replace("sctp-port:5000", "sctp-port:5001")));
    assertEquals(5000, port(offer.replaceAll("a=sctp-port.*\r?\n", "")));
    String old =
        offer
            .replace("UDP/DTLS/SCTP webrtc-datachannel", "DTLS/SCTP 5002")
            .replace("a=sctp-port:5000", "a=sctpmap:5002 webrtc-datachannel 1024");
    assertEquals(5002, port(old));
    try (Peers peers = new Peers()) {
      get(peers.answerer.setRemoteDescription(SessionDescription.offer(old)));
      String answer = get(peers.answerer.createAnswer()).sdp();
      // Ours is 5000, whatever theirs is.
      assertTrue(answer.contains("\r\nm=application 9 DTLS/SCTP 5000\r\n"), answer);
      assertTrue(answer.contains("\r\na=sctpmap:5000 webrtc-datachannel "), answer);
    }
  }

  private static int port(String sdp) throws Exception {
    Sdp description = Sdp.parse(sdp);
    return RemoteTransport.of(description, DataSection.indexIn(description), false).sctpPort();
  }
}
