package dev.turnstone.benchmarks;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Keeps the benchmarks from rotting. Measures nothing. */
final class BenchmarksTest {

  @Test
  void everyBenchmarkRunsOnceWithEachOfItsParameters() throws IOException {
    Options options =
        new OptionsBuilder()
            .include("dev\\.turnstone\\.benchmarks\\.")
            .mode(Mode.SingleShotTime)
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .shouldFailOnError(true)
            .timeout(TimeValue.seconds(60))
            .build();
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    Collection<RunResult> results;
    try (PrintStream out = new PrintStream(log, true, StandardCharsets.UTF_8)) {
      OutputFormat format = OutputFormatFactory.createFormatInstance(out, VerboseMode.NORMAL);
      results = new Runner(options, format).run();
    } catch (RunnerException e) {
      throw new AssertionError(log.toString(StandardCharsets.UTF_8), e);
    }
    assertFalse(results.isEmpty());
  }
}
