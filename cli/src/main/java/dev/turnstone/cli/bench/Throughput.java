package dev.turnstone.cli.bench;

import dev.turnstone.cli.link.Pair;
import dev.turnstone.cli.link.Peers;
import dev.turnstone.cli.link.Pump;
import dev.turnstone.datachannel.DataChannelListener;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * What goes through reliable, ordered channels in one direction, counted where it arrives.
 *
 * @param mbitPerSecond millions of bits of message data per second, all connections together
 * @param messagesPerSecond messages per second
 * @param cpuSeconds CPU time of the process, both peers, while it was measured
 * @param megabytesPerCpuSecond millions of bytes of message data for each second of CPU time
 * @param largestDatagramBytes the largest UDP payload that was sent; 0 if unknown
 */
public record Throughput(
    double mbitPerSecond,
    double messagesPerSecond,
    double cpuSeconds,
    double megabytesPerCpuSecond,
    long largestDatagramBytes) {

  private static final long MIN_HIGH_MARK = 2 * 1024 * 1024;

  /**
   * Measures; blocks.
   *
   * @param size of each message, in bytes
   * @param warmUpSeconds how long to send before it counts
   * @param seconds how long it counts
   * @throws IllegalArgumentException when the peer does not take messages of that size
   */
  public static Throughput measure(
      Peers peers, Load load, int size, double warmUpSeconds, double seconds) {
    LongAdder messages = new LongAdder();
    byte[] message = new byte[size];
    List<Pump> pumps = new ArrayList<>();
    for (Pair pair : load.pairs()) {
      pair.far()
          .setListener(
              new DataChannelListener() {
                @Override
                public void onBinary(ByteBuffer binary) {
                  messages.increment();
                }
              });
      Pump pump =
          new Pump(
              pair.near(),
              Math.max(MIN_HIGH_MARK, 4L * size),
              () -> ByteBuffer.wrap(message),
              () -> {});
      pumps.add(pump);
      pair.near()
          .setListener(
              new DataChannelListener() {
                @Override
                public void onBufferedAmountLow() {
                  pump.run();
                }
              });
    }
    pumps.forEach(Pump::run);
    load.run(warmUpSeconds);

    long before = messages.sum();
    long cpuBefore = Cpu.nanos();
    long begin = System.nanoTime();
    load.run(seconds);
    double elapsed = (System.nanoTime() - begin) / 1e9;
    double cpu = (Cpu.nanos() - cpuBefore) / 1e9;
    double arrived = messages.sum() - before;
    double moved = arrived * size;

    pumps.forEach(Pump::stop);
    return new Throughput(
        round(moved * 8 / 1e6 / elapsed),
        round(arrived / elapsed),
        round(cpu),
        cpu == 0 ? 0 : round(moved / 1e6 / cpu),
        peers.largestDatagramBytes());
  }

  static double round(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
