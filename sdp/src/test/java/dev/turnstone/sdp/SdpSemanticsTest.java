package dev.turnstone.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SdpSemanticsTest {
  private static final String HEAD = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
  private static final String DATA = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n";

  private static SdpMedia media(String session, String section) throws SdpException {
    return Sdp.parse(HEAD + session + section).media().get(0);
  }

  @Test
  void lineFeedsAndAnEndWithoutTerminatorAreRead() throws SdpException {
    Sdp expected = Sdp.parse(HEAD + DATA + "a=mid:0\r\n");
    assertEquals(expected, Sdp.parse((HEAD + DATA + "a=mid:0\n").replace("\r\n", "\n")));
    assertEquals(expected, Sdp.parse(HEAD + DATA + "a=mid:0"));
    assertEquals(expected, Sdp.parse(HEAD + DATA + "a=mid:0\r\n\r\n\n"));
    assertEquals(HEAD + DATA + "a=mid:0\r\n", expected.toString());
  }

  @Test
  void oddLinesAreKeptAsTheyWere() throws SdpException {
    String text =
        HEAD.replace("s=-", "s= odd  name ")
            + "x=an unknown letter\r\na=future:a b  c \r\na=flag \r\ni=\r\nb=AS:30\r\n"
            + "m=application  9   UDP/DTLS/SCTP  webrtc-datachannel \r\n"
            + "a=msid-semantic: WMS\r\na=empty:\r\na=setup: active \r\nq=\r\n";
    Sdp sdp = Sdp.parse(text);
    assertEquals(text, sdp.toString());
    assertEquals(Optional.of(new SdpAttribute("future", "a b  c ")), sdp.attribute("future"));
    assertTrue(sdp.has("flag"));
    SdpMedia media = sdp.media().get(0);
    assertTrue(media.isDataChannelSection());
    assertEquals(Optional.of(Setup.ACTIVE), media.setup());
    assertEquals(Optional.of(""), media.attribute("empty").orElseThrow().value());
    assertEquals(text, sdp.toBuilder().media(0, media.toBuilder().build()).build().toString());
  }

  @Test
  void aSectionsOwnValueWinsOverTheSessions() throws SdpException {
    String session =
        "c=IN IP4 192.0.2.1\r\na=setup:passive\r\na=fingerprint:SHA-256 AA\r\na=ice-options:x\r\n"
            + "a=ice-ufrag:sess\r\na=ice-pwd:0123456789012345678901\r\na=recvonly\r\na=ice-lite\r\n";
    SdpMedia inheriting = media(session, DATA);
    assertEquals(Optional.of(Setup.PASSIVE), inheriting.setup());
    assertEquals(List.of(new SdpFingerprint("sha-256", "AA")), inheriting.fingerprints());
    assertEquals(Optional.of("sess"), inheriting.iceUfrag());
    assertEquals(Optional.of("0123456789012345678901"), inheriting.icePwd());
    assertEquals(Direction.RECVONLY, inheriting.direction());
    assertEquals("192.0.2.1", inheriting.connection().orElseThrow().address());
    assertTrue(inheriting.iceLite());
    assertFalse(inheriting.has("ice-lite"));

    SdpMedia own =
        media(
            session,
            DATA
                + "c=IN IP6 ::1\r\na=setup:active\r\na=fingerprint:sha-512 BB\r\na=fingerprint:sha-1"
                + " CC\r\na=ice-options:y z\r\na=sendonly\r\na=ice-ufrag:mine\r\n");
    assertEquals(Optional.of(Setup.ACTIVE), own.setup());
    assertEquals(
        List.of(new SdpFingerprint("sha-512", "BB"), new SdpFingerprint("sha-1", "CC")),
        own.fingerprints());
    assertEquals(List.of("y", "z"), own.iceOptions());
    assertEquals(Direction.SENDONLY, own.direction());
    assertEquals("::1", own.connection().orElseThrow().address());
    assertEquals(Optional.of("mine"), own.iceUfrag());
    assertEquals(Optional.empty(), own.icePwd(), "half a pair must not meet the session's half");
  }

  @Test
  void theOldFormOfDataChannelSectionsIsRead() throws SdpException {
    SdpMedia old =
        media(
            "", "m=application 54111 DTLS/SCTP 5001\r\na=sctpmap:5001 webrtc-datachannel 1024\r\n");
    assertTrue(old.isDataChannelSection());
    assertEquals(OptionalInt.of(5001), old.sctpPort());
    assertEquals(OptionalLong.empty(), old.maxMessageSize());

    SdpMedia otherApplication =
        media("", "m=application 54111 DTLS/SCTP 5001\r\na=sctpmap:5001 t38 2\r\n");
    assertFalse(otherApplication.isDataChannelSection());
    assertEquals(OptionalInt.empty(), otherApplication.sctpPort());
  }

  @Test
  void onlyApplicationOverSctpIsADataChannelSection() throws SdpException {
    assertTrue(
        media("", "m=application 9 TCP/DTLS/SCTP webrtc-datachannel\r\n").isDataChannelSection());
    assertFalse(media("", "m=application 9 UDP/DTLS/SCTP bfcp\r\n").isDataChannelSection());
    assertFalse(media("", "m=audio 9 UDP/DTLS/SCTP webrtc-datachannel\r\n").isDataChannelSection());
    assertFalse(media("", "m=application 9 UDP/BFCP *\r\n").isDataChannelSection());
  }

  @Test
  void portZeroRejectsUnlessTheSectionIsBundleOnly() throws SdpException {
    String zero = DATA.replace(" 9 ", " 0 ");
    assertTrue(media("", zero).isRejected());
    assertFalse(media("", zero + "a=bundle-only\r\n").isRejected());
    assertFalse(media("", DATA).isRejected());
  }

  @Test
  void sizesAndPortsAreRead() throws SdpException {
    assertEquals(OptionalLong.of(0), media("", DATA + "a=max-message-size:0\r\n").maxMessageSize());
    assertEquals(
        OptionalLong.of(Long.MAX_VALUE),
        media("", DATA + "a=max-message-size:99999999999999999999999\r\n").maxMessageSize());
    assertEquals(OptionalInt.of(0), media("", DATA + "a=sctp-port:0\r\n").sctpPort());
    assertEquals(3, media("", "m=video 49170/3 RTP/AVP 31\r\n").portCount());
  }

  @Test
  void groupsAreFoundByTheirMeaning() throws SdpException {
    Sdp sdp = Sdp.parse(HEAD + "a=group:LS a b\r\na=group:BUNDLE\r\na=group:BUNDLE a\r\n");
    assertEquals(3, sdp.groups().size());
    assertEquals(Optional.of(new SdpGroup("BUNDLE", List.of())), sdp.group("BUNDLE"));
    assertEquals(Optional.empty(), sdp.group("FID"));
  }

  @Test
  void aDescriptionIsBuiltAndReadBack() throws SdpException {
    SdpMedia section =
        SdpMedia.builder()
            .media("application")
            .protocol("UDP/DTLS/SCTP")
            .formats("webrtc-datachannel")
            .attribute("mid", "0")
            .attribute("sctp-port", "5000")
            .attribute("setup", Setup.ACTPASS.text())
            .connection("IN", "IP4", "0.0.0.0")
            .build();
    Sdp sdp =
        Sdp.builder()
            .attribute("group", new SdpGroup("BUNDLE", List.of("0")).text())
            .attribute("extmap-allow-mixed")
            .origin(77, 2)
            .media(section)
            .build();
    assertEquals(
        "v=0\r\no=- 77 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
            + "a=extmap-allow-mixed\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"
            + "c=IN IP4 0.0.0.0\r\na=mid:0\r\na=sctp-port:5000\r\na=setup:actpass\r\n",
        sdp.toString());
    assertEquals(sdp, Sdp.parse(sdp.toString()));
  }

  @Test
  void candidatesAreAddedLater() throws SdpException {
    Sdp before = Sdp.parse(HEAD + "a=setup:active\r\n" + DATA + "c=IN IP4 0.0.0.0\r\na=mid:0\r\n");
    SdpMedia with =
        before.media().get(0).toBuilder()
            .port(4711)
            .connection("IN", "IP4", "127.0.0.1")
            .attribute("candidate", "1 1 udp 1 127.0.0.1 4711 typ host")
            .attribute("end-of-candidates")
            .build();
    Sdp after =
        before.toBuilder().origin("-", 1, 3, "IN", "IP4", "127.0.0.1").media(0, with).build();
    assertEquals(
        HEAD.replace("1 2", "1 3")
            + "a=setup:active\r\n"
            + DATA.replace(" 9 ", " 4711 ")
            + "c=IN IP4 127.0.0.1\r\na=mid:0\r\na=candidate:1 1 udp 1 127.0.0.1 4711 typ host\r\n"
            + "a=end-of-candidates\r\n",
        after.toString());
    assertEquals(Optional.of(Setup.ACTIVE), after.media().get(0).setup());
    assertEquals(
        before.media().get(0),
        after.media().get(0).toBuilder()
            .port(9)
            .connection("IN", "IP4", "0.0.0.0")
            .removeAttributes("candidate")
            .removeAttributes("end-of-candidates")
            .build());
  }

  @Test
  void theBuilderRefusesWhatAPeerCouldNotRead() {
    Sdp.Builder sdp = Sdp.builder();
    assertThrows(IllegalStateException.class, sdp::build);
    assertThrows(IllegalArgumentException.class, () -> sdp.origin(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> sdp.sessionName("a\r\nm=audio 9 RTP/AVP 0"));
    assertThrows(IllegalArgumentException.class, () -> sdp.attribute("a:b"));
    assertThrows(IllegalArgumentException.class, () -> sdp.attribute("x", "y\nz"));
    assertThrows(IllegalArgumentException.class, () -> sdp.attribute("setup", "both"));
    assertThrows(IllegalArgumentException.class, () -> sdp.attribute("ice-pwd", "short"));
    SdpMedia.Builder media = SdpMedia.builder().media("application").protocol("UDP/DTLS/SCTP");
    assertThrows(IllegalStateException.class, media::build);
    assertThrows(IllegalArgumentException.class, () -> media.formats("a b").build());
    assertThrows(IllegalArgumentException.class, () -> media.formats("a").port(65536).build());
  }
}
