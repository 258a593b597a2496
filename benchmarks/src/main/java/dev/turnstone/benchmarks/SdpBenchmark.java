package dev.turnstone.benchmarks;

import dev.turnstone.sdp.Sdp;
import dev.turnstone.sdp.SdpException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** An offer that Chromium made for audio and video, about 200 lines. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SdpBenchmark {
  private String text;
  private Sdp offer;

  /** Reads the offer and checks that it survives the way there and back. */
  @Setup
  public void readOffer() throws IOException, SdpException {
    try (InputStream in = SdpBenchmark.class.getResourceAsStream("chromium-offer.txt")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    offer = Sdp.parse(text);
    if (offer.media().size() != 2 || !Sdp.parse(offer.toString()).equals(offer)) {
      throw new IllegalStateException("the offer did not survive: " + offer);
    }
  }

  /** Text to values. */
  @Benchmark
  public Sdp parse() throws SdpException {
    return Sdp.parse(text);
  }

  /** Values to text. */
  @Benchmark
  public String write() {
    return offer.toString();
  }
}
