package dev.turnstone.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes what was measured as Markdown: medians, with the least and the most behind them. */
final class Tables {
  private static final String RIVAL = "libwebrtc";
  private static final int SMALL = 1024;
  private static final String CHART =
      "![64 KiB messages: throughput, and megabytes for each CPU-second, of each stack]"
          + "(benchmarks/throughput.svg)";

  private final Store store;

  Tables(Store store) {
    this.store = store;
  }

  /** A section with its date, machine and command; empty when it was never measured. */
  Optional<String> section(Section section) {
    return store
        .where(section)
        .map(
            where ->
                where
                    + ". `benchmarks/run --only "
                    + section.word()
                    + "` runs, for example:\n\n```\n"
                    + example(section)
                    + "\n```\n\n"
                    + table(section));
  }

  private String example(Section section) {
    return store.entries(section).stream()
        .map(Store.Entry::command)
        .findFirst()
        .orElse("(nothing ran)");
  }

  private String table(Section section) {
    return switch (section) {
      case MACHINE -> machine();
      case STACKS -> stacks();
      case THROUGHPUT, LATENCY -> byContender(section);
      case SETUP -> setUp();
      case IDLE -> idle();
      case BROWSER -> browser();
    };
  }

  /** All stacks, and how many times the first of them is as fast as libwebrtc. */
  private String stacks() {
    List<String> contenders = store.contenders(Section.STACKS);
    boolean ratio = contenders.contains(RIVAL);
    List<List<String>> rows = new ArrayList<>();
    for (String work : works(Section.STACKS)) {
      List<String> row = new ArrayList<>(List.of(work));
      for (String contender : contenders) {
        row.add(cell(store.result(Section.STACKS, work, contender)));
      }
      if (ratio) {
        row.add(
            contenders.stream()
                .filter(Tables::ours)
                .map(ours -> ratio(work, ours))
                .collect(Collectors.joining("; ")));
      }
      rows.add(row);
    }
    List<String> header = new ArrayList<>(List.of("one connection"));
    header.addAll(contenders);
    if (ratio) {
      header.add("Turnstone to " + RIVAL);
    }
    return markdown(header, rows);
  }

  private static boolean ours(String contender) {
    return contender.startsWith("Turnstone");
  }

  private String ratio(String work, String ours) {
    JsonNode one = store.result(Section.STACKS, work, ours);
    JsonNode rival = store.result(Section.STACKS, work, RIVAL);
    if (one.has("failed") || rival.has("failed")) {
      return "";
    }
    if (isLatency(one)) {
      return times(Figure.micros(rival, "p50"), Figure.micros(one, "p50"))
          + ", CPU "
          + times(Figure.cpuMicrosPerRoundTrip(rival), Figure.cpuMicrosPerRoundTrip(one));
    }
    return times(Figure.mbitPerSecond(one), Figure.mbitPerSecond(rival))
        + ", CPU "
        + times(Figure.megabytesPerCpuSecond(one), Figure.megabytesPerCpuSecond(rival));
  }

  private static String times(Optional<Figure> more, Optional<Figure> less) {
    return more.isEmpty() || less.isEmpty()
        ? "?"
        : String.format(Locale.ROOT, "x %.1f", more.get().median() / less.get().median());
  }

  private String byContender(Section section) {
    List<String> contenders = store.contenders(section);
    List<List<String>> rows = new ArrayList<>();
    for (String work : works(section)) {
      List<String> row = new ArrayList<>(List.of(work));
      contenders.forEach(contender -> row.add(cell(store.result(section, work, contender))));
      rows.add(row);
    }
    List<String> header = new ArrayList<>(List.of("work"));
    header.addAll(contenders);
    return markdown(header, rows);
  }

  private List<String> works(Section section) {
    return store.entries(section).stream().map(Store.Entry::work).distinct().toList();
  }

  private static boolean isLatency(JsonNode result) {
    return result.path("rounds").path(0).has("roundTrips");
  }

  /** What one process gave, in a cell. */
  static String cell(JsonNode result) {
    if (result.isMissingNode()) {
      return "";
    }
    if (result.has("failed")) {
      return "failed: " + result.path("failed").asText().replaceAll("[|\\s]+", " ");
    }
    return isLatency(result) ? latency(result) : throughput(result);
  }

  private static String throughput(JsonNode result) {
    String text = spread(Figure.mbitPerSecond(result), "%.0f", "Mbit/s");
    if (result.path("size").asInt() <= SMALL) {
      text += ", " + spread(Figure.messagesPerSecond(result), "%,.0f", "messages/s");
    }
    return text + "; " + spread(Figure.megabytesPerCpuSecond(result), "%.0f", "MB per CPU-s");
  }

  private static String latency(JsonNode result) {
    return "p50 "
        + spread(Figure.micros(result, "p50"), "%.0f", "us")
        + ", p95 "
        + median(Figure.micros(result, "p95"), "%.0f")
        + ", p99 "
        + spread(Figure.micros(result, "p99"), "%.0f", "us")
        + "; CPU "
        + spread(Figure.cpuMicrosPerRoundTrip(result), "%.0f", "us");
  }

  private static String median(Optional<Figure> figure, String format) {
    return figure.map(f -> String.format(Locale.ROOT, format, f.median())).orElse("?");
  }

  private static String spread(Optional<Figure> figure, String format, String unit) {
    return figure
        .map(
            f ->
                String.format(
                    Locale.ROOT,
                    format + " (" + format + " to " + format + ") %s",
                    f.median(),
                    f.least(),
                    f.most(),
                    unit))
        .orElse("?");
  }

  private String machine() {
    List<List<String>> rows = new ArrayList<>();
    for (Store.Entry entry : store.entries(Section.MACHINE)) {
      rows.add(
          List.of(
              entry.contender().replaceFirst("^.*, ", ""),
              number(entry.result(), "sealNanos", "%.0f ns"),
              number(entry.result(), "openNanos", "%.0f ns"),
              number(entry.result(), "udpRoundTripMicros", "%.0f us")));
    }
    return markdown(
        List.of(
            "",
            "AES-128-GCM, 1160 B sealed",
            "opened",
            "100 B over UDP to a thread and back, median"),
        rows);
  }

  private String setUp() {
    List<List<String>> rows = new ArrayList<>();
    for (String contender : store.contenders(Section.SETUP)) {
      JsonNode warm = store.result(Section.SETUP, "warm", contender);
      rows.add(
          List.of(
              contender,
              first(contender, Plan.COLD, "coldMillis"),
              first(contender, Plan.ARCHIVE, "coldMillis"),
              first(contender, Plan.COLD, "jvmMillis"),
              first(contender, Plan.ARCHIVE, "jvmMillis"),
              number(warm, "warmMedianMillis", "%.1f ms"),
              number(warm, "warmP95Millis", "%.1f ms"),
              number(warm, "perSecond", "%.0f a second"),
              number(warm, "cpuMillis", "%.1f ms")));
    }
    return markdown(
        List.of(
            "",
            "first of a JVM, offer to open",
            "by `./turnstone`",
            "first, from the start of the process",
            "by `./turnstone`",
            "warm, median",
            "warm, 95th percentile",
            "many at once",
            "CPU for each of these, both peers"),
        rows);
  }

  /** A figure of several JVMs. */
  private String first(String contender, String work, String name) {
    return spread(
        Figure.of(
            store.entries(Section.SETUP).stream()
                .filter(entry -> entry.contender().equals(contender))
                .filter(entry -> entry.work().startsWith(work))
                .filter(entry -> entry.result().has(name))
                .mapToDouble(entry -> entry.result().path(name).asDouble())
                .toArray()),
        "%.0f",
        "ms");
  }

  private static String number(JsonNode result, String name, String format) {
    return result.path(name).isNumber()
        ? String.format(Locale.ROOT, format, result.path(name).asDouble())
        : result.path("failed").asText("");
  }

  private String idle() {
    List<List<String>> rows = new ArrayList<>();
    for (Store.Entry entry : store.entries(Section.IDLE)) {
      JsonNode result = entry.result();
      rows.add(
          List.of(
              entry.work() + ", " + entry.contender(),
              number(result, "heapMegabytes", "%.0f MB"),
              number(result, "heapKilobytesPerConnection", "%.1f KB"),
              number(result, "maxHeapMegabytes", "%.0f MB"),
              number(result, "residentMegabytes", "%.0f MB"),
              number(result, "threads", "%.0f") + " / " + number(result, "threadsBefore", "%.0f"),
              number(result, "setUpsPerSecond", "%.0f"),
              number(result, "cpuMillisPerSetUp", "%.1f ms"),
              number(result, "idleCores", "%.2f")));
    }
    return markdown(
        List.of(
            "",
            "heap",
            "for each",
            "allowed",
            "resident",
            "threads with / without",
            "set-ups a second",
            "CPU of the server for each",
            "processors busy while idle"),
        rows);
  }

  private String browser() {
    List<List<String>> rows = new ArrayList<>();
    for (Store.Entry entry : store.entries(Section.BROWSER)) {
      for (JsonNode way : entry.result().path("ways")) {
        rows.add(
            List.of(
                way.path("way").asText(),
                number(way, "megabytes", "%.0f MB"),
                number(way, "mbitPerSecond", "%.0f Mbit/s"),
                number(way, "jvmCpuSeconds", "%.2f s"),
                number(way, "browserCpuSeconds", "%.2f s"),
                number(way, "ratio", "x %.1f")));
      }
      if (entry.result().has("failed")) {
        rows.add(List.of(cell(entry.result()), "", "", "", "", ""));
      }
    }
    return markdown(
        List.of("way", "moved", "rate", "CPU of the JVM", "CPU of the browser", "browser to JVM"),
        rows);
  }

  /** What README shows: the chart, and the medians alone. */
  String summary() {
    List<String> contenders = store.contenders(Section.STACKS);
    List<List<String>> rows = new ArrayList<>();
    for (Plan.Work work : Plan.SHARED) {
      List<String> row = new ArrayList<>(List.of(work.name()));
      for (String contender : contenders) {
        row.add(brief(store.result(Section.STACKS, work.name(), contender)));
      }
      rows.add(row);
    }
    List<String> header = new ArrayList<>(List.of("one connection, medians"));
    header.addAll(contenders);
    return CHART
        + "\n\nMeasured "
        + store.where(Section.STACKS).orElse("never")
        + ".\n\n"
        + markdown(header, rows);
  }

  private static String brief(JsonNode result) {
    if (result.isMissingNode() || result.has("failed")) {
      return cell(result);
    }
    if (isLatency(result)) {
      return median(Figure.micros(result, "p50"), "%.0f us")
          + ", CPU "
          + median(Figure.cpuMicrosPerRoundTrip(result), "%.0f us");
    }
    String text = median(Figure.mbitPerSecond(result), "%.0f Mbit/s");
    if (result.path("size").asInt() < SMALL) {
      text = median(Figure.messagesPerSecond(result), "%,.0f messages/s");
    }
    return text + ", " + median(Figure.megabytesPerCpuSecond(result), "%.0f MB per CPU-s");
  }

  private static String markdown(List<String> header, List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    line(text, header);
    line(text, Collections.nCopies(header.size(), "---"));
    rows.forEach(row -> line(text, row));
    return text.toString();
  }

  private static void line(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
