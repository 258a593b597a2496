package dev.turnstone.ice;

import dev.turnstone.ice.transport.AgentEngine;

class AgentGateTest extends GateScenarios {
  AgentGateTest() {
    super(new AgentEngine());
  }
}
