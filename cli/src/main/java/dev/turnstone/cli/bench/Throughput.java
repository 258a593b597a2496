package dev.turnstone.cli.bench;

import dev.turnstone.cli.link.Traffic;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes through reliable, ordered channels in one direction, counted where it arrives. Every
 * message is compared with what was sent, and in the end all that was sent must have come.
 *
 * @param size of each message, in bytes
 * @param connections at the same time
 * @param mbitPerSecond millions of bits of message data per second, all connections together
 * @param messagesPerSecond messages per second
 * @param megabytesPerCpuSecond millions of bytes of message data for each second of CPU time of the
 *     process, in which both peers live
 * @param cores how many processors the process kept busy
 * @param cpuNanosPerDatagram CPU time of the process, both peers, for each datagram; 0 if unknown
 * @param allocatedBytesPerDatagram what the JVM allocated on its heap, both peers and the
 *     application, for each datagram; 0 if unknown
 * @param datagramsPerSend how many datagrams leave with one call to the system; 0 if unknown
 * @param largestDatagramBytes the largest UDP payload sent or received; 0 if unknown
 * @param rounds each round, in order
 */
public record Throughput(
    int size,
    int connections,
    Spread mbitPerSecond,
    Spread messagesPerSecond,
    Spread megabytesPerCpuSecond,
    Spread cores,
    Spread cpuNanosPerDatagram,
    Spread allocatedBytesPerDatagram,
    Spread datagramsPerSend,
    long largestDatagramBytes,
    List<Round> rounds) {

  private static final long HIGH_MARK = 4L << 20;
  private static final long LEAST_HIGH_MARK = 256L << 10;

  /**
   * One round.
   *
   * @param seconds how long it took
   * @param messages how many arrived
   * @param cpuSeconds CPU time of the process
   * @param allocatedBytes on the heap
   * @param datagrams sent by either side; 0 if unknown
   * @param sends calls to the system that sent them
   */
  public record Round(
      double seconds,
      long messages,
      double cpuSeconds,
      long allocatedBytes,
      long datagrams,
      long sends) {}

  /**
   * Measures; blocks.
   *
   * @param highMark how many bytes may wait in each sender's channel; 0 chooses
   * @throws IllegalArgumentException when the peer does not take messages of that size
   * @throws IllegalStateException when a message did not arrive as it was sent, or a datagram was
   *     too large
   */
  public static Throughput measure(Load load, Workload workload, long highMark) {
    int size = workload.size();
    int connections = load.links().size();
    long mark = highMark > 0 ? highMark : highMark(size, connections);
    List<Source> sources = new ArrayList<>();
    List<Sink> sinks = new ArrayList<>();
    for (Link link : load.links()) {
      Sink sink = new Sink(size, load::fail);
      link.far().hear(sink, 0, () -> {});
      Source source = new Source(link.near(), size, mark);
      link.near().hear(message -> {}, mark / 2, () -> load.guard(source::fill));
      sinks.add(sink);
      sources.add(source);
    }
    sources.forEach(source -> begin(load, source));
    load.runUntil(() -> arrived(sinks) > 0);
    load.run(workload.warmUpSeconds());

    List<Round> rounds = new ArrayList<>();
    for (int i = 0; i < workload.rounds(); i++) {
      rounds.add(round(load, workload, sinks));
    }
    long sent = sources.stream().mapToLong(Source::stop).sum();
    load.runUntil(() -> arrived(sinks) >= sent);

    double bytes = size;
    return new Throughput(
        size,
        connections,
        Spread.of(rounds, r -> r.messages() * bytes * 8 / 1e6 / r.seconds()),
        Spread.of(rounds, r -> r.messages() / r.seconds()),
        Spread.of(rounds, r -> r.messages() * bytes / 1e6 / Math.max(1e-9, r.cpuSeconds())),
        Spread.of(rounds, r -> r.cpuSeconds() / r.seconds()),
        Spread.of(rounds, r -> each(r.cpuSeconds() * 1e9, r.datagrams())),
        Spread.of(rounds, r -> each(r.allocatedBytes(), r.datagrams())),
        Spread.of(rounds, r -> each(r.datagrams(), r.sends())),
        load.checkedLargestDatagramBytes(),
        rounds);
  }

  /** On a thread of its own: where small messages leave as fast as they come, it never ends. */
  private static void begin(Load load, Source source) {
    Thread thread = new Thread(() -> load.guard(source::fill), "first fill");
    thread.setDaemon(true);
    thread.start();
  }

  /** Enough for some milliseconds of each connection, and not much for all of them together. */
  private static long highMark(int size, int connections) {
    return Math.max(4L * size, Math.max(LEAST_HIGH_MARK, HIGH_MARK / connections));
  }

  private static Round round(Load load, Workload workload, List<Sink> sinks) {
    long before = arrived(sinks);
    Traffic trafficBefore = load.traffic();
    long allocatedBefore = Allocations.bytes();
    long cpuBefore = Cpu.nanos();
    long begin = System.nanoTime();
    load.run(workload.seconds());
    long messages = arrived(sinks) - before;
    double cpuSeconds = (Cpu.nanos() - cpuBefore) / 1e9;
    double seconds = (System.nanoTime() - begin) / 1e9;
    long allocated = Allocations.bytes() - allocatedBefore;
    Traffic traffic = load.traffic();
    return new Round(
        seconds,
        messages,
        cpuSeconds,
        Math.max(0, allocated),
        traffic.datagrams() - trafficBefore.datagrams(),
        traffic.sendCalls() - trafficBefore.sendCalls());
  }

  private static double each(double all, long count) {
    return count == 0 ? 0 : all / count;
  }

  private static long arrived(List<Sink> sinks) {
    return sinks.stream().mapToLong(Sink::arrived).sum();
  }

  static double round(double value) {
    return Spread.round(value);
  }
}
