package dev.turnstone.ice;

import dev.turnstone.ice.ice4j.Ice4jEngine;
import dev.turnstone.ice.transport.AgentEngine;

class Ice4jToAgentTest extends TransportScenarios {
  Ice4jToAgentTest() {
    super(new Ice4jEngine(), new AgentEngine());
  }
}
