package dev.turnstone.ice.ice4j;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceParameters;
import java.beans.PropertyChangeEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.ice4j.Transport;
import org.ice4j.TransportAddress;
import org.ice4j.ice.Agent;
import org.ice4j.ice.CandidatePair;
import org.ice4j.ice.CandidatePairState;
import org.ice4j.ice.Component;
import org.ice4j.ice.HostCandidate;
import org.ice4j.ice.IceMediaStream;
import org.ice4j.ice.KeepAliveStrategy;
import org.ice4j.ice.LocalCandidate;
import org.ice4j.ice.RemoteCandidate;

/**
 * An ice4j agent with one stream of one component: credentials of ours, no gathering, no failing.
 * Called on a {@link Worker}; what it finds it tells on ice4j's threads.
 */
final class CheckAgent extends Agent {
  /** Hears what the checks find, on threads of ice4j. */
  interface Listener {
    /** Hears nothing. */
    Listener NONE =
        new Listener() {
          @Override
          public void onValid(FoundPair pair) {}

          @Override
          public void onNominated(FoundPair pair) {}
        };

    /** A pair has been checked with success. */
    void onValid(FoundPair pair);

    /** A pair has been nominated with success; may be told again and again for the same one. */
    void onNominated(FoundPair pair);
  }

  /**
   * A pair as ice4j knows it.
   *
   * @param base where the socket is bound
   * @param mapped our address as the peer sees it
   * @param remote the peer's address
   * @param remotePriority of the peer's candidate
   * @param priority of the pair (RFC 8445 section 6.1.2.3)
   */
  record FoundPair(
      InetSocketAddress base,
      InetSocketAddress mapped,
      InetSocketAddress remote,
      long remotePriority,
      long priority) {

    private static FoundPair of(CandidatePair pair) {
      LocalCandidate local = pair.getLocalCandidate();
      return new FoundPair(
          plain(local.getBase().getTransportAddress()),
          plain(local.getTransportAddress()),
          plain(pair.getRemoteCandidate().getTransportAddress()),
          pair.getRemoteCandidate().getPriority(),
          pair.getPriority());
    }

    private static InetSocketAddress plain(TransportAddress address) {
      return new InetSocketAddress(address.getAddress(), address.getPort());
    }
  }

  private static final String STREAM = "ice";

  /**
   * RFC 8445 section 14.2 allows 5 and recommends 50; a triggered check waits for its turn, and the
   * first connection with it.
   */
  private static final int PACE_MILLIS = 10;

  private final IceParameters local;
  private final Listener listener;
  private final IceMediaStream stream;
  private final Component component;
  private volatile boolean controlling = true;
  private volatile CandidatePair lastValid;

  /** Makes an agent that waits. */
  CheckAgent(IceParameters local, Listener listener) {
    super(new FencedLogger());
    this.local = local;
    this.listener = listener;
    setTa(PACE_MILLIS);
    setTrickling(true);
    setUseDynamicPorts(false);
    this.stream = createMediaStream(STREAM);
    try {
      // All pairs that succeeded are answered for good: the peer may choose among them.
      this.component = createComponent(stream, KeepAliveStrategy.ALL_SUCCEEDED, false);
    } catch (IOException e) {
      throw new UncheckedIOException("ice4j bound a socket that it was not asked for", e);
    }
    stream.addPairChangeListener(this::onPairChange);
  }

  /** Adds a socket of ours, and the candidate that it is. */
  void addHost(AgentSocket socket, int localPreference) {
    component.addLocalCandidate(new PreferredHost(socket, component, localPreference));
    getStunStack().addSocket(socket);
  }

  /** Tells the peer's credentials and begins. */
  void start(boolean controlling, IceParameters remote) {
    setControlling(controlling);
    stream.setRemoteUfrag(remote.usernameFragment());
    stream.setRemotePassword(remote.password());
    startConnectivityEstablishment();
  }

  /** Adds a UDP candidate of the peer; before or after the start. */
  void addRemote(Candidate candidate, InetAddress address) {
    RemoteCandidate remote =
        new RemoteCandidate(
            new TransportAddress(address, candidate.port(), Transport.UDP),
            component,
            kind(candidate.type()),
            candidate.foundation(),
            candidate.priority(),
            null);
    component.addUpdateRemoteCandidates(remote);
    component.updateRemoteCandidates();
  }

  private static org.ice4j.ice.CandidateType kind(CandidateType type) {
    return switch (type) {
      case HOST -> org.ice4j.ice.CandidateType.HOST_CANDIDATE;
      case SERVER_REFLEXIVE -> org.ice4j.ice.CandidateType.SERVER_REFLEXIVE_CANDIDATE;
      case PEER_REFLEXIVE -> org.ice4j.ice.CandidateType.PEER_REFLEXIVE_CANDIDATE;
      case RELAYED -> org.ice4j.ice.CandidateType.RELAYED_CANDIDATE;
    };
  }

  // What ice4j asks of itself.

  @Override
  public String getLocalUfrag() {
    return local.usernameFragment();
  }

  @Override
  public String getLocalPassword() {
    return local.password();
  }

  /** ice4j's own form has the password in it, and it logs it. */
  @Override
  public String toString() {
    return "CheckAgent";
  }

  /**
   * ice4j fails for good five seconds after all its pairs are done, whoever may still trickle. A
   * pair that is never done keeps it waiting; when to fail is the transport's to say.
   */
  @Override
  protected void initCheckLists() {
    super.initCheckLists();
    for (LocalCandidate candidate : component.getLocalCandidates()) {
      stream.getCheckList().add(new EndlessPair(candidate, component));
      return;
    }
  }

  @Override
  public boolean isControlling() {
    return controlling;
  }

  /**
   * ice4j nominates a pair when it becomes valid. One that becomes valid before a role conflict
   * makes this side controlling would never be nominated.
   */
  @Override
  public void setControlling(boolean isControlling) {
    controlling = isControlling;
    super.setControlling(isControlling);
    nominateLastValid();
  }

  @Override
  protected void validatePair(CandidatePair pair) {
    // Before the role is read, so that of two threads at least one sees what the other wrote.
    lastValid = pair;
    super.validatePair(pair);
    listener.onValid(FoundPair.of(pair));
    nominateLastValid();
  }

  private void nominateLastValid() {
    CandidatePair pair = lastValid;
    if (pair != null && controlling && component.getSelectedPair() == null) {
      try {
        nominate(pair);
      } catch (IllegalStateException e) {
        // The role has changed again.
      }
    }
  }

  /**
   * The other way round: a pair that this side nominated before a role conflict made it controlled
   * counts as nominated already, and ice4j would not take the peer's nomination of it.
   */
  private void onPairChange(PropertyChangeEvent event) {
    if (event.getNewValue() == CandidatePairState.SUCCEEDED
        && event.getSource() instanceof CandidatePair pair
        && !controlling
        && pair.isNominated()
        && pair.useCandidateReceived()
        && component.getSelectedPair() == null) {
      nominationConfirmed(pair);
    }
  }

  @Override
  protected void nominationConfirmed(CandidatePair pair) {
    super.nominationConfirmed(pair);
    listener.onNominated(FoundPair.of(pair));
  }

  /** A host candidate whose priorities are those that were signalled. */
  private static final class PreferredHost extends HostCandidate {
    private final int localPreference;

    PreferredHost(AgentSocket socket, Component component, int localPreference) {
      super(socket, component);
      this.localPreference = localPreference;
    }

    @Override
    public long computePriorityForType(org.ice4j.ice.CandidateType type) {
      boolean reflexive = type == org.ice4j.ice.CandidateType.PEER_REFLEXIVE_CANDIDATE;
      return Candidate.priority(
          reflexive ? CandidateType.PEER_REFLEXIVE : CandidateType.HOST, localPreference, 1);
    }
  }

  /** In progress for ever, towards nowhere. */
  private static final class EndlessPair extends CandidatePair {
    EndlessPair(LocalCandidate local, Component component) {
      super(
          local,
          new RemoteCandidate(
              new TransportAddress(local.getTransportAddress().getAddress(), 0, Transport.UDP),
              component,
              org.ice4j.ice.CandidateType.HOST_CANDIDATE,
              "endless",
              1,
              null));
    }

    @Override
    public CandidatePairState getState() {
      return CandidatePairState.IN_PROGRESS;
    }
  }
}
