package dev.turnstone.turn;

import dev.turnstone.stun.AddressFamily;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** What the server wants done; {@link TurnServer#pollOutput} gives them in their order. */
public sealed interface ServerOutput {

  /**
   * One message for a client.
   *
   * @param tuple where it goes; {@code server} is where it leaves from, which is not always where
   *     the request came in (RFC 5780)
   * @param packet the message, the driver's to keep
   */
  record ToClient(FiveTuple tuple, ByteBuffer packet) implements ServerOutput {}

  /**
   * One datagram for a peer.
   *
   * @param relay that it leaves from
   * @param peer where it goes
   * @param data the datagram, the driver's to keep
   */
  record ToPeer(long relay, InetSocketAddress peer, ByteBuffer data) implements ServerOutput {}

  /**
   * A relay port is wanted: answer by {@link TurnServer#relayOpened} or {@link
   * TurnServer#relayFailed}.
   *
   * @param relay its number, never used again
   * @param tuple who wants it
   * @param family of the address
   * @param evenPort whether the port must be even
   */
  record OpenRelay(long relay, FiveTuple tuple, AddressFamily family, boolean evenPort)
      implements ServerOutput {}

  /**
   * A relay port is no longer wanted. It may come before the answer to {@link OpenRelay}: then the
   * port is closed as soon as it is there.
   *
   * @param relay its number
   */
  record CloseRelay(long relay) implements ServerOutput {}
}
