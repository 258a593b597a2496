package dev.turnstone.turn;

import dev.turnstone.stun.AddressFamily;
import java.net.InetSocketAddress;

/** One relayed address of an allocation. */
final class Relay {
  private final long id;
  private final AddressFamily family;
  private final Allocation allocation;
  private InetSocketAddress address;
  private long expiryNanos;

  Relay(long id, AddressFamily family, Allocation allocation, long expiryNanos) {
    this.id = id;
    this.family = family;
    this.allocation = allocation;
    this.expiryNanos = expiryNanos;
  }

  long id() {
    return id;
  }

  AddressFamily family() {
    return family;
  }

  Allocation allocation() {
    return allocation;
  }

  /** Null until its port is open. */
  InetSocketAddress address() {
    return address;
  }

  void open(InetSocketAddress at) {
    address = at;
  }

  long expiryNanos() {
    return expiryNanos;
  }

  /** Only {@link Allocations} may: it keeps relays in the order of their ends. */
  void extend(long expiryNanos) {
    this.expiryNanos = expiryNanos;
  }
}
