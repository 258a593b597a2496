package dev.turnstone.ice.discovery;

/** The names of old (RFC 3489 section 5), which do not tell all that RFC 4787 tells. */
public enum NatType {
  /** No NAT, and everyone may send in. */
  OPEN,
  /** No NAT, but not everyone may send in. */
  FIREWALL,
  /** One outside port for all, and everyone may send in. */
  FULL_CONE,
  /** One outside port for all, open to addresses that were sent to. */
  ADDRESS_RESTRICTED,
  /** One outside port for all, open to addresses and ports that were sent to. */
  PORT_RESTRICTED,
  /** Another outside port for other destinations. */
  SYMMETRIC,
  /** Not found out. */
  UNKNOWN;

  static NatType of(boolean translated, NatBehaviour mapping, NatBehaviour filtering) {
    if (!translated) {
      return switch (filtering) {
        case ENDPOINT_INDEPENDENT -> OPEN;
        case ADDRESS_DEPENDENT, ADDRESS_AND_PORT_DEPENDENT -> FIREWALL;
        case UNKNOWN -> UNKNOWN;
      };
    }
    return switch (mapping) {
      case UNKNOWN -> UNKNOWN;
      case ADDRESS_DEPENDENT, ADDRESS_AND_PORT_DEPENDENT -> SYMMETRIC;
      case ENDPOINT_INDEPENDENT ->
          switch (filtering) {
            case ENDPOINT_INDEPENDENT -> FULL_CONE;
            case ADDRESS_DEPENDENT -> ADDRESS_RESTRICTED;
            case ADDRESS_AND_PORT_DEPENDENT -> PORT_RESTRICTED;
            case UNKNOWN -> UNKNOWN;
          };
    };
  }
}
