package dev.turnstone.ice.internet;

import static dev.turnstone.testkit.internet.SimulatedInternet.address;

import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.internet.Firewall;
import dev.turnstone.testkit.internet.Nat;
import dev.turnstone.testkit.internet.NatOptions;
import dev.turnstone.testkit.internet.SimulatedHost;
import dev.turnstone.testkit.internet.SimulatedInternet;

/** Where a host stands. */
enum Site {
  NO_NAT("no NAT"),
  FULL_CONE("full cone"),
  ADDRESS_RESTRICTED("address-restricted"),
  PORT_RESTRICTED("port-restricted"),
  SYMMETRIC("symmetric"),
  DOUBLE_NAT("double NAT"),
  UDP_BLOCKED("UDP blocked");

  final String words;

  Site(String words) {
    this.words = words;
  }

  /** The one NAT of this site, where there is just one. */
  private NatOptions options() {
    return switch (this) {
      case FULL_CONE, UDP_BLOCKED -> NatOptions.FULL_CONE;
      case ADDRESS_RESTRICTED -> NatOptions.ADDRESS_RESTRICTED;
      case PORT_RESTRICTED -> NatOptions.PORT_RESTRICTED;
      case SYMMETRIC -> NatOptions.SYMMETRIC;
      case NO_NAT, DOUBLE_NAT -> throw new IllegalStateException();
    };
  }

  /**
   * A host there. The way to the world begins behind its NAT, which is near.
   *
   * @param number 1 to 99, another for each site of an internet
   */
  SimulatedHost host(SimulatedInternet internet, int number, LinkOptions link) {
    SimulatedHost host =
        internet.host(words + " " + number, this == NO_NAT ? link : LinkOptions.PERFECT);
    String outside = "203.0.113." + number;
    String inside = "192.168." + number + ".2";
    switch (this) {
      case NO_NAT -> host.join(internet.realm(), address(outside));
      case DOUBLE_NAT -> {
        Nat carrier =
            internet.nat("carrier", NatOptions.SYMMETRIC, internet.realm(), link, address(outside));
        Nat home =
            internet.nat(
                "home",
                NatOptions.PORT_RESTRICTED,
                carrier.inside(),
                address("100.64.0." + number));
        host.join(home.inside(), address(inside));
      }
      default -> {
        Nat nat = internet.nat(words, options(), internet.realm(), link, address(outside));
        nat.setFirewall(this == UDP_BLOCKED ? Firewall.UDP_BLOCKED : Firewall.OPEN);
        host.join(nat.inside(), address(inside));
      }
    }
    return host;
  }
}
