package dev.turnstone.ice;

import dev.turnstone.turn.ClientTransport;
import dev.turnstone.turn.Credentials;
import dev.turnstone.turn.FiveTuple;
import dev.turnstone.turn.PeerPolicy;
import dev.turnstone.turn.ServerOutput;
import dev.turnstone.turn.TurnServer;
import dev.turnstone.turn.TurnServerCounters;
import dev.turnstone.turn.TurnServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Our TURN server on an {@link IceNetwork}. Everything is for the loop. */
final class TurnOnNetwork {
  static final IceServer.Credentials CREDENTIALS = new IceServer.Credentials("alice", "word");

  final TurnServer server;
  private final IceNetwork network;
  private final IceNetwork.UdpSocket socket;
  private final Map<Long, IceNetwork.UdpSocket> relays = new HashMap<>();

  /** Completes when the last relay port has been given back. */
  final CompletableFuture<Void> idle = new CompletableFuture<>();

  /** Whether it answers. */
  boolean silent;

  TurnOnNetwork(IceNetwork network, InetAddress address, TurnServerOptions.Builder options)
      throws IOException {
    this.network = network;
    this.server =
        new TurnServer(
            options
                .relay(
                    "example.org",
                    Credentials.of(Map.of(CREDENTIALS.username(), CREDENTIALS.password())))
                .peerPolicy(PeerPolicy.everyAddress())
                .build(),
            Instant.EPOCH,
            new SecureRandom());
    this.socket =
        network.bind(
            new InetSocketAddress(address, 0),
            new IceNetwork.UdpReceiver() {
              @Override
              public void onDatagram(ByteBuffer packet, InetSocketAddress from) {
                if (!silent) {
                  FiveTuple tuple = new FiveTuple(ClientTransport.UDP, from, socket.localAddress());
                  server.handlePacket(tuple, packet, network.nowNanos());
                  drain();
                }
              }

              @Override
              public void onReadComplete() {}
            });
    tick();
  }

  IceServer uri() {
    return IceServer.parse(
        "turn:" + socket.localAddress().getHostString() + ":" + socket.localAddress().getPort(),
        Optional.of(CREDENTIALS));
  }

  TurnServerCounters counters() {
    return server.counters();
  }

  private void tick() {
    network.schedule(
        Duration.ofMillis(100),
        () -> {
          server.handleTimeout(network.nowNanos());
          drain();
          tick();
        });
  }

  private void drain() {
    for (ServerOutput out = server.pollOutput(); out != null; out = server.pollOutput()) {
      if (out instanceof ServerOutput.ToClient to) {
        socket.send(to.packet(), to.tuple().client());
        socket.flush();
      } else if (out instanceof ServerOutput.ToPeer to) {
        relays.get(to.relay()).send(to.data(), to.peer());
        relays.get(to.relay()).flush();
      } else if (out instanceof ServerOutput.OpenRelay open) {
        open(open.relay());
      } else if (out instanceof ServerOutput.CloseRelay close) {
        IceNetwork.UdpSocket relay = relays.remove(close.relay());
        if (relay != null) {
          relay.close();
        }
        if (relays.isEmpty()) {
          idle.complete(null);
        }
      }
    }
  }

  private void open(long number) {
    try {
      IceNetwork.UdpSocket relay =
          network.bind(
              new InetSocketAddress(socket.localAddress().getAddress(), 0),
              new IceNetwork.UdpReceiver() {
                @Override
                public void onDatagram(ByteBuffer packet, InetSocketAddress from) {
                  server.handlePeerPacket(number, from, packet, network.nowNanos());
                  drain();
                }

                @Override
                public void onReadComplete() {}
              });
      relays.put(number, relay);
      server.relayOpened(number, relay.localAddress(), network.nowNanos());
    } catch (IOException | IllegalArgumentException e) {
      server.relayFailed(number, network.nowNanos());
    }
  }

  /** How many relay ports are open. */
  int relays() {
    return relays.size();
  }
}
