package dev.turnstone.ice;

import dev.turnstone.ice.ice4j.Ice4jEngine;

class Ice4jTransportTest extends TransportScenarios {
  Ice4jTransportTest() {
    super(new Ice4jEngine(), new Ice4jEngine());
  }

  /** Two of ice4j that have changed roles may both wait for a nomination, with data going on. */
  @Override
  void awaitResolved(Peer peer) throws Exception {
    peer.await(
        each ->
            each.states.contains(IceState.CONNECTED) || each.states.contains(IceState.COMPLETED));
  }
}
