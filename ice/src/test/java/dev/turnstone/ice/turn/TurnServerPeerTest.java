package dev.turnstone.ice.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.turn.TurnSettings.Families;
import dev.turnstone.stun.AddressFamily;
import dev.turnstone.turn.ClientTransport;
import dev.turnstone.turn.Credentials;
import dev.turnstone.turn.FiveTuple;
import dev.turnstone.turn.PeerPolicy;
import dev.turnstone.turn.ServerOutput;
import dev.turnstone.turn.TurnServer;
import dev.turnstone.turn.TurnServerOptions;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our client and our server on simulated time: what takes hours costs nothing here. */
class TurnServerPeerTest {
  private static final InetSocketAddress SERVER = new InetSocketAddress("192.0.2.1", 3478);
  private static final InetSocketAddress CLIENT = new InetSocketAddress("203.0.113.7", 40000);
  private static final InetSocketAddress PEER = new InetSocketAddress("198.51.100.9", 7000);
  private static final InetSocketAddress PEER6 = new InetSocketAddress("2001:db8:9::9", 7000);
  private static final Duration LIFETIME = Duration.ofSeconds(20);

  private final Map<Long, InetSocketAddress> relays = new HashMap<>();
  private final List<TurnEvent> events = new ArrayList<>();
  private final List<String> toPeers = new ArrayList<>();
  private final List<String> toClient = new ArrayList<>();
  private final Random losses = new Random(5);
  private double loss;
  private long now;
  private TurnServer server;
  private TurnClient client;
  private FiveTuple tuple;

  private TurnServerOptions.Builder serverOptions() {
    return TurnServerOptions.builder()
        .relay("example.org", Credentials.of(Map.of("alice", "word")))
        .peerPolicy(PeerPolicy.everyAddress())
        .lifetimes(LIFETIME, LIFETIME);
  }

  private void start(TurnServerOptions options, ClientTransport transport) {
    server = new TurnServer(options, Instant.EPOCH, new SecureRandom());
    tuple = new FiveTuple(transport, CLIENT, SERVER);
    client =
        new TurnClient(
            new TurnSettings(
                SERVER,
                transport.isStream(),
                Families.BOTH,
                () -> new IceServer.Credentials("alice", "word")),
            new SecureRandom());
    client.allocate(now);
    drain();
  }

  private void drain() {
    boolean moved = true;
    while (moved) {
      moved = false;
      for (ByteBuffer out = client.pollTransmit(now); out != null; out = client.pollTransmit(now)) {
        moved = true;
        if (losses.nextDouble() >= loss) {
          server.handlePacket(tuple, out, now);
        }
      }
      for (ServerOutput out = server.pollOutput(); out != null; out = server.pollOutput()) {
        moved = true;
        handle(out);
      }
      for (TurnEvent event = client.pollEvent(); event != null; event = client.pollEvent()) {
        events.add(event);
      }
    }
  }

  private void handle(ServerOutput out) {
    if (out instanceof ServerOutput.ToClient to) {
      if (losses.nextDouble() >= loss) {
        Received received = client.handlePacket(to.packet(), now);
        if (received != null) {
          toClient.add(StandardCharsets.UTF_8.decode(received.data()).toString());
        }
      }
    } else if (out instanceof ServerOutput.ToPeer to) {
      toPeers.add(StandardCharsets.UTF_8.decode(to.data()).toString());
    } else if (out instanceof ServerOutput.OpenRelay open) {
      InetSocketAddress address =
          new InetSocketAddress(
              open.family() == AddressFamily.IPV4 ? "192.0.2.1" : "2001:db8::1",
              50000 + (int) open.relay());
      relays.put(open.relay(), address);
      server.relayOpened(open.relay(), address, now);
    } else if (out instanceof ServerOutput.CloseRelay close) {
      relays.remove(close.relay());
    }
  }

  private void run(Duration time) {
    long end = now + time.toNanos();
    long next = Math.min(client.nextTimeout(), server.nextTimeout());
    while (next <= end) {
      now = Math.max(now, next);
      client.handleTimeout(now);
      server.handleTimeout(now);
      drain();
      next = Math.min(client.nextTimeout(), server.nextTimeout());
    }
    now = end;
  }

  private void exchange(InetSocketAddress peer, String text) {
    ByteBuffer packet = ByteBuffer.allocate(2000);
    assertTrue(
        client.wrap(peer, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), packet, now));
    drain();
    server.handlePacket(tuple, packet.flip(), now);
    drain();
    assertEquals(text, toPeers.get(toPeers.size() - 1));
    long relay =
        relays.entrySet().stream()
            .filter(e -> e.getValue().getAddress().getClass() == peer.getAddress().getClass())
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    server.handlePeerPacket(
        relay, peer, ByteBuffer.wrap(("re: " + text).getBytes(StandardCharsets.UTF_8)), now);
    drain();
    assertEquals("re: " + text, toClient.get(toClient.size() - 1));
  }

  @ParameterizedTest
  @EnumSource(names = {"UDP", "TCP"})
  void anAllocationLivesThroughTenLifetimesOfTwentySeconds(ClientTransport transport) {
    start(serverOptions().nonceLifetime(Duration.ofSeconds(45)).build(), transport);
    client.bind(PEER, now);
    drain();
    for (int second = 0; second < 200; second++) {
      exchange(PEER, "second " + second);
      run(Duration.ofSeconds(1));
    }
    assertEquals(1, events.stream().filter(TurnEvent.Allocated.class::isInstance).count());
    assertEquals(0, events.stream().filter(TurnEvent.Ended.class::isInstance).count());
  }

  @Test
  void itLivesThroughThemWhereEveryTenthPacketIsLost() {
    start(serverOptions().nonceLifetime(Duration.ofSeconds(45)).build(), ClientTransport.UDP);
    loss = 0.1;
    run(LIFETIME.multipliedBy(10));
    assertEquals(
        0, events.stream().filter(TurnEvent.Ended.class::isInstance).count(), () -> "" + events);
    assertEquals(2, relays.size());
  }

  @Test
  void bothFamiliesAreReachedThroughOneAllocation() {
    start(serverOptions().build(), ClientTransport.UDP);
    exchange(PEER, "four");
    exchange(PEER6, "six");
    client.bind(PEER6, now);
    drain();
    exchange(PEER6, "six again");
    assertEquals(List.of(new TurnEvent.ChannelBound(PEER6)), events.subList(1, events.size()));
  }

  @Test
  void strongerHashesAreUsedWhereTheServerHasThem() {
    start(serverOptions().sha256Passwords(true).build(), ClientTransport.UDP);
    exchange(PEER, "hello");
  }

  @Test
  void permissionsAndChannelsLiveForHours() {
    start(
        serverOptions().lifetimes(Duration.ofMinutes(10), Duration.ofHours(1)).build(),
        ClientTransport.UDP);
    client.permit(PEER6.getAddress(), now);
    client.bind(PEER, now);
    drain();
    for (int minute = 0; minute < 180; minute++) {
      exchange(PEER, "minute " + minute);
      run(Duration.ofMinutes(1));
    }
    exchange(PEER6, "at last");
  }

  @Test
  void whatIsGivenBackIsGone() {
    start(serverOptions().build(), ClientTransport.UDP);
    assertEquals(2, relays.size());
    client.release(now);
    drain();
    assertEquals(0, relays.size());
    assertTrue(client.isEnded());
  }
}
