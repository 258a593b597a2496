package dev.turnstone.testkit.internet;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Where an address means one place (RFC 2663 section 2.1): the public internet, or the inside of a
 * NAT. What is for an address that is not here goes out through the NAT.
 */
public final class AddressRealm {
  /** What has an address here: a host, or the outside of a NAT. */
  sealed interface Node permits SimulatedHost, Nat {
    /** Takes a datagram, borrowed for the call. */
    void receive(InetSocketAddress from, InetSocketAddress to, ByteBuffer packet);
  }

  private final SimulatedInternet internet;
  private final Nat gateway;
  private final Map<InetAddress, Node> nodes = new HashMap<>();

  AddressRealm(SimulatedInternet internet, Nat gateway) {
    this.internet = internet;
    this.gateway = gateway;
  }

  /** The way out, or null where this is the public internet. */
  Nat gateway() {
    return gateway;
  }

  Node at(InetAddress address) {
    return nodes.get(address);
  }

  void attach(InetAddress address, Node node) {
    Objects.requireNonNull(address, "address");
    if (nodes.putIfAbsent(address, node) != null) {
      throw new IllegalArgumentException(address.getHostAddress() + " is taken in " + this);
    }
  }

  void detach(InetAddress address) {
    nodes.remove(address);
  }

  void route(InetSocketAddress from, InetSocketAddress to, ByteBuffer packet) {
    Node node = nodes.get(to.getAddress());
    if (node != null) {
      node.receive(from, to, packet);
    } else if (gateway != null) {
      gateway.send(from, to, packet);
    } else {
      internet.countUnroutable();
    }
  }

  @Override
  public String toString() {
    return gateway == null ? "the public internet" : "the inside of " + gateway;
  }
}
