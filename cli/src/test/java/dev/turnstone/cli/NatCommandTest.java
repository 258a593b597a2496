package dev.turnstone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.turnstone.cli.nat.LoopbackServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class NatCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = Turnstone.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  @Test
  void oneObjectIsPrintedForPrograms() throws Exception {
    assumeTrue(LoopbackServer.hasTwoAddresses(), "127.0.0.2 is no address of this system");
    try (LoopbackServer server = new LoopbackServer(true)) {
      assertEquals(0, run("nat", "--server", server.uri(), "--json"), err::toString);
      JsonNode json = new JsonMapper().readTree(out.toString());
      assertEquals(server.uri(), json.get("server").asText());
      assertEquals(json.get("local"), json.get("outside"));
      assertFalse(json.get("nat").asBoolean());
      assertEquals("endpoint-independent", json.get("filtering").asText());
      assertTrue(json.get("hairpinning").isNull());
      assertEquals("open internet", json.get("type").asText());
      assertEquals("everybody", json.get("direct").asText());
    }
  }

  @Test
  void aTableIsPrintedForPeople() throws Exception {
    try (LoopbackServer server = new LoopbackServer(false)) {
      assertEquals(0, run("nat", "--server", server.uri(), "--bind", "127.0.0.1"), err::toString);
      assertTrue(out.toString().contains("(the same: no NAT)"), out.toString());
      assertTrue(out.toString().contains("filtering        unknown"), out.toString());
      assertTrue(out.toString().contains("Direct connections work"), out.toString());
    }
  }

  @Test
  void aServerThatIsSilentIsAFailure() throws Exception {
    try (DatagramSocket silent =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      assertEquals(1, run("nat", "--server", "stun:127.0.0.1:" + silent.getLocalPort()));
      assertTrue(err.toString().startsWith("turnstone: no answer from stun:127.0.0.1:"));
      assertEquals("", out.toString());
    }
  }

  @Test
  void aServerOfAnotherFamilyThanTheLocalAddressIsAFailure() {
    assertEquals(1, run("nat", "--server", "stun:[::1]:9", "--bind", "127.0.0.1"));
    assertTrue(err.toString().contains("there is no way to ::1 from 127.0.0.1"), err::toString);
  }
}
