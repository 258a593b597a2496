package dev.turnstone.cli.bench;

import dev.turnstone.peerconnection.PeerConnectionFactory;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What many connections cost a server that shares one UDP port among them, once they are open and
 * idle. The clients live in a process of their own, each with a socket of its own.
 *
 * @param connections that were open at the end; each has carried a message there and back
 * @param heapMegabytes heap in use after a collection, with all of them open; the whole JVM
 * @param heapKilobytesPerConnection what they added to it, for each
 * @param maxHeapMegabytes the largest heap that this JVM may use
 * @param residentMegabytes memory that the system counts for the process; -1 where it does not tell
 * @param threads of the JVM with all of them open
 * @param threadsBefore of the JVM with none of them open, after some had been
 * @param seconds from the first to the last one open
 * @param setUpsPerSecond how many opened in a second
 * @param cpuMillisPerSetUp CPU time of the server for each
 * @param idleCores how many processors the server keeps busy while nobody says anything
 */
public record Idle(
    int connections,
    double heapMegabytes,
    double heapKilobytesPerConnection,
    double maxHeapMegabytes,
    double residentMegabytes,
    int threads,
    int threadsBefore,
    double seconds,
    double setUpsPerSecond,
    double cpuMillisPerSetUp,
    double idleCores) {

  private static final double MEGABYTE = 1e6;
  private static final int REHEARSAL = 200;

  /**
   * Measures; blocks. The other process is this program again, told {@code clients} as its words.
   *
   * @param builder of the server's factory
   * @param connections how many
   * @param atOnce how many connect at the same time
   * @param idleSeconds how long they are idle
   * @param clients the words that start the clients' process
   */
  public static Idle measure(
      PeerConnectionFactory.Builder builder,
      int connections,
      int atOnce,
      double idleSeconds,
      List<String> clients)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(clients).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (PeerConnectionFactory factory = builder.icePort(0).build();
        PrintStream out =
            new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII)) {
      IdleServer server = new IdleServer(factory, atOnce, out);
      Thread reader = new Thread(() -> server.readAnswers(process.getInputStream()), "answers");
      reader.setDaemon(true);
      reader.start();
      // Classes, and what the first connections compile, are not what is asked for.
      server.connect(Math.min(REHEARSAL, connections));
      server.closeAll();
      return measure(server, connections, idleSeconds);
    } finally {
      process.destroy();
    }
  }

  private static Idle measure(IdleServer server, int connections, double idleSeconds)
      throws InterruptedException {
    long heapBefore = heap();
    int threadsBefore = liveThreads();
    long cpuBefore = Cpu.nanos();
    long begin = System.nanoTime();
    server.connect(connections);
    double seconds = (System.nanoTime() - begin) / 1e9;
    double cpuMillis = (Cpu.nanos() - cpuBefore) / 1e6;
    server.echoAll();
    double idleCores = idleCores(idleSeconds);
    long heap = heap();
    int threads = liveThreads();
    double resident = residentBytes();
    // Those that were there at first are there still.
    server.echoAll();
    server.closeAll();
    return new Idle(
        connections,
        Spread.round(heap / MEGABYTE),
        Spread.round((heap - heapBefore) / 1e3 / connections),
        Spread.round(Runtime.getRuntime().maxMemory() / MEGABYTE),
        resident < 0 ? -1 : Spread.round(resident / MEGABYTE),
        threads,
        threadsBefore,
        Spread.round(seconds),
        Spread.round(connections / seconds),
        Spread.round(cpuMillis / connections),
        Spread.round(idleCores));
  }

  private static double idleCores(double seconds) {
    long nanos = (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    long cpuBefore = Cpu.nanos();
    long begin = System.nanoTime();
    for (long left = nanos; left > 0; left = nanos - (System.nanoTime() - begin)) {
      LockSupport.parkNanos(left);
    }
    return (Cpu.nanos() - cpuBefore) / (double) (System.nanoTime() - begin);
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static int liveThreads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  private static double residentBytes() {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return -1;
    }
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
