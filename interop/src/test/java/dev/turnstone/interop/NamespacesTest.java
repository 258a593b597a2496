package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.turnstone.interop.Namespaces.Nat;
import dev.turnstone.interop.Namespaces.Site;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two {@code turnstone peer} behind real NATs: Linux namespaces whose routers have nftables, and a
 * coturn on the public network between them.
 */
@Timeout(900)
@ExtendWith(InteropReport.class)
class NamespacesTest implements InteropReport.WithPeer {
  private static final int LIFETIME_SECONDS = 20;
  private static final int LIFETIMES = 10;

  private static Optional<String> missing;

  @TempDir private Path folder;
  private Namespaces internet;
  private Coturn coturn;
  private final List<StdioProcess> started = new ArrayList<>();

  @Override
  public String peer() {
    return "Linux NATs, coturn";
  }

  @BeforeAll
  static void look() {
    missing = Coturn.find().isEmpty() ? Optional.of("turnserver not found") : Namespaces.missing();
  }

  @BeforeEach
  void begin() {
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    internet = Namespaces.internet();
  }

  @AfterEach
  void end() {
    started.forEach(StdioProcess::close);
    if (coturn != null) {
      coturn.close();
    }
    if (internet != null) {
      internet.close();
    }
  }

  private void startCoturn(String... words) throws Exception {
    coturn = new Coturn(folder, Namespaces.SERVER, 3478, 5349, internet::onServer, List.of(words));
  }

  private List<String> java(String... words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(coturn.trustWords());
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add("dev.turnstone.cli.Turnstone");
    command.addAll(List.of(words));
    return command;
  }

  private List<String> peer(String... words) {
    List<String> command = java("peer", "--stdio", "--trickle");
    command.addAll(List.of(words));
    return command;
  }

  private List<String> relayed(String url) {
    return peer(
        "--ice-server",
        url,
        "--ice-username",
        Coturn.USERNAME,
        "--ice-credential",
        Coturn.PASSWORD);
  }

  private StdioProcess start(String name, List<String> command) {
    StdioProcess process = new StdioProcess("namespace-" + name, command);
    started.add(process);
    return process;
  }

  private StdioProcess startAt(Site site, List<String> command) {
    return start(site.name(), internet.on(site, command));
  }

  /**
   * Carries every line of the one to the other until the offerer's probe is over.
   *
   * @return over which pair it went
   */
  private static String connect(StdioProcess offerer, StdioProcess answerer) {
    offerer.say(Map.of("cmd", "makeOffer"));
    List<JsonNode> early = new ArrayList<>();
    JsonNode line = offerer.next();
    for (; !type(line).equals("offer"); line = offerer.next()) {
      early.add(line);
    }
    answerer.sayRaw(line.toString());
    early.forEach(candidate -> answerer.sayRaw(candidate.toString()));
    for (line = answerer.next(); !type(line).equals("answer"); line = answerer.next()) {
      offerer.sayRaw(line.toString());
    }
    offerer.sayRaw(line.toString());
    offerer.carryCandidatesTo(answerer);
    answerer.carryCandidatesTo(offerer);
    JsonNode outcome = offerer.probed();
    assertTrue(outcome.get("ok").asBoolean(), outcome::toString);
    return outcome.get("local").asText()
        + " to "
        + outcome.get("remote").asText()
        + ", "
        + outcome.get("transport").asText();
  }

  private static String type(JsonNode line) {
    return line.path("type").asText();
  }

  @Test
  void coneToConeConnectsWithoutARelay() throws Exception {
    startCoturn();
    internet.site(Site.A, Nat.CONE, false).site(Site.B, Nat.CONE, false);
    String pair =
        connect(
            startAt(Site.A, peer("--ice-server", coturn.stun())),
            startAt(Site.B, peer("--ice-server", coturn.stun())));
    assertEquals("srflx to srflx, udp", pair);
  }

  @Test
  void symmetricToSymmetricConnectsByARelayOverUdp() throws Exception {
    startCoturn();
    symmetricToSymmetric(coturn.udp());
  }

  @Test
  void symmetricToSymmetricConnectsByARelayOverTcp() throws Exception {
    startCoturn();
    symmetricToSymmetric(coturn.tcp());
  }

  @Test
  void symmetricToSymmetricConnectsByARelayOverTls() throws Exception {
    startCoturn();
    symmetricToSymmetric(coturn.tls());
  }

  private void symmetricToSymmetric(String url) {
    internet.site(Site.A, Nat.SYMMETRIC, false).site(Site.B, Nat.SYMMETRIC, false);
    String pair = connect(startAt(Site.A, relayed(url)), startAt(Site.B, relayed(url)));
    assertTrue(pair.contains("relay"), pair);
  }

  @Test
  void whereUdpIsBlockedARelayOverTcpConnects() throws Exception {
    startCoturn();
    internet.site(Site.A, Nat.CONE, true).site(Site.B, Nat.CONE, false);
    String pair =
        connect(startAt(Site.A, relayed(coturn.tcp())), startAt(Site.B, relayed(coturn.udp())));
    assertTrue(pair.startsWith("relay to "), pair);
  }

  @Test
  void whereUdpIsBlockedAPublicHostIsReachedByTcp() throws Exception {
    startCoturn();
    internet.site(Site.A, Nat.CONE, true);
    String pair =
        connect(
            startAt(Site.A, peer("--ice-tcp")),
            start("public", internet.onPublicHost(peer("--ice-tcp"))));
    assertTrue(pair.endsWith(" to host, tcp"), pair);
  }

  @Test
  void aRelayLivesThroughTenLifetimes() throws Exception {
    startCoturn("--max-allocate-lifetime=" + LIFETIME_SECONDS);
    internet.site(Site.A, Nat.SYMMETRIC, false).site(Site.B, Nat.SYMMETRIC, false);
    StdioProcess offerer = startAt(Site.A, relayed(coturn.udp()));
    connect(offerer, startAt(Site.B, relayed(coturn.udp())));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIFETIMES * LIFETIME_SECONDS);
    for (int refreshes = 1; System.nanoTime() < end; refreshes++) {
      coturn.awaitLog("refreshed", refreshes);
      offerer.say(Map.of("cmd", "probe"));
      assertTrue(offerer.probe(), "after " + refreshes + " refreshes");
    }
  }

  @Test
  void natTellsAConeFromASymmetricOne() throws Exception {
    internet.secondServerAddress();
    startCoturn("-L", Namespaces.SECOND_SERVER);
    internet.site(Site.A, Nat.CONE, false).site(Site.B, Nat.SYMMETRIC, false);
    String cone = say(internet.on(Site.A, java("nat", "--json", "--server", coturn.stun())));
    String symmetric = say(internet.on(Site.B, java("nat", "--json", "--server", coturn.stun())));
    assertTrue(cone.contains("\"mapping\":\"endpoint-independent\""), cone);
    assertTrue(symmetric.contains("\"mapping\":\"address- and port-dependent\""), symmetric);
  }

  private static String say(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
