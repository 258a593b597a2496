package dev.turnstone.ice;

/** Which candidates may be used (W3C {@code RTCIceTransportPolicy}). */
public enum IceTransportPolicy {
  /** All. */
  ALL,
  /** Relayed ones alone: the peer learns no address of ours. */
  RELAY
}
