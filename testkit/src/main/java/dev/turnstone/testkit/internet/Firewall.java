package dev.turnstone.testkit.internet;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What may pass the border of a {@link SimulatedHost} or of the inside of a {@link Nat}. What may
 * not pass is dropped in silence. Begin with {@link #OPEN}.
 *
 * @param udp whether UDP passes, both ways
 * @param inboundTcp whether others may connect in
 * @param outboundTcpPorts the ports of others that may be connected to; empty for all
 */
public record Firewall(boolean udp, boolean inboundTcp, Optional<Set<Integer>> outboundTcpPorts) {

  /** Everything passes. */
  public static final Firewall OPEN = new Firewall(true, true, Optional.empty());

  /** No UDP, and nobody connects in; TCP goes out. */
  public static final Firewall UDP_BLOCKED = new Firewall(false, false, Optional.empty());

  /** Copies the set. */
  public Firewall {
    Objects.requireNonNull(outboundTcpPorts, "outboundTcpPorts");
    outboundTcpPorts = outboundTcpPorts.map(Set::copyOf);
  }

  /**
   * No UDP, and TCP goes out only to some ports.
   *
   * @param ports the ports; none for no TCP at all
   * @return the firewall
   */
  public static Firewall tcpOnlyTo(int... ports) {
    return new Firewall(
        false, false, Optional.of(Arrays.stream(ports).boxed().collect(Collectors.toSet())));
  }

  boolean allowsTcpTo(int port) {
    return outboundTcpPorts.map(ports -> ports.contains(port)).orElse(true);
  }
}
