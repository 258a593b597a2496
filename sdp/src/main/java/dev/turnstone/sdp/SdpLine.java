package dev.turnstone.sdp;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One line, as it was written, whose own grammar has been checked.
 *
 * @param type the letter before the equals sign
 * @param value everything after it, untouched
 * @param attribute what an {@code a=} line says
 */
record SdpLine(char type, String value, Optional<SdpAttribute> attribute) {

  /**
   * Reads a line without its terminator.
   *
   * @throws IllegalArgumentException saying what was expected; without a word of the line
   */
  static SdpLine parse(String line) {
    if (line.length() < 2
        || line.charAt(1) != '='
        || line.charAt(0) < 'a'
        || line.charAt(0) > 'z') {
      throw new IllegalArgumentException("expected a lower-case letter and an equals sign");
    }
    return of(line.charAt(0), line.substring(2));
  }

  static SdpLine of(char type, String value) {
    Objects.requireNonNull(value);
    // byte-string (RFC 8866 section 9) is anything but NUL, CR and LF.
    if (value.indexOf('\0') >= 0 || value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("expected no NUL, CR or LF inside a line");
    }
    switch (type) {
      case 'v' -> requireVersion(value);
      case 'o' -> SdpOrigin.parse(value);
      case 'c' -> SdpConnection.parse(value);
      case 't' -> requireTiming(value);
      case 'm' -> MediaLine.parse(value);
      case 'a' -> {
        SdpAttribute attribute = SdpAttribute.parse(value);
        AttributeGrammar.check(attribute);
        return new SdpLine(type, value, Optional.of(attribute));
      }
      // Deviation: RFC 8866 section 5 wants a description with an unknown letter ignored as a
      // whole.
      // We keep the line: it harms nobody, and what is read can be written back.
      default -> {}
    }
    return new SdpLine(type, value, Optional.empty());
  }

  private static void requireVersion(String value) {
    if (!value.strip().equals("0")) {
      throw new IllegalArgumentException("expected version 0");
    }
  }

  private static void requireTiming(String value) {
    List<String> fields = Fields.split(value);
    if (fields.size() != 2 || !fields.stream().allMatch(Fields::isDigits)) {
      throw new IllegalArgumentException("expected a start and a stop time, both decimal");
    }
  }

  String text() {
    return type + "=" + value;
  }
}
