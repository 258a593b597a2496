package dev.turnstone.sdp;

import java.util.List;
import java.util.Optional;

/**
 * The lines of one section and the look-up of what they say. Where an attribute that makes sense
 * once comes twice, the first one counts.
 */
record SdpLines(List<SdpLine> lines, List<SdpAttribute> attributes) {
  static final SdpLines NONE = new SdpLines(List.of(), List.of());

  static SdpLines of(List<SdpLine> lines) {
    return new SdpLines(
        List.copyOf(lines), lines.stream().flatMap(line -> line.attribute().stream()).toList());
  }

  boolean has(String name) {
    return attribute(name).isPresent();
  }

  Optional<SdpAttribute> attribute(String name) {
    for (SdpAttribute attribute : attributes) {
      if (attribute.name().equals(name)) {
        return Optional.of(attribute);
      }
    }
    return Optional.empty();
  }

  /** The first value of an attribute, without spaces around it. */
  Optional<String> value(String name) {
    return attribute(name).flatMap(SdpAttribute::value).map(String::strip);
  }

  List<String> values(String name) {
    return attributes.stream()
        .filter(attribute -> attribute.name().equals(name))
        .flatMap(attribute -> attribute.value().stream())
        .toList();
  }

  /** The value of the first line of a type. */
  Optional<String> line(char type) {
    for (SdpLine line : lines) {
      if (line.type() == type) {
        return Optional.of(line.value());
      }
    }
    return Optional.empty();
  }

  void writeTo(StringBuilder out) {
    for (SdpLine line : lines) {
      out.append(line.type()).append('=').append(line.value()).append("\r\n");
    }
  }
}
