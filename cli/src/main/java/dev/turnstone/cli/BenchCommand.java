package dev.turnstone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.turnstone.cli.bench.Latency;
import dev.turnstone.cli.bench.Load;
import dev.turnstone.cli.bench.Setup;
import dev.turnstone.cli.bench.Throughput;
import dev.turnstone.cli.link.Peers;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import dev.turnstone.sctp.CongestionControl;
import java.io.PrintWriter;
import java.net.InetAddress;
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
    synopsisSubcommandLabel = "(throughput | latency | setup)",
    mixinStandardHelpOptions = true,
    commandListHeading = "%nMeasurements:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  turnstone bench throughput --size 16384 --seconds 10",
      "  turnstone bench latency --connections 50",
      "  turnstone bench setup --json"
    })
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Missing measurement: throughput, latency or setup");
  }

  /** What the measurements have in common. */
  static final class Shared {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
        names = "--seconds",
        paramLabel = "N",
        description = "How long to measure. Default: 5; setup: 60 at most.")
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
      return (direct ? builder.callbackExecutor(Runnable::run) : builder).build();
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

  private static String row(String name, double value, String unit) {
    return String.format(Locale.ROOT, "%-24s %12.2f %s", name, value, unit);
  }

  private static String plural(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  @Command(
      header = "How much goes through in one direction, reliable and ordered.",
      mixinStandardHelpOptions = true)
  int throughput(
      @Mixin Shared shared,
      @Option(
              names = "--size",
              paramLabel = "BYTES",
              defaultValue = "65536",
              description = "Size of each message. Default: ${DEFAULT-VALUE}.")
          int size,
      @Option(
              names = "--connections",
              paramLabel = "N",
              defaultValue = "1",
              description = "Connections at the same time. Default: ${DEFAULT-VALUE}.")
          int connections,
      @Option(
              names = "--warm-up",
              paramLabel = "SECONDS",
              defaultValue = "3",
              description = "Run this long before measuring. Default: ${DEFAULT-VALUE}.")
          double warmUp)
      throws JsonProcessingException {
    int bytes = shared.size(size);
    int pairs = shared.connections(connections);
    double seconds = shared.seconds(5);
    try (Peers peers = Peers.overUdp();
        Load load = Load.connect(peers, shared.configuration(), pairs)) {
      Throughput result = Throughput.measure(peers, load, bytes, Math.max(0, warmUp), seconds);
      shared.print(
          result,
          "Throughput, " + plural(bytes, "byte") + " a message, " + plural(pairs, "connection"),
          row("throughput", result.mbitPerSecond(), "Mbit/s"),
          row("messages", result.messagesPerSecond(), "per second"),
          row("CPU time", result.cpuSeconds(), "s"),
          row("for each CPU-second", result.megabytesPerCpuSecond(), "MB"),
          row("largest datagram", result.largestDatagramBytes(), "bytes"));
    }
    return 0;
  }

  @Command(
      header = "How long a message and its echo take, one at a time on each connection.",
      mixinStandardHelpOptions = true)
  int latency(
      @Mixin Shared shared,
      @Option(
              names = "--size",
              paramLabel = "BYTES",
              defaultValue = "100",
              description = "Size of each message. Default: ${DEFAULT-VALUE}.")
          int size,
      @Option(
              names = "--connections",
              paramLabel = "N",
              defaultValue = "1",
              description = "Connections at the same time. Default: ${DEFAULT-VALUE}.")
          int connections,
      @Option(
              names = "--warm-up",
              paramLabel = "SECONDS",
              defaultValue = "3",
              description = "Run this long before measuring. Default: ${DEFAULT-VALUE}.")
          double warmUp)
      throws JsonProcessingException {
    int bytes = shared.size(size);
    int pairs = shared.connections(connections);
    double seconds = shared.seconds(5);
    try (Peers peers = Peers.overUdp();
        Load load = Load.connect(peers, shared.configuration(), pairs)) {
      Latency result = Latency.measure(load, bytes, Math.max(0, warmUp), seconds);
      shared.print(
          result,
          "Round trip, " + plural(bytes, "byte") + " a message, " + plural(pairs, "connection"),
          row("median", result.p50Micros(), "us"),
          row("99th percentile", result.p99Micros(), "us"),
          row("CPU per round trip", result.cpuMicrosPerRoundTrip(), "us"));
    }
    return 0;
  }

  @Command(
      header = "How long two peers take from nothing to a channel open on both sides.",
      mixinStandardHelpOptions = true)
  int setup(
      @Mixin Shared shared,
      @Option(
              names = "--connections",
              paramLabel = "N",
              defaultValue = "200",
              description =
                  "Connections to measure, fewer if --seconds is over. Default: ${DEFAULT-VALUE}.")
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
        "Set-up, from making two peers to a channel open on both sides",
        row("first in this JVM", result.coldMillis(), "ms"),
        row("later, median", result.warmMedianMillis(), "ms"),
        row("later, 95th percentile", result.warmP95Millis(), "ms"));
    return 0;
  }
}
