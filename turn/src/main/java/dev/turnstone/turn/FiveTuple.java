package dev.turnstone.turn;

import java.net.InetSocketAddress;

/**
 * Who asks, where, and over what (RFC 8656 section 3.2). An allocation belongs to one of these.
 *
 * @param transport between client and server
 * @param client as the server sees it
 * @param server the address that was asked; never a wildcard, because RFC 5780 answers from its
 *     neighbours
 */
public record FiveTuple(
    ClientTransport transport, InetSocketAddress client, InetSocketAddress server) {
  /** Checks that the addresses are addresses, not names. */
  public FiveTuple {
    if (client.isUnresolved() || server.isUnresolved()) {
      throw new IllegalArgumentException("the addresses must be resolved");
    }
  }
}
