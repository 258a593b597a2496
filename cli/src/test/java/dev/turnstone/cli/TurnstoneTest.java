package dev.turnstone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class TurnstoneTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = Turnstone.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  private int runLine(String arguments) {
    return run(arguments.isEmpty() ? new String[0] : arguments.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "demo --help",
        "peer --help",
        "nat --help",
        "bench --help",
        "bench throughput --help",
        "bench latency --help",
        "bench setup --help",
        "bench idle --help",
        "--version"
      })
  void helpGoesToStandardOutputAndIsNoError(String arguments) {
    assertEquals(0, runLine(arguments));
    assertFalse(out.toString().isBlank());
    assertEquals("", err.toString());
  }

  @Test
  void versionNamesTheProgramAndTheJvm() {
    run("--version");
    assertTrue(out.toString().startsWith("turnstone "), out.toString());
    assertTrue(out.toString().contains("Java " + System.getProperty("java.version")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fly",
        "--fly",
        "bench",
        "bench speed",
        "peer",
        "peer --stdio --bind nowhere",
        "peer --stdio --bind example.org",
        "peer --stdio --bind 300.1.1.1",
        "peer --stdio --bind 192.0.2.77",
        "peer --stdio --ice-server http://example.org",
        "peer --stdio --ice-server stun:",
        "peer --stdio --ice-server stun:a:b:c",
        "peer --stdio --ice-server turns:host?transport=udp",
        "peer --stdio --ice-transport-policy none",
        "peer --stdio more",
        "nat",
        "nat --server stuns:example.org",
        "nat --server example.org",
        "nat --server turn:example.org",
        "nat --server stun:example.org --bind nowhere",
        "bench throughput --size 0",
        "bench throughput --size lots",
        "bench throughput --rounds 0",
        "bench throughput --warm-up -1",
        "bench throughput --buffer -1",
        "bench throughput --transport pigeon",
        "bench latency --connections 0",
        "bench idle --connections 0",
        "bench idle --at-once 0",
        "bench latency --seconds 0",
        "bench setup --seconds -1",
        "bench setup --connections -5",
        "demo --port 70000",
        "demo --port no"
      })
  void whatIsNotUnderstoodExitsWithTwoAndNoStackTrace(String arguments) {
    assertEquals(2, runLine(arguments), err.toString());
    assertFalse(err.toString().isBlank());
    assertFalse(err.toString().contains("\tat "), err.toString());
    assertEquals("", out.toString());
  }
}
