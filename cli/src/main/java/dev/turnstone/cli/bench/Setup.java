package dev.turnstone.cli.bench;

import dev.turnstone.cli.link.Pair;
import dev.turnstone.cli.link.Peers;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The time from making two peer connections to a channel that is open on both sides.
 *
 * @param coldMillis the first one of this JVM, with the classes that it loads and the threads that
 *     it starts, in milliseconds
 * @param warmMedianMillis the median of later ones
 * @param warmP95Millis the 95th percentile of later ones
 */
public record Setup(double coldMillis, double warmMedianMillis, double warmP95Millis) {

  /**
   * Measures, one connection after the other; blocks.
   *
   * @param source called once, inside the first measured time
   * @param warmUps connections between the first one and those that count
   * @param connections at most so many count, at least one
   * @param seconds begin none that counts after this time
   */
  public static Setup measure(
      Supplier<Peers> source,
      PeerConnectionConfiguration configuration,
      int warmUps,
      int connections,
      double seconds) {
    long begin = System.nanoTime();
    try (Peers peers = source.get()) {
      Pair.connect(peers, configuration, DataChannelOptions.DEFAULT).join().close();
      double cold = (System.nanoTime() - begin) / 1e6;
      for (int i = 0; i < warmUps; i++) {
        time(peers, configuration);
      }
      Percentiles times = new Percentiles();
      long warm = System.nanoTime();
      long limit = (long) (seconds * TimeUnit.SECONDS.toNanos(1));
      do {
        times.add(time(peers, configuration));
      } while (times.count() < connections && System.nanoTime() - warm < limit);
      return new Setup(
          Throughput.round(cold),
          Throughput.round(times.at(0.5) / 1e6),
          Throughput.round(times.at(0.95) / 1e6));
    }
  }

  private static long time(Peers peers, PeerConnectionConfiguration configuration) {
    long begin = System.nanoTime();
    Pair pair = Pair.connect(peers, configuration, DataChannelOptions.DEFAULT).join();
    long nanos = System.nanoTime() - begin;
    pair.close();
    return nanos;
  }
}
