package dev.turnstone.ice;

import dev.turnstone.ice.ice4j.Ice4jEngine;
import dev.turnstone.ice.transport.AgentEngine;

class AgentToIce4jTest extends TransportScenarios {
  AgentToIce4jTest() {
    super(new AgentEngine(), new Ice4jEngine());
  }
}
