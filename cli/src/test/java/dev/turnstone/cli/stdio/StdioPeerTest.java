package dev.turnstone.cli.stdio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.turnstone.cli.fake.FakePeers;
import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.peerconnection.PeerConnection;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import dev.turnstone.peerconnection.PeerConnectionState;
import dev.turnstone.peerconnection.SessionDescription;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StdioPeerTest {
  private static final PeerConnectionConfiguration PLAIN =
      PeerConnectionConfiguration.builder().build();

  private final FakePeers peers = new FakePeers();
  private final List<StdioDriver> drivers = new ArrayList<>();

  private StdioDriver start(boolean trickle) throws Exception {
    StdioDriver driver = new StdioDriver(peers, PLAIN, trickle);
    drivers.add(driver);
    assertEquals("{\"type\":\"ready\"}", driver.next().toString());
    return driver;
  }

  @AfterEach
  void stop() throws Exception {
    for (StdioDriver driver : drivers) {
      driver.close();
    }
    peers.close();
  }

  private static void connect(StdioDriver offerer, StdioDriver answerer) throws Exception {
    offerer.command("makeOffer");
    answerer.sendDescription("offer", offerer.next("offer").get("sdp").asText());
    offerer.sendDescription("answer", answerer.next("answer").get("sdp").asText());
  }

  @Test
  void twoOfThemConnectAndTheProbeComesBack() throws Exception {
    StdioDriver offerer = start(false);
    StdioDriver answerer = start(false);
    connect(offerer, answerer);
    JsonNode probe = offerer.next("probe");
    assertTrue(probe.get("ok").asBoolean());
    assertTrue(probe.get("ms").isIntegralNumber());
    assertTrue(offerer.isQuiet());
    assertTrue(answerer.isQuiet());
  }

  @Test
  void theProbeIsRepeatedWhenAskedForAndNotWithoutAConnection() throws Exception {
    StdioDriver offerer = start(false);
    StdioDriver answerer = start(false);
    offerer.command("probe");
    offerer.next("error");
    connect(offerer, answerer);
    assertTrue(offerer.next("probe").get("ok").asBoolean());
    offerer.command("probe");
    assertTrue(offerer.next("probe").get("ok").asBoolean());
  }

  @Test
  void rolesCanBeSwappedAndASecondOfferStartsANewConnection() throws Exception {
    StdioDriver one = start(false);
    StdioDriver two = start(false);
    connect(one, two);
    one.next("probe");
    connect(two, one);
    assertTrue(two.next("probe").get("ok").asBoolean());
    assertEquals(4, peers.made().size());
    assertEquals(PeerConnectionState.CLOSED, peers.made().get(0).connectionState());
    assertEquals(PeerConnectionState.CLOSED, peers.made().get(1).connectionState());
  }

  @Test
  void everyKindOfMessageIsEchoedAsItWas() throws Exception {
    StdioDriver answerer = start(false);
    PeerConnection browser = peers.create(PLAIN);
    DataChannel channel = browser.createDataChannel("any");
    List<Object> echoes = new ArrayList<>();
    CompletableFuture<Void> done = new CompletableFuture<>();
    channel.setListener(
        new DataChannelListener() {
          @Override
          public void onOpen() {
            channel.send("grüße");
            channel.send("");
            channel.send(new byte[] {1, 2, 3});
            channel.send(new byte[0]);
          }

          @Override
          public void onText(String text) {
            add(text);
          }

          @Override
          public void onBinary(ByteBuffer binary) {
            add(binary);
          }

          private void add(Object echo) {
            echoes.add(echo);
            if (echoes.size() == 4) {
              done.complete(null);
            }
          }
        });
    browser.setLocalDescription().get(30, TimeUnit.SECONDS);
    answerer.sendDescription("offer", browser.localDescription().orElseThrow().sdp());
    browser
        .setRemoteDescription(
            SessionDescription.answer(answerer.next("answer").get("sdp").asText()))
        .get(30, TimeUnit.SECONDS);
    done.get(30, TimeUnit.SECONDS);
    assertEquals(
        List.of("grüße", "", ByteBuffer.wrap(new byte[] {1, 2, 3}), ByteBuffer.allocate(0)),
        echoes);
  }

  @Test
  void candidatesFollowTheDescriptionWhenTheyTrickle() throws Exception {
    StdioDriver offerer = start(true);
    offerer.command("makeOffer");
    offerer.next("offer");
    JsonNode candidate = offerer.next("candidate");
    assertTrue(candidate.get("candidate").asText().startsWith("candidate:1 "));
    assertEquals("0", candidate.get("sdpMid").asText());
    assertEquals("", offerer.next("candidate").get("candidate").asText());
  }

  @Test
  void noCandidateLinesWithoutTrickle() throws Exception {
    StdioDriver offerer = start(false);
    offerer.command("makeOffer");
    offerer.next("offer");
    offerer.sendRaw("nonsense");
    offerer.next("error"); // nothing between
  }

  @Test
  void aCandidateBeforeTheOfferReachesTheConnectionThatTakesTheOffer() throws Exception {
    StdioDriver answerer = start(false);
    answerer.sendRaw("{\"type\":\"candidate\",\"candidate\":\"candidate:7\",\"sdpMid\":\"0\"}");
    answerer.sendRaw("{\"type\":\"candidate\",\"candidate\":{\"candidate\":\"candidate:8\"}}");
    PeerConnection browser = peers.create(PLAIN);
    browser.setLocalDescription().get(30, TimeUnit.SECONDS);
    answerer.sendDescription("offer", browser.localDescription().orElseThrow().sdp());
    answerer.next("answer");
    long withCandidates =
        peers.made().stream().filter(made -> made.candidates().size() == 2).count();
    assertEquals(1, withCandidates);
    assertEquals(2, peers.made().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "nonsense",
        "[]",
        "42",
        "{}",
        "{\"type\":\"offer\"}",
        "{\"type\":\"offer\",\"sdp\":5}",
        "{\"type\":\"offer\",\"sdp\":\"x\"}",
        "{\"type\":\"answer\",\"sdp\":\"v=0\"}",
        "{\"type\":\"candidate\"}",
        "{\"type\":\"candidate\",\"candidate\":7}",
        "{\"type\":\"wave\"}",
        "{\"cmd\":\"dance\"}",
        "{\"cmd\":7}",
        "{\"cmd\":\"exit\"} {\"cmd\":\"exit\"}",
        "{\"type\":\"offer\",\"type\":"
      })
  void badLineGivesAnErrorAndThePeerGoesOn(String line) throws Exception {
    StdioDriver peer = start(false);
    peer.sendRaw(line);
    assertFalse(peer.next("error").get("error").asText().isBlank());
    peer.command("makeOffer");
    peer.next("offer");
  }

  @Test
  void aLineOverTheBoundGivesAnErrorAndThePeerGoesOn() throws Exception {
    StdioDriver peer = start(false);
    peer.sendRaw("x".repeat(1024 * 1024 + 1));
    assertTrue(peer.next("error").get("error").asText().contains("1048576"));
    peer.command("makeOffer");
    peer.next("offer");
  }

  @Test
  void aDeeplyNestedLineGivesAnErrorAndThePeerGoesOn() throws Exception {
    StdioDriver peer = start(false);
    peer.sendRaw("[".repeat(200_000));
    peer.next("error");
    peer.command("makeOffer");
    peer.next("offer");
  }

  @Test
  void blankLinesAndCarriageReturnsAreForgiven() throws Exception {
    StdioDriver peer = start(false);
    peer.sendRaw("");
    peer.sendRaw("  \r");
    peer.sendRaw("{\"cmd\":\"makeOffer\"}\r");
    peer.next("offer");
  }

  @Test
  void anAnswerWithoutAnOfferIsAnError() throws Exception {
    StdioDriver peer = start(false);
    peer.sendDescription("answer", "v=0\r\n");
    assertTrue(peer.next("error").get("error").asText().contains("no offer"));
  }

  @Test
  void aFailedConnectionIsReportedWithItsReason() throws Exception {
    StdioDriver peer = start(false);
    peer.command("makeOffer");
    peer.next("offer");
    peers.made().get(0).fail();
    assertEquals("connection failed: no path", peer.next("error").get("error").asText());
  }

  @Test
  void exitEndsIt() throws Exception {
    StdioDriver peer = start(false);
    peer.command("exit");
    assertTrue(peer.ended());
  }

  @Test
  void endOfInputEndsItAfterTheAnswerIsOut() throws Exception {
    PeerConnection browser = peers.create(PLAIN);
    browser.setLocalDescription().get(30, TimeUnit.SECONDS);
    StdioDriver peer = start(false);
    peer.sendDescription("offer", browser.localDescription().orElseThrow().sdp());
    peer.endInput();
    assertTrue(peer.ended());
    peer.next("answer");
  }
}
