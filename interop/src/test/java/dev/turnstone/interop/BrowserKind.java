package dev.turnstone.interop;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A browser that tests can drive, where it is found and how it is started. */
enum BrowserKind {
  CHROMIUM(
      "Chromium", "TURNSTONE_CHROMIUM", List.of("chromium", "chromium-browser", "google-chrome")) {
    @Override
    Browser launch(Playwright playwright, Path executable) {
      return playwright
          .chromium()
          .launch(
              new LaunchOptions()
                  .setExecutablePath(executable)
                  .setArgs(
                      List.of(
                          // Root has no sandbox, and a container rarely lets anyone have one.
                          "--no-sandbox",
                          "--allow-loopback-in-peer-connection",
                          "--disable-background-networking",
                          "--disable-component-update",
                          "--disable-sync",
                          "--no-first-run")));
    }
  },
  FIREFOX("Firefox", "TURNSTONE_FIREFOX", List.of("firefox-esr", "firefox")) {
    @Override
    Browser launch(Playwright playwright, Path executable) {
      return playwright
          .firefox()
          .launch(
              new LaunchOptions()
                  .setChannel("moz-firefox")
                  .setExecutablePath(executable)
                  .setFirefoxUserPrefs(
                      Map.of("media.peerconnection.ice.obfuscate_host_addresses", false)));
    }
  };

  private final String title;
  private final String variable;
  private final List<String> names;

  BrowserKind(String title, String variable, List<String> names) {
    this.title = title;
    this.variable = variable;
    this.names = names;
  }

  abstract Browser launch(Playwright playwright, Path executable);

  String title() {
    return title;
  }

  /** The program: the one that the environment variable names, else the first on the PATH. */
  Optional<Path> executable() {
    String asked = System.getenv(variable);
    return asked != null && !asked.isBlank()
        ? Optional.of(Path.of(asked))
        : names.stream().flatMap(BrowserKind::onPath).findFirst();
  }

  /** What to do when there is none. */
  String missing() {
    return title + " not found: install one of " + names + " or set " + variable;
  }

  static Stream<Path> onPath(String name) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable);
  }
}
