package dev.turnstone.ice.internet;

import static dev.turnstone.testkit.internet.SimulatedInternet.address;

import dev.turnstone.ice.IceOptions;
import dev.turnstone.ice.IceServer;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.internet.SimulatedHost;
import dev.turnstone.testkit.internet.SimulatedInternet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * An internet with a STUN server, where any two hosts are 50 ms apart, there and back, and so is
 * signaling.
 */
final class Scene {
  static final Duration ROUND_TRIP = Duration.ofMillis(50);

  /** One host's share of half a round trip. */
  static final LinkOptions LINK = LinkOptions.PERFECT.withDelay(ROUND_TRIP.dividedBy(4));

  static final InetSocketAddress STUN_SERVER = new InetSocketAddress(address("198.51.100.1"), 3478);

  final SimulatedInternet internet;
  final SimulatedHost server;
  private final SplittableRandom seeds;

  Scene(long seed) {
    this.internet = new SimulatedInternet(seed);
    this.seeds = new SplittableRandom(seed);
    this.server = internet.host("server", LINK);
    server.join(internet.realm(), STUN_SERVER.getAddress());
  }

  Scene withStun() {
    try {
      new StunResponder(server, STUN_SERVER, from -> from);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    return peer(
        host,
        IceOptions.builder(random())
            .servers(
                List.of(
                    new IceServer(
                        STUN_SERVER.getAddress().getHostAddress(), STUN_SERVER.getPort()))));
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
