package dev.turnstone.dtls;

import java.util.concurrent.Executor;

/** Makes engines. Safe to use from any thread. */
public interface DtlsEngineFactory {

  /**
   * Makes an engine that has not started.
   *
   * @param options how it behaves
   * @param loop runs tasks on the connection's event loop, one after the other, in order, and never
   *     inside {@code execute}
   * @param listener hears everything on that loop
   * @throws IllegalArgumentException when the identity's key or an SRTP profile is of a kind that
   *     the engine does not know
   */
  DtlsEngine create(DtlsOptions options, Executor loop, DtlsListener listener);
}
