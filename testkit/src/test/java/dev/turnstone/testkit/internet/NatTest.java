package dev.turnstone.testkit.internet;

import static dev.turnstone.testkit.internet.Probe.at;
import static dev.turnstone.testkit.internet.SimulatedInternet.address;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.testkit.LinkOptions;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class NatTest {
  private static final String OUTSIDE = "203.0.113.1";
  private static final Duration SOON = Duration.ofMillis(100);

  private final SimulatedInternet internet = new SimulatedInternet(1);
  private final SimulatedHost inner = host("inner");
  private final SimulatedHost first = host("first");
  private final SimulatedHost second = host("second");
  private Nat nat;
  private Probe probe;
  private Probe one;
  private Probe oneOtherPort;
  private Probe two;

  private SimulatedHost host(String name) {
    return internet.host(name, LinkOptions.PERFECT.withDelay(Duration.ofMillis(10)));
  }

  private void behind(NatOptions options) throws BindException {
    nat = internet.nat("nat", options, internet.realm(), address(OUTSIDE));
    inner.join(nat.inside(), address("10.0.0.2"));
    first.join(internet.realm(), address("198.51.100.1"));
    second.join(internet.realm(), address("198.51.100.2"));
    probe = new Probe(inner, "10.0.0.2", 5000);
    one = new Probe(first, "198.51.100.1", 1);
    oneOtherPort = new Probe(first, "198.51.100.1", 2);
    two = new Probe(second, "198.51.100.2", 1);
  }

  private static NatOptions options(NatBehaviour mapping, NatBehaviour filtering) {
    return NatOptions.FULL_CONE.withMapping(mapping).withFiltering(filtering);
  }

  /** Where the probe's datagram to another comes from. */
  private InetSocketAddress seenBy(Probe other) {
    probe.send("hello", other.address());
    internet.runFor(SOON);
    return other.lastFrom();
  }

  @ParameterizedTest
  @EnumSource(NatBehaviour.class)
  void aMappingIsKeptForTheDestinationsThatItsBehaviourDoesNotTellApart(NatBehaviour mapping)
      throws BindException {
    behind(options(mapping, NatBehaviour.ENDPOINT_INDEPENDENT));
    InetSocketAddress toOne = seenBy(one);
    assertEquals(toOne, seenBy(one));
    assertEquals(address(OUTSIDE), toOne.getAddress());
    boolean samePort = mapping != NatBehaviour.ADDRESS_AND_PORT_DEPENDENT;
    assertEquals(samePort, toOne.equals(seenBy(oneOtherPort)));
    boolean sameAddress = mapping == NatBehaviour.ENDPOINT_INDEPENDENT;
    assertEquals(sameAddress, toOne.equals(seenBy(two)));
    assertEquals(new int[] {1, 2, 3}[mapping.ordinal()], nat.mappings());
  }

  @ParameterizedTest
  @EnumSource(NatBehaviour.class)
  void aMappingLetsInWhomItsFilteringDoesNotTellFromWhomWasSentTo(NatBehaviour filtering)
      throws BindException {
    behind(options(NatBehaviour.ENDPOINT_INDEPENDENT, filtering));
    InetSocketAddress mapped = seenBy(one);
    one.send("one", mapped);
    oneOtherPort.send("other port", mapped);
    two.send("other address", mapped);
    internet.runFor(SOON);
    List<String> expected =
        switch (filtering) {
          case ENDPOINT_INDEPENDENT -> List.of("one", "other port", "other address");
          case ADDRESS_DEPENDENT -> List.of("one", "other port");
          case ADDRESS_AND_PORT_DEPENDENT -> List.of("one");
        };
    assertEquals(expected, probe.texts());
    assertEquals(3 - expected.size(), nat.statistics().filtered());
    assertEquals(expected.size(), nat.statistics().inbound());
    assertEquals(one.address(), probe.heard.get(0).from());
  }

  @Test
  void sendingToSomeoneLetsThemIn() throws BindException {
    behind(NatOptions.PORT_RESTRICTED);
    InetSocketAddress mapped = seenBy(one);
    assertEquals(mapped, seenBy(two));
    two.send("now", mapped);
    internet.runFor(SOON);
    assertEquals(List.of("now"), probe.texts());
  }

  @Test
  void whatNoMappingStandsForIsDropped() throws BindException {
    behind(NatOptions.FULL_CONE);
    one.send("unasked", at(OUTSIDE, 5000));
    internet.runFor(SOON);
    assertEquals(List.of(), probe.texts());
    assertEquals(1, nat.statistics().filtered());
  }

  @Test
  void theFourNamesOfOldAreWhatTheyWere() throws BindException {
    assertEquals(
        options(NatBehaviour.ENDPOINT_INDEPENDENT, NatBehaviour.ENDPOINT_INDEPENDENT),
        NatOptions.FULL_CONE);
    assertEquals(NatBehaviour.ADDRESS_DEPENDENT, NatOptions.ADDRESS_RESTRICTED.filtering());
    assertEquals(NatBehaviour.ENDPOINT_INDEPENDENT, NatOptions.PORT_RESTRICTED.mapping());
    behind(NatOptions.SYMMETRIC);
    InetSocketAddress toOne = seenBy(one);
    InetSocketAddress toTwo = seenBy(two);
    assertNotEquals(toOne, toTwo);
    two.send("stranger", toOne);
    internet.runFor(SOON);
    assertEquals(List.of(), probe.texts());
  }

  @Test
  void portsArePreservedOnlyWhereTheyAreFree() throws BindException {
    behind(NatOptions.FULL_CONE);
    inner.join(nat.inside(), address("10.0.0.3"));
    Probe same = new Probe(inner, "10.0.0.3", 5000);
    assertEquals(5000, seenBy(one).getPort());
    same.send("me too", one.address());
    internet.runFor(SOON);
    assertNotEquals(5000, one.lastFrom().getPort());
    assertEquals(address(OUTSIDE), one.lastFrom().getAddress());
  }

  @Test
  void aNatThatDoesNotPreservePortsTakesRandomOnes() throws BindException {
    behind(NatOptions.SYMMETRIC);
    Set<Integer> ports = new HashSet<>();
    for (int port = 1; port <= 20; port++) {
      Probe other = port <= 2 ? null : new Probe(first, "198.51.100.1", port);
      if (other != null) {
        ports.add(seenBy(other).getPort());
      }
    }
    assertEquals(18, ports.size());
    assertTrue(ports.stream().noneMatch(port -> port == 5000 || port < 1024));
  }

  @Test
  void aMappingDiesWithoutOutboundTraffic() throws BindException {
    behind(NatOptions.FULL_CONE.withMappingLifetime(Duration.ofSeconds(30)));
    InetSocketAddress mapped = seenBy(one);
    internet.runFor(Duration.ofSeconds(25));
    one.send("still there", mapped);
    internet.runFor(Duration.ofSeconds(10));
    one.send("inbound traffic kept nothing alive", mapped);
    internet.runFor(SOON);
    assertEquals(List.of("still there"), probe.texts());
    assertEquals(0, nat.mappings());
  }

  @Test
  void outboundTrafficKeepsAMappingAlive() throws BindException {
    behind(NatOptions.FULL_CONE.withMappingLifetime(Duration.ofSeconds(30)));
    InetSocketAddress mapped = seenBy(one);
    for (int i = 0; i < 10; i++) {
      internet.runFor(Duration.ofSeconds(25));
      assertEquals(mapped, seenBy(one));
    }
    one.send("still there", mapped);
    internet.runFor(SOON);
    assertEquals(List.of("still there"), probe.texts());
  }

  @Test
  void aPermissionDiesWithoutTrafficToThatDestinationThoughTheMappingLives() throws BindException {
    behind(NatOptions.PORT_RESTRICTED.withMappingLifetime(Duration.ofSeconds(30)));
    InetSocketAddress mapped = seenBy(one);
    internet.runFor(Duration.ofSeconds(20));
    seenBy(two);
    internet.runFor(Duration.ofSeconds(20));
    one.send("forgotten", mapped);
    two.send("known", mapped);
    internet.runFor(SOON);
    assertEquals(List.of("known"), probe.texts());
  }

  @Test
  void inboundTrafficKeepsAMappingAliveWhereTheNatSaysSo() throws BindException {
    behind(
        NatOptions.PORT_RESTRICTED
            .withMappingLifetime(Duration.ofSeconds(30))
            .withInboundRefresh(true));
    InetSocketAddress mapped = seenBy(one);
    for (int i = 0; i < 5; i++) {
      internet.runFor(Duration.ofSeconds(25));
      one.send("again", mapped);
    }
    internet.runFor(SOON);
    assertEquals(5, probe.heard.size());
  }

  @Test
  void aFullTableRefusesNewMappingsUntilOldOnesDie() throws BindException {
    behind(NatOptions.SYMMETRIC.withMaxMappings(2).withMappingLifetime(Duration.ofSeconds(30)));
    seenBy(one);
    seenBy(oneOtherPort);
    probe.send("no room", two.address());
    internet.runFor(SOON);
    assertEquals(List.of(), two.texts());
    assertEquals(1, nat.statistics().refused());
    assertEquals(2, nat.mappings());
    internet.runFor(Duration.ofSeconds(30));
    seenBy(two);
    assertEquals(1, two.heard.size());
  }

  @Test
  void twoInsideReachEachOtherByTheirOutsideAddressesOnlyWithHairpinning() throws BindException {
    for (boolean hairpinning : List.of(true, false)) {
      SimulatedInternet net = new SimulatedInternet(2);
      Nat box =
          net.nat(
              "box",
              NatOptions.FULL_CONE.withHairpinning(hairpinning),
              net.realm(),
              address(OUTSIDE));
      SimulatedHost server = net.host("server", LinkOptions.PERFECT);
      server.join(net.realm(), address("198.51.100.1"));
      SimulatedHost left = net.host("left", LinkOptions.PERFECT);
      left.join(box.inside(), address("10.0.0.2"));
      SimulatedHost right = net.host("right", LinkOptions.PERFECT);
      right.join(box.inside(), address("10.0.0.3"));
      Probe seen = new Probe(server, "198.51.100.1", 1);
      Probe a = new Probe(left, "10.0.0.2", 5000);
      Probe b = new Probe(right, "10.0.0.3", 6000);
      b.send("where am I", seen.address());
      net.runFor(SOON);
      a.send("by the outside", seen.lastFrom());
      net.runFor(SOON);
      assertEquals(hairpinning ? List.of("by the outside") : List.of(), b.texts());
      if (hairpinning) {
        // RFC 4787 REQ-9: the sender's outside address shows, not its inside one.
        assertEquals(at(OUTSIDE, 5000), b.lastFrom());
        assertEquals(1, box.statistics().hairpinned());
      } else {
        assertEquals(1, box.statistics().notHairpinned());
      }
      a.send("by the inside", b.address());
      net.runFor(SOON);
      assertEquals(a.address(), b.lastFrom());
    }
  }

  @Test
  void aNatBehindANatTranslatesTwiceAndBothFilter() throws BindException {
    Nat carrier = internet.nat("carrier", NatOptions.SYMMETRIC, internet.realm(), address(OUTSIDE));
    Nat home =
        internet.nat("home", NatOptions.PORT_RESTRICTED, carrier.inside(), address("100.64.0.1"));
    inner.join(home.inside(), address("10.0.0.2"));
    SimulatedHost neighbour = host("neighbour");
    neighbour.join(carrier.inside(), address("100.64.0.2"));
    first.join(internet.realm(), address("198.51.100.1"));
    probe = new Probe(inner, "10.0.0.2", 5000);
    one = new Probe(first, "198.51.100.1", 1);
    two = new Probe(first, "198.51.100.1", 2);
    Probe near = new Probe(neighbour, "100.64.0.2", 1);

    InetSocketAddress mapped = seenBy(one);
    assertEquals(address(OUTSIDE), mapped.getAddress());
    assertNotEquals(5000, mapped.getPort());
    assertNotEquals(mapped, seenBy(two));
    one.send("back", mapped);
    internet.runFor(SOON);
    assertEquals(List.of("back"), probe.texts());
    // The neighbour behind the carrier sees only what the home's NAT does.
    assertEquals(at("100.64.0.1", 5000), seenBy(near));
    assertEquals(1, carrier.statistics().inbound());
    assertEquals(3, home.statistics().outbound());
    assertEquals(2, carrier.statistics().outbound());
  }

  @Test
  void aRebootForgetsAllMappings() throws BindException {
    behind(NatOptions.FULL_CONE.withPortPreservation(false));
    InetSocketAddress before = seenBy(one);
    nat.reboot();
    one.send("lost", before);
    internet.runFor(SOON);
    assertEquals(List.of(), probe.texts());
    assertNotEquals(before, seenBy(one));
  }

  @Test
  void aNewLeaseGivesAnotherOutsideAddress() throws BindException {
    behind(NatOptions.FULL_CONE);
    InetSocketAddress before = seenBy(one);
    nat.reboot(address("203.0.113.99"));
    one.send("lost", before);
    assertEquals(at("203.0.113.99", 5000), seenBy(one));
    assertEquals(List.of(), probe.texts());
    assertEquals(1, internet.unroutable());
  }

  @Test
  void aOneToOneNatLetsEveryoneInAndKeepsPorts() throws BindException {
    behind(NatOptions.SYMMETRIC);
    nat.forwardAllTo(address("10.0.0.2"));
    one.send("unasked", at(OUTSIDE, 5000));
    internet.runFor(SOON);
    assertEquals(List.of("unasked"), probe.texts());
    assertEquals(at(OUTSIDE, 5000), seenBy(one));
    assertEquals(at(OUTSIDE, 5000), seenBy(two));
  }

  @Test
  void theOtherFamilyDoesNotPass() throws BindException {
    behind(NatOptions.FULL_CONE);
    inner.join(nat.inside(), address("fd00::2"));
    first.join(internet.realm(), address("2001:db8::1"));
    Probe six = new Probe(first, "2001:db8::1", 1);
    new Probe(inner, "fd00::2", 5000).send("six", six.address());
    internet.runFor(SOON);
    assertEquals(List.of(), six.texts());
    assertEquals(1, internet.unroutable());
  }

  @Test
  void aFirewallAtTheNatHoldsBackUdpBothWays() throws BindException {
    behind(NatOptions.FULL_CONE);
    InetSocketAddress mapped = seenBy(one);
    nat.setFirewall(Firewall.UDP_BLOCKED);
    one.send("in", mapped);
    probe.send("out", two.address());
    internet.runFor(SOON);
    assertEquals(List.of(), probe.texts());
    assertEquals(List.of(), two.texts());
    assertEquals(2, nat.statistics().firewalled());
  }

  @Test
  void aNatBesideItsHostsIsOpenAsSoonAsSomethingIsSentThoughTheWayIsLong() throws BindException {
    LinkOptions far = LinkOptions.PERFECT.withDelay(Duration.ofMillis(40));
    Nat near =
        internet.nat("near", NatOptions.PORT_RESTRICTED, internet.realm(), far, address(OUTSIDE));
    SimulatedHost beside = internet.host("beside", LinkOptions.PERFECT);
    beside.join(near.inside(), address("10.0.0.2"));
    first.join(internet.realm(), address("198.51.100.1"));
    probe = new Probe(beside, "10.0.0.2", 5000);
    one = new Probe(first, "198.51.100.1", 1);
    // Both send at once, and meet on the way.
    probe.send("out", one.address());
    one.send("in", at(OUTSIDE, 5000));
    internet.runFor(Duration.ofMillis(49));
    assertEquals(List.of(), probe.texts());
    internet.runFor(Duration.ofMillis(1));
    assertEquals(List.of("in"), probe.texts());
    assertEquals(List.of("out"), one.texts());
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> NatOptions.FULL_CONE.withMaxMappings(0));
    assertThrows(
        IllegalArgumentException.class,
        () -> NatOptions.FULL_CONE.withMappingLifetime(Duration.ZERO));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            internet.nat(
                "two of a family",
                NatOptions.FULL_CONE,
                internet.realm(),
                address("203.0.113.5"),
                address("203.0.113.6")));
  }
}
