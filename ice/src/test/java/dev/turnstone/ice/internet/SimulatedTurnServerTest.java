package dev.turnstone.ice.internet;

import static dev.turnstone.testkit.internet.SimulatedInternet.address;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.turn.Received;
import dev.turnstone.ice.turn.TurnClient;
import dev.turnstone.ice.turn.TurnDeframer;
import dev.turnstone.ice.turn.TurnSettings;
import dev.turnstone.testkit.internet.Firewall;
import dev.turnstone.testkit.internet.NatOptions;
import dev.turnstone.testkit.internet.SimulatedHost;
import dev.turnstone.testkit.internet.SimulatedTcpStream;
import dev.turnstone.testkit.internet.SimulatedUdpSocket;
import dev.turnstone.turn.ClientTransport;
import dev.turnstone.turn.Credentials;
import dev.turnstone.turn.PeerPolicy;
import dev.turnstone.turn.TurnServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Two clients that can reach nothing but the server, each by its own way, talk over two relays. */
final class SimulatedTurnServerTest {
  private final Scene scene = new Scene(3);
  private final SimulatedTurnServer server =
      new SimulatedTurnServer(
              scene.internet,
              scene.server,
              TurnServerOptions.builder()
                  .relay("example.org", Credentials.of(Map.of("alice", "word")))
                  .peerPolicy(PeerPolicy.everyAddress())
                  .build(),
              scene.random())
          .listenUdp(Scene.STUN_SERVER)
          .listen(Scene.STUN_SERVER, ClientTransport.TCP);

  /** Drives a TURN client over whatever carries its packets. */
  private final class Client {
    final TurnClient turn;
    final List<String> received = new ArrayList<>();
    Consumer<ByteBuffer> carrier;

    Client(boolean stream) {
      turn =
          new TurnClient(
              new TurnSettings(
                  Scene.STUN_SERVER,
                  stream,
                  TurnSettings.Families.IPV4,
                  () -> new IceServer.Credentials("alice", "word")),
              scene.random());
    }

    long now() {
      return scene.internet.nowNanos();
    }

    void drain() {
      for (ByteBuffer out = turn.pollTransmit(now()); out != null; out = turn.pollTransmit(now())) {
        carrier.accept(out);
      }
    }

    void hear(ByteBuffer packet) {
      Received data = turn.handlePacket(packet, now());
      if (data != null) {
        received.add(StandardCharsets.UTF_8.decode(data.data()).toString());
      }
      drain();
    }

    void allocate() {
      turn.allocate(now());
      drain();
      assertTrue(scene.runUntil(() -> !turn.relayedAddresses().isEmpty(), Duration.ofSeconds(5)));
    }

    InetSocketAddress relay() {
      return turn.relayedAddresses().get(0);
    }

    void send(InetSocketAddress peer, String text) {
      turn.permit(peer.getAddress(), now());
      drain();
      scene.runFor(Duration.ofSeconds(1));
      ByteBuffer packet = ByteBuffer.allocate(1500);
      ByteBuffer data = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      assertTrue(turn.wrap(peer, data, packet, now()));
      carrier.accept(packet.flip());
      scene.runFor(Duration.ofSeconds(1));
    }
  }

  private Client overUdp() throws IOException {
    SimulatedHost host = scene.internet.host("udp", Scene.LINK);
    host.join(
        scene
            .internet
            .nat("nat", NatOptions.SYMMETRIC, scene.internet.realm(), address("203.0.113.1"))
            .inside(),
        address("192.168.0.2"));
    Client client = new Client(false);
    SimulatedUdpSocket socket =
        host.bindUdp(
            new InetSocketAddress(address("192.168.0.2"), 0),
            (packet, from) -> client.hear(packet));
    client.carrier = packet -> socket.send(packet, Scene.STUN_SERVER);
    return client;
  }

  private Client overTcp() throws IOException {
    SimulatedHost host = scene.internet.host("tcp", Scene.LINK);
    host.join(scene.internet.realm(), address("203.0.113.2"));
    host.setFirewall(Firewall.UDP_BLOCKED);
    Client client = new Client(true);
    TurnDeframer deframer = new TurnDeframer();
    boolean[] connected = new boolean[1];
    SimulatedTcpStream stream =
        host.connect(
            new InetSocketAddress(address("203.0.113.2"), 0),
            Scene.STUN_SERVER,
            new SimulatedTcpStream.Handler() {
              @Override
              public void onConnected() {
                connected[0] = true;
              }

              @Override
              public void onBytes(ByteBuffer bytes) {
                assertTrue(deframer.handleBytes(bytes, client::hear));
              }

              @Override
              public void onClosed(String reason) {
                throw new AssertionError(reason);
              }
            });
    client.carrier = stream::send;
    assertTrue(scene.runUntil(() -> connected[0], Duration.ofSeconds(1)));
    return client;
  }

  @Test
  void aSymmetricNatAndABlockedHostMeetOverTwoRelays() throws Exception {
    scene.internet.setTcpSegmentBytes(3);
    Client one = overUdp();
    Client two = overTcp();
    one.allocate();
    two.allocate();
    one.send(two.relay(), "lost: two has given no permission yet");
    two.send(one.relay(), "hello from two");
    one.send(two.relay(), "hello from one");
    assertEquals(List.of("hello from two"), one.received);
    assertEquals(List.of("hello from one"), two.received);
    assertEquals(2, server.relays());

    two.turn.release(two.now());
    two.drain();
    scene.runFor(Duration.ofSeconds(1));
    assertEquals(1, server.relays());
    // Nobody refreshes the other one: nobody drives its timer.
    scene.runFor(Duration.ofMinutes(10));
    assertEquals(0, server.relays());
    assertEquals(0, server.server().counters().allocations());
  }
}
