package dev.turnstone.turn;

import dev.turnstone.stun.AddressFamily;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.TransactionId;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What one client has here (RFC 8656 section 3.2): one relayed address or one of each family. */
final class Allocation {
  private final FiveTuple tuple;
  private final Login login;
  private final TransactionId askedBy;
  private final Peers peers;
  private final Map<AddressFamily, Relay> relays = new EnumMap<>(AddressFamily.class);
  private final Map<AddressFamily, Refusal> missing = new EnumMap<>(AddressFamily.class);
  private Request unanswered;

  Allocation(Request request, Login login, Peers peers) {
    this.tuple = request.tuple();
    this.login = login;
    this.askedBy = request.message().transactionId();
    this.peers = peers;
    this.unanswered = request;
  }

  FiveTuple tuple() {
    return tuple;
  }

  /** Who owns it. */
  Login login() {
    return login;
  }

  Peers peers() {
    return peers;
  }

  /** The relay of a family, or null. */
  Relay relay(AddressFamily family) {
    return relays.get(family);
  }

  List<Relay> relays() {
    return List.copyOf(relays.values());
  }

  void add(Relay relay) {
    relays.put(relay.family(), relay);
  }

  void remove(Relay relay) {
    relays.remove(relay.family());
  }

  /** A second family was asked for and there is none. */
  void miss(AddressFamily family, Refusal reason) {
    missing.put(family, reason);
  }

  /** The request that waits for relay ports, or null when it has been answered. */
  Request unanswered() {
    return unanswered;
  }

  void answered() {
    unanswered = null;
  }

  /** Whether all ports that were asked for are open. */
  boolean isOpen() {
    return relays.values().stream().allMatch(relay -> relay.address() != null);
  }

  /** RFC 8656 section 7.2: the same transaction once more is a retransmission. */
  boolean wasAskedBy(Request request) {
    return askedBy.equals(request.message().transactionId());
  }

  /** The answer to the Allocate request, now or to a retransmission (RFC 8656 section 7.2). */
  Answer granted(long nowNanos) {
    List<StunAttribute> attributes = new ArrayList<>();
    long expiry = Long.MAX_VALUE;
    for (Relay relay : relays.values()) {
      attributes.add(new StunAttribute.XorRelayedAddress(relay.address()));
      expiry = Math.min(expiry, relay.expiryNanos());
    }
    // To the nearest second: opening the port has taken some of the first one.
    long seconds = (Math.max(0, expiry - nowNanos) + 500_000_000L) / 1_000_000_000L;
    attributes.add(new StunAttribute.Lifetime(seconds));
    attributes.add(new StunAttribute.XorMappedAddress(tuple.client()));
    missing.forEach(
        (family, reason) ->
            attributes.add(
                new StunAttribute.AddressErrorCode(family, reason.code(), reason.reason())));
    return new Answer(null, attributes);
  }

  /** The relay that reaches a peer, or null: an address family has its own. */
  Relay relayTo(InetSocketAddress peer) {
    return relays.get(AddressFamily.of(peer.getAddress()));
  }
}
