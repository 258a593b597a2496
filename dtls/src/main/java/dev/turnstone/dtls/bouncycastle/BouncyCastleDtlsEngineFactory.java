package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.DtlsEngine;
import dev.turnstone.dtls.DtlsEngineFactory;
import dev.turnstone.dtls.DtlsIdentity;
import dev.turnstone.dtls.DtlsListener;
import dev.turnstone.dtls.DtlsOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Makes engines that speak DTLS 1.2 through BouncyCastle. Public-key work is BouncyCastle's,
 * records are our own over the JDK's ciphers: that is the fastest mix. No security provider is
 * registered.
 */
public final class BouncyCastleDtlsEngineFactory implements DtlsEngineFactory {
  private final Executor handshakeWorkers;
  private final SecureRandom random;

  /**
   * Makes a factory.
   *
   * @param handshakeWorkers runs the handshakes. Each occupies a thread from {@link
   *     DtlsEngine#start} to its end, most of the time waiting for the peer, so the executor should
   *     grow with the handshakes that run at once; the handshake's timeout runs from when a thread
   *     takes it. After the handshake no thread is used
   * @param random the source of every key and nonce
   */
  public BouncyCastleDtlsEngineFactory(Executor handshakeWorkers, SecureRandom random) {
    this.handshakeWorkers = Objects.requireNonNull(handshakeWorkers);
    this.random = Objects.requireNonNull(random);
  }

  /**
   * Does for nothing what a handshake does with keys and certificates, so that the first one of a
   * JVM finds the classes loaded and the tables made: tens of milliseconds, on the caller's thread.
   * Needed for nothing else.
   *
   * @param identity anyone's; nothing is kept of it
   */
  public void prepare(DtlsIdentity identity) {
    try {
      Rehearsal.play(new ConnectionCrypto(random), identity);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("a handshake would fail too", e);
    }
  }

  @Override
  public DtlsEngine create(DtlsOptions options, Executor loop, DtlsListener listener) {
    return new BouncyCastleDtlsEngine(
        options,
        new HandshakeTerms(options, new ConnectionCrypto(random)),
        Objects.requireNonNull(loop),
        handshakeWorkers,
        Objects.requireNonNull(listener));
  }
}
