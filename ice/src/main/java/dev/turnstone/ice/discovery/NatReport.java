package dev.turnstone.ice.discovery;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What {@link NatDiscovery} found.
 *
 * @param local where we asked from
 * @param mapped what the server saw, or nothing when it did not answer at all: then all else is
 *     unknown
 * @param other the server's other address and port, or nothing when it has none that is of use:
 *     then mapping and filtering are unknown, unless there is no NAT
 * @param mapping for which destinations the NAT uses another outside port; endpoint-independent
 *     without a NAT
 * @param filtering from whom packets come in
 * @param hairpinning whether what we send to our own outside address comes back; nothing without a
 *     NAT
 */
public record NatReport(
    InetSocketAddress local,
    Optional<InetSocketAddress> mapped,
    Optional<InetSocketAddress> other,
    NatBehaviour mapping,
    NatBehaviour filtering,
    Optional<Boolean> hairpinning) {

  /** Whether the server sees another address or port than ours: there is a NAT on the way. */
  public boolean isTranslated() {
    return mapped.isPresent() && !mapped.get().equals(local);
  }

  /** Whether the outside port is ours. */
  public boolean isPortPreserved() {
    return mapped.isPresent() && mapped.get().getPort() == local.getPort();
  }

  /** The name of old. */
  public NatType type() {
    return mapped.isEmpty() ? NatType.UNKNOWN : NatType.of(isTranslated(), mapping, filtering);
  }
}
