package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.turnstone.ice.CandidateError;
import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.IceTransportPolicy;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import dev.turnstone.peerconnection.PeerConnectionFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two of us that may use relays alone, and a coturn between them. */
@Timeout(600)
@ExtendWith(InteropReport.class)
class CoturnTest implements InteropReport.WithPeer {
  private static final String VERSION = Coturn.version();

  /** A server that gives allocations of this many seconds; coturn takes it as the most. */
  private static final int LIFETIME_SECONDS = Integer.getInteger("turnstone.turn.lifetime", 4);

  private static final int LIFETIMES = Integer.getInteger("turnstone.turn.lifetimes", 3);
  private static final int BULK_BYTES = 2 << 20;

  @TempDir private Path folder;
  private Coturn coturn;
  private PeerConnectionFactory factory;

  @Override
  public String peer() {
    return "coturn" + (VERSION.isEmpty() ? "" : " " + VERSION);
  }

  @BeforeEach
  void isThere() {
    assumeTrue(Coturn.find().isPresent(), "turnserver not found");
  }

  @AfterEach
  void end() {
    if (factory != null) {
      factory.close();
    }
    if (coturn != null) {
      coturn.close();
    }
  }

  private void start(String... words) throws Exception {
    coturn = new Coturn(folder, words);
    factory = PeerConnectionFactory.builder().tlsContext(coturn.trust()).build();
  }

  private static PeerConnectionConfiguration.Builder relayed(String url, String password) {
    return JvmPeer.loopback()
        .addIceServer(List.of(url), Coturn.USERNAME, password)
        .iceTransportPolicy(IceTransportPolicy.RELAY);
  }

  private JvmPeer peer(String url) {
    return new JvmPeer(factory, relayed(url, Coturn.PASSWORD));
  }

  /** Connects two through the relay and sends data both ways. */
  private void exchange(String first, String second) {
    try (JvmPeer a = peer(first);
        JvmPeer b = peer(second).echo()) {
      JvmChannel channel = a.open("relayed");
      String offer = a.offer(true);
      assertTrue(offer.contains(" typ relay raddr 0.0.0.0 rport 9"), offer);
      assertFalse(offer.contains("typ host") || offer.contains("typ srflx"), offer);
      a.accept(b.answer(offer, true));
      channel.awaitOpen();
      channel.sendBulk(7, BULK_BYTES, 60_000);
      assertEquals(Message.pattern(7, BULK_BYTES), channel.receivedBytes(BULK_BYTES));
      assertEquals(Message.pattern(7, BULK_BYTES), b.accepted("relayed").receivedBytes(BULK_BYTES));
      coturn.awaitLog("CHANNEL_BIND processed, success", 2);
    }
    // Given back at the end, not left to expire.
    coturn.awaitLog("delete: realm=<example.org>", 2);
  }

  @Test
  void dataGoesBothWaysThroughARelayOverUdp() throws Exception {
    start();
    exchange(coturn.udp(), coturn.udp());
  }

  @Test
  void dataGoesBothWaysThroughARelayOverTcp() throws Exception {
    start();
    exchange(coturn.tcp(), coturn.tcp());
  }

  @Test
  void dataGoesBothWaysThroughARelayOverTls() throws Exception {
    start();
    exchange(coturn.tls(), coturn.udp());
  }

  @Test
  void connectionsThatShareAPortHaveAllocationsOfTheirOwn() throws Exception {
    start();
    factory.close();
    factory = PeerConnectionFactory.builder().icePort(0).build();
    exchange(coturn.udp(), coturn.udp());
  }

  @Test
  void noncesThatGoStaleAreReplacedAndAllocationsOutliveTheirLifetime() throws Exception {
    start("--max-allocate-lifetime=" + LIFETIME_SECONDS, "--stale-nonce=" + LIFETIME_SECONDS);
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    try (JvmPeer a = peer(coturn.udp());
        JvmPeer b = peer(coturn.tcp()).echo()) {
      JvmChannel channel = a.open("lasting");
      a.accept(b.answer(a.offer(true), true));
      channel.awaitOpen();
      clock.scheduleAtFixedRate(() -> channel.channel().send("on"), 0, 500, TimeUnit.MILLISECONDS);
      int messages = 2 * LIFETIME_SECONDS * LIFETIMES + 4;
      for (int count = 1; count <= messages; count++) {
        channel.received(count);
      }
      // Each side refreshes at least once in each lifetime.
      coturn.awaitLog("refreshed, realm=<example.org>", 2 * LIFETIMES);
    } finally {
      clock.shutdownNow();
    }
  }

  @Test
  void wrongCredentialsAreTold() throws Exception {
    start();
    try (JvmPeer a = new JvmPeer(factory, relayed(coturn.udp(), "a-wrong-one"))) {
      a.open("none");
      a.offer(true);
      CandidateError error = a.takeCandidateError();
      assertEquals(401, error.errorCode());
      assertEquals(coturn.udp(), error.url());
      assertEquals("", error.address(), "who wants relays alone is told no address of ours");
    }
  }

  @Test
  void credentialsThatHaveExpiredAreReplaced() throws Exception {
    start();
    PeerConnectionConfiguration.Builder renewing =
        relayed(coturn.udp(), "expired")
            .iceCredentialRenewal(
                server -> Optional.of(new IceServer.Credentials(Coturn.USERNAME, Coturn.PASSWORD)));
    try (JvmPeer a = new JvmPeer(factory, renewing)) {
      a.open("none");
      assertTrue(a.offer(true).contains(" typ relay "));
    }
  }

  @Test
  void aCertificateForAnotherNameIsRefused() throws Exception {
    start();
    try (JvmPeer a = new JvmPeer(factory, relayed(coturn.tlsUnderAnotherName(), Coturn.PASSWORD))) {
      a.open("none");
      assertFalse(a.offer(true).contains("typ relay"));
      CandidateError error = a.takeCandidateError();
      assertEquals(CandidateError.UNREACHABLE, error.errorCode());
      assertFalse(error.errorText().isBlank());
    }
  }
}
