package dev.turnstone.ice;

/** How a candidate was found (RFC 8445 section 5.1.1). */
public enum CandidateType {
  /** An address of the host itself. */
  HOST("host", 126),
  /** The address that a STUN server saw. */
  SERVER_REFLEXIVE("srflx", 100),
  /** The address that the peer's checks came from. */
  PEER_REFLEXIVE("prflx", 110),
  /** An address on a TURN server. */
  RELAYED("relay", 0);

  private final String token;
  private final int preference;

  CandidateType(String token, int preference) {
    this.token = token;
    this.preference = preference;
  }

  /** The word in the candidate line. */
  public String token() {
    return token;
  }

  /** The type preference that RFC 8445 section 5.1.2.2 recommends. */
  int preference() {
    return preference;
  }
}
