package dev.turnstone.peerconnection;

import dev.turnstone.dtls.DtlsIdentity;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Makes identities a few ahead, one after the other: a key pair takes half a millisecond and more,
 * which a connection should not wait for.
 */
final class IdentitySource {
  /** As many connections as are likely to begin at one moment; a crowd waits anyhow. */
  private static final int AHEAD = 4;

  private final Supplier<DtlsIdentity> generator;
  private final Executor workers;
  private final ArrayDeque<CompletableFuture<DtlsIdentity>> ahead = new ArrayDeque<>();

  /** Completes when nothing is being made. */
  private CompletableFuture<?> busy = CompletableFuture.completedFuture(null);

  IdentitySource(Supplier<DtlsIdentity> generator, Executor workers) {
    this.generator = generator;
    this.workers = workers;
    fill();
  }

  private void fill() {
    while (ahead.size() < AHEAD) {
      CompletableFuture<DtlsIdentity> next =
          busy.handleAsync((done, failure) -> generator.get(), workers);
      busy = next;
      ahead.add(next);
    }
  }

  /** An identity that nobody else gets. */
  synchronized CompletableFuture<DtlsIdentity> take() {
    CompletableFuture<DtlsIdentity> taken = ahead.remove();
    fill();
    return taken;
  }
}
