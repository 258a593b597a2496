package dev.turnstone.ice.ice4j;

import dev.turnstone.ice.IceEngine;
import dev.turnstone.ice.IceListener;
import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.IceOptions;
import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.IceServerException;
import dev.turnstone.ice.IceTransportPolicy;

/**
 * ICE by the ice4j library (RFC 8445): host and server-reflexive candidates over UDP, trickle both
 * ways, restart, consent. No TURN, no TCP, no mDNS names. When both sides of it begin in one role,
 * now and then no pair is ever nominated: the transport stays connected and never completes.
 *
 * <p>ice4j keeps static executors for the whole JVM: their threads are named {@code ice4j.*}, and
 * most of them end after a minute of idleness. Each socket of a transport costs one waiting daemon
 * thread. The first engine made sets ice4j's JVM-wide properties, unless the user has set them.
 */
public final class Ice4jEngine implements IceEngine {

  /** Makes the JVM-wide settings the first time. */
  public Ice4jEngine() {
    Ice4jSettings.apply();
  }

  /** {@code ice4j}. */
  @Override
  public String name() {
    return "ice4j";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IceServerException when a server is not of {@code stun:}, or only relays may be used
   */
  @Override
  public void check(IceOptions options) {
    for (IceServer server : options.servers()) {
      if (server.scheme() != IceServer.Scheme.STUN) {
        throw new IceServerException(
            "the engine ice4j asks 'stun:' servers only, not '" + server.uri() + "'");
      }
    }
    if (options.transportPolicy() == IceTransportPolicy.RELAY) {
      throw new IceServerException("the engine ice4j has no relays");
    }
    if (options.mdns()) {
      throw new IllegalArgumentException("the engine ice4j cannot conceal addresses");
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException as {@link #check} does
   */
  @Override
  public Ice4jTransport create(IceOptions options, IceNetwork network, IceListener listener) {
    check(options);
    return new Ice4jTransport(options, network, listener);
  }
}
