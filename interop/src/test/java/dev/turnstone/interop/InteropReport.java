package dev.turnstone.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Writes the table "what works with whom": a row for each test, named by it, and a column for each
 * peer. It goes to {@code target/interop-table.md}, and into README.md between the markers when
 * {@code turnstone.interop.updateReadme} is true. What a run left out goes to {@code
 * target/left-out.txt} and, loudly, to the run's output.
 */
final class InteropReport implements TestWatcher {

  /** A test class that says with whom it talks. */
  interface WithPeer {
    /** The peer's name and version. */
    String peer();
  }

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(InteropReport.class);
  private static final String BEGIN = "<!-- interop:begin -->";
  private static final String END = "<!-- interop:end -->";

  @Override
  public void testSuccessful(ExtensionContext context) {
    note(context, "✓");
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    note(context, "✗");
  }

  @Override
  public void testAborted(ExtensionContext context, Throwable cause) {
    Table table = note(context, "left out");
    String reason = String.valueOf(cause.getMessage()).replaceFirst("^Assumption failed: ", "");
    String line = "LEFT OUT: " + peer(context) + ": " + reason;
    if (table.leftOut.add(line)) {
      System.out.println(line);
    }
  }

  private static Table note(ExtensionContext context, String outcome) {
    Table table =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(Table.class, key -> new Table(), Table.class);
    table.note(row(context), peer(context), outcome);
    return table;
  }

  private static String peer(ExtensionContext context) {
    return ((WithPeer) context.getRequiredTestInstance()).peer();
  }

  /** The method's name in words, with what the invocation adds. */
  private static String row(ExtensionContext context) {
    String method = context.getRequiredTestMethod().getName();
    String words = method.replaceAll("([A-Z])", " $1").toLowerCase(java.util.Locale.ROOT);
    String shown = context.getDisplayName();
    boolean repeats = shown.startsWith(method);
    return (repeats ? words : words + ": " + shown)
        .replace("jvm", "JVM")
        .replace("dtls", "DTLS")
        .replace("dns", "DNS");
  }

  /** The run's results; written when the run ends. */
  private static final class Table implements AutoCloseable {
    private final Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    private final Set<String> peers = new LinkedHashSet<>();
    private final Set<String> leftOut = new TreeSet<>();

    synchronized void note(String row, String peer, String outcome) {
      peers.add(peer);
      rows.computeIfAbsent(row, key -> new LinkedHashMap<>())
          // One failure among several runs of a row is a failure.
          .merge(peer, outcome, (before, now) -> before.equals("✗") ? before : now);
    }

    @Override
    public synchronized void close() {
      String table =
          peers.stream().collect(Collectors.joining(" | ", "| | ", " |\n"))
              + peers.stream()
                  .map(peer -> ":-:")
                  .collect(Collectors.joining(" | ", "| --- | ", " |\n"))
              + rows.entrySet().stream().map(this::line).collect(Collectors.joining());
      try {
        Path target = Files.createDirectories(Path.of("target"));
        Files.writeString(target.resolve("interop-table.md"), table);
        Files.writeString(
            target.resolve("left-out.txt"),
            leftOut.stream().map(line -> line + "\n").collect(Collectors.joining()));
        if (Boolean.getBoolean("turnstone.interop.updateReadme")) {
          updateReadme(table);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private String line(Map.Entry<String, Map<String, String>> row) {
      return peers.stream()
          .map(peer -> Optional.ofNullable(row.getValue().get(peer)).orElse(""))
          .collect(Collectors.joining(" | ", "| " + row.getKey() + " | ", " |\n"));
    }

    private static void updateReadme(String table) throws IOException {
      Path readme = Path.of(System.getProperty("turnstone.root", ".."), "README.md");
      if (!Files.exists(readme)) {
        return;
      }
      String text = Files.readString(readme);
      int begin = text.indexOf(BEGIN);
      int end = text.indexOf(END);
      if (begin >= 0 && end > begin) {
        String updated =
            text.substring(0, begin + BEGIN.length()) + "\n" + table + text.substring(end);
        if (!updated.equals(text)) {
          Files.writeString(readme, updated);
        }
      }
    }
  }
}
