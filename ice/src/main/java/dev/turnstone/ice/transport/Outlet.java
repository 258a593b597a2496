package dev.turnstone.ice.transport;

import dev.turnstone.ice.agent.Base;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * What stands behind a {@link Base}, as its owner: something that datagrams leave through. Called
 * on the loop.
 */
interface Outlet {
  /** The base that it stands behind. */
  Base base();

  /** Queues one datagram; the bytes are borrowed for the call. After closing it is dropped. */
  void send(ByteBuffer packet, InetSocketAddress remote);

  /** Hands to the network what was queued. */
  void flush();

  /** Checks that name this user are for us. */
  void addUfrag(String ufrag);

  /** Authentic packets come from there; {@code proven} when they answer ours. */
  default void claim(InetSocketAddress remote, boolean proven) {}

  /** Data goes there over this outlet from now on. */
  default void handleSelected(InetSocketAddress remote) {}

  /** Lets go of what it holds; a second call does nothing. */
  void close();
}
