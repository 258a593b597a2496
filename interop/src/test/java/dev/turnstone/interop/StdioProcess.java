package dev.turnstone.interop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process that speaks one JSON object per line. What it writes to standard error is kept in
 * {@code target/stdio-NAME.log}.
 */
final class StdioProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode END = JSON.createObjectNode().put("type", "end of output");

  private final String name;
  private final Process process;
  private final Writer in;
  private final BlockingQueue<JsonNode> heard = new LinkedBlockingQueue<>();
  private StdioProcess candidatesTo;

  StdioProcess(String name, List<String> command) {
    this.name = name;
    try {
      Path log = Files.createDirectories(Path.of("target")).resolve("stdio-" + name + ".log");
      process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    in = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, "stdio-" + name);
    reader.setDaemon(true);
    reader.start();
    expect("ready");
  }

  /** Says a line, made of names and values in turn. */
  void say(Map<String, String> object) {
    sayRaw(JSON.valueToTree(object).toString());
  }

  void sayRaw(String line) {
    try {
      in.write(line + "\n");
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " does not listen", e);
    }
  }

  String offer() {
    say(Map.of("cmd", "makeOffer"));
    return expect("offer").get("sdp").asText();
  }

  String answer(String offer) {
    say(Map.of("type", "offer", "sdp", offer));
    return expect("answer").get("sdp").asText();
  }

  void accept(String answer) {
    say(Map.of("type", "answer", "sdp", answer));
  }

  /** Whether the three messages of the probe came back as they were. */
  boolean probe() {
    return probed().get("ok").asBoolean();
  }

  /** How the probe ended, with the pair that it went over. */
  JsonNode probed() {
    return expect("probe");
  }

  /** Every candidate from now on, and those that wait, go to another and are not heard here. */
  synchronized void carryCandidatesTo(StdioProcess other) {
    candidatesTo = other;
    List<JsonNode> waiting = new ArrayList<>();
    heard.drainTo(waiting);
    waiting.forEach(this::hear);
  }

  private synchronized void hear(JsonNode line) {
    if (candidatesTo != null && line.path("type").asText().equals("candidate")) {
      candidatesTo.sayRaw(line.toString());
    } else {
      heard.add(line);
    }
  }

  /** The next line, which must be of a type. */
  JsonNode expect(String type) {
    JsonNode next = next();
    if (!next.path("type").asText().equals(type)) {
      throw new AssertionError(name + " should have said " + type + ", but said " + next);
    }
    return next;
  }

  JsonNode next() {
    try {
      JsonNode next = heard.poll(JvmPeer.TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError(name + " said nothing");
      }
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while listening to " + name, e);
    }
  }

  /** Waits for the process's own end; says its exit code. */
  int awaitExit() {
    try {
      if (!process.waitFor(JvmPeer.TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(name + " does not end");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for the end of " + name, e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void read() {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while ((line = out.readLine()) != null) {
        try {
          hear(JSON.readTree(line));
        } catch (JsonProcessingException e) {
          heard.add(JSON.createObjectNode().put("type", "no JSON").put("line", line));
        }
      }
    } catch (IOException e) {
      // The process was ended.
    }
    heard.add(END);
  }
}
