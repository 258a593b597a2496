package dev.turnstone.rivals;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.media.audio.HeadlessAudioDeviceModule;
import dev.turnstone.cli.bench.Latency;
import dev.turnstone.cli.bench.Load;
import dev.turnstone.cli.bench.Throughput;
import dev.turnstone.cli.bench.Workload;
import dev.turnstone.cli.link.Traffic;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** libwebrtc with the words of {@code turnstone bench}; prints one JSON object. */
@Command(name = "libwebrtc", header = "Measure two peers of libwebrtc in this process.")
public final class Libwebrtc implements Callable<Integer> {
  /** What to measure. */
  enum Measurement {
    THROUGHPUT,
    LATENCY
  }

  @Parameters(paramLabel = "WHAT", description = "${COMPLETION-CANDIDATES}")
  private Measurement measurement;

  @Option(names = "--size", defaultValue = "65536")
  private int size;

  @Option(names = "--connections", defaultValue = "1")
  private int connections;

  @Option(names = "--warm-up", defaultValue = "1")
  private double warmUp;

  @Option(names = "--seconds", defaultValue = "2")
  private double seconds;

  @Option(names = "--rounds", defaultValue = "3")
  private int rounds;

  @Option(names = "--json", description = "There is no other form.")
  private boolean json;

  /** Made by {@link #main}. */
  Libwebrtc() {}

  /** Measures, prints and ends. */
  public static void main(String[] arguments) {
    int code =
        new CommandLine(new Libwebrtc())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments);
    System.out.flush();
    // Threads of libwebrtc may still call into the JVM; nothing of it needs an orderly end.
    Runtime.getRuntime().halt(code);
  }

  @Override
  public Integer call() throws Exception {
    PeerConnectionFactory factory = new PeerConnectionFactory(new HeadlessAudioDeviceModule());
    Load load = Load.connect(() -> new WebrtcLink(factory), connections, () -> Traffic.UNKNOWN);
    Workload workload = new Workload(size, warmUp, seconds, rounds);
    Object result =
        measurement == Measurement.THROUGHPUT
            ? Throughput.measure(load, workload, 0)
            : Latency.measure(load, workload);
    System.out.println(new JsonMapper().writeValueAsString(result));
    return 0;
  }
}
