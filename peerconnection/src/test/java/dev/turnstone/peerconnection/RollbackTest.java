package dev.turnstone.peerconnection;

import static dev.turnstone.peerconnection.Peers.get;
import static dev.turnstone.peerconnection.Peers.take;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.peerconnection.Peers.Ear;
import dev.turnstone.peerconnection.Peers.Event;
import dev.turnstone.sdp.Sdp;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Offers that are taken back, and offers that meet. */
class RollbackTest {

  private static Throwable refusal(CompletableFuture<?> future) {
    return assertThrows(ExecutionException.class, () -> get(future)).getCause();
  }

  private static String ufrag(SessionDescription description) throws Exception {
    return Sdp.parse(description.sdp()).media().get(0).iceUfrag().orElseThrow();
  }

  private static void answer(PeerConnection from, PeerConnection to) throws Exception {
    get(to.setRemoteDescription(get(from.gatheredLocalDescription())));
    get(to.setLocalDescription());
    get(from.setRemoteDescription(get(to.gatheredLocalDescription())));
    assertEquals(SignalingState.STABLE, from.signalingState());
    assertEquals(SignalingState.STABLE, to.signalingState());
  }

  /** A channel between two peers, and its ends. */
  private record Talk(DataChannel ours, Ear ourEar, DataChannel theirs, Ear theirEar) {
    static Talk over(Peers peers) throws Exception {
      DataChannel ours = peers.offerer.createDataChannel("c");
      Ear ourEar = Ear.of(ours);
      peers.negotiate();
      DataChannel theirs = take(peers.answererChannels);
      Ear theirEar = Ear.of(theirs);
      assertEquals(Event.OPEN, ourEar.next());
      assertEquals(Event.OPEN, theirEar.next());
      return new Talk(ours, ourEar, theirs, theirEar);
    }

    void bothWays() throws Exception {
      ours.send("there");
      assertEquals("there", theirEar.next());
      theirs.send("back");
      assertEquals("back", ourEar.next());
    }
  }

  @Test
  void theFirstOfferIsTakenBackAndAnotherConnects() throws Exception {
    try (Peers peers = new Peers()) {
      DataChannel ours = peers.offerer.createDataChannel("c");
      Ear ourEar = Ear.of(ours);
      get(peers.offerer.setLocalDescription());
      SessionDescription first = get(peers.offerer.gatheredLocalDescription());
      get(peers.offerer.setLocalDescription(SessionDescription.rollback()));
      assertEquals(SignalingState.STABLE, peers.offerer.signalingState());
      assertEquals(Optional.empty(), peers.offerer.localDescription());
      assertEquals(IceGatheringState.NEW, peers.offerer.iceGatheringState());

      get(peers.offerer.setLocalDescription());
      assertNotEquals(ufrag(first), ufrag(peers.offerer.localDescription().orElseThrow()));
      answer(peers.offerer, peers.answerer);
      Ear theirEar = Ear.of(take(peers.answererChannels));
      assertEquals(Event.OPEN, ourEar.next());
      assertEquals(Event.OPEN, theirEar.next());
      assertEquals(peers.offerer.localDescription(), peers.offerer.currentLocalDescription());
      assertEquals(Optional.empty(), peers.offerer.pendingLocalDescription());
    }
  }

  @Test
  void whoseOfferWasTakenBackAnswersTheOther() throws Exception {
    try (Peers peers = new Peers()) {
      BlockingQueue<SignalingState> states = new LinkedBlockingQueue<>();
      BlockingQueue<SignalingState> needed = new LinkedBlockingQueue<>();
      BlockingQueue<DataChannel> channels = new LinkedBlockingQueue<>();
      peers.answerer.setListener(
          new PeerConnectionListener() {
            @Override
            public void onSignalingStateChange(SignalingState state) {
              states.add(state);
            }

            @Override
            public void onNegotiationNeeded() {
              needed.add(peers.answerer.signalingState());
            }

            @Override
            public void onDataChannel(DataChannel channel) {
              channels.add(channel);
            }
          });
      Ear ourEar = Ear.of(peers.offerer.createDataChannel("ours"));
      Ear theirEar = Ear.of(peers.answerer.createDataChannel("theirs"));
      assertEquals(SignalingState.STABLE, take(needed));
      get(peers.answerer.setLocalDescription());
      get(peers.offerer.setLocalDescription());

      answer(peers.offerer, peers.answerer);
      for (SignalingState expected :
          List.of(
              SignalingState.HAVE_LOCAL_OFFER,
              SignalingState.STABLE,
              SignalingState.HAVE_REMOTE_OFFER,
              SignalingState.STABLE)) {
        assertEquals(expected, take(states));
      }
      assertEquals(Event.OPEN, ourEar.next());
      assertEquals(Event.OPEN, theirEar.next());
      assertEquals("ours", take(channels).label());
      assertEquals("theirs", take(peers.offererChannels).label());
      assertTrue(needed.isEmpty(), "the peer's offer brought what was needed");
    }
  }

  @Test
  void theOfferOfThePeerIsTakenBackAndOursConnects() throws Exception {
    try (Peers peers = new Peers()) {
      peers.offerer.createDataChannel("ours");
      Ear theirEar = Ear.of(peers.answerer.createDataChannel("theirs"));
      SessionDescription made = get(peers.answerer.createOffer());
      get(peers.offerer.setLocalDescription());
      SessionDescription offer = get(peers.offerer.gatheredLocalDescription());
      get(peers.answerer.setRemoteDescription(offer));
      assertEquals(Optional.of(true), peers.answerer.canTrickleIceCandidates());
      get(peers.answerer.setRemoteDescription(SessionDescription.rollback()));
      assertEquals(SignalingState.STABLE, peers.answerer.signalingState());
      assertEquals(Optional.empty(), peers.answerer.remoteDescription());
      assertEquals(Optional.empty(), peers.answerer.canTrickleIceCandidates());

      // What was made before the peer's offer came may still be said.
      get(peers.answerer.setLocalDescription(made));
      answer(peers.answerer, peers.offerer);
      assertEquals(Event.OPEN, theirEar.next());
    }
  }

  @Test
  void onlyAnOfferThatIsThereAndHasNoAnswerIsTakenBack() throws Exception {
    try (Peers peers = new Peers()) {
      SessionDescription rollback = SessionDescription.rollback();
      peers.offerer.createDataChannel("c");
      assertInstanceOf(
          InvalidStateException.class, refusal(peers.offerer.setLocalDescription(rollback)));
      assertInstanceOf(
          InvalidStateException.class, refusal(peers.offerer.setRemoteDescription(rollback)));
      get(peers.offerer.setLocalDescription());
      SessionDescription offer = get(peers.offerer.gatheredLocalDescription());
      assertInstanceOf(
          InvalidStateException.class, refusal(peers.offerer.setRemoteDescription(rollback)));
      assertEquals(SignalingState.HAVE_LOCAL_OFFER, peers.offerer.signalingState());

      get(peers.answerer.setRemoteDescription(offer));
      assertInstanceOf(
          InvalidStateException.class, refusal(peers.answerer.setLocalDescription(rollback)));
      get(peers.answerer.setLocalDescription(SessionDescription.pranswer("")));
      assertEquals(SignalingState.HAVE_LOCAL_PRANSWER, peers.answerer.signalingState());
      assertInstanceOf(
          InvalidStateException.class, refusal(peers.answerer.setRemoteDescription(rollback)));
      assertInstanceOf(
          InvalidStateException.class, refusal(peers.answerer.setLocalDescription(rollback)));
      SessionDescription provisional = peers.answerer.localDescription().orElseThrow();
      assertEquals(SdpType.PRANSWER, provisional.type());
      get(peers.offerer.setRemoteDescription(provisional));
      assertEquals(SignalingState.HAVE_REMOTE_PRANSWER, peers.offerer.signalingState());
      assertInstanceOf(
          InvalidStateException.class, refusal(peers.offerer.setLocalDescription(rollback)));
      get(peers.answerer.setLocalDescription());
      get(peers.offerer.setRemoteDescription(peers.answerer.localDescription().orElseThrow()));
      assertEquals(SignalingState.STABLE, peers.offerer.signalingState());
    }
  }

  @Test
  void anOfferThatIsRefusedTakesNothingBack() throws Exception {
    try (Peers peers = new Peers()) {
      peers.offerer.createDataChannel("c");
      get(peers.offerer.setLocalDescription());
      SessionDescription ours = get(peers.offerer.gatheredLocalDescription());
      String broken = ours.sdp().replaceAll("a=fingerprint.*\r\n", "");
      assertInstanceOf(
          InvalidAccessException.class,
          refusal(peers.offerer.setRemoteDescription(SessionDescription.offer(broken))));
      assertEquals(SignalingState.HAVE_LOCAL_OFFER, peers.offerer.signalingState());
      assertEquals(ours, peers.offerer.localDescription().orElseThrow());
      answer(peers.offerer, peers.answerer);
    }
  }

  @Test
  void aRestartThatIsTakenBackLeavesTheOldCredentialsAndItsCandidates() throws Exception {
    try (Peers peers = new Peers()) {
      Talk talk = Talk.over(peers);
      SessionDescription before = peers.offerer.localDescription().orElseThrow();

      for (int i = 0; i < 3; i++) {
        SessionDescription restarting =
            get(peers.offerer.createOffer(OfferOptions.restartingIce()));
        get(peers.offerer.setLocalDescription(restarting));
        assertNotEquals(ufrag(before), ufrag(restarting));
        assertEquals(before, peers.offerer.currentLocalDescription().orElseThrow());
        get(peers.offerer.setLocalDescription(SessionDescription.rollback()));
        assertEquals(before, peers.offerer.localDescription().orElseThrow());
        talk.bothWays();

        // The answer to an offer without a restart keeps what runs.
        get(peers.answerer.setLocalDescription());
        answer(peers.answerer, peers.offerer);
        before = peers.offerer.localDescription().orElseThrow();
        talk.bothWays();
      }
      get(
          peers.offerer.setLocalDescription(
              get(peers.offerer.createOffer(OfferOptions.restartingIce()))));
      answer(peers.offerer, peers.answerer);
      assertNotEquals(ufrag(before), ufrag(peers.offerer.localDescription().orElseThrow()));
      talk.bothWays();
    }
  }

  @Test
  void restartsThatMeetEndInOne() throws Exception {
    try (Peers peers = new Peers()) {
      Talk talk = Talk.over(peers);
      for (int i = 0; i < 4; i++) {
        PeerConnection keeps = i % 2 == 0 ? peers.offerer : peers.answerer;
        PeerConnection yields = i % 2 == 0 ? peers.answerer : peers.offerer;
        keeps.restartIce();
        yields.restartIce();
        get(keeps.setLocalDescription());
        get(yields.setLocalDescription());
        answer(keeps, yields);
        talk.bothWays();
      }
    }
  }

  @Test
  void negotiationIsNeededAgainAfterARollback() throws Exception {
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
      peer.createDataChannel("c");
      assertEquals(SignalingState.STABLE, take(needed));
      get(peer.setLocalDescription());
      get(peer.setLocalDescription(SessionDescription.rollback()));
      assertEquals(SignalingState.STABLE, take(needed));
    }
  }
}
