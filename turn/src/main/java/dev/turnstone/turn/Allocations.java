package dev.turnstone.turn;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** All allocations: by client, by relay, by account, and in the order in which they end. */
final class Allocations {
  private final Map<FiveTuple, Allocation> byTuple = new HashMap<>();
  private final Map<Long, Relay> byRelay = new HashMap<>();
  private final Map<String, Integer> byAccount = new HashMap<>();
  private final TreeSet<Relay> byExpiry =
      new TreeSet<>(Comparator.comparingLong(Relay::expiryNanos).thenComparingLong(Relay::id));

  int size() {
    return byTuple.size();
  }

  int size(String account) {
    return byAccount.getOrDefault(account, 0);
  }

  /** A client's, or null. */
  Allocation get(FiveTuple tuple) {
    return byTuple.get(tuple);
  }

  /** A relay, or null. */
  Relay relay(long id) {
    return byRelay.get(id);
  }

  void add(Allocation allocation) {
    byTuple.put(allocation.tuple(), allocation);
    byAccount.merge(allocation.login().account(), 1, Integer::sum);
    for (Relay relay : allocation.relays()) {
      byRelay.put(relay.id(), relay);
      byExpiry.add(relay);
    }
  }

  void extend(Relay relay, long expiryNanos) {
    byExpiry.remove(relay);
    relay.extend(expiryNanos);
    byExpiry.add(relay);
  }

  /** Takes a relay away, and with its last one the allocation. */
  void remove(Relay relay) {
    byExpiry.remove(relay);
    byRelay.remove(relay.id());
    Allocation allocation = relay.allocation();
    allocation.remove(relay);
    if (allocation.relays().isEmpty() && byTuple.remove(allocation.tuple(), allocation)) {
      byAccount.computeIfPresent(
          allocation.login().account(), (account, count) -> count == 1 ? null : count - 1);
    }
  }

  /** A relay whose time is over, or null. */
  Relay expired(long nowNanos) {
    return !byExpiry.isEmpty() && byExpiry.first().expiryNanos() <= nowNanos
        ? byExpiry.first()
        : null;
  }

  long nextExpiry() {
    return byExpiry.isEmpty() ? TurnServer.NEVER : byExpiry.first().expiryNanos();
  }
}
