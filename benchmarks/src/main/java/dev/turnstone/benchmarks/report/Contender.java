package dev.turnstone.benchmarks.report;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A stack on a runtime, as a program that takes the words of {@code turnstone bench} and prints one
 * JSON object.
 *
 * @param name as tables say it
 * @param ours whether it is Turnstone
 * @param command the program and its first words
 * @param needs the file without which it cannot run
 * @param missing what to do when that is not there
 */
record Contender(String name, boolean ours, List<String> command, Path needs, String missing) {
  private static final String BUILD = "benchmarks/rivals/install builds it";

  /** Turnstone on one Java. */
  static Contender turnstone(Path root, Path java, String javaName) {
    Path jar = root.resolve("cli/target/turnstone.jar");
    return new Contender(
        "Turnstone, " + javaName,
        true,
        List.of(java.toString(), "-jar", jar.toString(), "bench"),
        jar,
        "build it: mvn -pl cli -am package");
  }

  /** The others, in the order of the table. */
  static List<Contender> others(Path root, Path java) {
    Path rivals = root.resolve("benchmarks/rivals");
    List<Contender> others = new ArrayList<>();
    Path jar = rivals.resolve("libwebrtc/target/rival-libwebrtc.jar");
    others.add(
        new Contender(
            "libwebrtc", false, List.of(java.toString(), "-jar", jar.toString()), jar, BUILD));
    Path program = rivals.resolve("libdatachannel/build/rival");
    others.add(new Contender("libdatachannel", false, List.of(program.toString()), program, BUILD));
    Path pion = rivals.resolve("pion/bin/rival");
    others.add(new Contender("Pion", false, List.of(pion.toString()), pion, BUILD));
    return others;
  }

  /** Why it cannot run here, if so. */
  Optional<String> leftOut() {
    return Files.exists(needs) ? Optional.empty() : Optional.of(missing);
  }
}
