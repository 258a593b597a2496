package dev.turnstone.ice;

/** How a candidate was found (RFC 8445 section 5.1.1). */
public enum CandidateType {
  /** An address of the host itself. */
  HOST("host"),
  /** The address that a STUN server saw. */
  SERVER_REFLEXIVE("srflx"),
  /** The address that the peer's checks came from. */
  PEER_REFLEXIVE("prflx"),
  /** An address on a TURN server. */
  RELAYED("relay");

  private final String token;

  CandidateType(String token) {
    this.token = token;
  }

  /** The word in the candidate line. */
  public String token() {
    return token;
  }
}
