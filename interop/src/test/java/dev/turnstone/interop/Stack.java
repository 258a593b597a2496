package dev.turnstone.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stack that speaks the conversation of {@code turnstone peer --stdio}, and how it is started.
 */
enum Stack {
  TURNSTONE("Turnstone") {
    @Override
    List<String> command() {
      return List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-cp",
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
          "dev.turnstone.cli.Turnstone",
          "peer",
          "--stdio",
          "--bind",
          "127.0.0.1");
    }

    @Override
    Optional<String> missing() {
      return Optional.empty();
    }

    @Override
    Optional<String> version() {
      return Optional.empty();
    }
  },
  WERIFT("werift") {
    @Override
    List<String> command() {
      return List.of("node", PEERS.resolve("werift/peer.mjs").toString());
    }

    @Override
    Optional<String> missing() {
      return missingFromNode("werift/node_modules/werift");
    }

    @Override
    Optional<String> version() {
      return found("werift/package.json", "\"werift\": \"([^\"]+)\"");
    }

    @Override
    Optional<String> cannotSendEmptyMessages() {
      return Optional.of(
          "it sends no chunk for an empty message, yet counts its sequence number: its stream stands still");
    }
  },
  LIBDATACHANNEL("libdatachannel (node-datachannel)") {
    @Override
    List<String> command() {
      return List.of("node", PEERS.resolve("libdatachannel/peer.mjs").toString());
    }

    @Override
    Optional<String> missing() {
      return missingFromNode("libdatachannel/node_modules/node-datachannel");
    }

    @Override
    Optional<String> version() {
      return found("libdatachannel/package.json", "\"node-datachannel\": \"([^\"]+)\"");
    }
  },
  PION("Pion") {
    @Override
    List<String> command() {
      return List.of(PEERS.resolve("pion/bin/peer").toString());
    }

    @Override
    Optional<String> missing() {
      if (Files.isExecutable(PEERS.resolve("pion/bin/peer"))) {
        return Optional.empty();
      }
      return Optional.of(
          BrowserKind.onPath("go").findAny().isPresent()
              ? "not built: run interop/peers/install"
              : "go not found");
    }

    @Override
    Optional<String> version() {
      return found("pion/go.mod", "pion/webrtc/v4 v(\\S+)");
    }
  };

  private static final Path PEERS =
      Path.of(System.getProperty("turnstone.root", ".."), "interop", "peers").toAbsolutePath();

  private final String title;

  Stack(String title) {
    this.title = title;
  }

  /** The command that starts a peer. */
  abstract List<String> command();

  /** Why it cannot be started here, if so. */
  abstract Optional<String> missing();

  abstract Optional<String> version();

  /** Why it cannot send empty messages, if so. */
  Optional<String> cannotSendEmptyMessages() {
    return Optional.empty();
  }

  /** Name and version, as the table's head says them. */
  String title() {
    return title + version().map(version -> " " + version).orElse("");
  }

  private static Optional<String> missingFromNode(String folder) {
    if (BrowserKind.onPath("node").findAny().isEmpty()) {
      return Optional.of("node not found");
    }
    return Files.isDirectory(PEERS.resolve(folder))
        ? Optional.empty()
        : Optional.of("not installed: run interop/peers/install");
  }

  private static Optional<String> found(String file, String pattern) {
    try {
      Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(PEERS.resolve(file)));
      return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
