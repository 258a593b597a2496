package dev.turnstone.dtls.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.turnstone.dtls.DtlsIdentity;
import dev.turnstone.dtls.DtlsState;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    // The exporter gives nothing where extended master secret was not agreed on.
    assertFalse(pair.client.session.toString().contains(String.valueOf(keys[0]) + ", " + keys[1]));
  }
}
