package dev.turnstone.cli.bench;

import dev.turnstone.cli.link.Pair;
import dev.turnstone.cli.link.Peers;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The time until a channel is open on both sides, from the offer on, and from before the two peer
 * connections were made.
 *
 * @param coldMillis the first one of this JVM, from the offer on, in milliseconds
 * @param coldWholeMillis the same with the factory and the two connections, the classes that they
 *     load and the threads that they start
 * @param jvmMillis from the start of this process to that first open channel
 * @param warmMedianMillis the median of later ones, from the offer on
 * @param warmP95Millis the 95th percentile of later ones, from the offer on
 * @param warmWholeMedianMillis the median of later ones, with making the two connections
 * @param perSecond how many pairs connect in a second while several do at once
 * @param cpuMillis CPU time of this process for each of these, in milliseconds
 */
public record Setup(
    double coldMillis,
    double coldWholeMillis,
    double jvmMillis,
    double warmMedianMillis,
    double warmP95Millis,
    double warmWholeMedianMillis,
    double perSecond,
    double cpuMillis) {
  /** Pairs that connect at once, for each processor: enough that none waits for work. */
  private static final int AT_ONCE = 4;

  private record Times(long nanos, long wholeNanos) {}

  /**
   * Measures one connection after the other, then many at once; blocks.
   *
   * @param source called once, inside the first measured time
   * @param warmUps connections between the first one and those that count
   * @param connections at most so many count, and so many again at once; at least one
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
      Times cold = time(peers, configuration, begin);
      double jvmMillis = sinceStartMillis();
      for (int i = 0; i < warmUps; i++) {
        time(peers, configuration, System.nanoTime());
      }
      Percentiles times = new Percentiles();
      Percentiles wholes = new Percentiles();
      long warm = System.nanoTime();
      long limit = (long) (seconds * TimeUnit.SECONDS.toNanos(1));
      do {
        Times one = time(peers, configuration, System.nanoTime());
        times.add(one.nanos);
        wholes.add(one.wholeNanos);
      } while (times.count() < connections && System.nanoTime() - warm < limit);
      long cpu = Cpu.nanos();
      long busy = System.nanoTime();
      int made = manyAtOnce(peers, configuration, connections, limit);
      double wall = System.nanoTime() - busy;
      return new Setup(
          millis(cold.nanos),
          millis(cold.wholeNanos),
          jvmMillis,
          millis(times.at(0.5)),
          millis(times.at(0.95)),
          millis(wholes.at(0.5)),
          Throughput.round(made * 1e9 / wall),
          millis((double) (Cpu.nanos() - cpu) / made));
    }
  }

  private static Times time(Peers peers, PeerConnectionConfiguration configuration, long begin) {
    Pair pair = Pair.connect(peers, configuration, DataChannelOptions.DEFAULT).join();
    long end = System.nanoTime();
    pair.close();
    return new Times(end - pair.offerNanos(), end - begin);
  }

  /** Keeps as many on their way as keep the processors busy; returns how many have connected. */
  private static int manyAtOnce(
      Peers peers, PeerConnectionConfiguration configuration, int connections, long limit) {
    Queue<CompletableFuture<Pair>> underWay = new ArrayDeque<>();
    int atOnce = AT_ONCE * Runtime.getRuntime().availableProcessors();
    long begin = System.nanoTime();
    int begun = 0;
    int made = 0;
    do {
      while (underWay.size() < atOnce
          && begun < connections
          && (begun == 0 || System.nanoTime() - begin < limit)) {
        underWay.add(Pair.connect(peers, configuration, DataChannelOptions.DEFAULT));
        begun++;
      }
      underWay.remove().join().close();
      made++;
    } while (!underWay.isEmpty());
    return made;
  }

  /** To the tick of the system's clock, mostly a hundredth of a second. */
  private static double sinceStartMillis() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(start -> (double) Duration.between(start, Instant.now()).toMillis())
        .orElse(0.0);
  }

  private static double millis(double nanos) {
    return Throughput.round(nanos / 1e6);
  }
}
