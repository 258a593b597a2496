package dev.turnstone.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * What messages cost in CPU time of the whole process, collector and compiler included, and in
 * allocated bytes. For machines that are busy with other work: there the clock on the wall, which
 * JMH reads, says little.
 *
 * <p>Argument: seconds of CPU time for each round, 5 unless said. The last of four rounds counts.
 */
public final class CpuTime {
  private static final int ROUNDS = 4;
  private static final int STEP = 1000;

  private final OperatingSystemMXBean process =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final double seconds;

  private CpuTime(double seconds) {
    this.seconds = seconds;
  }

  /** Runs both benchmarks of SCTP and prints a line for each size of message. */
  public static void main(String[] args) {
    CpuTime cpuTime = new CpuTime(args.length == 0 ? 5 : Double.parseDouble(args[0]));
    for (int bytes : new int[] {1200, 16384}) {
      SctpAssociationBenchmark pair = new SctpAssociationBenchmark();
      pair.messageBytes = bytes;
      pair.connect();
      SctpAssociationBenchmark.Counters counters = new SctpAssociationBenchmark.Counters();
      cpuTime.measure(
          "association pair, " + bytes + " B",
          () -> pair.message(counters),
          () -> counters.packets);
    }
    for (int bytes : new int[] {100, 1024, 16384, 65536}) {
      DataChannelsBenchmark channels = new DataChannelsBenchmark();
      channels.messageBytes = bytes;
      channels.connect();
      DataChannelsBenchmark.Counters counters = new DataChannelsBenchmark.Counters();
      cpuTime.measure(
          "data channel, batches, " + bytes + " B",
          () -> channels.message(counters),
          () -> counters.packets);
    }
  }

  private void measure(String what, Runnable message, LongSupplier packets) {
    for (int round = 1; round <= ROUNDS; round++) {
      long packetsBefore = packets.getAsLong();
      long bytes = thread.getCurrentThreadAllocatedBytes();
      long began = process.getProcessCpuTime();
      long messages = 0;
      while (process.getProcessCpuTime() - began < seconds * 1e9) {
        for (int i = 0; i < STEP; i++) {
          message.run();
        }
        messages += STEP;
      }
      double nanos = process.getProcessCpuTime() - began;
      bytes = thread.getCurrentThreadAllocatedBytes() - bytes;
      double sent = packets.getAsLong() - packetsBefore;
      if (round == ROUNDS) {
        System.out.printf(
            Locale.ROOT,
            "%-32s %8.0f ns/message %8.0f B/message %6.0f ns/packet %6.0f B/packet"
                + " %6.2f packets/message%n",
            what,
            nanos / messages,
            (double) bytes / messages,
            nanos / sent,
            bytes / sent,
            sent / messages);
      }
    }
  }
}
