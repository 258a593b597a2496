package dev.turnstone.ice.mdns;

import dev.turnstone.ice.mdns.DnsMessage.AddressRecord;
import dev.turnstone.ice.mdns.DnsMessage.Question;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Answers for our names (RFC 6762 section 6). Who does not know a name learns nothing, not even
 * that we are here.
 */
final class MdnsResponder {
  /** RFC 6762 section 6: a record is multicast once a second on a link and no more often. */
  private static final long MULTICAST_INTERVAL = Duration.ofSeconds(1).toNanos();

  /** Nobody has to ask us alone more often than that; a name goes to few. */
  private static final long UNICAST_INTERVAL = Duration.ofMillis(100).toNanos();

  /** RFC 6762 section 5.4: a quarter of the TTL. */
  private static final long RECENTLY = Duration.ofSeconds(DnsWriter.TTL_SECONDS / 4).toNanos();

  /** A goodbye for more than these goes in several messages, so that none is cut in pieces. */
  private static final int GOODBYES_IN_A_MESSAGE = 16;

  private static final class Published {
    final String name;
    final InetAddress address;
    final Map<Integer, Long> multicastAt = new HashMap<>();
    final Map<Integer, Waiting> waiting = new HashMap<>();
    long unicastAt = Long.MIN_VALUE / 2;

    Published(String name, InetAddress address) {
      this.name = name;
      this.address = address;
    }
  }

  /** An answer that has to wait for its second to pass. */
  private static final class Waiting {
    final Published published;
    final int link;
    final long due;
    boolean positive;

    Waiting(Published published, int link, long due) {
      this.published = published;
      this.link = link;
      this.due = due;
    }
  }

  private final Map<String, Published> names = new HashMap<>();
  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>((a, b) -> Long.compare(a.due, b.due));
  private final ArrayDeque<MdnsTransmit> outbox = new ArrayDeque<>();

  /**
   * Answers for a name from now on.
   *
   * <p>Deviation: RFC 6762 sections 8.1 and 8.3 want a new name probed and announced. Nobody else
   * has this one, and nobody has an old answer for it; and after an announcement the one who asks,
   * a round trip later, would have to wait for the second to pass.
   */
  void publish(String name, InetAddress address) {
    names.put(MdnsName.normal(name), new Published(MdnsName.normal(name), address));
  }

  /** Answers for these names no longer, and tells those that remember them. */
  void withdraw(Collection<String> gone) {
    List<Map.Entry<String, InetAddress>> told = new ArrayList<>();
    for (String name : gone) {
      Published published = names.remove(MdnsName.normal(name));
      if (published != null) {
        waiting.removeAll(published.waiting.values());
        // Whom nobody has asked for, nobody remembers.
        if (!published.multicastAt.isEmpty()) {
          told.add(Map.entry(published.name, published.address));
        }
      }
    }
    for (int from = 0; from < told.size(); from += GOODBYES_IN_A_MESSAGE) {
      int to = Math.min(told.size(), from + GOODBYES_IN_A_MESSAGE);
      outbox.add(
          new MdnsTransmit(
              DnsWriter.goodbye(told.subList(from, to)), MulticastDns.ALL_LINKS, Optional.empty()));
    }
  }

  /** The address of a name of ours, or null. */
  InetAddress find(String name) {
    Published published = names.get(MdnsName.normal(name));
    return published == null ? null : published.address;
  }

  List<String> names() {
    return List.copyOf(names.keySet());
  }

  boolean isEmpty() {
    return names.isEmpty();
  }

  void handleQuery(DnsMessage query, InetSocketAddress from, int link, long now) {
    for (Question question : query.questions()) {
      Published published = names.get(question.name());
      if (published == null || isKnown(query, published)) {
        continue;
      }
      if (from.getPort() != MulticastDns.PORT) {
        answerLegacy(query, question, published, from, link, now);
      } else if (question.unicast() && wasMulticastRecently(published, link, now)) {
        // RFC 6762 section 5.4.
        if (mayUnicast(published, now)) {
          outbox.add(
              new MdnsTransmit(
                  DnsWriter.answer(
                      published.name, published.address, question.asksFor(published.address)),
                  link,
                  Optional.of(from)));
        }
      } else {
        answer(published, link, question.asksFor(published.address), now);
      }
    }
  }

  /** RFC 6762 section 7.1: silence, when the asker knows it and will for a while. */
  private static boolean isKnown(DnsMessage query, Published published) {
    for (AddressRecord known : query.addresses()) {
      if (known.name().equals(published.name)
          && known.address().equals(published.address)
          && known.ttlSeconds() >= DnsWriter.TTL_SECONDS / 2) {
        return true;
      }
    }
    return false;
  }

  private static boolean wasMulticastRecently(Published published, int link, long now) {
    Long at = published.multicastAt.get(link);
    return at != null && now - at < RECENTLY;
  }

  private static boolean mayUnicast(Published published, long now) {
    if (now - published.unicastAt < UNICAST_INTERVAL) {
      return false;
    }
    published.unicastAt = now;
    return true;
  }

  private void answerLegacy(
      DnsMessage query,
      Question question,
      Published published,
      InetSocketAddress from,
      int link,
      long now) {
    if (from.getPort() != 0 && mayUnicast(published, now)) {
      outbox.add(
          new MdnsTransmit(
              DnsWriter.legacyAnswer(query.id(), question, published.address),
              link,
              Optional.of(from)));
    }
  }

  private void answer(Published published, int link, boolean positive, long now) {
    Waiting already = published.waiting.get(link);
    if (already != null) {
      already.positive |= positive;
      return;
    }
    Long last = published.multicastAt.get(link);
    if (last == null || now - last >= MULTICAST_INTERVAL) {
      multicast(published, link, positive, now);
    } else {
      Waiting later = new Waiting(published, link, last + MULTICAST_INTERVAL);
      later.positive = positive;
      published.waiting.put(link, later);
      waiting.add(later);
    }
  }

  private void multicast(Published published, int link, boolean positive, long now) {
    published.multicastAt.put(link, now);
    outbox.add(
        new MdnsTransmit(
            DnsWriter.answer(published.name, published.address, positive), link, Optional.empty()));
  }

  void handleTimeout(long now) {
    while (!waiting.isEmpty() && waiting.peek().due <= now) {
      Waiting due = waiting.poll();
      due.published.waiting.remove(due.link);
      multicast(due.published, due.link, due.positive, now);
    }
  }

  long nextTimeout() {
    return waiting.isEmpty() ? MulticastDns.NEVER : waiting.peek().due;
  }

  MdnsTransmit pollTransmit() {
    return outbox.poll();
  }
}
