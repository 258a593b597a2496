package dev.turnstone.testkit.internet;

import java.net.InetSocketAddress;

/** What a NAT tells apart, in the words of RFC 4787 sections 4.1 and 5. */
public enum NatBehaviour {
  /** All the outside is one. */
  ENDPOINT_INDEPENDENT,
  /** Each address of the outside is another, whatever the port. */
  ADDRESS_DEPENDENT,
  /** Each port of each address of the outside is another. */
  ADDRESS_AND_PORT_DEPENDENT;

  /** What is told apart of an endpoint on the outside: equal keys are treated alike. */
  Object key(InetSocketAddress remote) {
    return switch (this) {
      case ENDPOINT_INDEPENDENT -> "any";
      case ADDRESS_DEPENDENT -> remote.getAddress();
      case ADDRESS_AND_PORT_DEPENDENT -> remote;
    };
  }
}
