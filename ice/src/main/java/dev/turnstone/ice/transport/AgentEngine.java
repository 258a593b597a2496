package dev.turnstone.ice.transport;

import dev.turnstone.ice.IceEngine;
import dev.turnstone.ice.IceListener;
import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.IceOptions;
import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.IceServerException;

/**
 * Turnstone's own ICE agent (RFC 8445) on the loop's sockets: no thread, no pool, no static state.
 */
public final class AgentEngine implements IceEngine {

  /** The name that a user chooses it by. */
  public static final String NAME = "turnstone";

  /** The engine; it has no settings of its own. */
  public AgentEngine() {}

  @Override
  public String name() {
    return NAME;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IceServerException when a server is of {@code stuns:}: it would tell the address of a
   *     TLS connection, from which nothing else is ever sent
   */
  @Override
  public void check(IceOptions options) {
    for (IceServer server : options.servers()) {
      if (server.scheme() == IceServer.Scheme.STUNS) {
        throw new IceServerException(
            "'"
                + server.uri()
                + "' would tell an address of no use; ask by 'stun:', or relay by"
                + " 'turns:'");
      }
    }
  }

  @Override
  public AgentTransport create(IceOptions options, IceNetwork network, IceListener listener) {
    return new AgentTransport(options, network, listener);
  }
}
