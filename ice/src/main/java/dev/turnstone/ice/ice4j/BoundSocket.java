package dev.turnstone.ice.ice4j;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.IceNetwork;
import dev.turnstone.stun.StunMessage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * One socket of a generation, on the loop: tells STUN from data (RFC 7983) and lets data pass only
 * from addresses that a check has validated.
 */
final class BoundSocket implements IceNetwork.UdpReceiver {
  /** Where datagrams go that may pass. */
  interface Receiver {
    /** The message may be forged: nothing has been verified but its first bytes. */
    void onStun(BoundSocket at, ByteBuffer packet, InetSocketAddress from);

    /** Data from a validated address. */
    void onData(ByteBuffer packet);
  }

  private final Receiver receiver;
  private final Counters counters;
  private final IceNetwork.UdpSocket udp;
  private final AgentSocket agentSocket;
  private final int localPreference;
  private final Candidate host;
  private final Map<InetSocketAddress, Candidate> reflexive = new HashMap<>();
  private final Set<InetSocketAddress> validated = new HashSet<>();
  private InetSocketAddress lastValidated;
  private boolean closed;

  BoundSocket(
      IceNetwork network,
      InetSocketAddress address,
      int localPreference,
      Receiver receiver,
      Counters counters)
      throws IOException {
    this.receiver = receiver;
    this.counters = counters;
    this.localPreference = localPreference;
    this.udp = network.bind(address, this);
    this.host = Candidate.host(udp.localAddress(), localPreference);
    this.agentSocket =
        new AgentSocket(
            udp.localAddress(), (packet, to) -> network.execute(() -> sendNow(packet, to)));
  }

  InetSocketAddress address() {
    return udp.localAddress();
  }

  IceNetwork.UdpSocket udp() {
    return udp;
  }

  AgentSocket agentSocket() {
    return agentSocket;
  }

  int localPreference() {
    return localPreference;
  }

  Candidate host() {
    return host;
  }

  void sendNow(ByteBuffer packet, InetSocketAddress to) {
    if (!closed) {
      udp.send(packet, to);
      udp.flush();
    }
  }

  /** Remembers a reflexive candidate; false when it tells nothing new (RFC 8445 section 5.1.3). */
  boolean addReflexive(InetSocketAddress mapped, Candidate candidate) {
    return !mapped.equals(address()) && reflexive.putIfAbsent(mapped, candidate) == null;
  }

  /** The candidate that has this address as the peer sees it. */
  Candidate candidateAt(InetSocketAddress mapped, long priority) {
    if (mapped.equals(address())) {
      return host;
    }
    Candidate candidate = reflexive.get(mapped);
    return candidate != null ? candidate : Candidate.peerReflexive(mapped, priority);
  }

  boolean isValidated(InetSocketAddress remote) {
    return validated.contains(remote);
  }

  void validate(InetSocketAddress remote) {
    validated.add(remote);
  }

  @Override
  public void onDatagram(ByteBuffer packet, InetSocketAddress from) {
    if (closed) {
      return;
    }
    if (packet.hasRemaining() && (packet.get(packet.position()) & 0xFC) != 0) {
      onData(packet, from);
    } else if (StunMessage.isStun(packet)) {
      receiver.onStun(this, packet, from);
    } else {
      // RFC 7983 section 7: first bytes 0 to 3 are STUN's; the rest of the header is not there.
      counters.malformed++;
    }
  }

  private void onData(ByteBuffer packet, InetSocketAddress from) {
    if (!from.equals(lastValidated)) {
      if (!validated.contains(from)) {
        counters.unvalidated++;
        return;
      }
      lastValidated = from;
    }
    counters.dataDelivered++;
    receiver.onData(packet);
  }

  @Override
  public void onReadComplete() {
    // The loop's turn ends with the read, and drains what the datagrams have led to.
  }

  /** Closes the real socket. The agent closes the other when it is freed. */
  void close() {
    if (!closed) {
      closed = true;
      udp.close();
    }
  }
}
