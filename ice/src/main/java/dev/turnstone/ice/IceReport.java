package dev.turnstone.ice;

import java.util.List;
import java.util.Optional;

/**
 * How an ICE transport stands and what went over it, read at one moment: what W3C's {@code
 * RTCTransportStats} names of it. Counters go on through restarts. While a restart has not found a
 * pair, the generation before it is here too; the ufrag tells which is which.
 *
 * @param state the transport's state
 * @param role who nominates, once that is known
 * @param localUsernameFragment ours, of the newest generation
 * @param localCandidates ours, with those that only a check has shown
 * @param remoteCandidates the peer's, with those that only a check has shown
 * @param pairs every pair that is known of
 * @param selected the one of them that data goes over
 * @param selectedPairChanges how often that became another one; the first counts
 * @param packetsSent datagrams of data, over all pairs there have been
 * @param packetsReceived datagrams of data
 * @param bytesSent their bytes
 * @param bytesReceived their bytes
 */
public record IceReport(
    IceState state,
    Optional<IceRole> role,
    String localUsernameFragment,
    List<CandidateReport> localCandidates,
    List<CandidateReport> remoteCandidates,
    List<PairReport> pairs,
    Optional<PairReport> selected,
    long selectedPairChanges,
    long packetsSent,
    long packetsReceived,
    long bytesSent,
    long bytesReceived) {

  /** Copies the lists. */
  public IceReport {
    localCandidates = List.copyOf(localCandidates);
    remoteCandidates = List.copyOf(remoteCandidates);
    pairs = List.copyOf(pairs);
  }
}
