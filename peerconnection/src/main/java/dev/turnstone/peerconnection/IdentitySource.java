package dev.turnstone.peerconnection;

import dev.turnstone.dtls.DtlsIdentity;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes identities a few ahead, one after the other: a key pair takes half a millisecond and more,
 * which a connection should not wait for.
 */
final class IdentitySource {
  /** Ready when the factory is new: for the first connection, and one with itself. */
  private static final int FIRST = 2;

  /** As many connections as may begin at one moment without waiting; each costs 2 KB or so. */
  private static final int AHEAD = 16;

  /**
   * Made again when so few are left: several in a row beside one connection in place of one beside
   * each, which would slow every set-up on a machine with few processors.
   */
  private static final int FEW = 8;

  private final Supplier<DtlsIdentity> generator;
  private final Executor workers;
  private final ArrayDeque<CompletableFuture<DtlsIdentity>> ahead = new ArrayDeque<>();

  private int taken;

  /** Completes when nothing is being made. */
  private CompletableFuture<?> busy = CompletableFuture.completedFuture(null);

  IdentitySource(Supplier<DtlsIdentity> generator, Executor workers) {
    this.generator = generator;
    this.workers = workers;
    fill(FIRST);
  }

  private void fill(int wanted) {
    while (ahead.size() < wanted) {
      CompletableFuture<DtlsIdentity> next =
          busy.handleAsync((done, failure) -> generator.get(), workers);
      busy = next;
      ahead.add(next);
    }
  }

  /** Runs on a worker when the first identities are there; called before any was taken. */
  synchronized void afterFirst(Consumer<DtlsIdentity> task) {
    ahead.getLast().thenAcceptAsync(task, workers);
  }

  /**
   * An identity that nobody else gets. No more are made ahead than have been taken since the first
   * ones: those who want no more are not slowed by making them.
   */
  synchronized CompletableFuture<DtlsIdentity> take() {
    taken++;
    if (ahead.isEmpty()) {
      fill(1);
    }
    CompletableFuture<DtlsIdentity> one = ahead.remove();
    if (ahead.size() < FEW) {
      fill(Math.min(AHEAD, taken - FIRST));
    }
    return one;
  }
}
