package dev.turnstone.testkit.internet;

import static dev.turnstone.testkit.internet.Probe.at;
import static dev.turnstone.testkit.internet.SimulatedInternet.address;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.testkit.LinkOptions;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SimulatedTcpStreamTest {
  private static final LinkOptions NEAR = LinkOptions.PERFECT.withDelay(Duration.ofMillis(10));
  private static final InetSocketAddress SERVER = at("198.51.100.1", 443);

  private final SimulatedInternet internet = new SimulatedInternet(1);
  private final SimulatedHost server = internet.host("server", NEAR);
  private final SimulatedHost client = internet.host("client", NEAR);
  private final List<End> accepted = new ArrayList<>();
  private Nat nat;

  private class End implements SimulatedTcpStream.Handler {
    final StringBuilder text = new StringBuilder();
    final List<String> events = new ArrayList<>();
    SimulatedTcpStream stream;
    int pieces;

    @Override
    public void onConnected() {
      events.add("connected at " + internet.nowNanos() / 1_000_000);
    }

    @Override
    public void onBytes(ByteBuffer bytes) {
      pieces++;
      text.append(StandardCharsets.UTF_8.decode(bytes));
    }

    @Override
    public void onClosed(String reason) {
      events.add(reason + " at " + internet.nowNanos() / 1_000_000);
    }

    void send(String words) {
      stream.send(StandardCharsets.UTF_8.encode(words));
    }
  }

  private void listen() throws BindException {
    server.join(internet.realm(), SERVER.getAddress());
    server.listen(
        SERVER,
        stream -> {
          End end = new End();
          end.stream = stream;
          stream.setHandler(end);
          accepted.add(end);
          end.events.add("accepted at " + internet.nowNanos() / 1_000_000);
        });
  }

  private void behindNat() {
    nat = internet.nat("nat", NatOptions.SYMMETRIC, internet.realm(), address("203.0.113.1"));
    client.join(nat.inside(), address("10.0.0.2"));
  }

  private End connect(InetSocketAddress to) throws BindException {
    End end = new End();
    end.stream = client.connect(at("10.0.0.2", 0), to, end);
    return end;
  }

  private End connected() throws BindException {
    listen();
    behindNat();
    End end = connect(SERVER);
    internet.runFor(Duration.ofMillis(100));
    assertEquals(1, accepted.size());
    return end;
  }

  @Test
  void aStreamConnectsInARoundTripAndCarriesBytesBothWays() throws BindException {
    End end = connected();
    assertEquals(List.of("connected at 40"), end.events);
    assertEquals(List.of("accepted at 60"), accepted.get(0).events);
    assertEquals(address("203.0.113.1"), accepted.get(0).stream.remoteAddress().getAddress());
    assertNotEquals(
        end.stream.localAddress().getPort(), accepted.get(0).stream.remoteAddress().getPort());
    end.send("ping");
    assertEquals(4, end.stream.bytesUnderWay());
    accepted.get(0).send("pong");
    internet.runFor(Duration.ofMillis(19));
    assertEquals("", accepted.get(0).text.toString());
    internet.runFor(Duration.ofMillis(1));
    assertEquals("ping", accepted.get(0).text.toString());
    assertEquals("pong", end.text.toString());
    assertEquals(0, end.stream.bytesUnderWay());
  }

  @Test
  void bytesStayInOrderAndComeInPiecesOfAnySize() throws BindException {
    End end = connected();
    internet.setTcpSegmentBytes(3);
    end.send("abcdefgh");
    client.uplink().setOptions(LinkOptions.PERFECT);
    end.send("ijk");
    end.stream.close();
    internet.runFor(Duration.ofMillis(100));
    assertEquals("abcdefghijk", accepted.get(0).text.toString());
    assertEquals(4, accepted.get(0).pieces);
    assertTrue(accepted.get(0).events.get(1).startsWith("closed by the peer"));
    assertEquals(1, end.events.size());
  }

  @Test
  void whatIsSentWithTheLastStepOfTheHandshakeIsNotLost() throws BindException {
    listen();
    client.join(internet.realm(), address("10.0.0.2"));
    End end =
        new End() {
          @Override
          public void onConnected() {
            send("at once");
          }
        };
    end.stream = client.connect(at("10.0.0.2", 0), SERVER, end);
    internet.runFor(Duration.ofMillis(60));
    assertEquals("at once", accepted.get(0).text.toString());
  }

  @Test
  void aPortWhereNobodyListensRefuses() throws BindException {
    listen();
    behindNat();
    End end = connect(at("198.51.100.1", 80));
    internet.runFor(Duration.ofMillis(100));
    assertEquals(List.of("the connection was refused at 40"), end.events);
  }

  @Test
  void nobodyConnectsInThroughANat() throws BindException {
    behindNat();
    server.join(internet.realm(), SERVER.getAddress());
    client.listen(at("10.0.0.2", 80), stream -> accepted.add(new End()));
    End end = new End();
    server.connect(at("198.51.100.1", 0), at("203.0.113.1", 80), end);
    internet.runFor(Duration.ofSeconds(40));
    assertEquals(List.of("the connection timed out at 30000"), end.events);
    assertEquals(List.of(), accepted);
  }

  @Test
  void aOneToOneNatLetsConnectionsIn() throws BindException {
    behindNat();
    nat.forwardAllTo(address("10.0.0.2"));
    server.join(internet.realm(), SERVER.getAddress());
    List<InetSocketAddress> from = new ArrayList<>();
    client.listen(
        at("10.0.0.2", 80),
        stream -> {
          stream.setHandler(new End());
          from.add(stream.remoteAddress());
        });
    End end = new End();
    server.connect(at("198.51.100.1", 7), at("203.0.113.1", 80), end);
    internet.runFor(Duration.ofSeconds(1));
    assertEquals(List.of("connected at 40"), end.events);
    assertEquals(List.of(at("198.51.100.1", 7)), from);
  }

  @Test
  void aFirewallLetsTcpOutOnlyWhereItSays() throws BindException {
    listen();
    behindNat();
    nat.setFirewall(Firewall.tcpOnlyTo(80));
    End end = connect(SERVER);
    internet.runFor(Duration.ofSeconds(40));
    assertEquals(List.of("the connection timed out at 30000"), end.events);
    nat.setFirewall(Firewall.tcpOnlyTo(80, 443));
    End allowed = connect(SERVER);
    internet.runFor(Duration.ofSeconds(1));
    assertEquals(1, allowed.events.size());
    assertTrue(allowed.events.get(0).startsWith("connected"));
  }

  @Test
  void aServerBehindAFirewallIsNotConnectedTo() throws BindException {
    listen();
    behindNat();
    server.setFirewall(Firewall.UDP_BLOCKED);
    End end = connect(SERVER);
    internet.runFor(Duration.ofSeconds(40));
    assertEquals(List.of("the connection timed out at 30000"), end.events);
  }

  @Test
  void bytesWaitOutABlackoutAndAreNotLost() throws BindException {
    End end = connected();
    client.uplink().setOptions(LinkOptions.BLACKOUT);
    end.send("late");
    internet.runFor(Duration.ofSeconds(5));
    assertEquals("", accepted.get(0).text.toString());
    client.uplink().setOptions(NEAR);
    internet.runFor(Duration.ofSeconds(1));
    assertEquals("late", accepted.get(0).text.toString());
  }

  @Test
  void theWayBehindANatCountsToo() throws BindException {
    listen();
    LinkOptions far = LinkOptions.PERFECT.withDelay(Duration.ofMillis(30));
    nat = internet.nat("far", NatOptions.FULL_CONE, internet.realm(), far, address("203.0.113.1"));
    client.join(nat.inside(), address("10.0.0.2"));
    End end = connect(SERVER);
    internet.runFor(Duration.ofSeconds(1));
    assertEquals(List.of("connected at 100"), end.events);
  }

  @Test
  void aStreamThroughANatThatRebootedTimesOut() throws BindException {
    End end = connected();
    nat.reboot();
    end.send("lost");
    internet.runFor(Duration.ofSeconds(40));
    assertEquals("", accepted.get(0).text.toString());
    assertEquals(2, end.events.size());
    assertTrue(end.events.get(1).startsWith("the connection timed out"));
  }

  @Test
  void aStreamFromAnAddressThatIsGoneTimesOut() throws BindException {
    End end = connected();
    client.leave(address("10.0.0.2"));
    end.send("lost");
    internet.runFor(Duration.ofSeconds(40));
    assertTrue(end.events.get(1).startsWith("the connection timed out"));
  }

  @Test
  void nothingIsHeardAfterClose() throws BindException {
    End end = connected();
    accepted.get(0).send("too late");
    end.stream.close();
    end.stream.close();
    internet.runFor(Duration.ofSeconds(1));
    assertEquals("", end.text.toString());
    assertEquals(1, end.events.size());
  }
}
