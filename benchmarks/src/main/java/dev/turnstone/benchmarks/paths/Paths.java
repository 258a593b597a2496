package dev.turnstone.benchmarks.paths;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The program: {@code goodput}, {@code fairness}, {@code ping} or {@code idle}, then options. */
public final class Paths {
  private static final List<String> OPTIONS =
      List.of(
          "controller",
          "rate",
          "rtt",
          "loss",
          "ack-loss",
          "queue",
          "queue-floor",
          "overhead",
          "batching",
          "tick",
          "jitter",
          "interleaving",
          "stagger",
          "idle",
          "seconds",
          "seed",
          "seeds",
          "threads",
          "write");

  /** Those that have no part in what is measured. */
  private static final List<String> OUTWARD = List.of("threads", "write");

  private Paths() {}

  /**
   * Runs one experiment and prints its table.
   *
   * @param args the experiment and its options; README.md of the module lists them
   * @throws IOException when the file to write to cannot be read or written
   * @throws InterruptedException when the thread is interrupted
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    try {
      run(List.of(args), new PrintStream(System.out, true, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  static String run(List<String> args, PrintStream out) throws IOException, InterruptedException {
    if (args.isEmpty()) {
      throw new IllegalArgumentException("which experiment? There are " + Experiment.titles());
    }
    Experiment experiment = Experiment.of(args.get(0));
    Arguments arguments = new Arguments(args.subList(1, args.size()));
    arguments.refuseUnknown(OPTIONS);
    String table = experiment.table(arguments).print(out, (int) arguments.number("threads", 1));
    if (arguments.has("write")) {
      String command = experiment.title() + arguments.without(OUTWARD);
      MarkedSection.write(
          Path.of(arguments.text("write", "")),
          "paths " + experiment.title(),
          "`" + command + "`\n\n" + table);
    }
    return table;
  }
}
