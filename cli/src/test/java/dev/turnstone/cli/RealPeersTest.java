package dev.turnstone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands with the real stack under them, over UDP on loopback. */
class RealPeersTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String arguments) {
    CommandLine line = Turnstone.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments.split(" "));
  }

  @Test
  void theDemoChecksItself() {
    assertEquals(0, run("demo --check"), err.toString());
    assertTrue(out.toString().contains("Mbit/s"), out.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "throughput --warm-up 0 --seconds 0.5, /mbitPerSecond/median",
    "throughput --warm-up 0 --seconds 0.2 --size 1000 --connections 2, /messagesPerSecond/most",
    "throughput --warm-up 0 --seconds 0.2 --size 100 --rounds 1 --direct, /messagesPerSecond/most",
    "throughput --warm-up 0 --seconds 0.2 --transport nio, /cpuNanosPerDatagram/median",
    "latency --warm-up 0 --seconds 0.5, /p50Micros/median",
    "latency --warm-up 0 --seconds 0.2 --direct --connections 2, /p99Micros/median",
    "idle --connections 10 --at-once 4 --seconds 0.1, /threads",
    "setup --warm-up 1 --connections 3, /warmMedianMillis"
  })
  void benchPrintsOneObject(String arguments, String name) throws Exception {
    assertEquals(0, run("bench " + arguments + " --json"), err.toString());
    assertEquals(1, out.toString().lines().count());
    JsonNode result = new JsonMapper().readTree(out.toString());
    assertTrue(result.at(name).asDouble() > 0, out.toString());
  }

  @Test
  void aMessageThatThePeerDoesNotTakeIsAnErrorAndNoStackTrace() {
    assertEquals(1, run("bench throughput --warm-up 0 --seconds 1 --size 200000000"));
    assertTrue(err.toString().startsWith("turnstone: "), err.toString());
    assertEquals(1, err.toString().lines().count());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"peer --stdio --ice-engine wood", "peer --stdio --ice-server turn:localhost"})
  void aPeerThatCannotBeMadeSaysSoAtOnce(String arguments) {
    assertEquals(1, run(arguments));
    assertTrue(err.toString().startsWith("turnstone: "), err.toString());
    assertEquals(1, err.toString().lines().count());
  }
}
