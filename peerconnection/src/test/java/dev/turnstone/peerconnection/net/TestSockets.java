package dev.turnstone.peerconnection.net;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The sockets that a test runs over, by name. */
final class TestSockets {
  private TestSockets() {}

  /** Skips the test, loudly, where they are not there. */
  static Sockets named(String name) {
    if (name.equals("NIO")) {
      return Sockets.nio();
    }
    try {
      return Sockets.epoll();
    } catch (UnsupportedOperationException e) {
      System.err.println("NOT TESTED over native epoll: " + e.getMessage());
      assumeTrue(false, e.getMessage());
      throw e;
    }
  }
}
