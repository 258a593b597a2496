package dev.turnstone.ice.discovery;

/**
 * What a NAT tells apart when it maps or filters (RFC 4787 sections 4.1 and 5). For mapping: for
 * which destinations another outside port is used. For filtering: from whom packets come in.
 */
public enum NatBehaviour {
  /** Nothing: one outside port for all; or everyone may send in. */
  ENDPOINT_INDEPENDENT,
  /** Addresses: an outside port for each; or all ports of the addresses that were sent to. */
  ADDRESS_DEPENDENT,
  /** Addresses with their ports: an outside port for each; or only those that were sent to. */
  ADDRESS_AND_PORT_DEPENDENT,
  /** The server did not help to find out. */
  UNKNOWN
}
