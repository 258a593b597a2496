package dev.turnstone.peerconnection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.IceTransport;
import dev.turnstone.sdp.Sdp;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Candidates of the peer, sorted by generation. */
class RemoteCandidatesTest {
  /** What ICE was given: ports, and the end as 0. */
  private final List<Integer> given = new ArrayList<>();

  private final RemoteCandidates candidates = new RemoteCandidates(recorder());

  private IceTransport recorder() {
    return (IceTransport)
        Proxy.newProxyInstance(
            IceTransport.class.getClassLoader(),
            new Class<?>[] {IceTransport.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "addRemoteCandidate" -> given.add(((Candidate) arguments[0]).port());
                case "endOfRemoteCandidates" -> given.add(0);
                default -> throw new AssertionError(method);
              }
              return null;
            });
  }

  private static String line(int port) {
    return "candidate:1 1 udp 2122260223 127.0.0.1 " + port + " typ host";
  }

  private static IceCandidate of(int port, String ufrag) {
    return new IceCandidate(
        port == 0 ? "" : line(port),
        Optional.of("0"),
        OptionalInt.empty(),
        Optional.ofNullable(ufrag));
  }

  private void describe(String ufrag, int... ports) throws Exception {
    StringBuilder sdp =
        new StringBuilder(
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
                + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n"
                + "a=mid:0\r\na=ice-ufrag:"
                + ufrag
                + "\r\n");
    for (int port : ports) {
      sdp.append(port == 0 ? "a=end-of-candidates" : "a=" + line(port)).append("\r\n");
    }
    candidates.described(Sdp.parse(sdp.toString()), 0);
  }

  private void begin() {
    candidates.begin();
  }

  @Test
  void whatCameEarlyIsGivenWhenIceBeginsAndTheRestAsItComes() throws Exception {
    candidates.add(of(1, "aaaa"));
    candidates.add(of(2, null));
    describe("aaaa", 3);
    assertEquals(List.of(), given);
    begin();
    assertEquals(List.of(3, 1, 2), given);
    candidates.add(of(4, "aaaa"));
    candidates.add(of(4, null));
    candidates.add(of(0, "aaaa"));
    assertEquals(List.of(3, 1, 2, 4, 0), given);
    assertTrue(candidates.last().hasEnded());
  }

  @Test
  void candidatesOfTheNextGenerationWaitForItsDescriptionAndForIce() throws Exception {
    describe("aaaa", 1, 0);
    begin();
    candidates.add(of(2, "bbbb"));
    candidates.add(of(0, "bbbb"));
    describe("bbbb", 3);
    candidates.add(of(4, null));
    assertEquals(List.of(1, 0), given);
    // The offer may never be answered: the old generation goes on.
    candidates.add(of(5, "aaaa"));
    assertEquals(List.of(1, 0, 5), given);
    begin();
    assertEquals(List.of(1, 0, 5, 3, 2, 4, 0), given);
  }

  @Test
  void candidatesOfAFormerGenerationAreIgnored() throws Exception {
    describe("aaaa");
    begin();
    describe("bbbb");
    begin();
    candidates.add(of(1, "aaaa"));
    candidates.add(of(0, "aaaa"));
    assertEquals(List.of(), given);
    assertFalse(candidates.last().hasEnded());
    describe("aaaa");
    begin();
    assertEquals(List.of(), given);
  }

  @Test
  void whileOurRestartWaitsForItsAnswerTheOldGenerationGetsNothing() throws Exception {
    describe("aaaa", 1);
    begin();
    candidates.restart();
    candidates.add(of(2, "aaaa"));
    candidates.add(of(0, null));
    describe("bbbb", 3);
    begin();
    assertEquals(List.of(1, 3), given);
  }

  @Test
  void theUfragMayStandInTheCandidateItself() throws Exception {
    describe("aaaa");
    begin();
    candidates.add(IceCandidate.of(line(1) + " generation 1 ufrag bbbb network-cost 10", "0"));
    candidates.add(IceCandidate.of(line(2) + " generation 0 ufrag aaaa network-cost 10", "0"));
    assertEquals(List.of(2), given);
    describe("bbbb");
    begin();
    assertEquals(List.of(2, 1), given);
    // A description does not repeat it.
    assertFalse(
        candidates.last().signaled().get(0).contains("ufrag"),
        candidates.last().signaled()::toString);
  }

  @Test
  void whatWaitsIsBoundedAndWhatIsMalformedIsRefusedAtOnce() throws Exception {
    describe("aaaa");
    begin();
    for (int i = 0; i < 256; i++) {
      candidates.add(of(1000 + i, "next"));
    }
    assertThrows(OperationException.class, () -> candidates.add(of(1, "next")));
    assertThrows(
        OperationException.class,
        () ->
            candidates.add(
                new IceCandidate(
                    "candidate:no", Optional.of("0"), OptionalInt.empty(), Optional.of("other"))));
    candidates.add(of(2, "aaaa"));
    assertEquals(List.of(2), given);
    describe("cccc");
    begin();
    candidates.add(of(3, "cccc"));
    candidates.add(of(4, "next"));
    assertEquals(List.of(2, 3), given);
  }

  @Test
  void aFloodOfOneGenerationIsCutOff() throws Exception {
    describe("aaaa");
    begin();
    for (int i = 0; i < 256; i++) {
      candidates.add(of(1000 + i, "aaaa"));
    }
    assertThrows(OperationException.class, () -> candidates.add(of(1, "aaaa")));
    assertEquals(256, given.size());
  }
}
