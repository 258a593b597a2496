package dev.turnstone.ice.agent;

import dev.turnstone.ice.CandidateType;
import java.net.InetSocketAddress;
import java.util.Objects;

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
    this.address = Objects.requireNonNull(address, "address");
    this.type = Objects.requireNonNull(type, "type");
    this.localPreference = localPreference;
    this.owner = owner;
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
    return type.token() + " " + address;
  }
}
