package dev.turnstone.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.StreamSupport;

/**
 * A figure over several rounds.
 *
 * @param median the middle one; of an even number the mean of the middle two
 * @param least the smallest
 * @param most the largest
 */
record Figure(double median, double least, double most) {

  static Optional<Figure> of(double... values) {
    if (values.length == 0) {
      return Optional.empty();
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return Optional.of(new Figure(median, sorted[0], sorted[sorted.length - 1]));
  }

  private static Optional<Figure> of(JsonNode result, ToDoubleFunction<JsonNode> value) {
    return of(
        StreamSupport.stream(result.path("rounds").spliterator(), false)
            .mapToDouble(value)
            .toArray());
  }

  private static double rate(JsonNode round, String count) {
    return round.path(count).asDouble() / round.path("seconds").asDouble();
  }

  static Optional<Figure> messagesPerSecond(JsonNode result) {
    return of(result, round -> rate(round, "messages"));
  }

  static Optional<Figure> mbitPerSecond(JsonNode result) {
    double size = result.path("size").asDouble();
    return of(result, round -> rate(round, "messages") * size * 8 / 1e6);
  }

  static Optional<Figure> megabytesPerCpuSecond(JsonNode result) {
    double size = result.path("size").asDouble();
    return of(
        result,
        round ->
            round.path("messages").asDouble() * size / 1e6 / round.path("cpuSeconds").asDouble());
  }

  static Optional<Figure> micros(JsonNode result, String percentile) {
    return of(result, round -> round.path(percentile + "Micros").asDouble());
  }

  static Optional<Figure> cpuMicrosPerRoundTrip(JsonNode result) {
    return of(
        result,
        round -> round.path("cpuSeconds").asDouble() * 1e6 / round.path("roundTrips").asDouble());
  }
}
