package dev.turnstone.ice.internet;

import dev.turnstone.ice.turn.TurnDeframer;
import dev.turnstone.stun.AddressFamily;
import dev.turnstone.testkit.Simulation;
import dev.turnstone.testkit.internet.SimulatedHost;
import dev.turnstone.testkit.internet.SimulatedInternet;
import dev.turnstone.testkit.internet.SimulatedTcpStream;
import dev.turnstone.testkit.internet.SimulatedUdpSocket;
import dev.turnstone.turn.ClientTransport;
import dev.turnstone.turn.FiveTuple;
import dev.turnstone.turn.ServerOutput;
import dev.turnstone.turn.TurnServer;
import dev.turnstone.turn.TurnServerOptions;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Our STUN and TURN server on a host of the simulated internet: UDP and TCP wherever it is told to
 * listen, relay ports on the host's addresses.
 */
public final class SimulatedTurnServer {
  /** The time of day at which the simulation begins. */
  public static final Instant BIRTH = Instant.parse("2026-11-21T00:00:00Z");

  private final SimulatedInternet internet;
  private final SimulatedHost host;
  private final TurnServer server;
  private final Map<InetSocketAddress, SimulatedUdpSocket> sockets = new HashMap<>();
  private final Map<FiveTuple, SimulatedTcpStream> streams = new HashMap<>();
  private final Map<Long, SimulatedUdpSocket> relays = new HashMap<>();
  private Simulation.Timer timer = () -> {};

  /** A server that does not listen yet. */
  public SimulatedTurnServer(
      SimulatedInternet internet,
      SimulatedHost host,
      TurnServerOptions options,
      SecureRandom random) {
    this.internet = internet;
    this.host = host;
    this.server = new TurnServer(options, BIRTH, random);
  }

  /** For its counters. */
  public TurnServer server() {
    return server;
  }

  /** How many relay ports are open. */
  public int relays() {
    return relays.size();
  }

  /** Listens for UDP. */
  public SimulatedTurnServer listenUdp(InetSocketAddress local) {
    sockets.put(
        local,
        bind(
            local,
            (packet, from) -> {
              FiveTuple tuple = new FiveTuple(ClientTransport.UDP, from, local);
              server.handlePacket(tuple, packet, internet.nowNanos());
              drain();
            }));
    return this;
  }

  /**
   * Listens for streams.
   *
   * @param transport TCP, or TLS where the network leaves the encryption out
   */
  public SimulatedTurnServer listen(InetSocketAddress local, ClientTransport transport) {
    try {
      host.listen(local, stream -> accept(stream, transport));
    } catch (BindException e) {
      throw new AssertionError(e);
    }
    return this;
  }

  private void accept(SimulatedTcpStream stream, ClientTransport transport) {
    FiveTuple tuple = new FiveTuple(transport, stream.remoteAddress(), stream.localAddress());
    streams.put(tuple, stream);
    TurnDeframer deframer = new TurnDeframer();
    stream.setHandler(
        new SimulatedTcpStream.Handler() {
          @Override
          public void onConnected() {}

          @Override
          public void onBytes(ByteBuffer bytes) {
            boolean sound =
                deframer.handleBytes(
                    bytes, packet -> server.handlePacket(tuple, packet, internet.nowNanos()));
            drain();
            if (!sound) {
              stream.close();
              onClosed("no messages");
            }
          }

          @Override
          public void onClosed(String reason) {
            streams.remove(tuple);
            server.handleClientClosed(tuple);
            drain();
          }
        });
  }

  private SimulatedUdpSocket bind(InetSocketAddress local, SimulatedUdpSocket.Receiver receiver) {
    try {
      return host.bindUdp(local, receiver);
    } catch (BindException e) {
      throw new AssertionError(e);
    }
  }

  private void drain() {
    for (ServerOutput output = server.pollOutput(); output != null; output = server.pollOutput()) {
      if (output instanceof ServerOutput.ToClient client) {
        send(client);
      } else if (output instanceof ServerOutput.ToPeer peer) {
        relays.get(peer.relay()).send(peer.data(), peer.peer());
      } else if (output instanceof ServerOutput.OpenRelay open) {
        open(open);
      } else if (output instanceof ServerOutput.CloseRelay close) {
        SimulatedUdpSocket relay = relays.remove(close.relay());
        if (relay != null) {
          relay.close();
        }
      }
    }
    timer.cancel();
    if (server.nextTimeout() != TurnServer.NEVER) {
      timer =
          internet.schedule(
              Duration.ofNanos(server.nextTimeout() - internet.nowNanos()),
              () -> {
                server.handleTimeout(internet.nowNanos());
                drain();
              });
    }
  }

  private void send(ServerOutput.ToClient output) {
    FiveTuple tuple = output.tuple();
    if (tuple.transport() == ClientTransport.UDP) {
      sockets.get(tuple.server()).send(output.packet(), tuple.client());
    } else if (streams.containsKey(tuple)) {
      streams.get(tuple).send(output.packet());
    }
  }

  private void open(ServerOutput.OpenRelay wanted) {
    for (InetAddress address : host.addresses()) {
      if (AddressFamily.of(address) == wanted.family()) {
        SimulatedUdpSocket relay = bindRelay(address, wanted);
        relays.put(wanted.relay(), relay);
        server.relayOpened(wanted.relay(), relay.localAddress(), internet.nowNanos());
        return;
      }
    }
    server.relayFailed(wanted.relay(), internet.nowNanos());
  }

  private SimulatedUdpSocket bindRelay(InetAddress address, ServerOutput.OpenRelay wanted) {
    while (true) {
      SimulatedUdpSocket relay =
          bind(
              new InetSocketAddress(address, 0),
              (packet, from) -> {
                server.handlePeerPacket(wanted.relay(), from, packet, internet.nowNanos());
                drain();
              });
      if (!wanted.evenPort() || relay.localAddress().getPort() % 2 == 0) {
        return relay;
      }
      relay.close();
    }
  }
}
