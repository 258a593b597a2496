package dev.turnstone.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was measured, in a JSON file: for each section when and where, and each process with its
 * command and what it printed. Tables and chart are made of nothing else.
 */
final class Store {
  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final ObjectNode sections;

  /** One process that ran. */
  record Entry(String work, String contender, String command, JsonNode result) {}

  private Store(Path file, ObjectNode sections) {
    this.file = file;
    this.sections = sections;
  }

  /** What the file holds; nothing where there is none. */
  static Store open(Path file) throws IOException {
    return new Store(
        file,
        Files.exists(file)
            ? (ObjectNode) JSON.readTree(Files.readString(file))
            : JSON.createObjectNode());
  }

  /** Puts a section into the place of an earlier one, and saves. */
  void replace(Section section, String where, List<Entry> entries) throws IOException {
    ObjectNode one = JSON.createObjectNode().put("where", where);
    ArrayNode rows = one.putArray("rows");
    for (Entry entry : entries) {
      rows.addObject()
          .put("work", entry.work())
          .put("contender", entry.contender())
          .put("command", entry.command())
          .set("result", entry.result());
    }
    sections.set(section.word(), one);
    Files.writeString(
        file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(sections) + "\n");
  }

  /** When and where a section was measured, if it ever was. */
  Optional<String> where(Section section) {
    return Optional.ofNullable(sections.path(section.word()).path("where").textValue());
  }

  List<Entry> entries(Section section) {
    List<Entry> entries = new ArrayList<>();
    for (JsonNode row : sections.path(section.word()).path("rows")) {
      entries.add(
          new Entry(
              row.path("work").asText(),
              row.path("contender").asText(),
              row.path("command").asText(),
              row.path("result")));
    }
    return entries;
  }

  /** What one contender made of one work; missing where it did not. */
  JsonNode result(Section section, String work, String contender) {
    return entries(section).stream()
        .filter(entry -> entry.work().equals(work) && entry.contender().equals(contender))
        .findFirst()
        .map(Entry::result)
        .orElse(JSON.missingNode());
  }

  /** The contenders of a section, in order. */
  List<String> contenders(Section section) {
    return entries(section).stream().map(Entry::contender).distinct().toList();
  }
}
