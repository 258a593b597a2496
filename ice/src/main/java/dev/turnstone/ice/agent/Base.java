package dev.turnstone.ice.agent;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.TcpType;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;

/**
 * A place of ours that packets leave from and arrive at: a socket, or an allocation on a TURN
 * server (RFC 8445 section 4). Two are the same only when they are the same object; who drives the
 * agent knows what stands behind one.
 */
public final class Base {
  private final InetSocketAddress address;
  private final CandidateType type;
  private final int localPreference;
  private final Object owner;
  private final Optional<TcpType> tcp;

  /**
   * A base.
   *
   * @param address where it is bound; with a TURN allocation the relayed address
   * @param type {@link CandidateType#HOST} for a socket, {@link CandidateType#RELAYED} for an
   *     allocation
   * @param localPreference 0 to 65535, higher is better (RFC 8445 section 5.1.2.1)
   * @param owner what stands behind it, for who drives the agent; may be null
   */
  public Base(InetSocketAddress address, CandidateType type, int localPreference, Object owner) {
    this(address, type, localPreference, owner, Optional.empty());
  }

  private Base(
      InetSocketAddress address,
      CandidateType type,
      int localPreference,
      Object owner,
      Optional<TcpType> tcp) {
    this.address = Objects.requireNonNull(address, "address");
    this.type = Objects.requireNonNull(type, "type");
    this.localPreference = localPreference;
    this.owner = owner;
    this.tcp = tcp;
  }

  /**
   * A base that TCP connections leave from, or come to (RFC 6544).
   *
   * @param address where connections leave from, or where we listen
   * @param tcp who opens them: {@link TcpType#ACTIVE} or {@link TcpType#PASSIVE}
   * @param localPreference 0 to 65535, higher is better
   * @param owner what stands behind it
   */
  public static Base tcp(
      InetSocketAddress address, TcpType tcp, int localPreference, Object owner) {
    return new Base(address, CandidateType.HOST, localPreference, owner, Optional.of(tcp));
  }

  /** Who opens its connections; empty for datagrams. */
  public Optional<TcpType> tcp() {
    return tcp;
  }

  /** What a peer-reflexive candidate with this base has (RFC 8445 section 7.1.1). */
  long peerReflexivePriority() {
    return tcp.map(type -> type.priority(CandidateType.PEER_REFLEXIVE, localPreference))
        .orElseGet(() -> Candidate.priority(CandidateType.PEER_REFLEXIVE, localPreference, 1));
  }

  /** A candidate at that address that only a check has shown. */
  Candidate peerReflexive(InetSocketAddress seen, long priority) {
    return tcp.map(type -> Candidate.tcpPeerReflexive(seen, type, priority))
        .orElseGet(() -> Candidate.peerReflexive(seen, priority));
  }

  /** A candidate of the peer at that address, which a check to this base has shown. */
  Candidate peersReflexive(InetSocketAddress seen, long priority) {
    return tcp.map(
            type ->
                Candidate.tcpPeerReflexive(
                    seen, type == TcpType.ACTIVE ? TcpType.PASSIVE : TcpType.ACTIVE, priority))
        .orElseGet(() -> Candidate.peerReflexive(seen, priority));
  }

  /** Whether a check may be begun from here to there: RFC 6544 section 6.2. */
  boolean canCheck(RemoteCandidate remote) {
    boolean sameTransport =
        tcp.isEmpty()
            ? !remote.isTcp()
            : tcp.get() == TcpType.ACTIVE
                && remote.candidate().tcpType().equals(Optional.of(TcpType.PASSIVE));
    return sameTransport && CheckList.canReach(address.getAddress(), remote.address().getAddress());
  }

  /** Where it is bound. */
  public InetSocketAddress address() {
    return address;
  }

  /** What kind it is. */
  public CandidateType type() {
    return type;
  }

  /** What stands behind it. */
  public Object owner() {
    return owner;
  }

  /** Its rank among bases of one type, 0 to 65535. */
  public int localPreference() {
    return localPreference;
  }

  @Override
  public String toString() {
    return type.token() + tcp.map(t -> " tcp " + t.token()).orElse("") + " " + address;
  }
}
