package dev.turnstone.turn;

import java.net.InetAddress;

/** Which peers the relay may be used for; others are answered 403 (RFC 8656 section 21.3.1). */
@FunctionalInterface
public interface PeerPolicy {

  /** Whether a client may send to and receive from an address. */
  boolean allows(InetAddress peer);

  /**
   * Every address. A relay with this policy reaches what the server's own machine and network
   * reach: its clients come behind the firewall. For tests and closed networks.
   */
  static PeerPolicy everyAddress() {
    return peer -> true;
  }

  /**
   * Addresses of the public internet alone: not loopback, link-local, private, shared, multicast,
   * broadcast or reserved ones, nor those forms of IPv6 addresses that hide one of these. The
   * default.
   */
  static PeerPolicy publicAddresses() {
    return PublicAddresses::contains;
  }
}
