package dev.turnstone.cli.link;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Says in one line what went wrong. */
public final class Failures {
  private Failures() {}

  /** What is inside the wrappers that futures put around a failure. */
  public static Throwable unwrap(Throwable failure) {
    Throwable inner = failure;
    while ((inner instanceof CompletionException || inner instanceof ExecutionException)
        && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }

  /** One line for people: the message, or the kind of failure where there is none. */
  public static String message(Throwable failure) {
    Throwable inner = unwrap(failure);
    if (inner.getMessage() != null && !inner.getMessage().isBlank()) {
      return inner.getMessage();
    }
    return inner instanceof TimeoutException ? "timed out" : inner.getClass().getSimpleName();
  }
}
