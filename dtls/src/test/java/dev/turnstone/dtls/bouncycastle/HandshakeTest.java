package dev.turnstone.dtls.bouncycastle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.dtls.DtlsException;
import dev.turnstone.dtls.DtlsIdentity;
import dev.turnstone.dtls.DtlsOptions;
import dev.turnstone.dtls.DtlsRole;
import dev.turnstone.dtls.DtlsState;
import dev.turnstone.dtls.Fingerprint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
  private Pair pair;

  @AfterEach
  void leaveNothingBehind() {
    if (pair != null) {
      pair.close();
      pair.joinWorkers();
    }
  }

  private static DtlsIdentity identity(String kind) {
    return kind.equals("RSA") ? Pair.RSA : Pair.ECDSA;
  }

  @ParameterizedTest
  @CsvSource({"ECDSA,ECDSA", "ECDSA,RSA", "RSA,ECDSA", "RSA,RSA"})
  void bothKindsOfIdentityConnectInBothRoles(String client, String server) {
    pair = Pair.of(identity(client), identity(server), 1200).connect();
    assertEquals(DtlsState.CONNECTED, pair.client.engine.state());
    assertEquals(DtlsState.CONNECTED, pair.server.engine.state());
    assertEquals("DTLSv1.2", pair.client.session.protocol());
    String suite =
        "TLS_ECDHE_" + (server.equals("RSA") ? "RSA" : "ECDSA") + "_WITH_AES_128_GCM_SHA256";
    assertEquals(suite, pair.client.session.cipherSuite());
    assertEquals(suite, pair.server.session.cipherSuite());
    assertEquals(identity(server).certificate(), pair.client.session.peerCertificate());
    assertEquals(identity(client).certificate(), pair.server.session.peerCertificate());
    pair.exchange();
  }

  @Test
  void exportedKeysAreTheSameOnBothSides() {
    pair = new Pair().connect();
    assertEquals(Optional.of(7), pair.client.session.srtpProfile());
    assertEquals(Optional.of(7), pair.server.session.srtpProfile());
    byte[] keys = pair.client.session.srtpKeyingMaterial();
    assertEquals(2 * (16 + 12), keys.length);
    assertArrayEquals(keys, pair.server.session.srtpKeyingMaterial());
    keys[0]++;
    assertFalse(Arrays.equals(keys, pair.client.session.srtpKeyingMaterial()), "not a copy");
    assertFalse(pair.client.session.toString().contains("[B"), "prints the keys' array");
  }

  @Test
  void withoutProfilesThereIsNoKeyingMaterial() {
    DtlsOptions o = Pair.options(DtlsRole.CLIENT, Pair.ECDSA, Pair.ECDSA_TOO);
    DtlsOptions none =
        new DtlsOptions(
            o.role(),
            o.identity(),
            o.remoteFingerprints(),
            o.mtu(),
            o.handshakeTimeout(),
            o.retransmitInterval(),
            List.of());
    pair = new Pair(none, Pair.options(DtlsRole.SERVER, Pair.ECDSA_TOO, Pair.ECDSA)).connect();
    assertEquals(Optional.empty(), pair.client.session.srtpProfile());
    assertEquals(Optional.empty(), pair.server.session.srtpProfile());
    assertEquals(0, pair.server.session.srtpKeyingMaterial().length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha-384", "sha-512"})
  void longerFingerprintsAuthenticate(String algorithm) {
    pair =
        new Pair(
                Pair.options(
                    DtlsRole.CLIENT,
                    Pair.ECDSA,
                    List.of(Pair.ECDSA_TOO.fingerprint(algorithm)),
                    1200),
                Pair.options(
                    DtlsRole.SERVER,
                    Pair.ECDSA_TOO,
                    List.of(Pair.ECDSA.fingerprint(algorithm)),
                    1200))
            .connect();
    pair.exchange();
  }

  @Test
  void clientRefusesACertificateOfAnotherFingerprint() {
    pair =
        new Pair(
            Pair.options(DtlsRole.CLIENT, Pair.ECDSA, Pair.RSA),
            Pair.options(DtlsRole.SERVER, Pair.ECDSA_TOO, Pair.ECDSA));
    assertMismatch(pair.client, pair.server);
  }

  @Test
  void serverRefusesACertificateOfAnotherFingerprint() {
    pair =
        new Pair(
            Pair.options(DtlsRole.CLIENT, Pair.ECDSA, Pair.ECDSA_TOO),
            Pair.options(DtlsRole.SERVER, Pair.ECDSA_TOO, Pair.RSA));
    assertMismatch(pair.server, pair.client);
  }

  @Test
  void aWeakFingerprintAuthenticatesNobody() {
    pair =
        new Pair(
            Pair.options(
                DtlsRole.CLIENT, Pair.ECDSA, List.of(new Fingerprint("sha-1", "AB:CD:EF")), 1200),
            Pair.options(DtlsRole.SERVER, Pair.ECDSA_TOO, Pair.ECDSA));
    assertMismatch(pair.client, pair.server);
  }

  private void assertMismatch(Endpoint refusing, Endpoint refused) {
    refusing.whenConnected = () -> refusing.send("never");
    refused.whenConnected = () -> refused.send("never");
    pair.start();
    pair.loop.runUntil(() -> refusing.isOver() && refused.isOver(), "both failed");
    assertEquals(DtlsException.Reason.FINGERPRINT_MISMATCH, refusing.failure.reason());
    assertEquals(DtlsException.Reason.ALERT_RECEIVED, refused.failure.reason());
    assertTrue(refused.failure.getMessage().contains("bad_certificate"));
    assertEquals(DtlsState.FAILED, refusing.engine.state());
    assertEquals(DtlsState.FAILED, refused.engine.state());
    for (Endpoint endpoint : List.of(refusing, refused)) {
      assertNull(endpoint.session);
      assertTrue(endpoint.data.isEmpty());
      assertThrows(IllegalStateException.class, () -> endpoint.send("too late"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CLIENT", "SERVER"})
  void aHandshakeWithoutAPeerTimesOut(DtlsRole role) {
    pair =
        new Pair(
            shortTimeout(Pair.options(DtlsRole.CLIENT, Pair.ECDSA, Pair.ECDSA_TOO)),
            shortTimeout(Pair.options(DtlsRole.SERVER, Pair.ECDSA_TOO, Pair.ECDSA)));
    Endpoint alone = role == DtlsRole.CLIENT ? pair.client : pair.server;
    alone.path = datagram -> {};
    alone.engine.start();
    pair.loop.runUntil(alone::isOver, "a timeout");
    assertEquals(DtlsException.Reason.HANDSHAKE_TIMEOUT, alone.failure.reason());
    assertEquals(role == DtlsRole.SERVER, alone.datagramsSent == 0);
  }

  private static DtlsOptions shortTimeout(DtlsOptions o) {
    return new DtlsOptions(
        o.role(),
        o.identity(),
        o.remoteFingerprints(),
        o.mtu(),
        Duration.ofMillis(200),
        o.retransmitInterval(),
        o.srtpProfiles());
  }

  @ParameterizedTest
  @ValueSource(strings = {"CLIENT", "SERVER"})
  void closingWhileTheHandshakeRunsStopsItsWorker(DtlsRole role) {
    pair = new Pair();
    Endpoint closing = role == DtlsRole.CLIENT ? pair.client : pair.server;
    Endpoint other = role == DtlsRole.CLIENT ? pair.server : pair.client;
    other.path = datagram -> {};
    pair.start();
    if (role == DtlsRole.CLIENT) {
      pair.loop.runUntil(() -> pair.client.datagramsSent > 0, "a ClientHello");
    }
    closing.engine.close();
    int events = closing.events;
    other.engine.close();
    pair.joinWorkers();
    pair.loop.runPresent();
    assertEquals(DtlsState.CLOSED, closing.engine.state());
    assertEquals(events, closing.events, "the listener heard something after close");
  }

  @Test
  void twoHundredHandshakesLeaveNoThread() {
    for (int i = 0; i < 200; i++) {
      Pair each = new Pair().connect();
      each.joinWorkers();
      each.exchange();
      each.close();
      assertEquals(2, each.workers.size());
    }
  }

  @Test
  void handshakeTakesAsFewDatagramsAsFitTheMtu() {
    pair = new Pair().connect();
    assertEquals(2, pair.client.datagramsSent, "ClientHello; Certificate to Finished");
    assertEquals(2, pair.server.datagramsSent, "ServerHello to ServerHelloDone; Finished");
    assertTrue(pair.client.largestDatagram <= 1200);
    assertTrue(pair.server.largestDatagram <= 1200);
  }

  @Test
  void noDatagramIsLargerThanTheMtu() {
    pair = Pair.of(Pair.RSA, Pair.RSA, 256).connect();
    pair.exchange();
    assertEquals(256 - 37, pair.client.engine.maxApplicationBytes());
    pair.client.send("x".repeat(256 - 37));
    pair.loop.runUntil(() -> pair.server.data.size() == 2, "the largest record");
    assertEquals(256, pair.client.largestDatagram);
    assertTrue(pair.server.largestDatagram <= 256);
    assertThrows(IllegalArgumentException.class, () -> pair.client.send("x".repeat(256 - 36)));
  }

  @Test
  void datagramsThatComeBeforeStartAreKept() {
    pair = new Pair();
    pair.client.engine.start();
    pair.loop.runUntil(
        () -> pair.server.engine.statistics().datagramsReceived() > 0, "a ClientHello");
    pair.server.engine.start();
    pair.awaitConnected();
    assertEquals(0, pair.server.engine.statistics().datagramsDropped());
  }

  @Test
  void callsInTheWrongStateSayWhichState() {
    pair = new Pair();
    assertEquals(DtlsState.NEW, pair.client.engine.state());
    IllegalStateException early =
        assertThrows(IllegalStateException.class, () -> pair.client.send("too early"));
    assertTrue(early.getMessage().contains("NEW"));
    pair.start();
    assertEquals(DtlsState.CONNECTING, pair.client.engine.state());
    assertThrows(IllegalStateException.class, pair.client.engine::start);
    pair.client.engine.close();
    pair.client.engine.close();
    assertThrows(IllegalStateException.class, () -> pair.client.send("too late"));
  }

  @Test
  void buffersOfEveryKindCanBeSentAndReceived() {
    pair = new Pair().connect();
    ByteBuffer direct = ByteBuffer.allocateDirect(8).put("direct".getBytes(US_ASCII)).flip();
    ByteBuffer sliced = ByteBuffer.wrap("..slice..".getBytes(US_ASCII), 2, 5).slice();
    pair.client.path =
        datagram -> {
          ByteBuffer incoming =
              ByteBuffer.allocateDirect(datagram.length + 3)
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .position(3);
          incoming.put(datagram).position(3);
          pair.loop.execute(() -> pair.server.engine.handlePacket(incoming));
        };
    pair.client.engine.send(direct);
    pair.client.engine.send(sliced);
    pair.client.engine.send(sliced.asReadOnlyBuffer());
    pair.client.engine.send(ByteBuffer.allocate(0));
    pair.loop.runUntil(() -> pair.server.data.size() == 4, "four records");
    assertEquals(List.of("direct", "slice", "slice", ""), pair.server.data);
  }
}
