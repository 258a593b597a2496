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
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sdp.Sdp;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Descriptions that carry the beginning of SCTP (draft-hancke-tsvwg-snap). */
class SctpSnapTest {
  private static final String LINE = "a=sctp-init:.*\r\n";

  private final PeerConnectionFactory factory = new PeerConnectionFactory();
  private final BlockingQueue<DataChannel> offered = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    factory.close();
  }

  private PeerConnection peer(boolean snap) {
    return factory.createPeerConnection(Peers.loopback().sctpSnap(snap).build());
  }

  private PeerConnection answerer(boolean snap) {
    PeerConnection peer = peer(snap);
    peer.setListener(
        new PeerConnectionListener() {
          @Override
          public void onDataChannel(DataChannel channel) {
            offered.add(channel);
          }
        });
    return peer;
  }

  private static Throwable refusal(CompletableFuture<?> future) {
    return assertThrows(ExecutionException.class, () -> get(future)).getCause();
  }

  private static SessionDescription whole(PeerConnection peer) throws Exception {
    get(peer.setLocalDescription());
    return get(peer.gatheredLocalDescription());
  }

  /** One round, with the answer changed on its way; gives the answer as it was. */
  private static String round(
      PeerConnection from, PeerConnection to, UnaryOperator<String> changingAnswer)
      throws Exception {
    get(to.setRemoteDescription(whole(from)));
    String answer = whole(to).sdp();
    get(from.setRemoteDescription(SessionDescription.answer(changingAnswer.apply(answer))));
    return answer;
  }

  private static Optional<InitChunk> init(String sdp) throws Exception {
    return Sdp.parse(sdp)
        .media()
        .get(0)
        .sctpInit()
        .map(bytes -> InitChunk.ofBytes(ByteBuffer.wrap(bytes)));
  }

  private static String localInit(PeerConnection peer) {
    String sdp = peer.localDescription().orElseThrow().sdp();
    return sdp.lines().filter(line -> line.startsWith("a=sctp-init:")).findFirst().orElse("none");
  }

  private void talk(DataChannel ours) throws Exception {
    Ear ourEar = Ear.of(ours);
    DataChannel theirs = take(offered);
    Ear theirEar = Ear.of(theirs);
    assertEquals(Event.OPEN, ourEar.next());
    assertEquals(Event.OPEN, theirEar.next());
    ours.send("there");
    assertEquals("there", theirEar.next());
    theirs.send("back");
    assertEquals("back", ourEar.next());
  }

  @Test
  void bothDescriptionsCarryTheirInitAndChannelsOpen() throws Exception {
    PeerConnection from = peer(true);
    PeerConnection to = answerer(true);
    DataChannel ours = from.createDataChannel("c");
    String answer = round(from, to, UnaryOperator.identity());
    assertEquals(65535, init(answer).orElseThrow().outboundStreams());
    String offer = from.localDescription().orElseThrow().sdp();
    assertTrue(init(offer).orElseThrow().initiateTag() != 0);
    talk(ours);
  }

  @Test
  void theAssociationIsTheOneOfTheDescriptions() throws Exception {
    PeerConnection from = peer(true);
    PeerConnection to = answerer(true);
    DataChannel ours = from.createDataChannel("c");
    // On its way the answer loses all streams but two; no INIT over the network mends that.
    round(
        from,
        to,
        answer ->
            answer.replaceFirst(
                "a=sctp-init:\\S+",
                "a=sctp-init:" + Base64.getEncoder().encodeToString(twoStreams(answer))));
    talk(ours);
    Ear second = Ear.of(from.createDataChannel("second"));
    Ear third = Ear.of(from.createDataChannel("third"));
    int failed = 0;
    for (Ear ear : new Ear[] {second, third}) {
      failed += ear.next() instanceof Exception ? 1 : 0;
    }
    assertTrue(failed > 0, "there were more than two streams");
  }

  private static byte[] twoStreams(String answer) {
    try {
      byte[] bytes = Sdp.parse(answer).media().get(0).sctpInit().orElseThrow();
      ByteBuffer.wrap(bytes).putShort(14, (short) 2);
      return bytes;
    } catch (dev.turnstone.sdp.SdpException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"true,false", "false,true", "false,false"})
  void whereOneSideDoesNotTheClassicHandshakeIsMade(boolean offerer, boolean answerer)
      throws Exception {
    PeerConnection from = peer(offerer);
    PeerConnection to = answerer(answerer);
    DataChannel ours = from.createDataChannel("c");
    String answer = round(from, to, UnaryOperator.identity());
    assertEquals(Optional.empty(), init(answer));
    assertEquals(offerer, init(from.localDescription().orElseThrow().sdp()).isPresent());
    talk(ours);
    // Nor is it added later.
    round(from, to, UnaryOperator.identity());
    assertEquals("none", localInit(from));
    assertEquals("none", localInit(to));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLineThatIsLostOnTheWayCostsOnlyTheRoundTrips(boolean fromOffer) throws Exception {
    PeerConnection from = peer(true);
    PeerConnection to = answerer(true);
    DataChannel ours = from.createDataChannel("c");
    String offer = whole(from).sdp();
    get(
        to.setRemoteDescription(
            SessionDescription.offer(fromOffer ? offer.replaceAll(LINE, "") : offer)));
    String answer = whole(to).sdp();
    assertEquals(!fromOffer, init(answer).isPresent());
    get(from.setRemoteDescription(SessionDescription.answer(answer.replaceAll(LINE, ""))));
    talk(ours);
  }

  @Test
  void laterRoundsRepeatTheSameInitFromEitherSide() throws Exception {
    PeerConnection from = peer(true);
    PeerConnection to = answerer(true);
    DataChannel ours = from.createDataChannel("c");
    round(from, to, UnaryOperator.identity());
    String offerers = localInit(from);
    String answerers = localInit(to);
    talk(ours);
    round(from, to, UnaryOperator.identity());
    round(to, from, UnaryOperator.identity());
    assertEquals(offerers, localInit(from));
    assertEquals(answerers, localInit(to));
    // A peer that leaves it out of a later round asks for nothing else.
    round(from, to, answer -> answer.replaceAll(LINE, ""));
    Ear second = Ear.of(to.createDataChannel("second"));
    assertEquals(Event.OPEN, second.next());
  }

  @Test
  void anotherInitForARunningAssociationIsRefused() throws Exception {
    PeerConnection from = peer(true);
    PeerConnection to = answerer(true);
    from.createDataChannel("c");
    round(from, to, UnaryOperator.identity());
    String offer = get(from.createOffer()).sdp();
    String other = offer.replaceFirst("a=sctp-init:\\S+", answererLine(to));
    Throwable refused = refusal(to.setRemoteDescription(SessionDescription.offer(other)));
    assertTrue(
        assertInstanceOf(InvalidAccessException.class, refused).getMessage().contains("sctp-init"));
    assertEquals(SignalingState.STABLE, to.signalingState());

    // Nor may one be added to an association that began without.
    PeerConnection classic = peer(false);
    PeerConnection late = answerer(true);
    classic.createDataChannel("c");
    round(classic, late, UnaryOperator.identity());
    String added = get(classic.createOffer()).sdp() + answererLine(to) + "\r\n";
    refused = refusal(late.setRemoteDescription(SessionDescription.offer(added)));
    assertInstanceOf(InvalidAccessException.class, refused);
  }

  private static String answererLine(PeerConnection peer) {
    return localInit(peer);
  }

  @Test
  void chromiumsOfferIsAnsweredWithOurInitByThoseWhoWantItAlone() throws Exception {
    SessionDescription offer =
        SessionDescription.offer(CapturedDescriptionsTest.captured("chromium156-dc-offer-snap"));
    PeerConnection wants = peer(true);
    get(wants.setRemoteDescription(offer));
    assertTrue(init(get(wants.createAnswer()).sdp()).isPresent());
    PeerConnection doesNot = peer(false);
    get(doesNot.setRemoteDescription(offer));
    assertEquals(Optional.empty(), init(get(doesNot.createAnswer()).sdp()));
  }

  @Test
  void theOldFormOfADescriptionDoesNotCarryIt() throws Exception {
    String old =
        CapturedDescriptionsTest.captured("chromium156-dc-offer-snap")
            .replace("UDP/DTLS/SCTP webrtc-datachannel", "DTLS/SCTP 5002")
            .replace("a=sctp-port:5000", "a=sctpmap:5002 webrtc-datachannel 1024");
    PeerConnection wants = peer(true);
    get(wants.setRemoteDescription(SessionDescription.offer(old)));
    assertEquals(Optional.empty(), init(get(wants.createAnswer()).sdp()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Q29va2llTW9uc3Rlcg==", // no INIT
        "AQAAHgAAAAAAUAAA/////01CJUfAAAAEgAgABoLA", // tag 0
        "AQAAHrofvo0AUAAAAAAAAE1CJUfAAAAEgAgABoLA", // no streams
        "AQAAHrofvo0AAAAA/////01CJUfAAAAEgAgABoLA", // no window
        "AQAAHrofvo0AUAAA/////01CJUfAAAAEgAgA/4LA", // a parameter that lies
        "AQD/Hrofvo0AUAAA/////01CJUfAAAAEgAgABoLA", // a chunk that lies
        "AgAAHrofvo0AUAAA/////01CJUfAAAAEgAgABoLA", // an INIT ACK
      })
  void whatIsNoInitIsRefusedByThoseWhoWantItAndIgnoredByOthers(String value) throws Exception {
    String offer =
        CapturedDescriptionsTest.captured("chromium156-dc-offer-snap")
            .replaceFirst("a=sctp-init:\\S+", "a=sctp-init:" + value);
    PeerConnection wants = peer(true);
    Throwable refused = refusal(wants.setRemoteDescription(SessionDescription.offer(offer)));
    assertTrue(
        assertInstanceOf(InvalidAccessException.class, refused).getMessage().contains("sctp-init"));
    assertEquals(SignalingState.STABLE, wants.signalingState());
    get(peer(false).setRemoteDescription(SessionDescription.offer(offer)));
  }

  @Test
  void whatIsNoBase64IsRefusedByAll() throws Exception {
    String offer =
        CapturedDescriptionsTest.captured("chromium156-dc-offer-snap")
            .replaceFirst("a=sctp-init:\\S+", "a=sctp-init:not*base64");
    for (boolean snap : new boolean[] {false, true}) {
      Throwable refused = refusal(peer(snap).setRemoteDescription(SessionDescription.offer(offer)));
      assertInstanceOf(SdpSyntaxException.class, refused);
    }
  }
}
