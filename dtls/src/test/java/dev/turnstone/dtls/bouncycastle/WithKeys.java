package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.DtlsOptions;
import dev.turnstone.dtls.DtlsRole;
import dev.turnstone.dtls.record.KeysExhaustedException;
import dev.turnstone.dtls.record.Sealing;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** A pair whose keys a test can get at: what it seals with them is authentic. */
final class WithKeys {
  final Pair pair = new Pair();
  private final HandshakeTerms client =
      terms(Pair.options(DtlsRole.CLIENT, Pair.ECDSA, Pair.ECDSA_TOO));
  private final HandshakeTerms server =
      terms(Pair.options(DtlsRole.SERVER, Pair.ECDSA_TOO, Pair.ECDSA));

  WithKeys() {
    pair.client.engine = engine(client, pair.client);
    pair.server.engine = engine(server, pair.server);
  }

  private static HandshakeTerms terms(DtlsOptions options) {
    return new HandshakeTerms(options, new ConnectionCrypto(new SecureRandom()));
  }

  private BouncyCastleDtlsEngine engine(HandshakeTerms terms, Endpoint endpoint) {
    return new BouncyCastleDtlsEngine(
        terms.options(),
        terms,
        pair.loop,
        handshake -> {
          Thread thread = new Thread(handshake, "handshake");
          pair.workers.add(thread);
          thread.start();
        },
        endpoint);
  }

  RecordProtection protection(DtlsRole role) {
    return (role == DtlsRole.CLIENT ? client : server).crypto().protection();
  }

  /** A record as the given side would send it. */
  ByteBuffer seal(DtlsRole role, int type, byte... plaintext) {
    Sealing sealing = protection(role).sealing();
    byte[] record = new byte[sealing.headroomBytes() + plaintext.length + 16];
    System.arraycopy(plaintext, 0, record, sealing.headroomBytes(), plaintext.length);
    try {
      sealing.seal(type, record, sealing.headroomBytes(), plaintext.length);
    } catch (KeysExhaustedException e) {
      throw new AssertionError(e);
    }
    return ByteBuffer.wrap(record);
  }
}
