package dev.turnstone.ice;

import dev.turnstone.ice.transport.AgentEngine;

class AgentTransportTest extends TransportScenarios {
  AgentTransportTest() {
    super(new AgentEngine(), new AgentEngine());
  }
}
