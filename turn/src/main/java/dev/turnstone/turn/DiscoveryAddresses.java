package dev.turnstone.turn;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The two addresses and two ports that a server of RFC 5780 listens on: four places, each with
 * either address and either port.
 *
 * @param primary one of them
 * @param alternate the one that differs in both address and port
 */
public record DiscoveryAddresses(InetSocketAddress primary, InetSocketAddress alternate) {
  /** Checks that they differ in address and port, and not in family. */
  public DiscoveryAddresses {
    if (primary.isUnresolved() || alternate.isUnresolved()) {
      throw new IllegalArgumentException("the addresses must be resolved");
    }
    if (primary.getAddress().equals(alternate.getAddress())
        || primary.getPort() == alternate.getPort()
        || primary.getAddress().getClass() != alternate.getAddress().getClass()) {
      throw new IllegalArgumentException(
          "RFC 5780 needs two addresses of one family and two ports, these are "
              + primary
              + " and "
              + alternate);
    }
  }

  /** The place that differs from one of the four in what is asked for, if it is one of them. */
  Optional<InetSocketAddress> from(InetSocketAddress place, boolean otherIp, boolean otherPort) {
    InetAddress ip = place.getAddress();
    int port = place.getPort();
    boolean first = ip.equals(primary.getAddress());
    boolean firstPort = port == primary.getPort();
    if (!first && !ip.equals(alternate.getAddress()) || !firstPort && port != alternate.getPort()) {
      return Optional.empty();
    }
    return Optional.of(
        new InetSocketAddress(
            (first != otherIp ? primary : alternate).getAddress(),
            (firstPort != otherPort ? primary : alternate).getPort()));
  }
}
