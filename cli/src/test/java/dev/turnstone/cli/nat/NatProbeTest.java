package dev.turnstone.cli.nat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.discovery.NatBehaviour;
import dev.turnstone.ice.discovery.NatReport;
import dev.turnstone.ice.discovery.NatType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NatProbeTest {
  private static InetSocketAddress address(LoopbackServer server) throws Exception {
    return new InetSocketAddress(
        InetAddress.getByName("127.0.0.1"), IceServer.parse(server.uri()).port());
  }

  @Test
  void loopbackIsTheOpenInternet() throws Exception {
    assumeTrue(LoopbackServer.hasTwoAddresses(), "127.0.0.2 is no address of this system");
    try (LoopbackServer server = new LoopbackServer(true)) {
      InetAddress from = NatProbe.localAddressTowards(address(server)).orElseThrow();
      NatReport report = NatProbe.ask(address(server), from);
      assertEquals(NatType.OPEN, report.type());
      assertEquals(Optional.of(report.local()), report.mapped());
    }
  }

  @Test
  void aServerWithOneAddressTellsThatThereIsNoNat() throws Exception {
    try (LoopbackServer server = new LoopbackServer(false)) {
      NatReport report = NatProbe.ask(address(server), InetAddress.getLoopbackAddress());
      assertEquals(NatBehaviour.ENDPOINT_INDEPENDENT, report.mapping());
      assertEquals(NatBehaviour.UNKNOWN, report.filtering());
    }
  }

  private static NatReport report(NatBehaviour mapping, NatBehaviour filtering, int outsidePort)
      throws Exception {
    return new NatReport(
        new InetSocketAddress(InetAddress.getByName("192.168.0.2"), 40_000),
        Optional.of(new InetSocketAddress(InetAddress.getByName("203.0.113.1"), outsidePort)),
        Optional.empty(),
        mapping,
        filtering,
        Optional.of(false));
  }

  @ParameterizedTest
  @CsvSource({
    "ENDPOINT_INDEPENDENT, ENDPOINT_INDEPENDENT, everybody, full cone",
    "ENDPOINT_INDEPENDENT, ADDRESS_DEPENDENT, everybody, restricted cone",
    "ENDPOINT_INDEPENDENT, ADDRESS_AND_PORT_DEPENDENT, nearly-everybody, port-restricted cone",
    "ENDPOINT_INDEPENDENT, UNKNOWN, nearly-everybody, unknown",
    "ADDRESS_DEPENDENT, ADDRESS_DEPENDENT, some, symmetric",
    "ADDRESS_AND_PORT_DEPENDENT, ADDRESS_AND_PORT_DEPENDENT, some, symmetric",
    "ADDRESS_AND_PORT_DEPENDENT, UNKNOWN, some, symmetric",
    "UNKNOWN, UNKNOWN, unknown, unknown",
  })
  void whatItMeansIsToldInWords(
      NatBehaviour mapping, NatBehaviour filtering, String direct, String type) throws Exception {
    NatSummary summary = NatSummary.of("stun:example.org", report(mapping, filtering, 40_000));
    assertEquals(direct, summary.direct());
    assertEquals(type, summary.type());
    assertTrue(summary.nat());
    assertTrue(summary.portKept());
    assertEquals("203.0.113.1:40000", summary.outside());
  }

  @Test
  void theTableIsForPeople() throws Exception {
    NatSummary summary =
        NatSummary.of(
            "stun:example.org",
            report(NatBehaviour.ENDPOINT_INDEPENDENT, NatBehaviour.ADDRESS_DEPENDENT, 5));
    assertEquals(
        List.of(
            "local address    192.168.0.2:40000",
            "outside address  203.0.113.1:5",
            "outside port     another one",
            "mapping          endpoint-independent",
            "filtering        address-dependent",
            "hairpinning      no",
            "also called      restricted cone"),
        summary.rows());
  }
}
