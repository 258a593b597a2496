package dev.turnstone.turn;

import dev.turnstone.stun.AddressFamily;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunAttribute.RequestedTransport;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** How allocations begin, last and end: Allocate and Refresh (RFC 8656 sections 7 and 8). */
final class Allocating {
  private static final long SECOND = 1_000_000_000L;

  private final TurnServerOptions options;
  private final Allocations allocations;
  private final Outbox outbox;
  private long lastRelay;
  private long allocated;

  Allocating(TurnServerOptions options, Allocations allocations, Outbox outbox) {
    this.options = options;
    this.allocations = allocations;
    this.outbox = outbox;
  }

  /** Answers an Allocate request; null when that has to wait for the relay port. */
  Answer allocate(Request request, Login login) {
    Allocation known = allocations.get(request.tuple());
    if (known != null) {
      // RFC 8656 section 7.2: one allocation for a 5-tuple; a retransmission is answered again.
      if (!known.wasAskedBy(request)) {
        return Answer.refused(Refusal.ALLOCATION_MISMATCH);
      }
      return known.isOpen() ? known.granted(request.nowNanos()) : null;
    }
    Optional<InetSocketAddress> alternate = alternate(request.tuple());
    if (alternate.isPresent()) {
      return Answer.refused(
          Refusal.TRY_ALTERNATE, new StunAttribute.AlternateServer(alternate.get()));
    }
    Refusal refusal = form(request);
    if (refusal == null) {
      refusal = room(login);
    }
    return refusal != null ? Answer.refused(refusal) : begin(request, login);
  }

  private Optional<InetSocketAddress> alternate(FiveTuple tuple) {
    AddressFamily family = AddressFamily.of(tuple.client().getAddress());
    return options.alternateServers().stream()
        .filter(server -> AddressFamily.of(server.getAddress()) == family)
        .findFirst();
  }

  /** What is wrong with a request, in the order of RFC 8656 section 7.2; or null. */
  private static Refusal form(Request request) {
    Optional<RequestedTransport> transport = request.attribute(RequestedTransport.class);
    boolean token = request.has(StunAttribute.ReservationToken.class);
    boolean family = request.has(StunAttribute.RequestedAddressFamily.class);
    Optional<StunAttribute.AdditionalAddressFamily> additional =
        request.attribute(StunAttribute.AdditionalAddressFamily.class);
    Optional<StunAttribute.EvenPort> even = request.attribute(StunAttribute.EvenPort.class);
    if (transport.isEmpty()) {
      return Refusal.BAD_REQUEST;
    }
    if (!transport.get().equals(RequestedTransport.UDP)) {
      return Refusal.UNSUPPORTED_TRANSPORT;
    }
    // A token stands for an address that is chosen already.
    if (token && (even.isPresent() || family || additional.isPresent())) {
      return Refusal.BAD_REQUEST;
    }
    boolean pair = even.isPresent() && even.get().reserveNext();
    if (additional.isPresent()
        && (family || pair || additional.get().family() == AddressFamily.IPV4)) {
      return Refusal.BAD_REQUEST;
    }
    // No port is ever reserved here: RTP and RTCP share one nowadays. So no token is known either.
    return token || pair ? Refusal.INSUFFICIENT_CAPACITY : null;
  }

  private Refusal room(Login login) {
    if (allocations.size(login.account()) >= options.maxAllocationsPerAccount()) {
      return Refusal.QUOTA_REACHED;
    }
    return allocations.size() >= options.maxAllocations() ? Refusal.INSUFFICIENT_CAPACITY : null;
  }

  private Answer begin(Request request, Login login) {
    Set<AddressFamily> families = families(request);
    Peers peers = new Peers(options.maxPermissions(), options.maxChannels());
    Allocation allocation = new Allocation(request, login, peers);
    long expiry = request.nowNanos() + lifetime(request) * SECOND;
    for (AddressFamily family : families) {
      if (options.relayFamilies().contains(family)) {
        allocation.add(new Relay(++lastRelay, family, allocation, expiry));
      } else {
        allocation.miss(family, Refusal.ADDRESS_FAMILY_NOT_SUPPORTED);
      }
    }
    if (allocation.relays().isEmpty()) {
      return Answer.refused(Refusal.ADDRESS_FAMILY_NOT_SUPPORTED);
    }
    allocations.add(allocation);
    boolean even = request.has(StunAttribute.EvenPort.class);
    for (Relay relay : allocation.relays()) {
      outbox.add(new ServerOutput.OpenRelay(relay.id(), allocation.tuple(), relay.family(), even));
    }
    return null;
  }

  /** RFC 8656 section 7.2: IPv4 unless another is asked for; both with the additional one. */
  private static Set<AddressFamily> families(Request request) {
    if (request.has(StunAttribute.AdditionalAddressFamily.class)) {
      return EnumSet.allOf(AddressFamily.class);
    }
    return EnumSet.of(
        request
            .attribute(StunAttribute.RequestedAddressFamily.class)
            .map(StunAttribute.RequestedAddressFamily::family)
            .orElse(AddressFamily.IPV4));
  }

  /** RFC 8656 section 7.2: what is asked for, but neither below the default nor above the most. */
  private long lifetime(Request request) {
    long shortest = options.defaultLifetime().toSeconds();
    long asked =
        request
            .attribute(StunAttribute.Lifetime.class)
            .map(StunAttribute.Lifetime::seconds)
            .orElse(shortest);
    return Math.max(shortest, Math.min(asked, options.maxLifetime().toSeconds()));
  }

  void relayOpened(Relay relay, InetSocketAddress address, long nowNanos) {
    relay.open(address);
    answerIfComplete(relay.allocation(), nowNanos);
  }

  void relayFailed(Relay relay, long nowNanos) {
    Allocation allocation = relay.allocation();
    allocation.miss(relay.family(), Refusal.INSUFFICIENT_CAPACITY);
    allocations.remove(relay);
    answerIfComplete(allocation, nowNanos);
  }

  private void answerIfComplete(Allocation allocation, long nowNanos) {
    Request request = allocation.unanswered();
    if (request == null || !allocation.isOpen()) {
      return;
    }
    allocation.answered();
    // RFC 8656 section 7.2: of two families, one is enough.
    if (allocation.relays().isEmpty()) {
      Answer answer = Answer.refused(Refusal.INSUFFICIENT_CAPACITY);
      outbox.answer(request, allocation.login(), answer);
    } else {
      allocated++;
      outbox.answer(request, allocation.login(), allocation.granted(nowNanos));
    }
  }

  /** Answers a Refresh request (RFC 8656 section 8.2). */
  Answer refresh(Request request, Allocation allocation) {
    Optional<AddressFamily> family =
        request
            .attribute(StunAttribute.RequestedAddressFamily.class)
            .map(StunAttribute.RequestedAddressFamily::family);
    if (family.isPresent() && allocation.relay(family.get()) == null) {
      return Answer.refused(Refusal.PEER_FAMILY_MISMATCH);
    }
    boolean end =
        request
            .attribute(StunAttribute.Lifetime.class)
            .filter(lifetime -> lifetime.seconds() == 0)
            .isPresent();
    long seconds = end ? 0 : lifetime(request);
    for (Relay relay : allocation.relays()) {
      if (family.isEmpty() || family.get() == relay.family()) {
        if (end) {
          end(relay);
        } else {
          allocations.extend(relay, request.nowNanos() + seconds * SECOND);
        }
      }
    }
    return Answer.granted(new StunAttribute.Lifetime(seconds));
  }

  void end(Relay relay) {
    allocations.remove(relay);
    outbox.add(new ServerOutput.CloseRelay(relay.id()));
  }

  long allocated() {
    return allocated;
  }
}
