package dev.turnstone.dtls.bouncycastle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.dtls.DtlsException;
import dev.turnstone.dtls.DtlsRole;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that differ from our own, as browsers do, or as nobody should. */
class PeerKindsTest {
  /** In the replay window of the client's other records, and none of theirs. */
  private static final int UNUSED_SEQUENCE = 40;

  private final Pair pair = new Pair();

  @AfterEach
  void leaveNothingBehind() {
    pair.close();
    pair.joinWorkers();
  }

  private static HandshakeTerms clientTerms() {
    return new HandshakeTerms(
        Pair.options(DtlsRole.CLIENT, Pair.ECDSA, Pair.ECDSA_TOO), new PlainCrypto());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClientHelloInTwoDatagramsIsReassembled(boolean backwards) {
    Endpoint.Path straight = pair.client.path;
    int[] split = {0};
    pair.client.path =
        datagram -> {
          if (datagram[13] != HandshakeType.client_hello) {
            straight.send(datagram);
            return;
          }
          split[0]++;
          List<byte[]> fragments = new ArrayList<>(inTwo(datagram));
          if (backwards) {
            Collections.reverse(fragments);
          }
          fragments.forEach(straight::send);
        };
    pair.connect();
    assertEquals(1, split[0]);
    pair.exchange();
  }

  /** Splits the one handshake message of a datagram into two records in two datagrams. */
  private static List<byte[]> inTwo(byte[] datagram) {
    int header = 13 + 12;
    int body = datagram.length - header;
    int first = body / 2;
    return List.of(
        fragment(datagram, 0, 0, first), fragment(datagram, UNUSED_SEQUENCE, first, body - first));
  }

  private static byte[] fragment(byte[] whole, int sequence, int offset, int length) {
    ByteBuffer fragment = ByteBuffer.allocate(13 + 12 + length);
    fragment.put(whole, 0, 25).put(whole, 25 + offset, length);
    fragment.put(10, (byte) sequence);
    fragment.putShort(11, (short) (12 + length));
    fragment.putShort(13 + 7, (short) offset);
    fragment.putShort(13 + 10, (short) length);
    return fragment.array();
  }

  /** As browsers do it: DTLS 1.3 first, and a key share too large for one datagram. */
  @Test
  void aClientThatPrefersANewerVersionGetsOurs() {
    RawClient client = new RawClient(pair);
    List<Integer> sizes = new ArrayList<>();
    client.connect(
        new ClientPeer(clientTerms()) {
          @Override
          @SuppressWarnings({"rawtypes", "unchecked"})
          public Hashtable getClientExtensions() throws IOException {
            Hashtable extensions = super.getClientExtensions();
            extensions.put(
                TlsExtensionsUtils.EXT_supported_versions,
                new byte[] {4, (byte) 0xfe, (byte) 0xfc, (byte) 0xfe, (byte) 0xfd});
            byte[] keyShare = new byte[2 + 4 + 1216];
            ByteBuffer.wrap(keyShare)
                .putShort((short) 1220)
                .putShort((short) 0x11ec)
                .putShort((short) 1216);
            extensions.put(TlsExtensionsUtils.EXT_key_share, keyShare);
            sizes.add(keyShare.length);
            return extensions;
          }
        });
    pair.server.engine.start();
    pair.loop.runUntil(() -> pair.server.session != null || pair.server.isOver(), "connected");
    assertNull(pair.server.failure);
    assertEquals("DTLSv1.2", pair.server.session.protocol());
    assertTrue(client.connected.join() != null);
    assertEquals(1, sizes.size());
  }

  @ParameterizedTest
  @CsvSource({
    "0xC02B,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,37",
    "0xC02C,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,37",
    "0xCCA9,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,29"
  })
  void everySuiteCarriesData(String number, String name, int overhead) throws Exception {
    RawClient client = new RawClient(pair);
    client.connect(
        new ClientPeer(clientTerms()) {
          @Override
          protected int[] getSupportedCipherSuites() {
            return new int[] {Integer.decode(number)};
          }
        });
    pair.server.engine.start();
    pair.loop.runUntil(() -> pair.server.session != null || pair.server.isOver(), "connected");
    assertNull(pair.server.failure);
    assertEquals(name, pair.server.session.cipherSuite());
    assertEquals(1200 - overhead, pair.server.engine.maxApplicationBytes());
    client.connected.join().send("hello".getBytes(US_ASCII), 0, 5);
    pair.loop.runUntil(() -> !pair.server.data.isEmpty(), "data");
    assertEquals(List.of("hello"), pair.server.data);
    pair.server.send("x".repeat(1200 - overhead));
    assertEquals(1200, pair.server.largestDatagram);
    byte[] received = new byte[1200];
    assertEquals(1200 - overhead, client.connected.join().receive(received, 0, 1200, 10_000));
  }

  @Test
  void aClientWithoutACommonSuiteIsRefused() {
    refused(
        new ClientPeer(clientTerms()) {
          @Override
          protected int[] getSupportedCipherSuites() {
            return new int[] {CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA};
          }
        });
  }

  @Test
  void aClientWithoutExtendedMasterSecretIsRefused() {
    refused(
        new ClientPeer(clientTerms()) {
          @Override
          public boolean shouldUseExtendedMasterSecret() {
            return false;
          }

          @Override
          public boolean requiresExtendedMasterSecret() {
            return false;
          }
        });
  }

  @Test
  void aClientWithoutACertificateIsRefused() {
    refused(
        new ClientPeer(clientTerms()) {
          @Override
          public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
              @Override
              public void notifyServerCertificate(TlsServerCertificate server) {}

              @Override
              public TlsCredentials getClientCredentials(CertificateRequest request) {
                return null;
              }
            };
          }
        });
  }

  private void refused(ClientPeer peer) {
    RawClient client = new RawClient(pair);
    client.connect(peer);
    pair.server.engine.start();
    pair.loop.runUntil(pair.server::isOver, "a refusal");
    assertEquals(DtlsException.Reason.HANDSHAKE_FAILURE, pair.server.failure.reason());
    assertTrue(pair.server.failure.getMessage().contains("handshake_failure"));
    assertNull(pair.server.session);
    assertTrue(client.connected.handle((transport, e) -> e != null).join());
  }

  @Test
  void aFatalAlertIsNamed() throws Exception {
    RawClient client = new RawClient(pair);
    client.connect(new ClientPeer(clientTerms()));
    pair.server.engine.start();
    pair.loop.runUntil(() -> pair.server.session != null, "connected");
    client.connected.join();
    // BouncyCastle sends internal_error when its network fails.
    client.inbox.add(new byte[0]);
    try {
      client.connected.join().receive(new byte[2000], 0, 2000, 10_000);
    } catch (IOException expected) {
      assertEquals("asked to fail", expected.getMessage());
    }
    pair.loop.runUntil(pair.server::isOver, "the alert");
    assertEquals(DtlsException.Reason.ALERT_RECEIVED, pair.server.failure.reason());
    assertTrue(pair.server.failure.getMessage().contains("internal_error"));
  }

  @Test
  void aSmallMaxFragmentLengthIsNotAgreedOn() {
    RawClient client = new RawClient(pair);
    client.connect(
        new ClientPeer(clientTerms()) {
          @Override
          @SuppressWarnings({"rawtypes", "unchecked"})
          public Hashtable getClientExtensions() throws IOException {
            Hashtable extensions = super.getClientExtensions();
            TlsExtensionsUtils.addMaxFragmentLengthExtension(extensions, (short) 1);
            return extensions;
          }
        });
    pair.server.engine.start();
    pair.loop.runUntil(() -> pair.server.session != null || pair.server.isOver(), "connected");
    pair.server.send("x".repeat(1000));
    assertNull(pair.server.failure);
    client.connected.join();
  }
}
