package dev.turnstone.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a machine must have so that a browser shows {@code .local} candidates. */
final class Mdns {
  private static final Path ROUTES = Path.of("/proc/net/route");

  private Mdns() {}

  /** Leaves the test out where there is no default route: browsers gather nothing there. */
  static void assumeDefaultRoute() {
    assumeTrue(hasDefaultRoute(), "no default route: a browser gathers no .local candidate");
  }

  private static boolean hasDefaultRoute() {
    try {
      return !Files.exists(ROUTES)
          || Files.readAllLines(ROUTES).stream()
              .map(line -> line.split("\\s+"))
              .anyMatch(field -> field.length > 7 && field[1].equals("00000000"));
    } catch (IOException e) {
      return false;
    }
  }
}
