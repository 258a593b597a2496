package dev.turnstone.ice.ice4j;

import dev.turnstone.ice.IceCounters;

/** The running figures behind {@link IceCounters}; touched on the loop alone. */
final class Counters {
  long checksAccepted;
  long dataDelivered;
  long malformed;
  long unauthenticated;
  long unvalidated;
  long overflow;
  long skippedCandidates;

  IceCounters snapshot() {
    return new IceCounters(
        checksAccepted,
        dataDelivered,
        malformed,
        unauthenticated,
        unvalidated,
        overflow,
        skippedCandidates);
  }
}
