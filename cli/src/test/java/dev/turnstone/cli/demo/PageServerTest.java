package dev.turnstone.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.turnstone.cli.fake.FakePeers;
import dev.turnstone.peerconnection.PeerConnection;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import dev.turnstone.peerconnection.PeerConnectionState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests are written by hand: a client library would not send the bad ones. */
class PageServerTest {
  private static final PeerConnectionConfiguration PLAIN =
      PeerConnectionConfiguration.builder().build();
  private static final int MAX_VISITORS = 3;

  private final FakePeers peers = new FakePeers();
  private final Visitors visitors = new Visitors(peers, PLAIN, MAX_VISITORS);
  private PageServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        new PageServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            visitors,
            "{\"java\":\"17\"}");
  }

  @AfterEach
  void stop() {
    server.close();
    visitors.close();
    peers.close();
  }

  /** A response as it came. */
  private record Response(int status, String headers, String body) {
    JsonNode json() throws IOException {
      return new JsonMapper().readTree(body);
    }
  }

  private Response raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(30_000);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.UTF_8));
      out.flush();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      socket.getInputStream().transferTo(bytes);
      String text = bytes.toString(StandardCharsets.UTF_8);
      int end = text.indexOf("\r\n\r\n");
      assertTrue(end > 0, "no response to: " + request);
      return new Response(
          Integer.parseInt(text.substring(9, 12)),
          text.substring(0, end).toLowerCase(Locale.ROOT),
          text.substring(end + 4));
    }
  }

  private Response request(String line, String headers, String body) throws IOException {
    return raw(
        line
            + " HTTP/1.1\r\nHost: 127.0.0.1:"
            + server.port()
            + "\r\nConnection: close\r\n"
            + headers
            + "Content-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n\r\n"
            + body);
  }

  private Response get(String path) throws IOException {
    return request("GET " + path, "", "");
  }

  private Response post(String body) throws IOException {
    return request("POST /api/offer", "Content-Type: application/json\r\n", body);
  }

  private static String offer(PeerConnection browser) throws Exception {
    browser.setLocalDescription().get(30, TimeUnit.SECONDS);
    return new JsonMapper()
        .createObjectNode()
        .put("type", "offer")
        .put("sdp", browser.localDescription().orElseThrow().sdp())
        .toString();
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html",
    "/style.css, text/css",
    "/app.js, text/javascript",
    "/peer.js, text/javascript",
    "/plot.js, text/javascript",
    "/icon.svg, image/svg+xml",
    "/api/about, application/json"
  })
  void everyPartOfThePageIsServedWithItsTypeAndAPolicy(String path, String type) throws Exception {
    Response response = get(path);
    assertEquals(200, response.status());
    assertTrue(response.headers().contains("content-type: " + type), response.headers());
    assertTrue(response.headers().contains("content-security-policy: default-src 'none'"));
    assertTrue(response.headers().contains("x-content-type-options: nosniff"));
    assertFalse(response.body().isEmpty());
  }

  @Test
  void thePageHasNothingInlineAndNothingFromElsewhere() throws Exception {
    String page = get("/").body();
    assertFalse(page.contains("style="), "the policy forbids inline styles");
    assertFalse(page.contains("onclick="), "the policy forbids inline handlers");
    assertFalse(page.contains("http://") || page.contains("https://"), "no external resource");
  }

  @Test
  void headGivesNoBody() throws Exception {
    Response response = request("HEAD /", "", "");
    assertEquals(200, response.status());
    assertEquals("", response.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/index.html",
        "/../pom.xml",
        "/demo/../app.js",
        "/%2e%2e/pom.xml",
        "//etc/passwd",
        "/app.js/",
        "/app.js%00",
        "/api",
        "/api/",
        "/api/offer/",
        "/META-INF/MANIFEST.MF"
      })
  void noOtherPathLeadsAnywhere(String path) throws Exception {
    assertEquals(404, get(path).status());
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /, 'get, head'",
    "DELETE, /app.js, 'get, head'",
    "GET, /api/offer, post",
    "PUT, /api/offer, post",
    "OPTIONS, /api/offer, post",
    "POST, /api/about, 'get, head'",
    "GET, /api/visitors/x, delete"
  })
  void aWrongMethodIsToldTheRightOne(String method, String path, String allowed) throws Exception {
    Response response = request(method + " " + path, "", "");
    assertEquals(405, response.status());
    assertTrue(response.headers().contains("allow: " + allowed), response.headers());
  }

  @Test
  void anOfferIsAnsweredAndTheVisitEndsWhenThePageSaysSo() throws Exception {
    PeerConnection browser = peers.create(PLAIN);
    Response response = post(offer(browser));
    assertEquals(200, response.status(), response.body());
    assertEquals("answer", response.json().get("type").asText());
    assertTrue(response.json().get("sdp").asText().startsWith("v=0"));
    assertEquals(1, visitors.count());
    String id = response.json().get("id").asText();
    assertEquals(404, request("DELETE /api/visitors/x" + id, "", "").status());
    assertEquals(1, visitors.count());
    assertEquals(204, request("DELETE /api/visitors/" + id, "", "").status());
    assertEquals(0, visitors.count());
    assertEquals(404, request("DELETE /api/visitors/" + id, "", "").status());
    assertEquals(0, peers.made().get(1).candidates().size()); // the loop has closed it by now
    assertEquals(PeerConnectionState.CLOSED, peers.made().get(1).connectionState());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{}",
        "{\"type\":\"answer\",\"sdp\":\"v=0\"}",
        "{\"type\":\"offer\"}",
        "{\"type\":\"offer\",\"sdp\":7}",
        "{\"type\":\"offer\",\"sdp\":\"not a description\"}"
      })
  void aBadOfferIsRefusedAndLeavesNothingBehind(String body) throws Exception {
    Response response = post(body);
    assertEquals(400, response.status());
    assertFalse(response.json().get("error").asText().isBlank());
    assertEquals(0, visitors.count());
  }

  @Test
  void anOfferOverTheBoundIsRefused() throws Exception {
    String sdp = "x".repeat(256 * 1024);
    assertEquals(413, post("{\"type\":\"offer\",\"sdp\":\"" + sdp + "\"}").status());
    assertEquals(0, visitors.count());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Content-Type: text/plain\r\n", "Content-Type: x\r\n"})
  void anOfferThatAFormCouldSendIsRefused(String headers) throws Exception {
    PeerConnection browser = peers.create(PLAIN);
    assertEquals(415, request("POST /api/offer", headers, offer(browser)).status());
  }

  @Test
  void tooManyVisitorsAreToldSo() throws Exception {
    for (int i = 0; i < MAX_VISITORS; i++) {
      assertEquals(200, post(offer(peers.create(PLAIN))).status());
    }
    Response response = post(offer(peers.create(PLAIN)));
    assertEquals(503, response.status());
    assertTrue(response.json().get("error").asText().contains("places are taken"));
  }

  @Test
  void visitorsWhoNeverConnectAreSweptAway() throws Exception {
    assertEquals(200, post(offer(peers.create(PLAIN))).status());
    visitors.sweep(System.nanoTime());
    assertEquals(1, visitors.count());
    visitors.sweep(System.nanoTime() + TimeUnit.SECONDS.toNanos(31));
    assertEquals(0, visitors.count());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Origin: http://127.0.0.1:1\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n"
      })
  void anotherSiteIsRefused(String header) throws Exception {
    PeerConnection browser = peers.create(PLAIN);
    Response response =
        request("POST /api/offer", "Content-Type: application/json\r\n" + header, offer(browser));
    assertEquals(403, response.status());
    assertEquals(0, visitors.count());
  }

  @Test
  void thePageItselfMayAsk() throws Exception {
    PeerConnection browser = peers.create(PLAIN);
    String own =
        "Content-Type: application/json\r\nSec-Fetch-Site: same-origin\r\nOrigin: http://127.0.0.1:"
            + server.port()
            + "\r\n";
    assertEquals(200, request("POST /api/offer", own, offer(browser)).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "x"})
  void aNameThatWasReboundToThisMachineIsRefused(String host) throws Exception {
    Response response = raw("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    assertEquals(403, response.status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:9000", "127.0.0.1:1", "[::1]:8080"})
  void everyNameOfThisMachineIsServed(String host) throws Exception {
    Response response = raw("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    assertEquals(200, response.status());
  }
}
