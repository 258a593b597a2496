package dev.turnstone.ice.internet;

import dev.turnstone.ice.CandidateType;
import dev.turnstone.testkit.internet.NatBehaviour;
import java.util.Optional;

/**
 * What ought to happen between two sites, from what their NATs tell apart (RFC 4787) and nothing
 * else.
 *
 * <p>Each side knows the other's outside address as a STUN server sees it, and each sends to that
 * of the other. A side whose mapping is endpoint-independent sends from that very address; another
 * sends from a port that nobody has heard of.
 */
final class NatTheory {
  /** Ports that change with the destination defeat each other, and ports that are filtered. */
  private record Behaviour(NatBehaviour mapping, NatBehaviour filtering, boolean translates) {
    boolean keepsItsPort() {
      return mapping == NatBehaviour.ENDPOINT_INDEPENDENT;
    }
  }

  private NatTheory() {}

  /** A site's behaviour as a whole, or nothing where no UDP comes out. */
  private static Optional<Behaviour> behaviour(Site site) {
    NatBehaviour any = NatBehaviour.ENDPOINT_INDEPENDENT;
    NatBehaviour address = NatBehaviour.ADDRESS_DEPENDENT;
    NatBehaviour port = NatBehaviour.ADDRESS_AND_PORT_DEPENDENT;
    return switch (site) {
      case NO_NAT -> Optional.of(new Behaviour(any, any, false));
      case FULL_CONE -> Optional.of(new Behaviour(any, any, true));
      case ADDRESS_RESTRICTED -> Optional.of(new Behaviour(any, address, true));
      case PORT_RESTRICTED -> Optional.of(new Behaviour(any, port, true));
      // Of two NATs in a row the one that tells more apart decides, in mapping as in filtering.
      case SYMMETRIC, DOUBLE_NAT -> Optional.of(new Behaviour(port, port, true));
      case UDP_BLOCKED -> Optional.empty();
    };
  }

  /** Whether a check to the address that the STUN server saw gets in. */
  private static boolean getsIn(Behaviour from, Behaviour to) {
    return switch (to.filtering) {
      case ENDPOINT_INDEPENDENT -> true;
      // Both have sent to the other's address; but only from the mapping in question if there is
      // only one.
      case ADDRESS_DEPENDENT -> to.keepsItsPort();
      // The receiver has sent to the sender's known port, so that has to be the real one.
      case ADDRESS_AND_PORT_DEPENDENT -> to.keepsItsPort() && from.keepsItsPort();
    };
  }

  /** Whether the two connect without a relay: one check that gets in opens the way back. */
  static boolean connectsDirectly(Site a, Site b) {
    Optional<Behaviour> one = behaviour(a);
    Optional<Behaviour> two = behaviour(b);
    return one.isPresent()
        && two.isPresent()
        && (getsIn(one.get(), two.get()) || getsIn(two.get(), one.get()));
  }

  /** Whether one can open a connection to the other: nobody connects in through a NAT. */
  static boolean connectsOverTcp(Site a, Site b) {
    return a == Site.NO_NAT || b == Site.NO_NAT;
  }

  /**
   * How many relays stand between the two where each side has one: none if they connect without,
   * two if neither can send UDP to the other's.
   */
  static int relays(Site a, Site b) {
    if (connectsDirectly(a, b)) {
      return 0;
    }
    return behaviour(a).isPresent() || behaviour(b).isPresent() ? 1 : 2;
  }

  /** As what a site shows when it is reached directly, or from the other's relay. */
  static CandidateType shows(Site site) {
    Behaviour behaviour = behaviour(site).orElseThrow();
    if (!behaviour.translates) {
      return CandidateType.HOST;
    }
    // The port that nobody has heard of is learned from the check itself.
    return behaviour.keepsItsPort() ? CandidateType.SERVER_REFLEXIVE : CandidateType.PEER_REFLEXIVE;
  }
}
