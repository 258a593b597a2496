package dev.turnstone.benchmarks.paths;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Options of the command line: {@code --name value}, a list with commas between its values. */
final class Arguments {
  private final Map<String, String> values = new LinkedHashMap<>();

  Arguments(List<String> words) {
    for (int i = 0; i < words.size(); i += 2) {
      String word = words.get(i);
      if (!word.startsWith("--") || i + 1 == words.size()) {
        throw new IllegalArgumentException("expected --name value, found " + word);
      }
      values.put(word.substring(2), words.get(i + 1));
    }
  }

  void refuseUnknown(List<String> known) {
    TreeSet<String> unknown = new TreeSet<>(values.keySet());
    unknown.removeIf(known::contains);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("unknown options " + unknown + "; there are " + known);
    }
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  double number(String name, double otherwise) {
    String value = values.get(name);
    return value == null ? otherwise : Double.parseDouble(value);
  }

  Duration millis(String name, double otherwise) {
    return Duration.ofNanos((long) (number(name, otherwise) * 1e6));
  }

  List<String> texts(String name, String otherwise) {
    return Arrays.stream(text(name, otherwise).split(","))
        .map(String::strip)
        .filter(Predicate.not(String::isEmpty))
        .toList();
  }

  List<Double> numbers(String name, String otherwise) {
    return texts(name, otherwise).stream().map(Double::valueOf).toList();
  }

  /** As they were given, without those named. */
  String without(List<String> names) {
    StringBuilder text = new StringBuilder();
    values.forEach(
        (name, value) -> {
          if (!names.contains(name)) {
            text.append(" --").append(name).append(' ').append(value);
          }
        });
    return text.toString();
  }
}
