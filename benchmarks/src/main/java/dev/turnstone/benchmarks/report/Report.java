package dev.turnstone.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.turnstone.benchmarks.paths.MarkedSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs the end-to-end measurements, one process after the other, and writes the tables and the
 * chart. {@code benchmarks/run} builds what is measured and starts it.
 */
@Command(
    name = "benchmarks/run",
    header = "Measure end to end, and write RESULTS.md, README.md and the chart.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class Report implements Callable<Integer> {
  private static final double QUIET = 0.5;
  private static final int CHARTED = 0;

  @Option(
      names = "--only",
      paramLabel = "SECTION",
      split = ",",
      description = "Of ${COMPLETION-CANDIDATES}; a list. Default: all.")
  private Set<Section> only = new LinkedHashSet<>(Arrays.asList(Section.values()));

  @Option(
      names = "--java",
      paramLabel = "PROGRAM",
      split = ",",
      description = "The java programs to measure on; a list. Default: the one that runs this.")
  private List<Path> javas = new ArrayList<>();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rounds to take the median of. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "1.5",
      description = "How long a round is. Default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "4",
      description = "How long each process runs before it counts. Default: ${DEFAULT-VALUE}.")
  private double warmUp;

  @Option(
      names = "--idle",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Connections of the server that says nothing. Default: ${DEFAULT-VALUE}.")
  private int idle;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "End a process that takes longer. Default: ${DEFAULT-VALUE}.")
  private long patience;

  @Option(
      names = "--root",
      paramLabel = "FOLDER",
      defaultValue = ".",
      description = "Where the project is. Default: here.")
  private Path root;

  @Option(names = "--list", description = "Print what would run, and run nothing.")
  private boolean list;

  @Option(
      names = "--write-only",
      description = "Run nothing; write the files again from benchmarks/results.json.")
  private boolean writeOnly;

  private final List<String> failures = new ArrayList<>();

  /** Made by {@link #main}. */
  Report() {}

  /** Runs the command line and exits with its code: 1 when a process failed. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Report()).setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = root.toAbsolutePath().normalize();
    Path benchmarks = folder.resolve("benchmarks");
    Store store = Store.open(benchmarks.resolve("results.json"));
    if (!writeOnly) {
      Plan plan = plan(folder);
      for (Section section : Section.values()) {
        if (only.contains(section)) {
          run(section, plan.jobs(section), store, folder);
        }
      }
    }
    if (!list) {
      write(store, folder);
    }
    failures.forEach(failure -> say("FAILED: " + failure));
    return failures.isEmpty() ? 0 : 1;
  }

  private Plan plan(Path folder) throws IOException {
    if (javas.isEmpty()) {
      javas.add(Path.of(System.getProperty("java.home"), "bin", "java"));
    }
    List<Contender> ours = new ArrayList<>();
    for (Path java : javas) {
      ours.add(Contender.turnstone(folder, java, Machine.javaName(java)));
    }
    List<Contender> others = new ArrayList<>();
    for (Contender other : Contender.others(folder, javas.get(0))) {
      other
          .leftOut()
          .ifPresentOrElse(
              why -> say("LEFT OUT: " + other.name() + ": " + why), () -> others.add(other));
    }
    return new Plan(folder, ours, others, new Plan.Pace(warmUp, seconds, rounds, idle));
  }

  private void run(Section section, List<Job> jobs, Store store, Path folder)
      throws IOException, InterruptedException {
    if (list) {
      jobs.forEach(job -> System.out.println(shown(job, folder)));
      return;
    }
    String where = Machine.describe();
    Optional<Double> load = Machine.load();
    if (load.isPresent() && load.get() > Runtime.getRuntime().availableProcessors() + QUIET) {
      say("the machine is not quiet (load " + load.get() + "): the figures will say little");
      where += ", with other programs running (load " + load.get() + ")";
    }
    List<Store.Entry> entries = new ArrayList<>();
    for (Job job : jobs) {
      System.out.print(
          String.format(
              Locale.ROOT, "%-10s %-26s %-24s ", section.word(), job.work(), job.contender()));
      System.out.flush();
      JsonNode result = Processes.run(job, patience);
      System.out.println(section == Section.STACKS ? Tables.cell(result) : brief(result));
      if (result.has("failed")) {
        failures.add(job.work() + ", " + job.contender() + ": " + result.path("failed").asText());
      }
      entries.add(new Store.Entry(job.work(), job.contender(), shown(job, folder), result));
    }
    store.replace(section, where, entries);
  }

  private static String brief(JsonNode result) {
    return result.path("rounds").isArray() || result.has("failed")
        ? Tables.cell(result)
        : result.toString();
  }

  /** The command as it may stand in a file: no folder of this machine in it. */
  private static String shown(Job job, Path folder) {
    List<String> words = new ArrayList<>(job.command());
    words.removeIf(word -> word.equals("env") || word.startsWith("JAVA_HOME="));
    words.set(0, Path.of(words.get(0)).getFileName().toString());
    return String.join(" ", words).replace(folder + "/", "").replace(folder.toString(), ".");
  }

  private static void write(Store store, Path folder) throws IOException {
    Path benchmarks = folder.resolve("benchmarks");
    Tables tables = new Tables(store);
    for (Section section : Section.values()) {
      Optional<String> text = tables.section(section);
      if (text.isPresent()) {
        MarkedSection.write(
            benchmarks.resolve("RESULTS.md"), "end-to-end " + section.word(), text.get());
      }
    }
    if (store.where(Section.STACKS).isPresent()) {
      MarkedSection.write(folder.resolve("README.md"), "measured", tables.summary());
      Files.writeString(benchmarks.resolve("throughput.svg"), chart(store));
    }
  }

  private static String chart(Store store) {
    String work = Plan.SHARED.get(CHARTED).name();
    List<Chart.Bar> bars = new ArrayList<>();
    for (String contender : store.contenders(Section.STACKS)) {
      JsonNode result = store.result(Section.STACKS, work, contender);
      Optional<Figure> rate = Figure.mbitPerSecond(result);
      Optional<Figure> cost = Figure.megabytesPerCpuSecond(result);
      if (rate.isPresent() && cost.isPresent()) {
        bars.add(
            new Chart.Bar(
                contender,
                contender.startsWith("Turnstone"),
                rate.get().median(),
                cost.get().median()));
      }
    }
    return Chart.svg(
        work + ", reliable and ordered, one connection over loopback",
        "Mbit/s",
        "MB per CPU-second, both peers",
        bars);
  }

  private static void say(String words) {
    System.err.println("benchmarks: " + words);
  }
}
