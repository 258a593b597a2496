package dev.turnstone.testkit.internet;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** The UDP mappings of a NAT at one outside address (RFC 4787 sections 4 and 5). */
final class MappingTable {
  /** No port. */
  static final int FULL = -1;

  private static final int LOWEST_PORT = 1024;
  private static final int MOST_PERMISSIONS = 1024;

  private record Key(InetSocketAddress inside, Object remote) {}

  private final class Mapping {
    final Key key;
    final int port;
    long refreshedNanos;

    /** When it was last sent to whom, the longest ago first. */
    final Map<Object, Long> permissions = new LinkedHashMap<>();

    Mapping(Key key, int port) {
      this.key = key;
      this.port = port;
    }

    void permit(Object filterKey, long now) {
      permissions.remove(filterKey);
      permissions.put(filterKey, now);
      if (permissions.size() > MOST_PERMISSIONS) {
        permissions.remove(permissions.keySet().iterator().next());
      }
    }

    boolean permits(Object filterKey, long now) {
      Long at = permissions.get(filterKey);
      return at != null && isAlive(at, now);
    }
  }

  private final NatOptions options;
  private final SplittableRandom random;
  private final Map<Key, Mapping> byInside = new LinkedHashMap<>();
  private final Map<Integer, Mapping> byPort = new HashMap<>();

  MappingTable(NatOptions options, SplittableRandom random) {
    this.options = options;
    this.random = random;
  }

  private boolean isAlive(long refreshedNanos, long now) {
    return now - refreshedNanos < options.mappingLifetime().toNanos();
  }

  /** The outside port that a datagram leaves from, or {@link #FULL}. */
  int outbound(InetSocketAddress inside, InetSocketAddress remote, long now) {
    Key key = new Key(inside, options.mapping().key(remote));
    Mapping mapping = byInside.get(key);
    if (mapping == null || !isAlive(mapping.refreshedNanos, now)) {
      forgetTheDead(now);
      if (byPort.size() >= options.maxMappings()) {
        return FULL;
      }
      mapping = new Mapping(key, freePort(inside.getPort()));
      byInside.put(key, mapping);
      byPort.put(mapping.port, mapping);
    }
    // REQ-6: outbound traffic keeps a mapping alive.
    mapping.refreshedNanos = now;
    mapping.permit(options.filtering().key(remote), now);
    return mapping.port;
  }

  /** Where a datagram to an outside port goes, or null when it is filtered. */
  InetSocketAddress inbound(int port, InetSocketAddress remote, long now) {
    Mapping mapping = byPort.get(port);
    if (mapping == null || !isAlive(mapping.refreshedNanos, now)) {
      return null;
    }
    Object filterKey = options.filtering().key(remote);
    if (options.filtering() != NatBehaviour.ENDPOINT_INDEPENDENT
        && !mapping.permits(filterKey, now)) {
      return null;
    }
    if (options.inboundRefresh()) {
      mapping.refreshedNanos = now;
      mapping.permit(filterKey, now);
    }
    return mapping.key.inside;
  }

  int size(long now) {
    forgetTheDead(now);
    return byPort.size();
  }

  private void forgetTheDead(long now) {
    byPort.values().removeIf(mapping -> !isAlive(mapping.refreshedNanos, now));
    byInside.values().removeIf(mapping -> !isAlive(mapping.refreshedNanos, now));
  }

  private int freePort(int wanted) {
    int port = wanted;
    if (!options.portPreservation() || byPort.containsKey(port)) {
      do {
        port = random.nextInt(LOWEST_PORT, 65536);
      } while (byPort.containsKey(port));
    }
    return port;
  }
}
