package dev.turnstone.peerconnection.net;

import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which member of a shared port a check is for: its USERNAME begins with the member's own user
 * fragment (RFC 8445 section 7.2.2). Looking up is safe from any thread.
 */
final class SharedUsers<M> {
  /** The generation that carries data, and restarts after it that nobody has answered. */
  private static final int MAX_UFRAGS = 8;

  private final Map<String, M> byUfrag = new ConcurrentHashMap<>();

  /** Whom a request names, or null. */
  M addressed(StunMessage request) {
    String name =
        request
            .attribute(StunAttribute.Username.class)
            .map(StunAttribute.Username::name)
            .orElse("");
    int colon = name.indexOf(':');
    return colon < 0 ? null : byUfrag.get(name.substring(0, colon));
  }

  /** The names of one member, which has none yet. */
  Names of(M member) {
    return new Names(member);
  }

  /** The names of one member; used on its loop. */
  final class Names {
    private final M member;
    private final ArrayDeque<String> ufrags = new ArrayDeque<>();

    private Names(M member) {
      this.member = member;
    }

    /** One more; beyond eight the oldest goes. */
    void add(String ufrag) {
      byUfrag.put(ufrag, member);
      ufrags.add(ufrag);
      if (ufrags.size() > MAX_UFRAGS) {
        byUfrag.remove(ufrags.poll(), member);
      }
    }

    /** Nothing is for that member any more. */
    void clear() {
      ufrags.forEach(ufrag -> byUfrag.remove(ufrag, member));
      ufrags.clear();
    }
  }
}
