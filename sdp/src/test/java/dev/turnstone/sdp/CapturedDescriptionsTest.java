package dev.turnstone.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CapturedDescriptionsTest {

  static List<String> names() {
    return Captured.names();
  }

  @Test
  void allCapturesAreThere() {
    assertEquals(16, names().size(), names().toString());
  }

  @ParameterizedTest
  @MethodSource("names")
  void whatIsReadIsWrittenBackLineForLine(String name) throws SdpException {
    String text = Captured.text(name);
    Sdp sdp = Sdp.parse(text);
    assertEquals(text.lines().toList(), sdp.toString().lines().toList());
    assertEquals(text.lines().count(), sdp.toString().split("\r\n", -1).length - 1);
    assertEquals(sdp, Sdp.parse(sdp.toString()));
    assertEquals(sdp, sdp.toBuilder().build());
    for (SdpMedia media : sdp.media()) {
      assertEquals(media, media.toBuilder().build());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyCaptureHasWhatAConnectionNeeds(String name) throws SdpException {
    Sdp sdp = Sdp.parse(Captured.text(name));
    assertEquals(
        sdp.media().stream().map(media -> media.mid().orElseThrow()).toList(),
        sdp.group("BUNDLE").orElseThrow().mids());
    assertFalse(sdp.iceLite());
    for (SdpMedia media : sdp.media()) {
      assertEquals(media, sdp.media(media.mid().orElseThrow()).orElseThrow());
      assertEquals(1, media.fingerprints().size());
      assertEquals("sha-256", media.fingerprints().get(0).algorithm());
      assertEquals(95, media.fingerprints().get(0).value().length());
      assertTrue(media.iceUfrag().orElseThrow().length() >= 4);
      assertTrue(media.icePwd().orElseThrow().length() >= 22);
      assertFalse(media.candidates().isEmpty());
      assertFalse(media.isRejected());
      assertEquals(
          name.contains("answer") ? Setup.ACTIVE : Setup.ACTPASS, media.setup().orElseThrow());
      assertEquals(!name.startsWith("chromium"), media.endOfCandidates());
      assertEquals(!name.contains("-av-"), media.isDataChannelSection());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "chromium156-dc-offer-127.txt, a7n9, qev8q0uuZQHLxnjawV1GhZQ3, 262144, 2, trickle",
    "chromium156-dc-offer-mdns.txt, lvmo, 74kWxdUODhRMSDFsO+iUF8MA, 262144, 1, trickle",
    "firefox153-dc-offer.txt, 83709cb9, 56a81ba2e4b6aedbd670c92e6560159d, 1073741823, 4, trickle",
    "libdatachannel-offer.txt, 1Hp8, VWF0SNzSAAC5Bjmr8n9CqZ, 262144, 1, ice2 trickle",
    "pion-offer.txt, HSqEOdkrFjXZcqFR, IkZsnpfUIPCuBaJVYJGtWPkSkoFSdQHL, , 2, ''",
    "werift-offer.txt, c167, 0bf6347f0d0278cdf3a395, 65536, 1, trickle",
  })
  void dataChannelSectionsSayTheirParameters(
      String name, String ufrag, String pwd, Long maxMessageSize, int candidates, String options)
      throws SdpException {
    SdpMedia media = Sdp.parse(Captured.text(name)).dataChannelSection().orElseThrow();
    assertEquals(Optional.of(ufrag), media.iceUfrag());
    assertEquals(Optional.of(pwd), media.icePwd());
    assertEquals(
        maxMessageSize == null ? OptionalLong.empty() : OptionalLong.of(maxMessageSize),
        media.maxMessageSize());
    assertEquals(candidates, media.candidates().size());
    assertEquals(options, String.join(" ", media.iceOptions()));
    assertEquals(OptionalInt.of(5000), media.sctpPort());
    assertEquals(Optional.of("0"), media.mid());
    assertEquals("UDP/DTLS/SCTP", media.protocol());
    assertEquals(List.of("webrtc-datachannel"), media.formats());
  }

  @Test
  void chromiumsCandidateIsTheTextThatSignalingCarries() throws SdpException {
    SdpMedia media = Sdp.parse(Captured.text("chromium156-dc-offer-mdns.txt")).media().get(0);
    assertEquals(
        List.of(
            "1055719548 1 udp 2113937151 6bae7f1f-5a58-49e3-8f01-de856f34aa6d.local 52738 typ host"
                + " generation 0 network-cost 999"),
        media.candidates());
    assertEquals(9, media.port());
    assertEquals(Optional.of(new SdpConnection("IN", "IP4", "0.0.0.0")), media.connection());
    assertEquals(Direction.SENDRECV, media.direction());
  }

  @Test
  void chromiumsSnapOfferCarriesAnInitChunk() throws SdpException {
    SdpMedia media = Sdp.parse(Captured.text("chromium156-dc-offer-snap.txt")).media().get(0);
    byte[] init = media.sctpInit().orElseThrow();
    assertEquals(
        "0100001eba1fbe8d00500000ffffffff4d422547c000000480080006" + "82c0",
        HexFormat.of().formatHex(init));
    assertEquals(
        media.attribute("sctp-init"),
        SdpMedia.builder()
            .media("application")
            .protocol("UDP/DTLS/SCTP")
            .formats("webrtc-datachannel")
            .sctpInit(init)
            .build()
            .attribute("sctp-init"));
    assertThrows(IllegalArgumentException.class, () -> SdpMedia.builder().sctpInit(new byte[0]));
  }

  @Test
  void firefoxsSectionInheritsTheSessionsFingerprintAndOptions() throws SdpException {
    Sdp sdp = Sdp.parse(Captured.text("firefox153-dc-offer.txt"));
    SdpMedia media = sdp.media().get(0);
    assertFalse(media.has("fingerprint"));
    assertEquals(sdp.fingerprints(), media.fingerprints());
    assertEquals(List.of("trickle"), media.iceOptions());
    assertEquals("mozilla...THIS_IS_SDPARTA-99.0", sdp.origin().username());
    assertEquals("6292621233198816952", sdp.origin().sessionId());
    assertEquals("0", sdp.origin().sessionVersion());
  }

  @Test
  void mediaAttributesAreKept() throws SdpException {
    SdpMedia video = Sdp.parse(Captured.text("firefox153-av-recvonly-offer.txt")).media().get(1);
    assertEquals("video", video.media());
    assertEquals(Direction.RECVONLY, video.direction());
    assertEquals(
        List.of("120", "124", "121", "125", "99", "100", "123", "122", "119"), video.formats());
    assertEquals("120 VP8/90000", video.values("rtpmap").get(0));
    assertEquals(
        "6/recvonly http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
        video.values("extmap").get(3));
    assertEquals(
        List.of("1003622820 cname:{51587e3f-7bb5-463c-afba-42393b2cf7fe}"), video.values("ssrc"));
    assertTrue(video.has("rtcp-mux"));
    assertEquals(21, video.values("rtcp-fb").size() - 4);
  }
}
