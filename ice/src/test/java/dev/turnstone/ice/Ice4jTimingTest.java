package dev.turnstone.ice;

import dev.turnstone.ice.ice4j.Ice4jEngine;

class Ice4jTimingTest extends TimingScenarios {
  Ice4jTimingTest() {
    super(new Ice4jEngine());
  }
}
