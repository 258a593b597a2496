package dev.turnstone.benchmarks;

import dev.turnstone.datachannel.ChannelHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A data channel opened with DCEP (RFC 8832) and closed with stream resets (RFC 8831 section 6.7),
 * between two associations back to back, on simulated time.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DcepBenchmark {
  private ChannelPair pair;

  /** Connects the two. */
  @Setup
  public void connect() {
    pair = new ChannelPair();
  }

  /** One channel, from its creation to its end on both sides. */
  @Benchmark
  public ChannelHandle openAndClose() {
    ChannelHandle channel = pair.open();
    pair.close(channel);
    return channel;
  }
}
