package dev.turnstone.peerconnection;

import dev.turnstone.dtls.DtlsIdentity;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Makes identities one ahead: a key pair takes milliseconds, which a connection should not wait
 * for.
 */
final class IdentitySource {
  private final Supplier<DtlsIdentity> generator;
  private final Executor workers;
  private CompletableFuture<DtlsIdentity> next;

  IdentitySource(Supplier<DtlsIdentity> generator, Executor workers) {
    this.generator = generator;
    this.workers = workers;
    this.next = generate();
  }

  private CompletableFuture<DtlsIdentity> generate() {
    return CompletableFuture.supplyAsync(generator, workers);
  }

  /** An identity that nobody else gets. */
  synchronized CompletableFuture<DtlsIdentity> take() {
    CompletableFuture<DtlsIdentity> taken = next;
    next = generate();
    return taken;
  }
}
