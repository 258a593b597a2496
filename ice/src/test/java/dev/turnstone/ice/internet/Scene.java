package dev.turnstone.ice.internet;

import static dev.turnstone.testkit.internet.SimulatedInternet.address;

import dev.turnstone.ice.IceOptions;
import dev.turnstone.ice.IceServer;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.internet.SimulatedHost;
import dev.turnstone.testkit.internet.SimulatedInternet;
import dev.turnstone.turn.ClientTransport;
import dev.turnstone.turn.Credentials;
import dev.turnstone.turn.PeerPolicy;
import dev.turnstone.turn.TurnServerOptions;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * An internet with room for a STUN or TURN server, where any two hosts are 50 ms apart, there and
 * back, and so is signaling.
 */
final class Scene {
  static final Duration ROUND_TRIP = Duration.ofMillis(50);

  /** One host's share of half a round trip. */
  static final LinkOptions LINK = LinkOptions.PERFECT.withDelay(ROUND_TRIP.dividedBy(4));

  static final InetSocketAddress STUN_SERVER = new InetSocketAddress(address("198.51.100.1"), 3478);

  final SimulatedInternet internet;
  final SimulatedHost server;
  private static final IceServer.Credentials LOGIN =
      new IceServer.Credentials("user", "the-password");

  private final SplittableRandom seeds;
  private SimulatedTurnServer turn;
  private boolean tcp;

  Scene(long seed) {
    this.internet = new SimulatedInternet(seed);
    this.seeds = new SplittableRandom(seed);
    this.server = internet.host("server", LINK);
    server.join(internet.realm(), STUN_SERVER.getAddress());
  }

  /** A STUN server that does not relay. */
  Scene withStun() {
    new SimulatedTurnServer(internet, server, TurnServerOptions.builder().build(), random())
        .listenUdp(STUN_SERVER);
    return this;
  }

  /** TCP candidates for those who come from now on (RFC 6544). */
  Scene withTcp() {
    tcp = true;
    return this;
  }

  /** A TURN server, over UDP and TCP. */
  Scene withTurn() {
    TurnServerOptions options =
        TurnServerOptions.builder()
            .relay("realm", Credentials.of(Map.of(LOGIN.username(), LOGIN.password())))
            .peerPolicy(PeerPolicy.everyAddress())
            .build();
    turn =
        new SimulatedTurnServer(internet, server, options, random())
            .listenUdp(STUN_SERVER)
            .listen(STUN_SERVER, ClientTransport.TCP);
    return this;
  }

  /** A generator that repeats itself; the provider's own would not. */
  SecureRandom random() {
    SplittableRandom source = seeds.split();
    return new SecureRandom() {
      private static final long serialVersionUID = 1;

      @Override
      public void nextBytes(byte[] bytes) {
        source.nextBytes(bytes);
      }
    };
  }

  SimulatedPeer peer(SimulatedHost host) {
    List<IceServer> servers = new ArrayList<>();
    servers.add(server("stun", ""));
    if (turn != null) {
      servers.add(server("turn", ""));
      servers.add(server("turn", "?transport=tcp"));
    }
    return peer(host, IceOptions.builder(random()).servers(servers).tcp(tcp));
  }

  private static IceServer server(String scheme, String query) {
    String at = STUN_SERVER.getAddress().getHostAddress() + ":" + STUN_SERVER.getPort();
    return IceServer.parse(scheme + ":" + at + query, Optional.of(LOGIN));
  }

  SimulatedPeer peer(SimulatedHost host, IceOptions.Builder options) {
    return new SimulatedPeer(internet, host, options.build());
  }

  void start(SimulatedPeer controlling, SimulatedPeer controlled) {
    SimulatedPeer.start(controlling, controlled, ROUND_TRIP.dividedBy(2));
  }

  boolean runUntil(BooleanSupplier done, Duration limit) {
    return internet.runUntil(done, limit);
  }

  void runFor(Duration time) {
    internet.runFor(time);
  }

  /** A time in round trips. */
  static double roundTrips(long nanos) {
    return (double) nanos / ROUND_TRIP.toNanos();
  }
}
