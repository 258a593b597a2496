package dev.turnstone.interop;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import dev.turnstone.datachannel.DataChannelPriority;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A browser that tests can drive, where it is found and how it is started. */
enum BrowserKind {
  CHROMIUM(
      "Chromium",
      "TURNSTONE_CHROMIUM",
      List.of("chromium", "chromium-browser", "google-chrome"),
      DataChannelPriority.LOW,
      false) {
    @Override
    Browser launch(
        Playwright playwright, Path executable, Candidates candidates, List<String> flags) {
      List<String> arguments = new ArrayList<>(flags);
      arguments.addAll(
          List.of(
              // Root has no sandbox, and a container rarely lets anyone have one.
              "--no-sandbox",
              "--disable-background-networking",
              "--disable-component-update",
              "--disable-sync",
              "--no-first-run"));
      if (candidates == Candidates.PLAIN) {
        arguments.add("--allow-loopback-in-peer-connection");
        arguments.add("--use-fake-ui-for-media-stream");
      }
      return playwright
          .chromium()
          .launch(new LaunchOptions().setExecutablePath(executable).setArgs(arguments));
    }
  },
  FIREFOX(
      "Firefox",
      "TURNSTONE_FIREFOX",
      List.of("firefox-esr", "firefox"),
      // Firefox announces a priority of 0, below the 128 of "very low" (RFC 8831 section 6.4).
      DataChannelPriority.VERY_LOW,
      true) {
    @Override
    Browser launch(
        Playwright playwright, Path executable, Candidates candidates, List<String> flags) {
      Map<String, Object> preferences = new HashMap<>(FIREFOX_QUIET);
      if (candidates == Candidates.PLAIN) {
        // Without this one, Firefox calls a peer on loopback bogus and sends it no check.
        preferences.put("media.peerconnection.ice.loopback", true);
        // Whoever may use the camera shows all addresses; 1 allows.
        preferences.put("permissions.default.camera", 1);
      }
      return playwright
          .firefox()
          .launch(
              new LaunchOptions()
                  // The browser as Mozilla ships it, through WebDriver BiDi.
                  .setChannel("moz-firefox")
                  .setExecutablePath(executable)
                  .setFirefoxUserPrefs(preferences));
    }
  };

  /** Which host candidates the connections of a browser gather. */
  enum Candidates {
    /** Addresses in the clear, loopback included: pages have the camera's permission. */
    PLAIN,
    /** One name under {@code .local} for the default route's interface: no permission. */
    MDNS
  }

  /** What keeps Firefox from asking its maker's servers for anything. */
  private static final Map<String, Object> FIREFOX_QUIET =
      Map.of(
          "app.normandy.enabled", false,
          "network.captive-portal-service.enabled", false,
          "network.connectivity-service.enabled", false,
          "services.settings.server", "data:,#remote-settings-dummy/v1");

  private final String title;
  private final String variable;
  private final List<String> names;
  private final DataChannelPriority defaultPriority;
  private final boolean interleaving;

  BrowserKind(
      String title,
      String variable,
      List<String> names,
      DataChannelPriority defaultPriority,
      boolean interleaving) {
    this.title = title;
    this.variable = variable;
    this.names = names;
    this.defaultPriority = defaultPriority;
    this.interleaving = interleaving;
  }

  /** Starts it; {@code flags} are for one that has a command line for them. */
  abstract Browser launch(
      Playwright playwright, Path executable, Candidates candidates, List<String> flags);

  String title() {
    return title;
  }

  /** The priority of a channel that the page gave none. */
  DataChannelPriority defaultPriority() {
    return defaultPriority;
  }

  /** Whether it offers I-DATA (RFC 8260). */
  boolean interleaving() {
    return interleaving;
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
