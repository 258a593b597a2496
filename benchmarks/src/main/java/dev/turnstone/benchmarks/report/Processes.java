package dev.turnstone.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Runs a process that prints one JSON object as its last line. */
final class Processes {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MOST_WORDS = 300;

  private Processes() {}

  /**
   * Runs it and waits. Its standard error goes to ours.
   *
   * @return what it printed; an object with {@code failed} alone when it did not
   */
  static JsonNode run(Job job, long patienceSeconds) throws IOException, InterruptedException {
    Path out = Files.createTempFile("turnstone-report", ".out");
    try {
      Process process =
          new ProcessBuilder(job.command())
              .redirectInput(ProcessBuilder.Redirect.PIPE)
              .redirectOutput(out.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(patienceSeconds, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        return failed("not done after " + patienceSeconds + " s");
      }
      String printed = Files.readString(out, StandardCharsets.UTF_8).strip();
      if (process.exitValue() != 0) {
        return failed("exit code " + process.exitValue() + " " + shortened(printed));
      }
      return parse(printed);
    } catch (IOException notStarted) {
      return failed(notStarted.getMessage());
    } finally {
      Files.deleteIfExists(out);
    }
  }

  /** Maven resets the terminal's colours at its end, also where it has none. */
  private static final String COLOURS = "\u001b\\[[0-9;]*m";

  static JsonNode parse(String printed) {
    String last =
        printed
            .replaceAll(COLOURS, "")
            .lines()
            .filter(line -> line.startsWith("{"))
            .reduce((a, b) -> b)
            .orElse("");
    try {
      JsonNode result = JSON.readTree(last);
      return result.isObject() ? result : failed("printed no object: " + shortened(printed));
    } catch (IOException e) {
      return failed("printed no object: " + shortened(printed));
    }
  }

  private static String shortened(String text) {
    return text.length() <= MOST_WORDS ? text : text.substring(text.length() - MOST_WORDS);
  }

  private static JsonNode failed(String why) {
    return JSON.createObjectNode().put("failed", why);
  }
}
