package dev.turnstone.ice.transport;

import dev.turnstone.ice.IceEngine;
import dev.turnstone.ice.IceListener;
import dev.turnstone.ice.IceNetwork;
import dev.turnstone.ice.IceOptions;

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

  @Override
  public AgentTransport create(IceOptions options, IceNetwork network, IceListener listener) {
    return new AgentTransport(options, network, listener);
  }
}
