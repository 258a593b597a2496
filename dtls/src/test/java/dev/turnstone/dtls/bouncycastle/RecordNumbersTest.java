package dev.turnstone.dtls.bouncycastle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.dtls.DtlsException;
import dev.turnstone.dtls.DtlsRole;
import dev.turnstone.dtls.record.Aead;
import dev.turnstone.dtls.record.Opening;
import dev.turnstone.dtls.record.Sealing;
import dev.turnstone.dtls.record.WriteKey;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.crypto.TlsEncodeResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * BouncyCastle and we seal under the same keys. No number, and so no nonce, is used by both, or
 * twice by one: from Finished on, through repeated flights, data and alerts.
 */
class RecordNumbersTest {
  private Pair pair = Pair.repeating(Pair.ECDSA, Pair.ECDSA_TOO, 1200, 50);

  @AfterEach
  void leaveNothingBehind() {
    pair.close();
    pair.joinWorkers();
  }

  /** The client misses Finished, and asks for it between the server's data. */
  @ParameterizedTest
  @ValueSource(
      ints = {
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
      })
  void repeatedFlightsDataAndAlertsShareOneCounter(int suite) throws Exception {
    RawClient client = new RawClient(pair);
    Tap tap = new Tap();
    boolean[] mute = {false};
    Endpoint.Path toClient = pair.server.path;
    pair.server.path =
        tap.before(
            datagram -> {
              if (!mute[0]) {
                toClient.send(datagram);
              }
            },
            suite != CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256);
    client.connect(
        new ClientPeer(
            new HandshakeTerms(
                Pair.repeating(Pair.options(DtlsRole.CLIENT, Pair.ECDSA, Pair.ECDSA_TOO), 50),
                new PlainCrypto())) {
          @Override
          protected int[] getSupportedCipherSuites() {
            return new int[] {suite};
          }
        });
    pair.server.whenConnected =
        () -> {
          for (int i = 0; i < 5; i++) {
            pair.server.send("lost");
          }
        };
    pair.server.engine.start();
    pair.loop.runUntil(() -> pair.server.datagramsSent > 0, "the server's first flight");
    mute[0] = true;
    pair.loop.runUntil(() -> tap.count(Tap.HANDSHAKE) >= 3, "Finished, sent three times");
    pair.server.send("in between");
    mute[0] = false;
    pair.loop.runUntil(() -> tap.count(Tap.HANDSHAKE) >= 4, "Finished, sent again");
    client.connected.join();
    byte[] received = new byte[1200];
    pair.server.send("arrives");
    int length = client.connected.join().receive(received, 0, 1200, 20_000);
    assertEquals("arrives", new String(received, 0, length, US_ASCII));
    client.connected.join().send("so does this".getBytes(US_ASCII), 0, 12);
    pair.loop.runUntil(() -> !pair.server.data.isEmpty(), "data");
    pair.server.send("the last");
    pair.server.engine.close();

    assertEquals(Tap.HANDSHAKE, tap.types.get(0));
    assertEquals(Tap.DATA, tap.types.get(5));
    assertEquals(8, tap.count(Tap.DATA));
    assertEquals(Tap.ALERT, tap.types.get(tap.types.size() - 1));
    assertEquals(LongStream.range(0, tap.numbers.size()).boxed().toList(), tap.numbers);
  }

  @Test
  void noNumberIsUsedTwiceOverAPathThatLoses() {
    pair.close();
    for (int seed = 0; seed < 6; seed++) {
      Random random = new Random(seed);
      pair = Pair.repeating(Pair.ECDSA, Pair.ECDSA_TOO, 256, 5);
      Tap[] taps = {new Tap(), new Tap()};
      Endpoint[] endpoints = {pair.client, pair.server};
      for (int i = 0; i < 2; i++) {
        Endpoint endpoint = endpoints[i];
        Endpoint.Path straight = endpoint.path;
        endpoint.path =
            taps[i].before(
                datagram -> {
                  if (random.nextInt(4) > 0) {
                    straight.send(datagram);
                  }
                },
                true);
        endpoint.whenConnected =
            () -> {
              for (int j = 0; j < 10; j++) {
                endpoint.send("data " + j);
              }
            };
      }
      try {
        pair.connect();
        for (int i = 0; i < 10; i++) {
          pair.client.send("more");
          pair.server.send("more");
          pair.loop.runPresent();
        }
        pair.close();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
      for (Tap tap : taps) {
        assertTrue(tap.count(Tap.HANDSHAKE) >= 1, "seed " + seed);
        assertEquals(20, tap.count(Tap.DATA), "seed " + seed);
        assertEquals(1, tap.count(Tap.ALERT), "seed " + seed);
      }
      pair.joinWorkers();
    }
  }

  @Test
  void whoeverSealsGetsTheNextNumber() throws Exception {
    byte[] keys = new byte[Aead.AES_128_GCM.keyBlockBytes()];
    Sealing sealing = new Sealing(WriteKey.ofClient(Aead.AES_128_GCM, keys));
    Opening opening = new Opening(WriteKey.ofClient(Aead.AES_128_GCM, keys));
    RecordProtection protection =
        new RecordProtection(
            Aead.AES_128_GCM, sealing, new Opening(WriteKey.ofServer(Aead.AES_128_GCM, keys)));
    Random random = new Random(11);
    long theirs = 0;
    for (int i = 0; i < 1000; i++) {
      byte[] record;
      if (random.nextBoolean()) {
        // BouncyCastle's number, which it also writes into the header, is its own affair.
        TlsEncodeResult sealed =
            protection.encodePlaintext(
                1L << 48 | theirs, (short) 21, ProtocolVersion.DTLSv12, 13, new byte[2], 0, 2);
        record = sealed.buf;
        ByteBuffer.wrap(record).putLong(3, 1L << 48 | theirs++);
        protection.stamp(record, 0);
      } else {
        record = new byte[100];
        sealing.seal(Tap.DATA, record, 21, 100 - 37);
      }
      long number = ByteBuffer.wrap(record).getLong(3);
      assertEquals(1L << 48 | i, number);
      assertTrue(opening.open(record[0], number, record, 13, record.length - 13) >= 0);
    }
    assertThrows(IllegalStateException.class, () -> protection.stamp(new byte[100], 0));
  }

  @ParameterizedTest
  @EnumSource(DtlsRole.class)
  void theEndOfTheNumbersEndsTheConnection(DtlsRole role) {
    pair.close();
    WithKeys keyed = new WithKeys();
    pair = keyed.pair;
    pair.connect();
    pair.exchange();
    Endpoint worn = role == DtlsRole.CLIENT ? pair.client : pair.server;
    Endpoint other = role == DtlsRole.CLIENT ? pair.server : pair.client;
    keyed.protection(role).sealing().skipTo(Sealing.LAST_NUMBER - 1023);
    Tap tap = new Tap();
    worn.path = tap.before(worn.path, true);
    worn.send("one too many");
    assertEquals(DtlsException.Reason.KEYS_EXHAUSTED, worn.failure.reason());
    assertThrows(IllegalStateException.class, () -> worn.send("too late"));
    pair.loop.runUntil(other::isOver, "close_notify");
    assertTrue(other.closed);
    assertEquals(List.of(Tap.ALERT), tap.types);
    assertEquals(List.of(Sealing.LAST_NUMBER - 1023), tap.numbers);
    assertEquals(1, other.data.size());
  }
}
