package dev.turnstone.sdp;

import java.util.Objects;
import java.util.Optional;

/**
 * One attribute: an {@code a=} line (RFC 8866 section 5.13).
 *
 * @param name what stands before the colon
 * @param value what stands after it, spaces included; empty for a flag, which has no colon
 */
public record SdpAttribute(String name, Optional<String> value) {

  /** Checks that nothing is null. */
  public SdpAttribute {
    Objects.requireNonNull(name);
    Objects.requireNonNull(value);
  }

  /** A flag. */
  public SdpAttribute(String name) {
    this(name, Optional.empty());
  }

  /** An attribute with a value. */
  public SdpAttribute(String name, String value) {
    this(name, Optional.of(value));
  }

  static SdpAttribute parse(String text) {
    int colon = text.indexOf(':');
    // People edit descriptions by hand: a space behind a flag does not make it another flag.
    String name = (colon < 0 ? text : text.substring(0, colon)).stripTrailing();
    if (!Fields.isToken(name)) {
      throw new IllegalArgumentException(
          "expected an attribute's name, then nothing or a colon and a value");
    }
    return colon < 0 ? new SdpAttribute(name) : new SdpAttribute(name, text.substring(colon + 1));
  }

  /** The attribute as it stands behind {@code a=}. */
  public String text() {
    return value.isPresent() ? name + ":" + value.get() : name;
  }

  /** The attribute for a log: a password or key is left out. */
  @Override
  public String toString() {
    return "a=" + Secrets.hide(text());
  }
}
