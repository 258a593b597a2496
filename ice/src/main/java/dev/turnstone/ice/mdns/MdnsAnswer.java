package dev.turnstone.ice.mdns;

import java.net.InetAddress;
import java.util.List;

/**
 * What became of a search.
 *
 * @param name in lower case
 * @param addresses at most one of each family; empty when nobody answered in time
 */
public record MdnsAnswer(String name, List<InetAddress> addresses) {
  /** Copies the list. */
  public MdnsAnswer {
    addresses = List.copyOf(addresses);
  }
}
