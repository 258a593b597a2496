package dev.turnstone.cli.demo;

import dev.turnstone.cli.bench.Latency;
import dev.turnstone.cli.bench.Load;
import dev.turnstone.cli.bench.Throughput;
import dev.turnstone.cli.bench.Workload;
import dev.turnstone.cli.link.Peers;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Two peers of this JVM, connected over UDP: shows in a few seconds that the whole stack works. The
 * numbers are first impressions; {@code turnstone bench} measures.
 *
 * @param firstMillis set-up time of the first connection of this JVM
 * @param nextMillis set-up time of the one after a few more
 * @param roundTripMicros the median round trip of 100 bytes
 * @param mbitPerSecond throughput of 64 KiB messages in one direction
 */
public record Rehearsal(
    double firstMillis, double nextMillis, double roundTripMicros, double mbitPerSecond) {

  private static final int WARM_UPS = 5;

  /**
   * Runs it; blocks for some seconds.
   *
   * @param seconds for each of the two measurements
   */
  public static Rehearsal run(
      Peers peers, PeerConnectionConfiguration configuration, double seconds) {
    double first = 0;
    for (int i = 0; i < WARM_UPS; i++) {
      long begin = System.nanoTime();
      Load.connect(peers, configuration, 1).close();
      first = i == 0 ? (System.nanoTime() - begin) / 1e6 : first;
    }
    long begin = System.nanoTime();
    try (Load load = Load.connect(peers, configuration, 1)) {
      double next = (System.nanoTime() - begin) / 1e6;
      Latency latency = Latency.measure(load, new Workload(100, seconds, seconds, 1));
      Throughput throughput = Throughput.measure(load, new Workload(65536, seconds, seconds, 1), 0);
      return new Rehearsal(
          first, next, latency.p50Micros().median(), throughput.mbitPerSecond().median());
    }
  }

  /** Prints it as a short table. */
  public void print(PrintWriter out) {
    row(out, "set-up, first one", firstMillis, "ms");
    row(out, "set-up, warm", nextMillis, "ms");
    row(out, "round trip, median", roundTripMicros, "us");
    row(out, "throughput, 64 KiB", mbitPerSecond, "Mbit/s");
    out.flush();
  }

  private static void row(PrintWriter out, String name, double value, String unit) {
    out.println(String.format(Locale.ROOT, "  %-20s %10.1f %s", name, value, unit));
  }
}
