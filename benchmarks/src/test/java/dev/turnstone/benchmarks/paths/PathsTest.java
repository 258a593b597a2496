package dev.turnstone.benchmarks.paths;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the experiments from rotting: short runs, and no word about how fast anything is. */
final class PathsTest {
  @TempDir Path folder;

  private static List<List<String>> run(String line) throws Exception {
    return run(line.split(" "));
  }

  private static List<List<String>> run(String... args) throws Exception {
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
    String table = Paths.run(List.of(args), nowhere);
    List<List<String>> rows = new ArrayList<>();
    for (String line : table.lines().skip(2).toList()) {
      rows.add(Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList());
    }
    return rows;
  }

  private static double number(String cell) {
    return Double.parseDouble(cell.split(" ")[0]);
  }

  @Test
  void goodputMeasuresEachPathWithEachController() throws Exception {
    List<List<String>> rows =
        run("goodput", "--seconds", "3", "--rate", "5,10", "--rtt", "10", "--loss", "0,1");

    int controllers = Controllers.ALL.split(",").length;
    assertEquals(4 * controllers, rows.size());
    for (List<String> row : rows) {
      assertTrue(number(row.get(4)) > 0.1, row.toString());
      assertTrue(number(row.get(6)) <= 100, row.toString());
    }
  }

  @Test
  void theSameSeedGivesTheSameTableAndAnotherSeedAnother() throws Exception {
    String[] args = {"goodput", "--seconds", "2", "--rate", "5", "--rtt", "30", "--loss", "2"};
    String[] other = Arrays.copyOf(args, args.length + 2);
    other[args.length] = "--seed";
    other[args.length + 1] = "2";

    assertEquals(run(args), run(args));
    assertNotEquals(run(args), run(other));
  }

  @Test
  void batchesAndCoarseTimersAndLostAcknowledgementsLetBytesThrough() throws Exception {
    List<List<String>> rows =
        run(
            "goodput",
            "--seconds",
            "3",
            "--rate",
            "5",
            "--rtt",
            "10",
            "--loss",
            "0",
            "--batching",
            "5",
            "--tick",
            "1",
            "--ack-loss",
            "1",
            "--queue",
            "2",
            "--overhead",
            "0");

    assertTrue(number(rows.get(0).get(4)) > 0.1, rows.toString());
  }

  @Test
  void fairnessSharesTheBottleneck() throws Exception {
    List<String> row =
        run("fairness --controller NEW_RENO --seconds 6 --rate 5 --rtt 10 --stagger 0 --seeds 1")
            .get(0);

    assertTrue(number(row.get(5)) > 0 && number(row.get(5)) < 100, row.toString());
    assertTrue(number(row.get(8)) >= 50, row.toString());
    assertTrue(row.get(9).matches("[01] of 1"), row.toString());
    assertTrue(number(row.get(10)) > 10, row.toString());
  }

  @Test
  void fairnessHasJitterUnlessToldOtherwise() throws Exception {
    String line =
        "fairness --controller NEW_RENO --seconds 6 --rate 5 --rtt 10 --stagger 0 --seeds 1";

    assertEquals(run(line), run(line + " --jitter 1"));
    assertNotEquals(run(line), run(line + " --jitter 0"));
  }

  @Test
  void fairnessPutsEachControllerBesideItselfAndBesideEachOther() throws Exception {
    List<List<String>> rows = run("fairness --seconds 1 --rate 1 --rtt 10 --stagger 0,1 --seeds 1");

    int controllers = Controllers.ALL.split(",").length;
    assertEquals(controllers * (controllers + 1), rows.size());
  }

  @Test
  void pingsAreAnsweredBesideTheTransfer() throws Exception {
    List<List<String>> rows = run("ping", "--seconds", "3", "--rate", "5", "--rtt", "10");

    assertEquals(2 * Controllers.ALL.split(",").length, rows.size());
    for (List<String> row : rows) {
      assertTrue(number(row.get(5)) >= 10, row.toString());
      assertTrue(number(row.get(10)) > 0, row.toString());
    }
  }

  @Test
  void idleWatchesThePauseAndWhatComesAfterIt() throws Exception {
    for (List<String> row : run("idle", "--seconds", "2", "--rate", "20", "--rtt", "10")) {
      assertTrue(number(row.get(5)) > 0, row.toString());
      assertTrue(number(row.get(7)) > 0, row.toString());
    }
  }

  @Test
  void theTableReplacesItsSectionOfAFile() throws Exception {
    Path file = folder.resolve("results.md");
    Files.writeString(file, "# Results\n\nother words\n");
    String[] args = {
      "goodput",
      "--seconds",
      "1",
      "--rate",
      "1",
      "--rtt",
      "10",
      "--loss",
      "0",
      "--write",
      file.toString()
    };
    run(args);
    String once = Files.readString(file);
    run(args);

    assertEquals(once, Files.readString(file));
    assertTrue(once.startsWith("# Results\n\nother words\n"), once);
    assertTrue(once.contains("goodput --seconds 1 --rate 1 --rtt 10 --loss 0`"), once);
  }

  @Test
  void aSectionIsReplacedWhereItStands() {
    String text = "a\n<!-- begin x -->\nold\n<!-- end x -->\nb\n";

    assertEquals(
        "a\n<!-- begin x -->\nnew\n<!-- end x -->\nb\n",
        MarkedSection.replaced(text, "x", "new\n"));
  }

  @Test
  void anUnknownOptionOrExperimentIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> run("goodput", "--sedonds", "1"));
    assertThrows(IllegalArgumentException.class, () -> run("goodput", "--seconds"));
    assertThrows(IllegalArgumentException.class, () -> run("badput"));
    assertThrows(IllegalArgumentException.class, () -> run());
  }

  @Test
  void quantilesAreValuesThatWereSeen() {
    Quantiles quantiles = new Quantiles();
    assertEquals(0, quantiles.millis(0.5));
    for (long i = 100; i >= 1; i--) {
      quantiles.add(i * 1_000_000);
    }

    assertEquals(50, quantiles.millis(0.5));
    assertEquals(95, quantiles.millis(0.95));
    assertEquals(100, quantiles.millis(1));
    assertEquals(50.5, quantiles.meanMillis(), 1e-9);
  }
}
