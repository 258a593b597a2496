package dev.turnstone.turn;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The permissions and channels of one allocation (RFC 8656 sections 9 and 12). What has expired is
 * as if it were not there; it is thrown away when room is needed.
 */
final class Peers {
  /** RFC 8656 section 9. */
  static final long PERMISSION_NANOS = 300_000_000_000L;

  /** RFC 8656 section 12. */
  static final long CHANNEL_NANOS = 600_000_000_000L;

  private final int maxPermissions;
  private final int maxChannels;
  private final Map<InetAddress, Long> permissions = new HashMap<>();
  private final Map<Integer, Channel> byNumber = new HashMap<>();
  private final Map<InetSocketAddress, Channel> byPeer = new HashMap<>();

  Peers(int maxPermissions, int maxChannels) {
    this.maxPermissions = maxPermissions;
    this.maxChannels = maxChannels;
  }

  /**
   * A channel.
   *
   * @param number 0x4000 to 0x4FFF
   * @param peer at its other end
   * @param expiryNanos when it ends
   */
  private record Channel(int number, InetSocketAddress peer, long expiryNanos) {}

  boolean mayTalkTo(InetAddress peer, long nowNanos) {
    Long expiry = permissions.get(peer);
    return expiry != null && expiry > nowNanos;
  }

  /** Installs or refreshes permissions: all of them, or none when there is no room. */
  boolean permit(Set<InetAddress> peers, long nowNanos) {
    if (!hasRoomFor(peers)) {
      permissions.values().removeIf(expiry -> expiry <= nowNanos);
      if (!hasRoomFor(peers)) {
        return false;
      }
    }
    peers.forEach(peer -> permissions.put(peer, nowNanos + PERMISSION_NANOS));
    return true;
  }

  private boolean hasRoomFor(Collection<InetAddress> peers) {
    // Few are asked about, unless somebody plays games.
    if (permissions.size() + peers.size() <= maxPermissions) {
      return true;
    }
    long more = peers.stream().filter(peer -> !permissions.containsKey(peer)).count();
    return permissions.size() + more <= maxPermissions;
  }

  /** Where a channel leads, or null. */
  InetSocketAddress peer(int channel, long nowNanos) {
    Channel found = byNumber.get(channel);
    return found != null && found.expiryNanos > nowNanos ? found.peer : null;
  }

  /** The channel to a peer, or -1. */
  int channel(InetSocketAddress peer, long nowNanos) {
    Channel found = byPeer.get(peer);
    return found != null && found.expiryNanos > nowNanos ? found.number : -1;
  }

  /** Binds or refreshes a channel whose number and peer are free or bound to each other. */
  boolean bind(int number, InetSocketAddress peer, long nowNanos) {
    if (byNumber.size() >= maxChannels && peer(number, nowNanos) == null) {
      byNumber.values().removeIf(channel -> channel.expiryNanos <= nowNanos);
      byPeer.values().removeIf(channel -> channel.expiryNanos <= nowNanos);
      if (byNumber.size() >= maxChannels) {
        return false;
      }
    }
    if (!permit(Set.of(peer.getAddress()), nowNanos)) {
      return false;
    }
    Channel channel = new Channel(number, peer, nowNanos + CHANNEL_NANOS);
    forget(byNumber.put(number, channel), channel);
    forget(byPeer.put(peer, channel), channel);
    return true;
  }

  /** An expired channel gives up its number and its peer together. */
  private void forget(Channel old, Channel now) {
    if (old == null) {
      return;
    }
    if (old.number != now.number) {
      byNumber.remove(old.number, old);
    }
    if (!old.peer.equals(now.peer)) {
      byPeer.remove(old.peer, old);
    }
  }
}
