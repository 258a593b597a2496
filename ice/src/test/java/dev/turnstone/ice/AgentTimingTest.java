package dev.turnstone.ice;

import dev.turnstone.ice.transport.AgentEngine;

class AgentTimingTest extends TimingScenarios {
  AgentTimingTest() {
    super(new AgentEngine());
  }
}
