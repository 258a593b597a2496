package dev.turnstone.ice.turn;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;

/** Where one wish for an allocation has been sent already (RFC 8489 section 10). */
public final class Redirections {
  private static final int MOST = 5;

  private final Set<InetSocketAddress> asked = new HashSet<>();

  /**
   * A wish that goes to this server first.
   *
   * @param first the server's address
   */
  public Redirections(InetSocketAddress first) {
    asked.add(first);
  }

  /**
   * Whether to ask there too. A server that has been asked is not asked again, so a circle of
   * servers ends; so does a chain that is too long.
   *
   * @param next where a server has sent us
   */
  public boolean follow(InetSocketAddress next) {
    return asked.size() < MOST && asked.add(next);
  }
}
