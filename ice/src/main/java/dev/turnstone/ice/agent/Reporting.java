package dev.turnstone.ice.agent;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateReport;
import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceReport;
import dev.turnstone.ice.IceRole;
import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.IceState;
import dev.turnstone.ice.PairReport;
import dev.turnstone.ice.PairState;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes down how an agent stands. */
final class Reporting {
  private final IceRole role;
  private final IceAgent.Origins origins;
  private final Set<CandidateReport> locals = new LinkedHashSet<>();
  private final Set<CandidateReport> remotes = new LinkedHashSet<>();
  private final List<PairReport> pairs = new ArrayList<>();
  private PairReport selected;

  Reporting(IceRole role, IceAgent.Origins origins) {
    this.role = role;
    this.origins = origins;
  }

  void add(Generation generation, Pair inUse) {
    String ours = generation.credentials.local().usernameFragment();
    String theirs =
        generation.isStarted() ? generation.credentials.remote().usernameFragment() : "";
    for (LocalCandidate local : generation.list.locals()) {
      locals.add(local(local.candidate(), local.base(), ours));
    }
    for (RemoteCandidate remote : generation.list.remotes()) {
      remotes.add(new CandidateReport(remote.candidate(), theirs));
    }
    for (Pair pair : generation.list.pairs()) {
      CandidateReport local = local(pair.candidates().local(), pair.base(), ours);
      CandidateReport remote = new CandidateReport(pair.candidates().remote(), theirs);
      locals.add(local);
      remotes.add(remote);
      PairReport report = report(pair, local, remote);
      pairs.add(report);
      if (pair == inUse) {
        selected = report;
      }
    }
  }

  private CandidateReport local(Candidate candidate, Base base, String ufrag) {
    Optional<IceServer> server = origins.of(candidate, base);
    return new CandidateReport(
        candidate,
        ufrag,
        server.map(IceServer::uri),
        server.filter(any -> candidate.type() == CandidateType.RELAYED).map(Reporting::protocol));
  }

  private static String protocol(IceServer server) {
    if (server.transport() == IceServer.Transport.UDP) {
      return "udp";
    }
    return server.scheme().isSecure() ? "tls" : "tcp";
  }

  private PairReport report(Pair pair, CandidateReport local, CandidateReport remote) {
    PairCounters counters = pair.counters;
    return new PairReport(
        local,
        remote,
        PairState.valueOf(pair.state.name()),
        pair.nominated,
        pair.priority(role),
        counters.packetsSent,
        counters.packetsReceived,
        counters.bytesSent,
        counters.bytesReceived,
        counters.lastSentAt,
        counters.lastReceivedAt,
        counters.totalRoundTripNanos,
        counters.roundTripNanos,
        counters.requestsSent,
        counters.requestsReceived,
        counters.responsesSent,
        counters.responsesReceived,
        counters.consentRequestsSent);
  }

  IceReport finish(
      IceState state, String ufrag, boolean roleKnown, long changes, AgentCounters total) {
    return new IceReport(
        state,
        roleKnown ? Optional.of(role) : Optional.empty(),
        ufrag,
        List.copyOf(locals),
        List.copyOf(remotes),
        pairs,
        Optional.ofNullable(selected),
        changes,
        total.packetsSent,
        total.packetsReceived,
        total.bytesSent,
        total.bytesReceived);
  }
}
