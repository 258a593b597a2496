package dev.turnstone.ice.agent;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.IceParameters;
import dev.turnstone.ice.IceReport;
import dev.turnstone.ice.IceRole;
import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.IceState;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunFingerprint;
import dev.turnstone.stun.StunIntegrity;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.StunParseException;
import dev.turnstone.stun.Verdict;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * An ICE agent for one component (RFC 8445), sans-IO: candidates, STUN messages and the time go in;
 * STUN messages and events come out. It owns no socket, no thread and no clock. One thread at a
 * time may use it.
 *
 * <p>Data may leave over the first pair that works, before any nomination (RFC 8445 section 12.1);
 * a better one takes over when it works. The controlling side nominates the best pair at once and
 * nominates again when a better one is found; the controlled side follows.
 *
 * <p>After {@link #restart} the pair in use goes on until the new generation has one.
 */
public final class IceAgent {
  /** A {@link #nextTimeout} that never comes. */
  public static final long NEVER = Long.MAX_VALUE;

  private final Shared shared;
  private final Connectivity connectivity;
  private final IncomingChecks incoming;

  /** Both sides were full when the roles were settled: a restart keeps them. */
  private boolean roleStands;

  /**
   * An agent with no candidates.
   *
   * @param timing how long to wait for what
   * @param local our credentials; {@link IceParameters#lite} makes a lite agent
   * @param random for transaction ids, tie-breaker and jitter
   */
  public IceAgent(AgentTiming timing, IceParameters local, SecureRandom random) {
    this.shared = new Shared(timing, random);
    this.connectivity = new Connectivity(shared, local);
    this.incoming = new IncomingChecks(shared, connectivity.checks());
  }

  // Commands

  /** Our credentials of this generation. */
  public IceParameters localParameters() {
    return connectivity.current().credentials.local();
  }

  /** Our role now; a conflict may change it. */
  public IceRole role() {
    return shared.role();
  }

  /** How the agent stands. */
  public IceState state() {
    return connectivity.state();
  }

  /** Adds a candidate of ours that is reached through that base. */
  public void addLocalCandidate(Candidate candidate, Base base, long nowNanos) {
    connectivity.current().list.addLocal(new LocalCandidate(base, candidate), shared.role());
    connectivity.progress(nowNanos);
  }

  /** No more candidates of ours will come in this generation. */
  public void endOfLocalCandidates(long nowNanos) {
    connectivity.endOfLocalCandidates(nowNanos);
  }

  /** A base is gone: its socket or allocation does not work any more. */
  public void removeBase(Base base, long nowNanos) {
    connectivity.removeBase(base, nowNanos);
  }

  /**
   * A path is gone, while its base still works: the connection that it was has ended, or could not
   * be made.
   */
  public void handlePathGone(Base base, InetSocketAddress remote, long nowNanos) {
    connectivity.handlePathGone(base, remote, nowNanos);
  }

  /**
   * Starts the checks of this generation.
   *
   * @param role the role to begin with; a restart keeps the one that stands
   * @throws IllegalStateException when it has been started already
   */
  public void start(IceRole role, IceParameters remote, long nowNanos) {
    Generation current = connectivity.current();
    if (current.isStarted()) {
      throw new IllegalStateException("the checks have begun already; restart() begins anew");
    }
    boolean bothFull = !current.isLite() && !remote.lite();
    // RFC 8445 section 6.1.1: where one side is lite, the other is controlling.
    // A restart redetermines them only where a full side has become lite or the reverse.
    if (!bothFull) {
      shared.setRole(current.isLite() ? IceRole.CONTROLLED : IceRole.CONTROLLING);
    } else if (!roleStands) {
      shared.setRole(role);
    }
    roleStands = bothFull;
    current.credentials.setRemote(remote);
    connectivity.begin();
    incoming.handleEarly(current, nowNanos);
    connectivity.handleCandidates(nowNanos);
  }

  /**
   * Adds a candidate of the peer, at any time.
   *
   * @param address its address, resolved
   * @return false when there are too many and it is left out
   */
  public boolean addRemoteCandidate(Candidate candidate, InetSocketAddress address, long nowNanos) {
    CheckList list = connectivity.current().list;
    boolean taken = list.addRemote(new RemoteCandidate(address, candidate), shared.role());
    if (!taken) {
      shared.counters.overflow++;
    }
    connectivity.handleCandidates(nowNanos);
    return taken;
  }

  /** The peer has no more candidates (RFC 8838 section 14). */
  public void endOfRemoteCandidates(long nowNanos) {
    connectivity.endOfRemoteCandidates(nowNanos);
  }

  /**
   * Begins a new generation (RFC 8445 section 2.4). Candidates of ours have to be added again;
   * bases may be the same. The pair in use goes on.
   *
   * @param local the new credentials
   */
  public void restart(IceParameters local, long nowNanos) {
    connectivity.restart(local);
  }

  /**
   * Takes back the restarts since {@link #start}.
   *
   * @return false when there was none, or nothing had been started before it
   */
  public boolean cancelRestart(long nowNanos) {
    return connectivity.cancelRestart(nowNanos);
  }

  // In

  /**
   * Takes a STUN message from the network. Never throws on what is in it.
   *
   * @param message what is between position and limit, which stay; borrowed for the call
   * @return whether it was authentic and for this agent
   */
  public boolean handlePacket(
      Base base, InetSocketAddress from, ByteBuffer message, long nowNanos) {
    StunMessage parsed;
    try {
      parsed = StunMessage.parse(message);
    } catch (StunParseException e) {
      shared.counters.malformed++;
      return false;
    }
    if (!parsed.method().equals(StunMethod.BINDING)
        || StunFingerprint.verify(message) == Verdict.INVALID) {
      shared.counters.malformed++;
      return false;
    }
    boolean authentic =
        switch (parsed.messageClass()) {
          case REQUEST -> handleRequest(parsed, message, base, from, nowNanos);
          case SUCCESS_RESPONSE, ERROR_RESPONSE ->
              handleResponse(parsed, message, base, from, nowNanos);
          // A keepalive (RFC 8445 section 11) says nothing.
          case INDICATION -> false;
        };
    if (!authentic) {
      shared.counters.unauthenticated++;
    }
    connectivity.progress(nowNanos);
    return authentic;
  }

  private boolean handleRequest(
      StunMessage request, ByteBuffer bytes, Base base, InetSocketAddress from, long now) {
    String username =
        request
            .attribute(StunAttribute.Username.class)
            .map(StunAttribute.Username::name)
            .orElse("");
    for (Generation generation : connectivity.generations()) {
      if (generation.credentials.isAddressed(username)) {
        // Deviation: RFC 8489 section 9.1.3 answers 400 and 401. Whoever has no password is not
        // answered at all: nothing is learned, nothing is reflected.
        if (StunIntegrity.verify(bytes, generation.credentials.localKey()) != Verdict.VALID) {
          return false;
        }
        incoming.handle(generation, request, base, from, now);
        connectivity.handleRequest(generation, now);
        return true;
      }
    }
    return false;
  }

  private boolean handleResponse(
      StunMessage response, ByteBuffer bytes, Base base, InetSocketAddress from, long now) {
    for (Generation generation : connectivity.generations()) {
      Transactions.Transaction request = generation.request(response.transactionId());
      if (request != null) {
        return StunIntegrity.verify(bytes, generation.credentials.remoteKey()) == Verdict.VALID
            && generation.handleResponse(response, request, base, from, now);
      }
    }
    return false;
  }

  /**
   * A packet that is not STUN arrived.
   *
   * @param length its bytes
   * @return whether a check has shown that it comes from the peer; if not it must be dropped
   */
  public boolean handleData(Base base, InetSocketAddress from, int length, long nowNanos) {
    if (!connectivity.handleData(base, from, length, nowNanos)) {
      return false;
    }
    shared.counters.packetsReceived++;
    shared.counters.bytesReceived += length;
    return true;
  }

  /** Fires what is due; calling it early or twice does no harm. */
  public void handleTimeout(long nowNanos) {
    connectivity.handleTimeout(nowNanos);
  }

  /** When {@link #handleTimeout} wants to be called: absolute, or {@link #NEVER}. */
  public long nextTimeout(long nowNanos) {
    return connectivity.nextTimeout(nowNanos);
  }

  // Out

  /** The next STUN message to send, or null. */
  public Transmit pollTransmit() {
    return shared.pollTransmit();
  }

  /** The next event, or null. */
  public AgentEvent pollEvent() {
    return connectivity.pollEvent();
  }

  /** Where data goes, or null while there is nowhere. */
  public Path selectedPath() {
    Pair selected = connectivity.selected();
    return selected == null ? null : selected.path();
  }

  /** Data left over the selected path. */
  public void handleDataSent(int length, long nowNanos) {
    Pair selected = connectivity.selected();
    if (selected != null) {
      selected.counters.handleSent(length, nowNanos);
      shared.counters.packetsSent++;
      shared.counters.bytesSent += length;
    }
  }

  /** Says where our candidates come from; who drives the agent knows. */
  @FunctionalInterface
  public interface Origins {
    /** The server that told a candidate, if one did. */
    Optional<IceServer> of(Candidate candidate, Base base);
  }

  /** How the agent stands, and what went over its pairs. */
  public IceReport report(Origins origins) {
    Reporting reporting = new Reporting(shared.role(), origins);
    Pair selected = connectivity.selected();
    connectivity.generations().forEach(each -> reporting.add(each, selected));
    return reporting.finish(
        connectivity.state(),
        localParameters().usernameFragment(),
        connectivity.current().isStarted() || selected != null,
        connectivity.changes(),
        shared.counters);
  }

  /** Checks of the peer, and answers of it, that were authentic. */
  public long checksAccepted() {
    return shared.counters.checksAccepted;
  }

  /** STUN messages that make no sense. */
  public long malformed() {
    return shared.counters.malformed;
  }

  /** STUN messages without integrity or with a wrong one, or for nobody here. */
  public long unauthenticated() {
    return shared.counters.unauthenticated;
  }

  /** Candidates and checks beyond what is kept. */
  public long overflow() {
    return shared.counters.overflow;
  }
}
