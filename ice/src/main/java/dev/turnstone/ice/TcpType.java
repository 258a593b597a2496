package dev.turnstone.ice;

import java.util.Locale;
import java.util.Optional;

/** Who opens the connection of a TCP candidate (RFC 6544 section 4.5). */
public enum TcpType {
  /** Its own side does. */
  ACTIVE(6),
  /** The other side does; this one listens. */
  PASSIVE(4),
  /** Both at once: not used here, and by no browser. */
  SO(2);

  /** The extension of a candidate line that says it. */
  public static final String EXTENSION = "tcptype";

  private final int directionPreference;

  TcpType(int directionPreference) {
    this.directionPreference = directionPreference;
  }

  /** As it stands in a candidate line. */
  public String token() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The type that a token names; empty for any other text. */
  public static Optional<TcpType> parse(String token) {
    for (TcpType type : values()) {
      if (type.token().equalsIgnoreCase(token)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /**
   * The priority of a candidate of component 1 (RFC 6544 section 4.2): below every UDP candidate of
   * its kind, so that UDP is used where it works.
   *
   * @param type host or peer-reflexive
   * @param localPreference that of the address, 0 to 65535; its upper 13 bits count
   */
  public long priority(CandidateType type, int localPreference) {
    int preference = type.preference() - 36;
    int local = (directionPreference << 13) | (localPreference >> 3);
    return ((long) preference << 24) + ((long) local << 8) + 255;
  }
}
