package dev.turnstone.benchmarks.paths;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A table in Markdown. Rows are computed by several threads, and come out in order as they end. */
final class Table {
  private final List<String> header;
  private final List<Callable<List<String>>> rows = new ArrayList<>();

  Table(String... header) {
    this.header = List.of(header);
  }

  void row(Callable<List<String>> row) {
    rows.add(row);
  }

  /** Computes and prints the table; returns what was printed. */
  String print(PrintStream out, int threads) throws InterruptedException {
    StringBuilder text = new StringBuilder();
    line(header, out, text);
    line(header.stream().map(cell -> "---").toList(), out, text);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<List<String>>> results = rows.stream().map(executor::submit).toList();
      for (Future<List<String>> result : results) {
        line(result.get(), out, text);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      executor.shutdownNow();
    }
    return text.toString();
  }

  private static void line(List<String> cells, PrintStream out, StringBuilder text) {
    String line = "| " + String.join(" | ", cells) + " |";
    out.println(line);
    text.append(line).append('\n');
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", share * 100);
  }

  static String millis(double millis) {
    return String.format(Locale.ROOT, "%.1f ms", millis);
  }

  static String fixed(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** Without a fraction where there is none. */
  static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
