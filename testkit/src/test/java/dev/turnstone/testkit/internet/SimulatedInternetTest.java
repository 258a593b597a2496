package dev.turnstone.testkit.internet;

import static dev.turnstone.testkit.internet.Probe.at;
import static dev.turnstone.testkit.internet.SimulatedInternet.address;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.Simulation;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SimulatedInternetTest {
  private static final LinkOptions NEAR = LinkOptions.PERFECT.withDelay(Duration.ofMillis(10));
  private static final Duration SOON = Duration.ofMillis(200);

  private final SimulatedInternet internet = new SimulatedInternet(1);
  private final SimulatedHost a = internet.host("a", NEAR);
  private final SimulatedHost b =
      internet.host("b", LinkOptions.PERFECT.withDelay(Duration.ofMillis(30)));

  private void plug() {
    a.join(internet.realm(), address("198.51.100.1"));
    b.join(internet.realm(), address("198.51.100.2"));
  }

  @Test
  void aDatagramTakesTheSendersUplinkAndTheReceiversDownlink() throws BindException {
    plug();
    List<Long> arrivals = new ArrayList<>();
    b.bindUdp(at("198.51.100.2", 1), (packet, from) -> arrivals.add(internet.nowNanos()));
    new Probe(a, "198.51.100.1", 1).send("x", at("198.51.100.2", 1));
    internet.runFor(SOON);
    assertEquals(List.of(Duration.ofMillis(40).toNanos()), arrivals);
    assertEquals(1, a.uplink().statistics().delivered());
    assertEquals(1, b.downlink().statistics().delivered());
    assertEquals(0, b.uplink().statistics().sent());
  }

  @Test
  void linksLoseAndReorderAsTheyAreTold() throws BindException {
    plug();
    Probe to = new Probe(b, "198.51.100.2", 1);
    Probe from = new Probe(a, "198.51.100.1", 1);
    a.uplink().setOptions(NEAR.withLoss(0.5));
    for (int i = 0; i < 100; i++) {
      from.send("" + i, to.address());
    }
    internet.runFor(SOON);
    long lost = a.uplink().statistics().lost();
    assertTrue(lost > 20 && lost < 80);
    assertEquals(100 - lost, to.heard.size());
  }

  @Test
  void theSameSeedGivesTheSameRun() throws BindException {
    List<Long> hashes = new ArrayList<>();
    for (long seed : new long[] {7, 7, 8}) {
      SimulatedInternet net = new SimulatedInternet(seed);
      SimulatedHost left = net.host("left", NEAR.withLoss(0.3));
      SimulatedHost right = net.host("right", NEAR.withJitter(Duration.ofMillis(5)));
      left.join(net.realm(), address("198.51.100.1"));
      right.join(net.realm(), address("198.51.100.2"));
      Probe to = new Probe(right, "198.51.100.2", 1);
      Probe from = new Probe(left, "198.51.100.1", 1);
      for (int i = 0; i < 50; i++) {
        from.send("" + i, to.address());
      }
      net.runFor(SOON);
      hashes.add(net.traceHash());
    }
    assertEquals(hashes.get(0), hashes.get(1));
    assertNotEquals(hashes.get(0), hashes.get(2));
  }

  @Test
  void aHostHasAddressesOfBothFamiliesAndEachReachesItsOwn() throws BindException {
    plug();
    a.join(internet.realm(), address("2001:db8::1"));
    b.join(internet.realm(), address("2001:db8::2"));
    assertEquals(List.of(address("198.51.100.1"), address("2001:db8::1")), a.addresses());
    Probe six = new Probe(b, "2001:db8::2", 1);
    new Probe(a, "2001:db8::1", 1).send("six to six", six.address());
    new Probe(a, "198.51.100.1", 1).send("four to six", six.address());
    internet.runFor(SOON);
    assertEquals(List.of("six to six"), six.texts());
    assertEquals(1, internet.blocked());
  }

  @Test
  void aLostAddressIsDeadBothWaysAndAnotherTakesItsPlace() throws BindException {
    plug();
    List<String> changes = new ArrayList<>();
    a.onAddressChange(() -> changes.add(a.addresses().toString()));
    Probe old = new Probe(a, "198.51.100.1", 1);
    Probe other = new Probe(b, "198.51.100.2", 1);
    other.send("under way", old.address());
    a.leave(address("198.51.100.1"));
    a.join(internet.realm(), address("198.51.100.9"));
    old.send("from nowhere", other.address());
    internet.runFor(SOON);
    assertEquals(List.of(), old.texts());
    assertEquals(List.of(), other.texts());
    assertEquals(List.of("[]", "[/198.51.100.9]"), changes);
    new Probe(a, "198.51.100.9", 1).send("moved", other.address());
    internet.runFor(SOON);
    assertEquals(List.of("moved"), other.texts());
    assertThrows(BindException.class, () -> new Probe(a, "198.51.100.1", 2));
  }

  @Test
  void aHostWhoseUdpIsBlockedSendsAndHearsNone() throws BindException {
    plug();
    Probe inside = new Probe(a, "198.51.100.1", 1);
    Probe outside = new Probe(b, "198.51.100.2", 1);
    a.setFirewall(Firewall.UDP_BLOCKED);
    inside.send("out", outside.address());
    outside.send("in", inside.address());
    internet.runFor(SOON);
    assertEquals(List.of(), inside.texts());
    assertEquals(List.of(), outside.texts());
    assertEquals(2, internet.blocked());
  }

  @Test
  void aFilterDecidesAndTapsSee() throws BindException {
    plug();
    Probe to = new Probe(b, "198.51.100.2", 1);
    Probe from = new Probe(a, "198.51.100.1", 1);
    List<String> seen = new ArrayList<>();
    internet.onSent((host, source, target, packet) -> seen.add("sent by " + host));
    internet.onDelivered((host, source, target, packet) -> seen.add("heard by " + host));
    internet.setFilter((sender, source, target, packet) -> packet.get(0) != '1');
    from.send("1", to.address());
    from.send("2", to.address());
    internet.runFor(SOON);
    assertEquals(List.of("2"), to.texts());
    assertEquals(List.of("sent by a", "sent by a", "heard by b"), seen);
  }

  @Test
  void anAttackerMayClaimAnySource() throws BindException {
    plug();
    Probe to = new Probe(b, "198.51.100.2", 1);
    internet.inject(
        internet.realm(), at("192.0.2.66", 6), to.address(), ByteBuffer.wrap(new byte[] {'!'}));
    internet.runFor(SOON);
    assertEquals(at("192.0.2.66", 6), to.lastFrom());
  }

  @Test
  void portsAreHandedOutOnceAndFreeAgainAfterClose() throws BindException {
    plug();
    Probe any = new Probe(a, "198.51.100.1", 0);
    assertTrue(any.address().getPort() >= 49152);
    int port = any.address().getPort();
    assertThrows(BindException.class, () -> new Probe(a, "198.51.100.1", port));
    any.socket.close();
    any.socket.close();
    any.send("closed", at("198.51.100.2", 1));
    assertEquals(port, new Probe(a, "198.51.100.1", port).address().getPort());
    internet.runFor(SOON);
    assertEquals(0, a.uplink().statistics().sent());
  }

  @Test
  void anAddressBelongsToOneAtATime() {
    plug();
    assertThrows(
        IllegalArgumentException.class, () -> b.join(internet.realm(), address("198.51.100.1")));
    assertThrows(IllegalArgumentException.class, () -> address("example.org"));
    assertThrows(IllegalArgumentException.class, () -> address("1.2.3.4.5"));
  }

  @Test
  void timersFireInOrderAndCanBeCalledOff() {
    List<String> fired = new ArrayList<>();
    internet.schedule(Duration.ofSeconds(2), () -> fired.add("two"));
    Simulation.Timer off = internet.schedule(Duration.ofSeconds(1), () -> fired.add("off"));
    internet.schedule(Duration.ofSeconds(1), () -> fired.add("one"));
    internet.schedule(Duration.ofSeconds(1), () -> fired.add("one too"));
    off.cancel();
    internet.runFor(Duration.ofSeconds(3));
    assertEquals(List.of("one", "one too", "two"), fired);
    assertEquals(Duration.ofSeconds(3).toNanos(), internet.nowNanos());
  }

  @Test
  void eventsWithoutEndAtOneInstantAreFoundOut() {
    Runnable[] again = new Runnable[1];
    again[0] = () -> internet.schedule(Duration.ZERO, again[0]);
    again[0].run();
    assertThrows(IllegalStateException.class, () -> internet.runFor(SOON));
  }
}
