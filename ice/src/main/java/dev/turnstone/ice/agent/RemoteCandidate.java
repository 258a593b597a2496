package dev.turnstone.ice.agent;

import dev.turnstone.ice.Addresses;
import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateType;
import java.net.InetSocketAddress;

/** A candidate of the peer whose address is known. */
final class RemoteCandidate {
  private final InetSocketAddress address;
  private Candidate candidate;

  RemoteCandidate(InetSocketAddress address, Candidate candidate) {
    this.address = address;
    this.candidate = candidate;
  }

  InetSocketAddress address() {
    return address;
  }

  Candidate candidate() {
    return candidate;
  }

  boolean isTcp() {
    return candidate.transport().equals("tcp");
  }

  boolean isPeerReflexive() {
    return candidate.type() == CandidateType.PEER_REFLEXIVE;
  }

  /** Whether the peer told a name in the place of its address. */
  boolean isConcealed() {
    return Addresses.parse(candidate.address()).isEmpty();
  }

  /** The peer has signaled what a check had shown before (RFC 8445 section 7.3.1.3). */
  void signaled(Candidate told) {
    candidate = told;
  }
}
