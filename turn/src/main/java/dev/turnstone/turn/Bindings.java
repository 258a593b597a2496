package dev.turnstone.turn;

import dev.turnstone.stun.StunAttribute;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Binding requests (RFC 8489 section 12, RFC 5780 section 6.1). Asks for no credentials. */
final class Bindings {
  private static final StunAttribute.ChangeRequest NO_CHANGE =
      new StunAttribute.ChangeRequest(false, false);

  private final List<DiscoveryAddresses> discovery;
  private final Outbox outbox;

  Bindings(List<DiscoveryAddresses> discovery, Outbox outbox) {
    this.discovery = discovery;
    this.outbox = outbox;
  }

  void handle(Request request) {
    FiveTuple tuple = request.tuple();
    List<Integer> unknown = new ArrayList<>(request.message().unknownComprehensionRequired());
    Optional<InetSocketAddress> other = other(tuple);
    StunAttribute.ChangeRequest change =
        request.attribute(StunAttribute.ChangeRequest.class).orElse(NO_CHANGE);
    if (other.isEmpty() && request.has(StunAttribute.ChangeRequest.class)) {
      unknown.add(change.type());
    }
    if (!unknown.isEmpty()) {
      StunAttribute types = new StunAttribute.UnknownAttributes(unknown);
      outbox.answer(request, null, Answer.refused(Refusal.UNKNOWN_ATTRIBUTE, types));
      return;
    }
    List<StunAttribute> attributes = new ArrayList<>();
    attributes.add(new StunAttribute.XorMappedAddress(tuple.client()));
    FiveTuple from = tuple;
    if (other.isPresent()) {
      // RFC 5780 section 6.1: OTHER-ADDRESS differs from where the request came in, whatever
      // CHANGE-REQUEST says of where the answer leaves.
      InetSocketAddress origin = place(tuple, change.ip(), change.port()).orElseThrow();
      attributes.add(new StunAttribute.ResponseOrigin(origin));
      attributes.add(new StunAttribute.OtherAddress(other.get()));
      from = new FiveTuple(tuple.transport(), tuple.client(), origin);
    }
    outbox.answer(request, null, new Answer(null, attributes), from);
  }

  private Optional<InetSocketAddress> other(FiveTuple tuple) {
    // RFC 5780 section 6.1: CHANGE-REQUEST is for UDP; a stream cannot be answered from elsewhere.
    return tuple.transport() == ClientTransport.UDP ? place(tuple, true, true) : Optional.empty();
  }

  private Optional<InetSocketAddress> place(FiveTuple tuple, boolean otherIp, boolean otherPort) {
    return discovery.stream()
        .flatMap(places -> places.from(tuple.server(), otherIp, otherPort).stream())
        .findFirst();
  }
}
