package dev.turnstone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.turnstone.cli.bench.Idle;
import dev.turnstone.cli.bench.IdleClients;
import dev.turnstone.cli.bench.Latency;
import dev.turnstone.cli.bench.Load;
import dev.turnstone.cli.bench.Setup;
import dev.turnstone.cli.bench.Spread;
import dev.turnstone.cli.bench.Throughput;
import dev.turnstone.cli.bench.Workload;
import dev.turnstone.cli.link.Peers;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import dev.turnstone.peerconnection.PeerConnectionFactory;
import dev.turnstone.peerconnection.SocketTransport;
import dev.turnstone.sctp.CongestionControl;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code turnstone bench}: two peers in this JVM, over loopback sockets. */
@Command(
    name = "bench",
    header = "Measure two peers in this JVM, over loopback sockets.",
    synopsisSubcommandLabel = "(throughput | latency | setup | idle)",
    mixinStandardHelpOptions = true,
    commandListHeading = "%nMeasurements:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  turnstone bench throughput --size 16384 --seconds 10",
      "  turnstone bench latency --connections 50",
      "  turnstone bench setup --json",
      "  TURNSTONE_JAVA_OPTS=-Xmx1g turnstone bench idle --connections 10000"
    })
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Missing measurement: throughput, latency, setup or idle");
  }

  /** What the measurements have in common. */
  static final class Shared {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
        names = "--seconds",
        paramLabel = "N",
        description = "How long each round is. Default: 2; setup: 60 in all, idle: 5.")
    private Double seconds;

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    @Option(
        names = "--direct",
        description = "Run callbacks on the event loop: no hop between threads.")
    private boolean direct;

    @Mixin private IceServerOptions servers = new IceServerOptions();

    @Option(
        names = "--ice-engine",
        paramLabel = "NAME",
        description = "ICE engine: turnstone or ice4j. Default: the library's.")
    private String iceEngine;

    @Option(
        names = "--congestion-control",
        paramLabel = "NAME",
        description = "${COMPLETION-CANDIDATES}. Default: the library's.")
    private CongestionControl congestionControl;

    PeerConnectionConfiguration configuration() {
      PeerConnectionConfiguration.Builder builder =
          servers
              .addTo(PeerConnectionConfiguration.builder())
              .bindAddresses(List.of(InetAddress.getLoopbackAddress()))
              .loopbackCandidates(true);
      if (congestionControl != null) {
        builder.congestionControl(congestionControl);
      }
      if (iceEngine != null) {
        builder.iceEngine(iceEngine);
      }
      return builder.directCallbacks(direct).build();
    }

    @Option(
        names = "--transport",
        paramLabel = "NAME",
        description = "Sockets to use: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private SocketTransport transport = SocketTransport.AUTO;

    @Option(
        names = "--busy-poll",
        paramLabel = "MICROS",
        description =
            "How long event loops look for packets before they sleep. Default: ${DEFAULT-VALUE}.")
    private long busyPollMicros;

    PeerConnectionFactory.Builder factory() {
      long micros =
          require(
              busyPollMicros >= 0 && busyPollMicros <= 1_000_000,
              busyPollMicros,
              "--busy-poll must be 0 to 1000000");
      return PeerConnectionFactory.builder()
          .socketTransport(transport)
          .busyPoll(Duration.ofNanos(micros * 1000));
    }

    Peers peers() {
      return Peers.overUdp(factory().build());
    }

    double seconds(double unlessGiven) {
      double given = seconds == null ? unlessGiven : seconds;
      return require(given > 0 && given <= 86400, given, "--seconds must be above 0");
    }

    <T> T require(boolean holds, T value, String otherwise) {
      if (!holds) {
        throw new CommandLine.ParameterException(spec.commandLine(), otherwise + ", is " + value);
      }
      return value;
    }

    int size(int size) {
      return require(size >= 1 && size <= 1 << 28, size, "--size must be 1 to 268435456");
    }

    int connections(int connections) {
      return require(
          connections >= 1 && connections <= 100_000,
          connections,
          "--connections must be 1 to 100000");
    }

    void print(Object result, String title, String... rows) throws JsonProcessingException {
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(new JsonMapper().writeValueAsString(result));
      } else {
        out.println(title);
        for (String row : rows) {
          out.println("  " + row);
        }
      }
      out.flush();
    }
  }

  private static String row(String name, Spread value, String unit) {
    return row(name, value.median(), unit)
        + String.format(Locale.ROOT, "  (%.2f to %.2f)", value.least(), value.most());
  }

  private static String row(String name, double value, String unit) {
    return String.format(Locale.ROOT, "%-24s %12.2f %s", name, value, unit);
  }

  private static String plural(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** How a measurement of messages goes. */
  static final class Play {
    @Option(
        names = "--connections",
        paramLabel = "N",
        defaultValue = "1",
        description = "Connections at the same time. Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(
        names = "--warm-up",
        paramLabel = "SECONDS",
        defaultValue = "3",
        description = "Run this long before measuring. Default: ${DEFAULT-VALUE}.")
    private double warmUp;

    @Option(
        names = "--rounds",
        paramLabel = "N",
        defaultValue = "3",
        description = "Rounds to take the median of. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    Workload workload(Shared shared, int size) {
      shared.require(rounds >= 1 && rounds <= 1000, rounds, "--rounds must be 1 to 1000");
      shared.require(warmUp >= 0 && warmUp <= 86400, warmUp, "--warm-up must be 0 or more");
      shared.connections(connections);
      return new Workload(shared.size(size), warmUp, shared.seconds(2), rounds);
    }
  }

  @Command(
      header = "How much goes through in one direction, reliable and ordered.",
      description = {
        "Every message is compared with what was sent, and all must have arrived in the end.",
        "The figures are medians of the rounds; the least and the most stand behind them.%n"
      },
      mixinStandardHelpOptions = true)
  int throughput(
      @Mixin Shared shared,
      @Mixin Play play,
      @Option(
              names = "--size",
              paramLabel = "BYTES",
              defaultValue = "65536",
              description = "Size of each message. Default: ${DEFAULT-VALUE}.")
          int size,
      @Option(
              names = "--buffer",
              paramLabel = "BYTES",
              defaultValue = "0",
              description =
                  "How much the sender keeps waiting in each channel."
                      + " Default: 4 MiB shared among the connections, 256 KiB at least.")
          long buffer)
      throws JsonProcessingException {
    Workload workload = play.workload(shared, size);
    shared.require(buffer >= 0, buffer, "--buffer must be 0 or more");
    try (Peers peers = shared.peers();
        Load load = Load.connect(peers, shared.configuration(), play.connections)) {
      Throughput result = Throughput.measure(load, workload, buffer);
      shared.print(
          result,
          "Throughput, "
              + plural(size, "byte")
              + " a message, "
              + plural(play.connections, "connection"),
          row("throughput", result.mbitPerSecond(), "Mbit/s"),
          row("messages", result.messagesPerSecond(), "per second"),
          row("for each CPU-second", result.megabytesPerCpuSecond(), "MB"),
          row("processors busy", result.cores(), ""),
          row("CPU for each datagram", result.cpuNanosPerDatagram(), "ns"),
          row("allocated for each", result.allocatedBytesPerDatagram(), "bytes"),
          row("datagrams in one send", result.datagramsPerSend(), ""),
          row("largest datagram", result.largestDatagramBytes(), "bytes"));
    }
    return 0;
  }

  @Command(
      header = "How long a message and its echo take, one at a time on each connection.",
      description = {
        "The figures are medians of the rounds; the least and the most stand behind them.%n"
      },
      mixinStandardHelpOptions = true)
  int latency(
      @Mixin Shared shared,
      @Mixin Play play,
      @Option(
              names = "--size",
              paramLabel = "BYTES",
              defaultValue = "100",
              description = "Size of each message. Default: ${DEFAULT-VALUE}.")
          int size)
      throws JsonProcessingException {
    Workload workload = play.workload(shared, size);
    try (Peers peers = shared.peers();
        Load load = Load.connect(peers, shared.configuration(), play.connections)) {
      Latency result = Latency.measure(load, workload);
      shared.print(
          result,
          "Round trip, "
              + plural(size, "byte")
              + " a message, "
              + plural(play.connections, "connection"),
          row("median", result.p50Micros(), "us"),
          row("95th percentile", result.p95Micros(), "us"),
          row("99th percentile", result.p99Micros(), "us"),
          row("CPU per round trip", result.cpuMicrosPerRoundTrip(), "us"),
          row("waits per round trip", result.contextSwitchesPerRoundTrip(), "of threads"));
    }
    return 0;
  }

  @Command(
      header = "What many open connections cost a server that says nothing.",
      description = {
        "The server shares one UDP port among them. The clients live in a second JVM, each with a"
            + " socket of its own: the limit of open files must allow that.%n"
      },
      mixinStandardHelpOptions = true)
  int idle(
      @Mixin Shared shared,
      @Option(
              names = "--connections",
              paramLabel = "N",
              defaultValue = "10000",
              description = "How many. Default: ${DEFAULT-VALUE}.")
          int connections,
      @Option(
              names = "--at-once",
              paramLabel = "N",
              defaultValue = "32",
              description = "How many connect at the same time. Default: ${DEFAULT-VALUE}.")
          int atOnce)
      throws IOException, InterruptedException {
    shared.connections(connections);
    shared.require(atOnce >= 1, atOnce, "--at-once must be 1 or more");
    Idle result = Idle.measure(shared.factory(), connections, atOnce, shared.seconds(5), clients());
    shared.print(
        result,
        "Idle, " + plural(connections, "connection") + " on one UDP port",
        row("heap in use", result.heapMegabytes(), "MB"),
        row("heap for each", result.heapKilobytesPerConnection(), "KB"),
        row("largest heap allowed", result.maxHeapMegabytes(), "MB"),
        row("resident", result.residentMegabytes(), "MB"),
        row("threads", result.threads(), "(" + result.threadsBefore() + " before)"),
        row("to connect them all", result.seconds(), "s"),
        row("set-ups", result.setUpsPerSecond(), "per second"),
        row("CPU for each set-up", result.cpuMillisPerSetUp(), "ms, the server's"),
        row("processors busy", result.idleCores(), "while idle"));
    return 0;
  }

  /** This program again, as the clients of {@link #idle}. */
  private static List<String> clients() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-cp",
        System.getProperty("java.class.path"),
        Turnstone.class.getName(),
        "bench",
        "idle-clients");
  }

  @Command(name = "idle-clients", hidden = true, header = "The clients of idle.")
  int idleClients() throws IOException {
    IdleClients.serve(System.in, System.out);
    return 0;
  }

  @Command(
      header = "How long two peers take to a channel that is open on both sides.",
      mixinStandardHelpOptions = true)
  int setup(
      @Mixin Shared shared,
      @Option(
              names = "--connections",
              paramLabel = "N",
              defaultValue = "200",
              description =
                  "Connections to measure, and as many again at once; fewer if --seconds is over."
                      + " Default: ${DEFAULT-VALUE}.")
          int connections,
      @Option(
              names = "--warm-up",
              paramLabel = "N",
              defaultValue = "8000",
              description =
                  "Connections before that, so that the JVM has compiled what runs."
                      + " Default: ${DEFAULT-VALUE}.")
          int warmUp,
      @Option(
              names = "--size",
              paramLabel = "BYTES",
              defaultValue = "0",
              hidden = true,
              description = "Taken for symmetry; nothing is sent.")
          int size)
      throws JsonProcessingException {
    Setup result =
        Setup.measure(
            Peers::overUdp,
            shared.configuration(),
            Math.max(0, warmUp),
            shared.connections(connections),
            shared.seconds(60));
    shared.print(
        result,
        "Set-up, from the offer to a channel open on both sides",
        row("first in this JVM", result.coldMillis(), "ms"),
        row("  with making two peers", result.coldWholeMillis(), "ms"),
        row("  from the JVM's start", result.jvmMillis(), "ms"),
        row("later, median", result.warmMedianMillis(), "ms"),
        row("  with making two peers", result.warmWholeMedianMillis(), "ms"),
        row("later, 95th percentile", result.warmP95Millis(), "ms"),
        row("many at once", result.perSecond(), "pairs a second"),
        row("CPU for each of these", result.cpuMillis(), "ms"));
    return 0;
  }
}
