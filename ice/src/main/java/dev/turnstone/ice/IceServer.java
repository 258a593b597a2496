package dev.turnstone.ice;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A STUN or TURN server, as a URI of RFC 7064 or RFC 7065 names it.
 *
 * @param scheme what it does, and whether over TLS
 * @param transport what carries the messages to it: {@link Transport#TCP} for TLS too
 * @param host a name, or an IP literal without brackets
 * @param port 1 to 65535
 * @param credentials for a TURN server; absent for STUN
 */
public record IceServer(
    Scheme scheme, Transport transport, String host, int port, Optional<Credentials> credentials) {
  private static final int PORT = 3478;
  private static final int TLS_PORT = 5349;

  /** What a server does. */
  public enum Scheme {
    /** Tells addresses. */
    STUN,
    /** Tells addresses, over TLS. */
    STUNS,
    /** Relays. */
    TURN,
    /** Relays, reached over TLS. */
    TURNS;

    /** Whether it relays. */
    public boolean isTurn() {
      return this == TURN || this == TURNS;
    }

    /** Whether it is reached over TLS. */
    public boolean isSecure() {
      return this == STUNS || this == TURNS;
    }

    /** As it stands in a URI. */
    public String token() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What carries the messages. */
  public enum Transport {
    /** Datagrams. */
    UDP,
    /** A stream. */
    TCP
  }

  /**
   * A long-term credential (RFC 8489 section 9.2).
   *
   * @param username the name; of the REST style it begins with the second at which it expires
   * @param password the secret; {@link #toString} leaves it out
   */
  public record Credentials(String username, String password) {
    /** Refuses null. */
    public Credentials {
      Objects.requireNonNull(username, "username");
      Objects.requireNonNull(password, "password");
    }

    @Override
    public String toString() {
      return "Credentials[username=" + username + "]";
    }
  }

  /**
   * Checks the parts.
   *
   * @throws IceServerException when the host is empty or malformed, the port is out of range, TLS
   *     goes over UDP, or a TURN server lacks credentials
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
    if (scheme.isSecure() && transport == Transport.UDP) {
      throw new IceServerException(
          "'"
              + scheme.token()
              + ":' over UDP would be DTLS, which is not supported: leave out "
              + "'?transport=udp'");
    }
    if (scheme.isTurn() && credentials.isEmpty()) {
      throw new IceServerException(
          "a '" + scheme.token() + ":' server needs a username and a credential");
    }
  }

  /** A STUN server over UDP. */
  public IceServer(String host, int port) {
    this(Scheme.STUN, Transport.UDP, host, port, Optional.empty());
  }

  /**
   * Reads a URI of a server that needs no credentials: {@code stun:} or {@code stuns:}.
   *
   * @throws IceServerException when it is malformed, or needs credentials
   */
  public static IceServer parse(String uri) {
    return parse(uri, Optional.empty());
  }

  /**
   * Reads a URI of RFC 7064 or RFC 7065: {@code stun:host}, {@code stuns:host:port}, {@code
   * turn:host?transport=tcp}, {@code turns:[address]:port}. Credentials beside a {@code stun:} URI
   * are left out.
   *
   * @throws IceServerException when it is malformed; the text says where
   */
  public static IceServer parse(String uri, Optional<Credentials> credentials) {
    int colon = uri.indexOf(':');
    Scheme scheme = scheme(colon < 0 ? "" : uri.substring(0, colon));
    String rest = uri.substring(colon + 1);
    if (rest.startsWith("//")) {
      throw new IceServerException(
          "a '"
              + scheme.token()
              + ":' URI has no '//' (RFC 7064, RFC 7065): "
              + scheme.token()
              + ":host:port");
    }
    Transport transport = scheme.isSecure() ? Transport.TCP : Transport.UDP;
    int query = rest.indexOf('?');
    if (query >= 0) {
      transport = transport(scheme, rest.substring(query + 1));
      rest = rest.substring(0, query);
    }
    String host;
    String port = null;
    if (rest.startsWith("[")) {
      int end = rest.indexOf(']');
      if (end < 0 || end + 1 < rest.length() && rest.charAt(end + 1) != ':') {
        throw new IceServerException("the brackets around an IPv6 address do not match");
      }
      host = rest.substring(1, end);
      port = end + 1 < rest.length() ? rest.substring(end + 2) : null;
    } else {
      int last = rest.indexOf(':');
      if (last >= 0 && rest.indexOf(':', last + 1) >= 0) {
        throw new IceServerException(
            "an IPv6 address must stand in brackets: " + scheme.token() + ":[address]:port");
      }
      host = last < 0 ? rest : rest.substring(0, last);
      port = last < 0 ? null : rest.substring(last + 1);
    }
    int number = port == null ? scheme.isSecure() ? TLS_PORT : PORT : port(port);
    return new IceServer(
        scheme, transport, host, number, scheme.isTurn() ? credentials : Optional.empty());
  }

  private static Scheme scheme(String text) {
    for (Scheme scheme : Scheme.values()) {
      if (scheme.token().equalsIgnoreCase(text)) {
        return scheme;
      }
    }
    throw new IceServerException(
        "an ICE server's URI must begin with 'stun:', 'stuns:', 'turn:' or 'turns:'");
  }

  private static Transport transport(Scheme scheme, String query) {
    if (!scheme.isTurn()) {
      throw new IceServerException("a '" + scheme.token() + ":' URI has no query (RFC 7064)");
    }
    return switch (query.toLowerCase(Locale.ROOT)) {
      case "transport=udp" -> Transport.UDP;
      case "transport=tcp" -> Transport.TCP;
      default ->
          throw new IceServerException(
              "the query of a TURN server's URI must be 'transport=udp' or 'transport=tcp'");
    };
  }

  private static int port(String digits) {
    if (digits.isEmpty()
        || digits.length() > 5
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IceServerException("the port of an ICE server is not a number");
    }
    return Integer.parseInt(digits);
  }

  /** The URI, without credentials. */
  public String uri() {
    boolean usual = port == (scheme.isSecure() ? TLS_PORT : PORT);
    boolean literal = host.indexOf(':') >= 0;
    return scheme.token()
        + ":"
        + (literal ? "[" + host + "]" : host)
        + (usual ? "" : ":" + port)
        + (scheme == Scheme.TURN && transport == Transport.TCP ? "?transport=tcp" : "");
  }
}
