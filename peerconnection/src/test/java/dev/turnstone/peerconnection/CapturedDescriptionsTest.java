package dev.turnstone.peerconnection;

import static dev.turnstone.peerconnection.Peers.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sdp.Sdp;
import dev.turnstone.sdp.SdpMedia;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers and other stacks write is understood and answered as they expect it. */
class CapturedDescriptionsTest {
  /** The answer to an offer of one data section; what differs from run to run is cut out. */
  private static final String DATA_ANSWER =
      """
      v=0
      o=- 7 1 IN IP4 127.0.0.1
      s=-
      t=0 0
      a=extmap-allow-mixed
      a=group:BUNDLE MID
      a=msid-semantic:WMS
      m=application 9 UDP/DTLS/SCTP webrtc-datachannel
      c=IN IP4 0.0.0.0
      a=ice-ufrag:USER
      a=ice-pwd:PASSWORDPASSWORDPASSWORD
      a=ice-options:trickle
      a=fingerprint:sha-256 AB:CD
      a=setup:active
      a=mid:MID
      a=sctp-port:5000
      a=max-message-size:262144
      """;

  private final PeerConnectionFactory factory = new PeerConnectionFactory();
  private final PeerConnection peer = factory.createPeerConnection(Peers.loopback().build());

  @AfterEach
  void close() {
    factory.close();
  }

  static String captured(String name) throws IOException {
    try (InputStream in =
        CapturedDescriptionsTest.class.getResourceAsStream("/captured/" + name + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String answer(String offer) throws Exception {
    get(peer.setRemoteDescription(SessionDescription.offer(offer)));
    SessionDescription answer = get(peer.createAnswer());
    get(peer.setLocalDescription(answer));
    assertEquals(SignalingState.STABLE, peer.signalingState());
    return answer
        .sdp()
        .replaceAll("o=- \\d+ ", "o=- 7 ")
        .replaceAll("a=ice-ufrag:.*", "a=ice-ufrag:USER")
        .replaceAll("a=ice-pwd:.*", "a=ice-pwd:PASSWORDPASSWORDPASSWORD")
        .replaceAll("a=fingerprint:sha-256 .*", "a=fingerprint:sha-256 AB:CD")
        .replace("\r\n", "\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chromium156-dc-offer-127",
        "chromium156-dc-offer-mdns",
        "chromium156-dc-offer-snap",
        "firefox153-dc-offer",
        "libdatachannel-offer",
        "pion-offer",
        "werift-offer"
      })
  void aDataOfferIsAccepted(String name) throws Exception {
    String offer = captured(name);
    String mid = Sdp.parse(offer).media().get(0).mid().orElseThrow();
    assertEquals(DATA_ANSWER.replace("MID", mid), answer(offer));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chromium156-av-recvonly-offer-127",
        "chromium156-av-recvonly-offer-mdns",
        "firefox153-av-recvonly-offer"
      })
  void anOfferOfMediaAloneIsRejectedSectionBySection(String name) throws Exception {
    String offer = captured(name);
    Sdp answer = Sdp.parse(answer(offer));
    Sdp offered = Sdp.parse(offer);
    assertTrue(answer.groups().isEmpty());
    assertEquals(
        offered.media().stream().map(SdpMedia::mid).collect(Collectors.toList()),
        answer.media().stream().map(SdpMedia::mid).collect(Collectors.toList()));
    assertTrue(answer.media().stream().allMatch(SdpMedia::isRejected));
    for (int i = 0; i < 2; i++) {
      assertEquals(offered.media().get(i).media(), answer.media().get(i).media());
      assertEquals(offered.media().get(i).formats(), answer.media().get(i).formats());
    }
    // Nothing is gathered for it, so nothing is waited for.
    assertEquals(answer.media().size(), media(get(peer.gatheredLocalDescription())));
    assertEquals(IceGatheringState.NEW, peer.iceGatheringState());
  }

  private static int media(SessionDescription description) throws Exception {
    return Sdp.parse(description.sdp()).media().size();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "libdatachannel-answer-to-chromium",
        "libdatachannel-answer-to-libdatachannel",
        "pion-answer-to-chromium",
        "pion-answer-to-pion",
        "werift-answer-to-chromium",
        "werift-answer-to-werift"
      })
  void anAnswerIsTakenAndChecksBegin(String name) throws Exception {
    peer.createDataChannel("c");
    get(peer.setLocalDescription());
    get(peer.setRemoteDescription(SessionDescription.answer(captured(name))));
    assertEquals(SignalingState.STABLE, peer.signalingState());
    assertEquals(IceConnectionState.CHECKING, peer.iceConnectionState());
    assertEquals(PeerConnectionState.CONNECTING, peer.connectionState());
  }

  @Test
  void aBundleOnlySectionTakesTheCandidatesOfItsBundle() throws Exception {
    String data = captured("chromium156-dc-offer-127");
    int at = data.indexOf("m=application");
    String candidate =
        data.lines().filter(line -> line.startsWith("a=candidate:")).findFirst().orElseThrow();
    String transport =
        data.lines()
            .filter(line -> line.matches("a=(ice-|fingerprint|setup).*"))
            .collect(Collectors.joining("\r\n", "", "\r\n"));
    String bundled =
        data.substring(0, at).replace("BUNDLE 0", "BUNDLE a 0")
            + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:a\r\n"
            + "a=rtpmap:111 opus/48000/2\r\n"
            + candidate
            + "\r\n"
            + transport
            + data.substring(at)
                .replaceAll("a=candidate:.*\r?\n", "")
                .replaceFirst("m=application \\d+", "m=application 0")
            + "a=bundle-only\r\n";
    String answer = answer(bundled);
    assertTrue(answer.contains("\na=group:BUNDLE 0\n"), answer);
    assertTrue(answer.contains("\nm=application 9 "), answer);
    assertTrue(answer.contains("\nm=audio 0 "), answer);
    // Signaled under the name of the section where the transport is.
    String signaled = "candidate:7 1 udp 2122260223 127.0.0.1 9 typ host";
    get(peer.addIceCandidate(IceCandidate.of(signaled, "a")));
    assertTrue(peer.remoteDescription().orElseThrow().sdp().contains("a=" + signaled + "\r\n"));
  }
}
