package dev.turnstone.ice;

import dev.turnstone.ice.ice4j.Ice4jEngine;

class Ice4jTransportTest extends TransportScenarios {
  Ice4jTransportTest() {
    super(new Ice4jEngine(), new Ice4jEngine());
  }
}
