package dev.turnstone.peerconnection;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The operations chain of W3C's webrtc-pc section 4.4.1.2: each operation starts when the one
 * before has ended. Lives on the loop; results are handed out on the callback executor. Every
 * future that was given out completes, whenever the connection ends.
 */
final class Operations {
  private final Executor loop;
  private final Executor callbacks;
  private final Runnable onChainEmpty;
  private final Queue<Operation<?>> waiting = new ArrayDeque<>();

  /** All that have been asked for and not been answered, from whatever thread they came. */
  private final Queue<Operation<?>> unfinished = new ConcurrentLinkedQueue<>();

  /** How many of the chain have not been answered: W3C's length of [[Operations]]. */
  private final AtomicInteger chained = new AtomicInteger();

  private boolean running;
  private volatile boolean closed;

  /**
   * An empty chain.
   *
   * @param onChainEmpty runs on the callback executor when the last operation of the chain is about
   *     to be answered
   */
  Operations(Executor loop, Executor callbacks, Runnable onChainEmpty) {
    this.loop = loop;
    this.callbacks = callbacks;
    this.onChainEmpty = onChainEmpty;
  }

  /** Adds an operation to the chain, from any thread. */
  <T> CompletableFuture<T> chain(String name, Supplier<CompletableFuture<T>> work) {
    Operation<T> operation = new Operation<>(name, work, new CompletableFuture<>(), this::unchain);
    chained.incrementAndGet();
    begin(operation, () -> add(operation));
    return operation.result();
  }

  /** Runs an operation on the loop at once, beside the chain; from any thread. */
  <T> CompletableFuture<T> beside(String name, Supplier<CompletableFuture<T>> work) {
    Operation<T> operation = new Operation<>(name, work, new CompletableFuture<>(), () -> {});
    begin(operation, () -> start(operation, () -> {}));
    return operation.result();
  }

  /** Whether nothing is in the chain; asked in a callback. */
  boolean isChainEmpty() {
    return chained.get() == 0;
  }

  private void unchain() {
    if (chained.decrementAndGet() == 0) {
      onChainEmpty.run();
    }
  }

  private void begin(Operation<?> operation, Runnable task) {
    // Noted before asking: either close() finds it among the unfinished, or it is seen here that
    // the loop may take no more tasks.
    unfinished.add(operation);
    if (closed) {
      refuse(operation);
    } else {
      loop.execute(task);
    }
  }

  private void add(Operation<?> operation) {
    waiting.add(operation);
    runNext();
  }

  private void runNext() {
    while (!closed && !running && !waiting.isEmpty()) {
      running = true;
      start(waiting.poll(), () -> running = false);
    }
  }

  /**
   * Runs an operation.
   *
   * @param ended runs on the loop when it is done
   */
  private <T> void start(Operation<T> operation, Runnable ended) {
    CompletableFuture<T> outcome;
    try {
      outcome = operation.work().get();
    } catch (RuntimeException refused) {
      outcome = CompletableFuture.failedFuture(refused);
    }
    if (outcome.isDone()) {
      ended.run();
      finish(operation, outcome);
    } else {
      CompletableFuture<T> later = outcome;
      later.whenComplete(
          (value, error) ->
              loop.execute(
                  () -> {
                    ended.run();
                    finish(operation, later);
                    runNext();
                  }));
    }
  }

  private <T> void finish(Operation<T> operation, CompletableFuture<T> outcome) {
    if (!unfinished.remove(operation)) {
      return;
    }
    callbacks.execute(
        () ->
            outcome.whenComplete(
                (value, error) -> {
                  operation.answering().run();
                  if (error != null) {
                    operation.result().completeExceptionally(unwrapped(error));
                  } else {
                    operation.result().complete(value);
                  }
                }));
  }

  /** A stage wraps what another threw; our caller sees the typed exception itself. */
  private static Throwable unwrapped(Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }

  /** Ends the chain: what is not finished fails. Called on the loop. */
  void close() {
    closed = true;
    waiting.clear();
    for (Operation<?> operation : unfinished) {
      refuse(operation);
    }
  }

  private void refuse(Operation<?> operation) {
    if (unfinished.remove(operation)) {
      callbacks.execute(
          () ->
              operation
                  .result()
                  .completeExceptionally(
                      new InvalidStateException(
                          operation.name() + ": the peer connection is closed")));
    }
  }

  private record Operation<T>(
      String name,
      Supplier<CompletableFuture<T>> work,
      CompletableFuture<T> result,
      Runnable answering) {}
}
