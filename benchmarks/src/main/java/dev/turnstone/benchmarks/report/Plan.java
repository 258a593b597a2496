package dev.turnstone.benchmarks.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which processes make up the report, in the order in which they run. */
final class Plan {
  /** What all stacks are asked for, one connection each. */
  static final List<Work> SHARED =
      List.of(
          new Work("64 KiB messages", "throughput", "--size", "65536"),
          new Work("16 KiB messages", "throughput", "--size", "16384"),
          new Work("1 KiB messages", "throughput", "--size", "1024"),
          new Work("100 B messages", "throughput", "--size", "100"),
          new Work("ping-pong, 100 B", "latency", "--size", "100"));

  static final List<Work> MORE_THROUGHPUT =
      List.of(
          throughput("64 KiB, 10 connections", 65536, "--connections", "10"),
          throughput("64 KiB, 100 connections", 65536, "--connections", "100"),
          throughput("16 KiB, 10 connections", 16384, "--connections", "10"),
          throughput("16 KiB, 100 connections", 16384, "--connections", "100"),
          throughput("1 KiB, 10 connections", 1024, "--connections", "10"),
          throughput("1 KiB, 100 connections", 1024, "--connections", "100"),
          throughput("100 B, 10 connections", 100, "--connections", "10"),
          throughput("100 B, 100 connections", 100, "--connections", "100"),
          throughput("64 KiB, NIO", 65536, "--transport", "nio"),
          throughput("64 KiB, direct", 65536, "--direct"),
          throughput("64 KiB, direct, busy poll", 65536, "--direct", "--busy-poll", "100"),
          throughput("1 KiB, direct, busy poll", 1024, "--direct", "--busy-poll", "100"),
          throughput("100 B, direct, busy poll", 100, "--direct", "--busy-poll", "100"));

  static final List<Work> MORE_LATENCY =
      List.of(
          new Work("direct", "latency", "--direct"),
          new Work("direct, busy poll", "latency", "--direct", "--busy-poll", "100"),
          new Work("NIO", "latency", "--transport", "nio"),
          new Work("100 connections", "latency", "--connections", "100"));

  /** Compiled code needs no long start. */
  private static final double NATIVE_WARM_UP = 1;

  private static final int COLD_STARTS = 3;

  /** Rows of single JVMs, numbered: with {@code java} alone, and by the script. */
  static final String COLD = "cold ";

  static final String ARCHIVE = "by the script ";

  private final Path root;
  private final List<Contender> ours;
  private final List<Contender> others;
  private final Pace pace;

  /**
   * @param name of the row
   * @param arguments after the program's name
   */
  record Work(String name, String... arguments) {}

  /**
   * How long things take.
   *
   * @param warmUp seconds before the first round
   * @param seconds of each round
   * @param rounds to take the median of
   * @param idle connections of the server that says nothing
   */
  record Pace(double warmUp, double seconds, int rounds, int idle) {}

  Plan(Path root, List<Contender> ours, List<Contender> others, Pace pace) {
    this.root = root;
    this.ours = ours;
    this.others = others;
    this.pace = pace;
  }

  private static Work throughput(String name, int size, String... more) {
    List<String> arguments = new ArrayList<>(List.of("throughput", "--size", "" + size));
    arguments.addAll(List.of(more));
    return new Work(name, arguments.toArray(String[]::new));
  }

  List<Job> jobs(Section section) {
    return switch (section) {
      case MACHINE -> machine();
      case STACKS -> {
        // One work after the other, so that what slows the machine for a while slows all alike.
        List<Job> jobs = new ArrayList<>();
        for (Work work : SHARED) {
          ours.forEach(one -> jobs.add(job(section, work, one)));
          others.forEach(one -> jobs.add(job(section, work, one)));
        }
        yield jobs;
      }
      case THROUGHPUT -> ofOurs(section, MORE_THROUGHPUT);
      case LATENCY -> ofOurs(section, MORE_LATENCY);
      case SETUP -> setUp();
      case IDLE -> idle();
      case BROWSER -> browser();
    };
  }

  private List<Job> ofOurs(Section section, List<Work> works) {
    List<Job> jobs = new ArrayList<>();
    works.forEach(work -> ours.forEach(one -> jobs.add(job(section, work, one))));
    return jobs;
  }

  private Job job(Section section, Work work, Contender contender) {
    List<String> command = new ArrayList<>(contender.command());
    command.addAll(List.of(work.arguments()));
    double warmUp = contender.ours() ? pace.warmUp() : Math.min(pace.warmUp(), NATIVE_WARM_UP);
    command.addAll(
        List.of(
            "--warm-up",
            seconds(warmUp),
            "--seconds",
            seconds(pace.seconds()),
            "--rounds",
            "" + pace.rounds(),
            "--json"));
    return new Job(section, work.name(), contender.name(), command);
  }

  /** What no stack is spared, on each Java. */
  private List<Job> machine() {
    List<Job> jobs = new ArrayList<>();
    Path jar = root.resolve("benchmarks/target/benchmarks.jar");
    for (Contender one : ours) {
      jobs.add(
          new Job(
              Section.MACHINE,
              "bare steps",
              one.name(),
              List.of(
                  one.command().get(0),
                  "-cp",
                  jar.toString(),
                  "dev.turnstone.benchmarks.BareSteps")));
    }
    return jobs;
  }

  private List<Job> setUp() {
    List<Job> jobs = new ArrayList<>();
    for (Contender one : ours) {
      for (int i = 1; i <= COLD_STARTS; i++) {
        List<String> cold = new ArrayList<>(one.command());
        cold.addAll(List.of("setup", "--warm-up", "0", "--connections", "1", "--json"));
        jobs.add(new Job(Section.SETUP, COLD + i, one.name(), cold));
        jobs.add(new Job(Section.SETUP, ARCHIVE + i, one.name(), launched(one)));
      }
      List<String> warm = new ArrayList<>(one.command());
      warm.addAll(List.of("setup", "--json"));
      jobs.add(new Job(Section.SETUP, "warm", one.name(), warm));
    }
    return jobs;
  }

  /** By the script that people use, which brings a class-data archive. */
  private List<String> launched(Contender one) {
    Path home = Path.of(one.command().get(0)).toAbsolutePath().getParent().getParent();
    return List.of(
        "env",
        "JAVA_HOME=" + home,
        root.resolve("turnstone").toString(),
        "bench",
        "setup",
        "--warm-up",
        "0",
        "--connections",
        "1",
        "--json");
  }

  /** Once, on the first Java: memory does not scatter, and it takes long. */
  private List<Job> idle() {
    Contender one = ours.get(0);
    List<String> command = new ArrayList<>(one.command());
    // A heap that is no larger than what is promised shows that the promise holds.
    command.add(1, "-Xmx1g");
    command.addAll(List.of("idle", "--connections", "" + pace.idle(), "--json"));
    return List.of(
        new Job(
            Section.IDLE,
            String.format(Locale.ROOT, "%,d connections", pace.idle()),
            one.name(),
            command));
  }

  private List<Job> browser() {
    return List.of(
        new Job(
            Section.BROWSER,
            "Chromium",
            ours.get(0).name(),
            List.of(
                "mvn",
                "-q",
                "-o",
                "-B",
                "-f",
                root.toString(),
                "-pl",
                "interop",
                "-am",
                "test",
                "-Dtest=ChromiumCost",
                "-Dsurefire.failIfNoSpecifiedTests=false")));
  }

  private static String seconds(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
