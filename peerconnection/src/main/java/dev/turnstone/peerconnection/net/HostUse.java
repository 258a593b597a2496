package dev.turnstone.peerconnection.net;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Which addresses and ports of this host a connection may use.
 *
 * @param addresses gives the addresses as they are now, best first; asked on the connection's loop
 * @param firstPort the lowest port, or 0: the system chooses
 * @param lastPort the highest, or 0
 */
public record HostUse(Supplier<List<InetAddress>> addresses, int firstPort, int lastPort) {

  /** Checks the range. */
  public HostUse {
    Objects.requireNonNull(addresses, "addresses");
    boolean any = firstPort == 0 && lastPort == 0;
    if (!any && (firstPort < 1 || lastPort < firstPort || lastPort > 65535)) {
      throw new IllegalArgumentException(
          "a port range must lie in 1 to 65535, is " + firstPort + " to " + lastPort);
    }
  }

  /** These addresses, and whatever ports. */
  public static HostUse of(List<InetAddress> addresses) {
    List<InetAddress> fixed = List.copyOf(addresses);
    return new HostUse(() -> fixed, 0, 0);
  }

  boolean anyPort() {
    return firstPort == 0;
  }
}
