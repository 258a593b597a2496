package dev.turnstone.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** How the report is put together; nothing is measured. */
final class ReportTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;

  private static JsonNode throughput(int size, int... messages) {
    StringBuilder rounds = new StringBuilder();
    for (int count : messages) {
      rounds
          .append(rounds.isEmpty() ? "" : ",")
          .append("{\"seconds\":2,\"messages\":" + count + ",\"cpuSeconds\":4}");
    }
    return Processes.parse("{\"size\":" + size + ",\"rounds\":[" + rounds + "]}");
  }

  private static JsonNode latency(double p50) {
    return Processes.parse(
        "{\"size\":100,\"rounds\":[{\"seconds\":1,\"roundTrips\":1000,\"p50Micros\":"
            + p50
            + ",\"p95Micros\":90,\"p99Micros\":95,\"cpuSeconds\":0.1}]}");
  }

  private Store store(Store.Entry... entries) throws Exception {
    Store store = Store.open(folder.resolve("results.json"));
    store.replace(Section.STACKS, "2026-11-21, a machine", List.of(entries));
    return Store.open(folder.resolve("results.json"));
  }

  private static Store.Entry entry(String work, String contender, JsonNode result) {
    return new Store.Entry(work, contender, "java -jar turnstone.jar", result);
  }

  @Test
  void medianAndSpreadAreOfTheRounds() {
    JsonNode result = throughput(1000, 8000, 1000, 4000);

    assertEquals(Optional.of(new Figure(16, 4, 32)), Figure.mbitPerSecond(result));
    assertEquals(Optional.of(new Figure(1, 0.25, 2)), Figure.megabytesPerCpuSecond(result));
    assertEquals(Optional.of(new Figure(2.5, 2, 3)), Figure.of(3, 2));
    assertEquals(Optional.empty(), Figure.mbitPerSecond(throughput(1000)));
  }

  @Test
  void theTableOfTheStacksSaysHowManyTimesAsFast() throws Exception {
    Store store =
        store(
            entry("64 KiB messages", "Turnstone, JDK 17", throughput(65536, 9000)),
            entry("64 KiB messages", "libwebrtc", throughput(65536, 3000)),
            entry("ping-pong, 100 B", "Turnstone, JDK 17", latency(50)),
            entry("ping-pong, 100 B", "libwebrtc", latency(150)));

    String table = new Tables(store).section(Section.STACKS).orElseThrow();

    assertTrue(table.contains("2026-11-21, a machine"), table);
    assertEquals(2, table.split("x 3\\.0, CPU ", -1).length - 1, table);
    assertTrue(table.contains("| 2359 (2359 to 2359) Mbit/s; 147 (147 to 147) MB per CPU-s |"));
    for (String line : table.lines().filter(line -> line.startsWith("|")).toList()) {
      assertEquals(5, line.chars().filter(c -> c == '|').count(), line);
    }
  }

  @Test
  void smallMessagesAreCountedToo() {
    String cell = Tables.cell(throughput(100, 2_000_000));

    assertTrue(cell.contains("1,000,000 (1,000,000 to 1,000,000) messages/s"), cell);
  }

  @Test
  void whatFailedStandsInTheTableAndBreaksNoRow() {
    String cell = Tables.cell(JSON.createObjectNode().put("failed", "exit code 1 | a\nb"));

    assertEquals("failed: exit code 1 a b", cell);
  }

  @Test
  void aSectionThatWasNeverMeasuredIsLeftAlone() throws Exception {
    assertEquals(Optional.empty(), new Tables(store()).section(Section.IDLE));
  }

  @Test
  void everySectionThatRanHasItsRows() throws Exception {
    Store store = Store.open(folder.resolve("results.json"));
    store.replace(
        Section.SETUP,
        "then",
        List.of(
            entry("cold 1", "Turnstone", Processes.parse("{\"coldMillis\":300}")),
            entry("cold 2", "Turnstone", Processes.parse("{\"coldMillis\":200}")),
            entry("cold 3", "Turnstone", Processes.parse("{\"coldMillis\":250}")),
            entry("warm", "Turnstone", Processes.parse("{\"warmMedianMillis\":3.5}"))));
    store.replace(
        Section.IDLE,
        "then",
        List.of(entry("10 connections", "Turnstone", Processes.parse("{\"heapMegabytes\":5}"))));
    store.replace(
        Section.BROWSER,
        "then",
        List.of(
            entry(
                "Chromium",
                "Turnstone",
                Processes.parse("{\"ways\":[{\"way\":\"to\",\"ratio\":4.5}]}"))));
    Tables tables = new Tables(store);

    String setUp = tables.section(Section.SETUP).orElseThrow();
    assertTrue(setUp.contains("| Turnstone | 250 (200 to 300) ms | ? | ? | ? | 3.5 ms |"), setUp);
    String idle = tables.section(Section.IDLE).orElseThrow();
    assertTrue(idle.contains("| 10 connections, Turnstone | 5 MB |"), idle);
    assertTrue(tables.section(Section.BROWSER).orElseThrow().contains("x 4.5"));
  }

  @Test
  void aSectionReplacesItselfAndLeavesTheOthers() throws Exception {
    store(entry("a", "x", throughput(1, 1)));
    Store store = Store.open(folder.resolve("results.json"));
    store.replace(Section.IDLE, "later", List.of());
    store(entry("b", "x", throughput(1, 1)));

    store = Store.open(folder.resolve("results.json"));
    assertEquals(Optional.of("later"), store.where(Section.IDLE));
    assertEquals(
        List.of("b"), store.entries(Section.STACKS).stream().map(Store.Entry::work).toList());
  }

  @Test
  void theChartIsXmlWithABarInEachPanelForEachStack() throws Exception {
    String svg =
        Chart.svg(
            "a < b",
            "Mbit/s",
            "MB",
            List.of(new Chart.Bar("ours", true, 5000, 300), new Chart.Bar("x & y", false, 0, 0)));

    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    assertEquals(4, document.getElementsByTagName("rect").getLength());
    assertTrue(svg.contains("prefers-color-scheme: dark"));
    assertTrue(svg.contains(">5,000<"), svg);
  }

  @Test
  void aProcessThatPrintsNoObjectHasFailed() {
    assertTrue(Processes.parse("").has("failed"));
    assertTrue(Processes.parse("{broken").has("failed"));
    assertEquals(2, Processes.parse("words\n{\"a\":1}\n{\"a\":2}\nwords").path("a").asInt());
  }

  @Test
  void aProcessThatDoesNotStartOrEndsBadlyHasFailed() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");

    for (List<String> command :
        List.of(
            List.of(folder.resolve("nothing").toString()),
            List.of(java.toString(), "-cp", folder.toString(), "Nothing"))) {
      Job job = new Job(Section.IDLE, "work", "x", command);
      assertTrue(Processes.run(job, 60).has("failed"), command.toString());
    }
  }

  @Test
  void eachSectionHasItsJobsAndEachStackTheSameWork() {
    Contender ours = new Contender("Turnstone", true, List.of("java", "-jar"), folder, "");
    Contender other = new Contender("libwebrtc", false, List.of("other"), folder, "");
    Plan plan = new Plan(folder, List.of(ours), List.of(other), new Plan.Pace(4, 1.5, 3, 10_000));

    for (Section section : Section.values()) {
      assertFalse(plan.jobs(section).isEmpty());
    }
    List<Job> stacks = plan.jobs(Section.STACKS);
    for (int i = 0; i < stacks.size(); i += 2) {
      List<String> one = stacks.get(i).command();
      List<String> two = stacks.get(i + 1).command();
      assertEquals(one.subList(2, 5), two.subList(1, 4));
      assertEquals(stacks.get(i).work(), stacks.get(i + 1).work());
    }
  }

  @Test
  void filesAreWrittenFromWhatIsStored() throws Exception {
    Path benchmarks = Files.createDirectories(folder.resolve("benchmarks"));
    Files.writeString(benchmarks.resolve("RESULTS.md"), "# Results\n");
    Files.writeString(
        folder.resolve("README.md"), "a\n<!-- begin measured -->\n<!-- end measured -->\nb\n");
    Store.open(benchmarks.resolve("results.json"))
        .replace(
            Section.STACKS,
            "then",
            List.of(
                entry("64 KiB messages", "Turnstone", throughput(65536, 9000)),
                entry("64 KiB messages", "Pion", Processes.parse("nothing"))));

    assertEquals(0, execute("--write-only", "--root", folder.toString()));

    String readme = Files.readString(folder.resolve("README.md"));
    assertTrue(readme.contains("2359 Mbit/s"), readme);
    assertTrue(readme.startsWith("a\n") && readme.endsWith("b\n"), readme);
    assertTrue(Files.readString(benchmarks.resolve("RESULTS.md")).contains("2359 (2359 to 2359)"));
    assertTrue(Files.readString(benchmarks.resolve("throughput.svg")).contains("Turnstone"));
  }

  @Test
  void whatIsNotUnderstoodIsRefused() {
    assertEquals(CommandLine.ExitCode.USAGE, execute("--only", "speed"));
    assertEquals(CommandLine.ExitCode.USAGE, execute("--rounds", "many"));
    assertEquals(CommandLine.ExitCode.USAGE, execute("--fast"));
  }

  private static int execute(String... arguments) {
    CommandLine line = Report.commandLine();
    line.setErr(new PrintWriter(new StringWriter()));
    return line.execute(arguments);
  }

  @Test
  void coloursAroundAnObjectDoNotHideIt() {
    String esc = "\u001b";
    assertEquals(
        1,
        Processes.parse(esc + "[0m" + esc + "[1;31m{\"a\":1}" + esc + "[0m\n").path("a").asInt());
  }
}
