package dev.turnstone.sdp;

import java.util.Locale;

/** Who opens the DTLS connection: {@code a=setup} (RFC 4145 section 4, RFC 8842). */
public enum Setup {
  /** This side opens: the DTLS client. */
  ACTIVE,
  /** This side waits: the DTLS server. */
  PASSIVE,
  /** Either; the answerer chooses. */
  ACTPASS,
  /** Neither, for now. */
  HOLDCONN;

  /** The value as it stands in a description. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Setup parse(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "active" -> ACTIVE;
      case "passive" -> PASSIVE;
      case "actpass" -> ACTPASS;
      case "holdconn" -> HOLDCONN;
      default ->
          throw new IllegalArgumentException("expected active, passive, actpass or holdconn");
    };
  }
}
