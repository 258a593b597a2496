package dev.turnstone.turn;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Who may use the relay. Asked on the server's own thread for each request of somebody who has no
 * allocation yet, so the answer must not wait for anything.
 */
public interface Credentials {

  /**
   * The password of a user, or nothing when there is no such user or the name is good no longer.
   *
   * @param username as it came from the network: anything
   * @param at the time
   */
  Optional<String> password(String username, Instant at);

  /**
   * Under which name a user's allocations are counted; several user names may be one account.
   *
   * @param username one that has a password
   */
  default String account(String username) {
    return username;
  }

  /** A fixed set of user names and passwords. The map is copied. */
  static Credentials of(Map<String, String> passwords) {
    Map<String, String> copy = Map.copyOf(passwords);
    return (username, at) -> Optional.ofNullable(copy.get(username));
  }
}
