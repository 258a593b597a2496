package dev.turnstone.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process takes of the processors: both peers, the collector and the compiler. */
final class Cpu {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final Path TASKS = Path.of("/proc/self/task");
  private static final String SWITCHES = "voluntary_ctxt_switches:";

  private Cpu() {}

  /** CPU time so far, in nanoseconds. */
  static long nanos() {
    return SYSTEM.getProcessCpuTime();
  }

  /**
   * How often threads that live now have given up their processor because they had to wait; -1
   * where the system does not tell.
   */
  static long contextSwitches() {
    if (!Files.isDirectory(TASKS)) {
      return -1;
    }
    long sum = 0;
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        sum += voluntary(task.resolve("status"));
      }
      return sum;
    } catch (IOException e) {
      return -1;
    }
  }

  private static long voluntary(Path status) {
    try {
      return Files.readString(status)
          .lines()
          .filter(line -> line.startsWith(SWITCHES))
          .mapToLong(line -> Long.parseLong(line.substring(SWITCHES.length()).strip()))
          .sum();
    } catch (IOException | UncheckedIOException ended) {
      return 0;
    }
  }
}
