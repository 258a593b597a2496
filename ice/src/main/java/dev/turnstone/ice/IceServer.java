package dev.turnstone.ice;

import java.util.Locale;

/**
 * A STUN server to learn server-reflexive candidates from.
 *
 * @param host a name, or an IP literal without brackets
 * @param port 1 to 65535
 */
public record IceServer(String host, int port) {
  private static final int STUN_PORT = 3478;

  /**
   * Checks the parts.
   *
   * @throws IceServerException when the host is empty or malformed or the port is out of range
   */
  public IceServer {
    boolean wellFormed =
        !host.isEmpty()
            && host.length() <= 255
            && host.chars().allMatch(c -> c > ' ' && c < 0x7F && "/?#@[]".indexOf(c) < 0);
    if (!wellFormed) {
      throw new IceServerException("the host of an ICE server is missing or malformed");
    }
    if (port < 1 || port > 65535) {
      throw new IceServerException("the port of an ICE server must be 1 to 65535, is " + port);
    }
  }

  /**
   * Reads a URI of RFC 7064: {@code stun:host} or {@code stun:host:port}, IPv6 in brackets.
   *
   * @throws IceServerException when it is malformed, or is of a scheme that is known ({@code
   *     stuns}, {@code turn}, {@code turns}) but not supported yet
   */
  public static IceServer parse(String uri) {
    int colon = uri.indexOf(':');
    String scheme = colon < 0 ? "" : uri.substring(0, colon).toLowerCase(Locale.ROOT);
    switch (scheme) {
      case "stun" -> {}
      case "stuns", "turn", "turns" ->
          throw new IceServerException(
              "'" + scheme + ":' servers are not supported by this engine yet, only 'stun:'");
      default -> throw new IceServerException("an ICE server's URI must begin with 'stun:'");
    }
    String rest = uri.substring(colon + 1);
    if (rest.startsWith("//")) {
      throw new IceServerException("a 'stun:' URI has no '//' (RFC 7064): stun:host:port");
    }
    if (rest.startsWith("[")) {
      int end = rest.indexOf(']');
      if (end < 0 || end + 1 < rest.length() && rest.charAt(end + 1) != ':') {
        throw new IceServerException("the brackets around an IPv6 address do not match");
      }
      String port = end + 1 < rest.length() ? rest.substring(end + 2) : null;
      return new IceServer(rest.substring(1, end), port(port));
    }
    int last = rest.indexOf(':');
    if (last >= 0 && rest.indexOf(':', last + 1) >= 0) {
      throw new IceServerException("an IPv6 address must stand in brackets: stun:[address]:port");
    }
    return last < 0
        ? new IceServer(rest, STUN_PORT)
        : new IceServer(rest.substring(0, last), port(rest.substring(last + 1)));
  }

  private static int port(String digits) {
    if (digits == null) {
      return STUN_PORT;
    }
    if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(Character::isDigit)) {
      throw new IceServerException("the port of an ICE server is not a number");
    }
    return Integer.parseInt(digits);
  }
}
