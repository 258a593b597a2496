package dev.turnstone.datachannel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.SimulatedNetwork;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Two peers over a simulated network: {@code a} is the DTLS client, {@code b} the server. */
final class Connection {
  static final LinkOptions LINK = LinkOptions.PERFECT.withDelay(Duration.ofMillis(10));
  private static final Duration LIMIT = Duration.ofMinutes(10);

  final Peer a;
  final Peer b;
  final SimulatedNetwork network;

  private Connection(long seed, LinkOptions link, Peer a, Peer b) {
    this.a = a;
    this.b = b;
    network = new SimulatedNetwork(seed, a, b, link);
    network.afterTurn(
        () -> {
          a.now = network.nowNanos();
          b.now = network.nowNanos();
          a.drainEvents();
          b.drainEvents();
        });
  }

  static Connection unstarted(long seed, LinkOptions link, SctpOptions options) {
    int most = DataChannels.DEFAULT_MAX_CHANNELS;
    return new Connection(
        seed,
        link,
        Peer.withChannels(options, 2 * seed, most),
        Peer.withChannels(options, 2 * seed + 1, most));
  }

  static Connection of(long seed, LinkOptions link, SctpOptions options) {
    return unstarted(seed, link, options).start();
  }

  static Connection of() {
    return of(1, LINK, SctpOptions.defaults());
  }

  /** Data channels at {@code a}; {@code b} says what the test likes. */
  static Connection toRawPeer(SctpOptions options, int maxChannels) {
    return new Connection(1, LINK, Peer.withChannels(options, 2, maxChannels), Peer.raw(options, 3))
        .start();
  }

  static Connection toRawPeer() {
    return toRawPeer(SctpOptions.defaults(), DataChannels.DEFAULT_MAX_CHANNELS);
  }

  private Connection start() {
    a.channels.start(true, 0, a.now);
    if (b.channels != null) {
      b.channels.start(false, 0, b.now);
    }
    return this;
  }

  Connection connect() {
    a.sctp.connect(a.now);
    b.sctp.connect(b.now);
    until(() -> a.connected && b.connected);
    return settle();
  }

  Connection until(BooleanSupplier done) {
    assertTrue(network.runUntil(done, LIMIT), () -> "a: " + a.log + "\nb: " + b.log);
    return this;
  }

  /** Until only heartbeats are left to come. */
  Connection settle() {
    network.runFor(Duration.ofSeconds(3));
    return this;
  }
}
