package dev.turnstone.ice.turn;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** What a TURN client has to tell. */
public sealed interface TurnEvent {

  /**
   * The server has given us addresses, one of a family.
   *
   * @param relayed the addresses on the server that peers send to: one or two
   * @param mapped our address as the server sees it, when it told one that can be
   */
  record Allocated(List<InetSocketAddress> relayed, Optional<InetSocketAddress> mapped)
      implements TurnEvent {
    /** Copies the list. */
    public Allocated {
      relayed = List.copyOf(relayed);
    }
  }

  /**
   * The server wants us to go elsewhere (RFC 8489 section 10): a client of its own has to ask
   * there, with the same credentials. {@link Redirections} says whether to follow.
   *
   * @param server the other one
   * @param domain the name that its certificate bears; without, the one that was asked for
   */
  record Redirected(InetSocketAddress server, Optional<String> domain) implements TurnEvent {}

  /**
   * A channel to a peer is bound: data goes with four bytes in front of it.
   *
   * @param peer the peer's address
   */
  record ChannelBound(InetSocketAddress peer) implements TurnEvent {}

  /**
   * The server does not let us send to a peer's address.
   *
   * @param peer the address
   * @param code the STUN error code, usually 403
   * @param reason a short text
   */
  record PeerRefused(InetAddress peer, int code, String reason) implements TurnEvent {}

  /**
   * There is no allocation, or no longer. Nothing follows.
   *
   * @param failure why
   * @param code the STUN error code, or 0 when there was no answer or none that makes sense
   * @param reason a short text that holds no secret
   */
  record Ended(TurnFailure failure, int code, String reason) implements TurnEvent {}
}
