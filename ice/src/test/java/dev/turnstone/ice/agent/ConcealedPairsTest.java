package dev.turnstone.ice.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceRole;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ConcealedPairsTest {
  private static final InetSocketAddress REMOTE = new InetSocketAddress("192.0.2.2", 9000);

  private static int pairs(CandidateType ours, String told) {
    CheckList list = new CheckList();
    InetSocketAddress address = new InetSocketAddress("192.0.2.1", 5000);
    list.addLocal(
        new LocalCandidate(new Base(address, ours, 1, null), Candidate.host(address, 1)),
        IceRole.CONTROLLING);
    Candidate candidate = Candidate.parse("1 1 udp 1 " + told + " 9000 typ host");
    list.addRemote(new RemoteCandidate(REMOTE, candidate), IceRole.CONTROLLING);
    return list.pairs().size();
  }

  @Test
  void aRelayIsNotToldWhatANameConceals() {
    String name = "6bae7f1f-5a58-49e3-8f01-de856f34aa6d.local";
    assertEquals(0, pairs(CandidateType.RELAYED, name));
    assertEquals(1, pairs(CandidateType.RELAYED, "192.0.2.2"));
    assertEquals(1, pairs(CandidateType.HOST, name));
  }
}
