package dev.turnstone.ice.transport;

import dev.turnstone.ice.Addresses;
import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.mdns.MdnsName;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Takes our addresses out of what is told about our candidates
 * (draft-ietf-mmusic-mdns-ice-candidates section 3.1). A name belongs to one address and one
 * connection: peers of two connections cannot tell by it that they talk to one host.
 */
final class LocalNames {
  private static final int NO_PORT = 9;

  private record Published(String name, IceNetwork.Cancellable withdraw) {}

  private final boolean concealing;
  private final IceNetwork network;
  private final SecureRandom random;
  private final Map<InetAddress, Published> names = new HashMap<>();
  private final Map<String, String> foundations = new HashMap<>();

  /**
   * Makes an empty book.
   *
   * @param concealing whether there is anything to do
   */
  LocalNames(boolean concealing, IceNetwork network, SecureRandom random) {
    this.concealing = concealing;
    this.network = network;
    this.random = random;
  }

  boolean concealing() {
    return concealing;
  }

  /**
   * The candidate as others may see it.
   *
   * @param base the address of ours that it stands for
   */
  Candidate conceal(Candidate candidate, InetAddress base) {
    if (!concealing) {
      return candidate;
    }
    boolean ours =
        candidate.type() == CandidateType.HOST
            // Another address than the base's is one that the user has called public.
            && Addresses.parse(candidate.address()).filter(base::equals).isPresent();
    boolean six = candidate.address().indexOf(':') >= 0;
    return new Candidate(
        // A foundation is made of addresses, and few enough of them that one could try all.
        foundations.computeIfAbsent(
            candidate.foundation(), f -> Integer.toString(foundations.size() + 1)),
        candidate.component(),
        candidate.transport(),
        candidate.priority(),
        ours ? name(base) : candidate.address(),
        candidate.port(),
        candidate.type(),
        // Section 3.1.2.2 of the draft: no raddr that shows the base.
        candidate.relatedAddress().map(shown -> six ? "::" : "0.0.0.0"),
        candidate.relatedAddress().isPresent() ? NO_PORT : 0,
        candidate.extensions());
  }

  /** The name is made here and told at once, whether anybody can find it or not. */
  private String name(InetAddress address) {
    Published known = names.get(address);
    if (known == null) {
      String name = MdnsName.random(random);
      known = new Published(name, network.publish(name, address));
      names.put(address, known);
    }
    return known.name();
  }

  /** The address is not ours any more. */
  void forget(InetAddress address) {
    Optional.ofNullable(names.remove(address)).ifPresent(gone -> gone.withdraw().cancel());
  }

  /** Takes all names back. */
  void close() {
    names.values().forEach(published -> published.withdraw().cancel());
    names.clear();
  }
}
