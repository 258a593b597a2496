package dev.turnstone.peerconnection;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The operations chain of W3C's webrtc-pc section 4.4.1.2: each operation starts when the one
 * before has ended. Lives on the loop; results are handed out on the callback executor.
 */
final class Operations {
  private final Executor loop;
  private final Executor callbacks;
  private final Queue<Operation<?>> waiting = new ArrayDeque<>();
  private boolean running;
  private boolean closed;

  Operations(Executor loop, Executor callbacks) {
    this.loop = loop;
    this.callbacks = callbacks;
  }

  /** Adds an operation, from any thread. */
  <T> CompletableFuture<T> chain(String name, Supplier<CompletableFuture<T>> work) {
    Operation<T> operation = new Operation<>(name, work, new CompletableFuture<>());
    loop.execute(() -> add(operation));
    return operation.result();
  }

  private void add(Operation<?> operation) {
    if (closed) {
      refuse(operation);
      return;
    }
    waiting.add(operation);
    runNext();
  }

  private void runNext() {
    while (!running && !waiting.isEmpty()) {
      run(waiting.poll());
    }
  }

  private <T> void run(Operation<T> operation) {
    running = true;
    CompletableFuture<T> outcome;
    try {
      outcome = operation.work().get();
    } catch (RuntimeException refused) {
      outcome = CompletableFuture.failedFuture(refused);
    }
    if (outcome.isDone()) {
      finish(operation, outcome);
    } else {
      CompletableFuture<T> later = outcome;
      later.whenComplete(
          (value, error) ->
              loop.execute(
                  () -> {
                    finish(operation, later);
                    runNext();
                  }));
    }
  }

  private <T> void finish(Operation<T> operation, CompletableFuture<T> outcome) {
    running = false;
    callbacks.execute(
        () ->
            outcome.whenComplete(
                (value, error) -> {
                  if (error != null) {
                    operation.result().completeExceptionally(error);
                  } else {
                    operation.result().complete(value);
                  }
                }));
  }

  /** Ends the chain: what waits fails. Called on the loop. */
  void close() {
    closed = true;
    while (!waiting.isEmpty()) {
      refuse(waiting.poll());
    }
  }

  private void refuse(Operation<?> operation) {
    callbacks.execute(
        () ->
            operation
                .result()
                .completeExceptionally(
                    new InvalidStateException(
                        operation.name() + ": the peer connection is closed")));
  }

  private record Operation<T>(
      String name, Supplier<CompletableFuture<T>> work, CompletableFuture<T> result) {}
}
