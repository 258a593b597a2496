package dev.turnstone.ice;

import java.util.Optional;

/**
 * A candidate as statistics show it: what W3C's {@code RTCIceCandidateStats} names, where the
 * candidate itself gives address, port, protocol, type, priority, foundation and related address.
 *
 * @param candidate ours or the peer's; a name that stands for an address stays one
 * @param usernameFragment the generation that it belongs to
 * @param url the server that told it, for reflexive and relayed ones of ours
 * @param relayProtocol how that server is reached, for relayed ones of ours: {@code udp}, {@code
 *     tcp} or {@code tls}
 */
public record CandidateReport(
    Candidate candidate,
    String usernameFragment,
    Optional<String> url,
    Optional<String> relayProtocol) {

  /** One that no server told. */
  public CandidateReport(Candidate candidate, String usernameFragment) {
    this(candidate, usernameFragment, Optional.empty(), Optional.empty());
  }
}
