package dev.turnstone.ice.mdns;

import dev.turnstone.ice.mdns.DnsMessage.AddressRecord;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks for addresses of names (RFC 6762 section 5). What others announce is remembered for a while:
 * Chromium announces a name when it makes it, so it is often known before its candidate comes.
 */
final class MdnsResolver {
  /** RFC 6762 section 5.2: a second at least before it is asked again, then twice as long. */
  private static final long FIRST_WAIT = Duration.ofSeconds(1).toNanos();

  /** After that nobody answers any more: asked after 0, 1, 3 and 7 seconds. */
  private static final long GIVE_UP = Duration.ofSeconds(10).toNanos();

  /** Peers choose how many names there are to ask for, but not how fast it is done. */
  private static final long PACE = Duration.ofMillis(5).toNanos();

  private static final int MAX_OPEN = 256;
  private static final int MAX_CACHED = 128;
  private static final long MAX_CACHED_SECONDS = 60;

  private static final class Search {
    final long end;
    long due;
    long wait = FIRST_WAIT;

    Search(long due, long end) {
      this.due = due;
      this.end = end;
    }
  }

  private record Cached(List<InetAddress> addresses, long expires) {}

  private final Map<String, Search> open = new HashMap<>();
  private final Map<String, Cached> cache =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Cached> eldest) {
          return size() > MAX_CACHED;
        }
      };
  private final ArrayDeque<ByteBuffer> queries = new ArrayDeque<>();
  private final ArrayDeque<MdnsAnswer> answers = new ArrayDeque<>();
  private long nextSlot;

  /** Begins to look for a name; an answer comes in any case, and one for all that wait for it. */
  void resolve(String given, long now) {
    String name = MdnsName.normal(given);
    if (open.containsKey(name)) {
      return;
    }
    Cached known = cache.get(name);
    if (known != null && known.expires > now) {
      answers.add(new MdnsAnswer(name, known.addresses));
    } else if (!MdnsName.matches(name) || open.size() == MAX_OPEN) {
      answers.add(new MdnsAnswer(name, List.of()));
    } else {
      // Deviation: RFC 6762 section 5.2 wants the first question delayed by 20 to 120 ms, for the
      // case that something made many hosts ask at once. A candidate makes one host ask.
      open.put(name, new Search(slot(now), now + GIVE_UP));
    }
  }

  private long slot(long now) {
    long slot = Math.max(now, nextSlot);
    nextSlot = slot + PACE;
    return slot;
  }

  void handleResponse(DnsMessage response, long now) {
    Map<String, List<InetAddress>> told = new LinkedHashMap<>();
    Map<String, Long> ttl = new HashMap<>();
    for (AddressRecord each : response.addresses()) {
      if (each.ttlSeconds() == 0) {
        // RFC 6762 section 10.1: a goodbye.
        cache.remove(each.name());
      } else if (isUsable(each.address())) {
        List<InetAddress> addresses = told.computeIfAbsent(each.name(), k -> new ArrayList<>(2));
        // A name conceals one address: of more in one family, others are somebody's joke.
        if (addresses.stream().noneMatch(a -> a.getClass() == each.address().getClass())) {
          addresses.add(each.address());
        }
        ttl.merge(each.name(), each.ttlSeconds(), Math::min);
      }
    }
    told.forEach(
        (name, addresses) -> {
          long seconds = Math.min(MAX_CACHED_SECONDS, ttl.get(name));
          cache.remove(name);
          cache.put(
              name,
              new Cached(List.copyOf(addresses), now + Duration.ofSeconds(seconds).toNanos()));
          if (open.remove(name) != null) {
            answers.add(new MdnsAnswer(name, addresses));
          }
        });
  }

  /** An address on a link needs the link's name with it, which no candidate could carry. */
  private static boolean isUsable(InetAddress address) {
    boolean sixOnLink = address.isLinkLocalAddress() && address.getAddress().length == 16;
    return !sixOnLink && !address.isAnyLocalAddress() && !address.isMulticastAddress();
  }

  /** The links are others now: what was heard on the old ones does not count. */
  void forget() {
    cache.clear();
  }

  void handleTimeout(long now) {
    for (Iterator<Map.Entry<String, Search>> all = open.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<String, Search> each = all.next();
      Search search = each.getValue();
      if (search.end <= now) {
        all.remove();
        answers.add(new MdnsAnswer(each.getKey(), List.of()));
      } else if (search.due <= now) {
        queries.add(DnsWriter.query(each.getKey()));
        long wait = search.wait;
        search.wait *= 2;
        search.due = Math.min(slot(now + wait), search.end);
      }
    }
  }

  long nextTimeout() {
    long next = MulticastDns.NEVER;
    for (Search search : open.values()) {
      next = Math.min(next, search.due);
    }
    return next;
  }

  int open() {
    return open.size();
  }

  int cached() {
    return cache.size();
  }

  ByteBuffer pollQuery() {
    return queries.poll();
  }

  MdnsAnswer pollAnswer() {
    return answers.poll();
  }
}
