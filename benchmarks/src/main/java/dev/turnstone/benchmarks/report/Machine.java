package dev.turnstone.benchmarks.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says where and when. */
final class Machine {
  private static final Pattern VERSION = Pattern.compile("version \"([^\"]+)\"");

  private Machine() {}

  /** The date, the processors, the system and its load before the run. */
  static String describe() {
    return LocalDate.now(ZoneOffset.UTC)
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " processors ("
        + line(Path.of("/proc/cpuinfo"), "model name").orElse(System.getProperty("os.arch"))
        + "), "
        + line(Path.of("/etc/os-release"), "PRETTY_NAME").orElse(System.getProperty("os.name"))
        + ", kernel "
        + System.getProperty("os.version");
  }

  private static Optional<String> line(Path file, String name) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(name))
          .map(line -> line.replaceFirst("^[^=:]*[=:]\\s*", "").replace("\"", ""))
          .findFirst();
    } catch (IOException notLinux) {
      return Optional.empty();
    }
  }

  /** How busy others keep the machine: the load of the last minute; empty where it is not told. */
  static Optional<Double> load() {
    try {
      return Optional.of(Double.valueOf(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]));
    } catch (IOException notLinux) {
      return Optional.empty();
    }
  }

  /** {@code JDK 17.0.15} of a {@code java} program. */
  static String javaName(Path java) throws IOException {
    Process process =
        new ProcessBuilder(java.toString(), "-version").redirectErrorStream(true).start();
    String text =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    Matcher version = VERSION.matcher(text);
    if (!version.find()) {
      throw new IOException(java + " is no Java: " + text);
    }
    return "JDK " + version.group(1);
  }
}
