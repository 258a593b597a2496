package dev.turnstone.dtls.record;

import java.io.IOException;

/** A key has protected as many records as is safe: the connection has to end. */
public final class KeysExhaustedException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Makes an exception with a text for people. */
  public KeysExhaustedException() {
    super("the connection's keys have protected as many records as is safe");
  }
}
