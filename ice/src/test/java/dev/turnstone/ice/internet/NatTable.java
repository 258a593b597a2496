package dev.turnstone.ice.internet;

import dev.turnstone.ice.CandidatePair;
import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceState;
import java.time.Duration;
import java.util.stream.Stream;

/** Runs two sites against each other and says what became of it. */
final class NatTable {
  /** Long enough for either end. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Time for a better pair to take over. */
  private static final Duration SETTLING = Duration.ofSeconds(5);

  /**
   * What became of a pair of sites.
   *
   * @param connected whether data went both ways
   * @param first the pair in use at the controlling side
   * @param second the pair in use at the controlled side
   * @param nanos from the start of both until both had a pair, or until both had failed
   * @param pairsTried how many pairs the controlling side used one after another
   */
  record Outcome(
      boolean connected, CandidatePair first, CandidatePair second, long nanos, int pairsTried) {
    /** The greatest number of relays that a datagram passes. */
    long relays() {
      return Stream.of(first.local(), first.remote())
          .filter(candidate -> candidate.type() == CandidateType.RELAYED)
          .count();
    }

    CandidateType firstLocal() {
      return first.local().type();
    }

    CandidateType secondLocal() {
      return second.local().type();
    }
  }

  private NatTable() {}

  /** What there is besides the two sites and a STUN server. */
  enum Help {
    NONE,
    /** A TURN server, over UDP and TCP. */
    RELAY,
    /** Both gather TCP candidates. */
    ICE_TCP
  }

  /** Lets two sites connect; the first controls. */
  static Outcome run(Site a, Site b, Help help, long seed) {
    Scene scene =
        switch (help) {
          case NONE -> new Scene(seed).withStun();
          case RELAY -> new Scene(seed).withTurn();
          case ICE_TCP -> new Scene(seed).withStun().withTcp();
        };
    SimulatedPeer first = scene.peer(a.host(scene.internet, 1, Scene.LINK));
    SimulatedPeer second = scene.peer(b.host(scene.internet, 2, Scene.LINK));
    scene.start(first, second);
    scene.runUntil(
        () ->
            first.isConnected() && second.isConnected()
                || first.state() == IceState.FAILED && second.state() == IceState.FAILED,
        LIMIT);
    long nanos = scene.internet.nowNanos();
    if (!first.isConnected() || !second.isConnected()) {
      return new Outcome(false, null, null, nanos, 0);
    }
    scene.runFor(SETTLING);
    first.send("there");
    second.send("back");
    // Through two relays it is far.
    scene.runFor(Scene.ROUND_TRIP.multipliedBy(4));
    boolean both = first.packets.contains("back") && second.packets.contains("there");
    return new Outcome(both, first.pair(), second.pair(), nanos, first.pairs.size());
  }
}
