package dev.turnstone.peerconnection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Which sockets a factory takes. */
class SocketTransportTest {
  @Test
  void theJdksSocketsAreTakenWhereTheyAreAskedFor() {
    try (var factory =
        PeerConnectionFactory.builder().socketTransport(SocketTransport.NIO).build()) {
      assertEquals(SocketTransport.NIO, factory.socketTransport());
    }
  }

  @Test
  void whoDoesNotAskGetsWhatIsThere() {
    SocketTransport best;
    try (var factory =
        PeerConnectionFactory.builder().socketTransport(SocketTransport.EPOLL).build()) {
      best = factory.socketTransport();
      assertEquals(SocketTransport.EPOLL, best);
    } catch (SocketTransportException e) {
      assertTrue(e.getMessage().contains("EPOLL"), e.getMessage());
      best = SocketTransport.NIO;
    }
    try (var factory = new PeerConnectionFactory()) {
      assertEquals(best, factory.socketTransport());
    }
  }

  /** Says what a JVM without the native library does. */
  static final class WithoutNative {
    public static void main(String[] arguments) {
      try (var factory = new PeerConnectionFactory()) {
        System.out.println("AUTO is " + factory.socketTransport());
      }
      try {
        PeerConnectionFactory.builder().socketTransport(SocketTransport.EPOLL).build();
      } catch (SocketTransportException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }

  @Test
  void withoutTheNativeLibraryTheJdksSocketsAreTakenAndEpollIsRefusedWithTheReason()
      throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                // Netty's switch for native libraries.
                "-Dio.netty.transport.noNative=true",
                WithoutNative.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    assertTrue(said.contains("AUTO is NIO"), said);
    assertTrue(said.contains("refused: socketTransport EPOLL: no native epoll: "), said);
    assertTrue(said.contains("noNative"), said);
  }
}
