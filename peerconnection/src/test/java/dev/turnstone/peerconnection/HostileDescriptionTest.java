package dev.turnstone.peerconnection;

import static dev.turnstone.peerconnection.Peers.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.turnstone.sdp.Sdp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Descriptions that nobody should write: typed errors, and all stays as it was. */
class HostileDescriptionTest {
  private static final List<Class<? extends Exception>> TYPED =
      List.of(
          InvalidStateException.class,
          InvalidAccessException.class,
          InvalidModificationException.class,
          SdpSyntaxException.class,
          OperationException.class);

  private final PeerConnectionFactory factory = new PeerConnectionFactory();
  private final PeerConnection peer = factory.createPeerConnection(Peers.loopback().build());

  @AfterEach
  void close() {
    factory.close();
  }

  private static String offer() throws Exception {
    return CapturedDescriptionsTest.captured("chromium156-dc-offer-127");
  }

  /** Applies a description; null when it was taken, else why not, with nothing changed. */
  private static Throwable refusal(PeerConnection to, SessionDescription description)
      throws Exception {
    SignalingState state = to.signalingState();
    Optional<SessionDescription> remote = to.remoteDescription();
    try {
      get(to.setRemoteDescription(description));
      return null;
    } catch (ExecutionException refused) {
      assertEquals(state, to.signalingState());
      assertEquals(remote, to.remoteDescription());
      return refused.getCause();
    }
  }

  private Throwable refusal(String sdp) throws Exception {
    return refusal(peer, SessionDescription.offer(sdp));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chromium156-dc-offer-snap",
        "firefox153-dc-offer",
        "pion-offer",
        "chromium156-av-recvonly-offer-127"
      })
  void mutatedOffersAreTakenAndAnsweredOrRefusedWithATypedError(String name) throws Exception {
    String whole = CapturedDescriptionsTest.captured(name);
    int taken = 0;
    for (long seed = 0; seed < 600; seed++) {
      String mutant = mutate(whole, new Random(seed));
      try {
        Throwable refused = refusal(mutant);
        if (refused == null) {
          taken++;
          Sdp.parse(get(peer.createAnswer()).sdp());
        } else {
          assertTrue(TYPED.contains(refused.getClass()), refused.toString());
        }
      } catch (Exception | AssertionError e) {
        fail("seed " + seed + ": " + e + "\n" + mutant, e);
      }
    }
    assertTrue(taken > 50, "only " + taken + " were taken: the mutants are too wild to tell much");
    assertEquals(SignalingState.HAVE_REMOTE_OFFER, peer.signalingState());
  }

  @Test
  void mutatedAnswersLeaveTheOfferStanding() throws Exception {
    String whole = CapturedDescriptionsTest.captured("pion-answer-to-chromium");
    for (long seed = 0; seed < 60; seed++) {
      PeerConnection each = factory.createPeerConnection(Peers.loopback().build());
      each.createDataChannel("c");
      get(each.setLocalDescription());
      String mutant = mutate(whole, new Random(seed));
      Throwable refused = refusal(each, SessionDescription.answer(mutant));
      if (refused != null) {
        long number = seed;
        assertTrue(
            TYPED.contains(refused.getClass()), () -> "seed " + number + ": " + refused + mutant);
        assertEquals(null, refusal(each, SessionDescription.answer(whole)), "seed " + seed);
      }
      assertEquals(SignalingState.STABLE, each.signalingState());
      each.close();
    }
  }

  private static String mutate(String whole, Random random) {
    List<String> lines = new ArrayList<>(whole.lines().toList());
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(lines.size());
      String line = lines.get(at);
      int place = random.nextInt(line.length() + 1);
      switch (random.nextInt(9)) {
        case 0 -> lines.remove(at);
        case 1 -> lines.add(random.nextInt(lines.size()), line);
        case 2 -> lines.add(random.nextInt(lines.size()), lines.remove(at));
        case 3 -> lines.set(at, line.substring(0, place));
        case 4 ->
            lines.set(at, line.substring(0, place) + anything(random) + line.substring(place));
        case 5 -> lines.set(at, line.replaceAll("\\d+", number(random)));
        case 6 ->
            lines.set(at, line.replaceFirst("[:=].*", "$0 " + "x".repeat(random.nextInt(99))));
        case 7 -> lines.set(at, line.replace(' ', '\t').replace(':', ' '));
        default -> lines.set(at, line.toUpperCase(java.util.Locale.ROOT));
      }
      if (lines.isEmpty()) {
        lines.add("v=0");
      }
    }
    return String.join("\r\n", lines) + "\r\n";
  }

  private static String anything(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> "\u0000";
      case 1 -> "%s\ud800";
      case 2 -> Integer.toString(random.nextInt());
      default -> Character.toString((char) (32 + random.nextInt(224)));
    };
  }

  private static String number(Random random) {
    return List.of("0", "-1", "65536", "99999999999999999999999", "2147483648", "١")
        .get(random.nextInt(6));
  }

  @Test
  void textThatIsNoDescriptionIsRefused() throws Exception {
    for (String text : List.of("", "\r\n", "hello", "v=0", "m=application 9 UDP/DTLS/SCTP x\r\n")) {
      assertEquals(SdpSyntaxException.class, refusal(text).getClass(), text);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a=setup:actpass, a=setup:holdconn, setup",
    "a=sctp-port:5000, a=sctp-port:0, sctp-port",
    "a=fingerprint:sha-256 .*, a=fingerprint:sha-256 AB:CD, sha-256",
    "a=fingerprint:sha-256 .*, a=fingerprint:md5 AB:CD, sha-512",
    "a=fingerprint:sha-256 .*, a=fingerprint:sha3-512 AB:CD, sha-512",
    "a=ice-ufrag:.*, a=x, ice-ufrag",
  })
  void whatWebRtcCannotUseIsRefusedAndNamed(String line, String instead, String named)
      throws Exception {
    String changed = offer().replaceAll(line, instead);
    Throwable refused = refusal(changed);
    assertEquals(InvalidAccessException.class, refused.getClass());
    assertTrue(refused.getMessage().contains(named), refused.getMessage());
    assertEquals(null, refusal(offer()));
  }

  @Test
  void twoSectionsWithOneMidAreRefused() throws Exception {
    String whole = offer();
    String section = whole.substring(whole.indexOf("m=application"));
    assertEquals(SdpSyntaxException.class, refusal(whole + section).getClass());
  }

  @Test
  void aWeakFingerprintBesideAStrongOneAndAHugeMessageSizeAreFine() throws Exception {
    String fingerprints = "a=fingerprint:md5 AB:CD\r\na=fingerprint:new-hash 00\r\n";
    String whole =
        offer()
            .replace("a=setup", fingerprints + "a=setup")
            .replace("size:262144", "size:99999999999999999999");
    assertEquals(null, refusal(whole));
    get(peer.setLocalDescription());
    assertEquals(SignalingState.STABLE, peer.signalingState());
  }

  @Test
  void anAnswerThatDoesNotFitTheOfferIsRefused() throws Exception {
    peer.createDataChannel("c");
    get(peer.setLocalDescription());
    String whole = CapturedDescriptionsTest.captured("pion-answer-to-chromium");
    String more = "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\n";
    for (String wrong :
        List.of(
            whole + more,
            whole.substring(0, whole.indexOf("m=")),
            whole.substring(0, whole.indexOf("m=")) + more,
            whole.replace("a=mid:0", "a=mid:1"),
            whole.replaceAll("a=setup:.*", "a=setup:actpass"))) {
      Throwable refused = refusal(peer, SessionDescription.answer(wrong));
      assertEquals(InvalidAccessException.class, refused.getClass(), wrong);
    }
    assertEquals(null, refusal(peer, SessionDescription.answer(whole)));
  }

  @Test
  void tooManyCandidatesAreRefusedThoseOfNoSectionIgnoredAndThoseOfAnotherGenerationWait()
      throws Exception {
    assertEquals(null, refusal(offer()));
    String text = "candidate:1 1 udp 2122260223 127.0.0.1 9 typ host";
    String before = peer.remoteDescription().orElseThrow().sdp();
    IceCandidate other =
        new IceCandidate(
            text, Optional.of("0"), java.util.OptionalInt.empty(), Optional.of("other"));
    get(peer.addIceCandidate(other));
    get(peer.addIceCandidate(IceCandidate.of(text, "nowhere")));
    // Repeated ones count once.
    for (int i = 0; i < 300; i++) {
      get(peer.addIceCandidate(IceCandidate.of(text, "0")));
    }
    assertEquals(
        before.lines().count() + 1, peer.remoteDescription().orElseThrow().sdp().lines().count());
    ExecutionException flood =
        assertThrows(
            ExecutionException.class,
            () -> {
              for (int port = 10; port < 300; port++) {
                String another = text.replace(" 9 ", " " + port + " ");
                get(peer.addIceCandidate(IceCandidate.of(another, "0")));
              }
            });
    assertEquals(OperationException.class, flood.getCause().getClass());
    assertEquals(SignalingState.HAVE_REMOTE_OFFER, peer.signalingState());
  }
}
