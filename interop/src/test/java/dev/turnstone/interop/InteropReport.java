package dev.turnstone.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Writes the table "what works with whom": a row for each test, named by it, and a column for each
 * peer; an empty cell was not tried. It goes to {@code target/interop-table.md}, and into README.md
 * between the markers when {@code turnstone.interop.updateReadme} is true. What a run left out goes
 * to {@code target/left-out.txt} and, loudly, to the run's output.
 */
final class InteropReport implements TestWatcher {

  /** A test class that says with whom it talks. */
  interface WithPeer {
    /** The peer's name and version. */
    String peer();
  }

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(InteropReport.class);
  private static final String PASSED = "✓";
  private static final String FAILED = "✗";
  private static final String LEFT_OUT = "left out";
  private static final String BEGIN = "<!-- interop:begin -->";
  private static final String END = "<!-- interop:end -->";

  @Override
  public void testSuccessful(ExtensionContext context) {
    note(context, PASSED);
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    note(context, FAILED);
  }

  @Override
  public void testAborted(ExtensionContext context, Throwable cause) {
    Table table = note(context, LEFT_OUT);
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

  /** The method's name in words. */
  private static String row(ExtensionContext context) {
    return context
        .getRequiredTestMethod()
        .getName()
        .replaceAll("([A-Z]|[0-9]+)", " $1")
        .toLowerCase(Locale.ROOT)
        .replace("jvms ", "JVM's ")
        .replace("jvm", "JVM")
        .replace("browsers ", "browser's ")
        .replace("dtls", "DTLS")
        .replace("mdns", "mDNS");
  }

  /** What a row's test did with one peer: how often it ran, and the worst that came of it. */
  private record Cell(int runs, String outcome) {
    Cell and(Cell other) {
      boolean worse = other.outcome.equals(FAILED) || outcome.equals(PASSED);
      return new Cell(runs + other.runs, worse ? other.outcome : outcome);
    }
  }

  /** The run's results; written when the run ends. */
  private static final class Table implements AutoCloseable {
    private final Map<String, Map<String, Cell>> rows = new LinkedHashMap<>();
    private final Set<String> peers = new LinkedHashSet<>();
    private final Set<String> leftOut = new TreeSet<>();

    synchronized void note(String row, String peer, String outcome) {
      peers.add(peer);
      rows.computeIfAbsent(row, key -> new LinkedHashMap<>())
          .merge(peer, new Cell(1, outcome), Cell::and);
    }

    @Override
    public synchronized void close() {
      String table =
          peers.stream().collect(Collectors.joining(" | ", "| | ", " |\n"))
              + "| --- |"
              + " :-: |".repeat(peers.size())
              + "\n"
              + rows.entrySet().stream()
                  // What many peers do comes first.
                  .sorted(Comparator.comparing(row -> -row.getValue().size()))
                  .map(this::line)
                  .collect(Collectors.joining());
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

    private String line(Map.Entry<String, Map<String, Cell>> row) {
      int runs = row.getValue().values().stream().mapToInt(Cell::runs).max().orElse(0);
      String title = runs > 1 ? row.getKey() + " (" + runs + " ways)" : row.getKey();
      return peers.stream()
          .map(peer -> row.getValue().get(peer))
          .map(cell -> cell == null ? "" : cell.outcome())
          .collect(Collectors.joining(" | ", "| " + title + " | ", " |\n"));
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
