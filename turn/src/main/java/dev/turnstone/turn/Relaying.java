package dev.turnstone.turn;

import dev.turnstone.stun.AddressFamily;
import dev.turnstone.stun.ChannelData;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Talking to peers: permissions, channels, and data both ways (RFC 8656 sections 10 to 12). Data
 * methods return whether the data went on.
 */
final class Relaying {
  /** What a UDP datagram can hold. */
  private static final int MAX_DATA = 65_507;

  private static final int FIRST_CHANNEL = 0x4000;
  private static final int LAST_CHANNEL = 0x4FFF;

  private final PeerPolicy policy;
  private final Allocations allocations;
  private final Outbox outbox;
  private long bytesToPeers;
  private long bytesToClients;

  Relaying(PeerPolicy policy, Allocations allocations, Outbox outbox) {
    this.policy = policy;
    this.allocations = allocations;
    this.outbox = outbox;
  }

  /** Answers a CreatePermission request (RFC 8656 section 10.2): all of it or nothing. */
  Answer createPermission(Request request, Allocation allocation) {
    List<StunAttribute.XorPeerAddress> asked =
        request.message().attributes(StunAttribute.XorPeerAddress.class);
    if (asked.isEmpty()) {
      return Answer.refused(Refusal.BAD_REQUEST);
    }
    Set<InetAddress> peers = new HashSet<>();
    for (StunAttribute.XorPeerAddress peer : asked) {
      Refusal refusal = reachable(peer.address(), allocation);
      if (refusal != null) {
        return Answer.refused(refusal);
      }
      peers.add(peer.address().getAddress());
    }
    return allocation.peers().permit(peers, request.nowNanos())
        ? Answer.granted()
        : Answer.refused(Refusal.INSUFFICIENT_CAPACITY);
  }

  /** Answers a ChannelBind request (RFC 8656 section 12.2). */
  Answer channelBind(Request request, Allocation allocation) {
    Optional<StunAttribute.ChannelNumber> number =
        request.attribute(StunAttribute.ChannelNumber.class);
    Optional<StunAttribute.XorPeerAddress> asked =
        request.attribute(StunAttribute.XorPeerAddress.class);
    if (number.isEmpty()
        || asked.isEmpty()
        || asked.get().address().getPort() == 0
        || number.get().number() < FIRST_CHANNEL
        || number.get().number() > LAST_CHANNEL) {
      return Answer.refused(Refusal.BAD_REQUEST);
    }
    int channel = number.get().number();
    InetSocketAddress peer = asked.get().address();
    Refusal refusal = reachable(peer, allocation);
    if (refusal != null) {
      return Answer.refused(refusal);
    }
    // A channel has one peer and a peer has one channel, until it ends.
    Peers peers = allocation.peers();
    InetSocketAddress bound = peers.peer(channel, request.nowNanos());
    int other = peers.channel(peer, request.nowNanos());
    if (bound != null && !bound.equals(peer) || other >= 0 && other != channel) {
      return Answer.refused(Refusal.BAD_REQUEST);
    }
    return peers.bind(channel, peer, request.nowNanos())
        ? Answer.granted()
        : Answer.refused(Refusal.INSUFFICIENT_CAPACITY);
  }

  private Refusal reachable(InetSocketAddress peer, Allocation allocation) {
    if (allocation.relay(AddressFamily.of(peer.getAddress())) == null) {
      return Refusal.PEER_FAMILY_MISMATCH;
    }
    return policy.allows(peer.getAddress()) ? null : Refusal.FORBIDDEN;
  }

  /** A Send indication (RFC 8656 section 11.2). */
  boolean handleSend(FiveTuple tuple, StunMessage message, long nowNanos) {
    Optional<StunAttribute.XorPeerAddress> peer =
        message.attribute(StunAttribute.XorPeerAddress.class);
    Optional<StunAttribute.Data> data = message.attribute(StunAttribute.Data.class);
    // RFC 8489 section 6.3.2: what must be understood and is not ends an indication. We cannot
    // promise DONT-FRAGMENT.
    return peer.isPresent()
        && data.isPresent()
        && message.unknownComprehensionRequired().isEmpty()
        && message.attribute(StunAttribute.DontFragment.class).isEmpty()
        && toPeer(allocations.get(tuple), peer.get().address(), data.get().data(), nowNanos);
  }

  /** A ChannelData message (RFC 8656 section 12.6). */
  boolean handleChannelData(FiveTuple tuple, ChannelData message, long nowNanos) {
    Allocation allocation = allocations.get(tuple);
    InetSocketAddress peer =
        allocation == null ? null : allocation.peers().peer(message.channel(), nowNanos);
    return peer != null && toPeer(allocation, peer, message.data(), nowNanos);
  }

  private boolean toPeer(
      Allocation allocation, InetSocketAddress peer, ByteBuffer data, long nowNanos) {
    Relay relay = allocation == null ? null : allocation.relayTo(peer);
    if (relay == null
        || relay.address() == null
        || peer.getPort() == 0
        || data.remaining() > MAX_DATA
        || !allocation.peers().mayTalkTo(peer.getAddress(), nowNanos)) {
      return false;
    }
    bytesToPeers += data.remaining();
    outbox.toPeer(relay, peer, data);
    return true;
  }

  /** A datagram at a relayed address (RFC 8656 sections 11.3 and 12.7). */
  boolean handlePeerPacket(Relay relay, InetSocketAddress from, ByteBuffer packet, long nowNanos) {
    if (relay == null || from.isUnresolved() || packet.remaining() > MAX_DATA - 100) {
      return false;
    }
    Peers peers = relay.allocation().peers();
    if (!peers.mayTalkTo(from.getAddress(), nowNanos)) {
      return false;
    }
    bytesToClients += packet.remaining();
    FiveTuple tuple = relay.allocation().tuple();
    int channel = peers.channel(from, nowNanos);
    if (channel >= 0) {
      outbox.channelData(tuple, channel, packet);
    } else {
      outbox.dataIndication(tuple, from, packet);
    }
    return true;
  }

  long bytesToPeers() {
    return bytesToPeers;
  }

  long bytesToClients() {
    return bytesToClients;
  }
}
