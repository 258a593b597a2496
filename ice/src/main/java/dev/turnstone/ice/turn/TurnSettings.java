package dev.turnstone.ice.turn;

import dev.turnstone.ice.IceServer;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Where and how to ask for an allocation.
 *
 * @param server the server's address, resolved
 * @param stream whether TCP or TLS carries it: nothing is sent again then, and data is padded
 * @param families which relayed addresses are wanted
 * @param credentials asked at first, and again when the server refuses those in use: an answer that
 *     is the same, or null, means that there are no others. Must not block.
 */
public record TurnSettings(
    InetSocketAddress server,
    boolean stream,
    Families families,
    Supplier<IceServer.Credentials> credentials) {

  /** Which relayed addresses to ask for (RFC 8656 section 7.1). */
  public enum Families {
    /** IPv4 alone, as every server gives it. */
    IPV4,
    /** IPv6 alone. */
    IPV6,
    /**
     * Both in one allocation. A server that cannot gives the one that it has: the attribute that
     * asks for it may be ignored.
     */
    BOTH
  }

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when the server is not resolved
   */
  public TurnSettings {
    if (server.isUnresolved()) {
      throw new IllegalArgumentException("the address of the TURN server must be resolved");
    }
    Objects.requireNonNull(families, "families");
    Objects.requireNonNull(credentials, "credentials");
  }
}
