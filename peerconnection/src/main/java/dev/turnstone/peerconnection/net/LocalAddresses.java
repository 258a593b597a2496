package dev.turnstone.peerconnection.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which addresses of this host are worth a candidate. */
public final class LocalAddresses {
  private static final Logger LOG = LoggerFactory.getLogger(LocalAddresses.class);

  private LocalAddresses() {}

  /**
   * The addresses to gather on: IPv4 first, without link-local ones; loopback last and only when
   * asked for or when there is nothing else (RFC 8445 section 5.1.1.1 leaves it out).
   *
   * @param chosen when not empty, these alone
   * @param loopback whether loopback is asked for
   * @param addresses which addresses may be used, those that were chosen too
   * @param interfaces which interfaces, by name; those that were chosen are not asked for theirs
   */
  public static List<InetAddress> find(
      List<InetAddress> chosen,
      boolean loopback,
      Predicate<InetAddress> addresses,
      Predicate<String> interfaces) {
    return chosen.isEmpty()
        ? ranked(present(interfaces).stream().filter(addresses).toList(), loopback).stream()
            .filter(addresses)
            .toList()
        : chosen.stream().distinct().filter(addresses).toList();
  }

  /** Every address of every interface that is up. */
  public static List<InetAddress> present() {
    return present(any -> true);
  }

  private static List<InetAddress> present(Predicate<String> interfaces) {
    List<InetAddress> found = new ArrayList<>();
    try {
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        if (isUp(each) && interfaces.test(each.getName())) {
          each.inetAddresses().forEach(found::add);
        }
      }
    } catch (SocketException e) {
      LOG.debug("the network interfaces cannot be listed", e);
    }
    return found;
  }

  private static boolean isUp(NetworkInterface each) {
    try {
      return each.isUp();
    } catch (SocketException e) {
      // It has gone since it was listed.
      return false;
    }
  }

  /** Those that are worth a candidate, best first, each once: two interfaces may share one. */
  static List<InetAddress> ranked(List<InetAddress> present, boolean loopback) {
    Comparator<InetAddress> ipv4First =
        Comparator.comparing(address -> address instanceof Inet6Address);
    List<InetAddress> sorted =
        present.stream()
            .filter(
                address ->
                    !address.isLinkLocalAddress()
                        && !address.isAnyLocalAddress()
                        && !address.isMulticastAddress())
            .distinct()
            .sorted(ipv4First)
            .toList();
    List<InetAddress> result =
        new ArrayList<>(sorted.stream().filter(address -> !address.isLoopbackAddress()).toList());
    if (loopback || result.isEmpty()) {
      sorted.stream().filter(InetAddress::isLoopbackAddress).forEach(result::add);
    }
    // No list of interfaces, or an empty one: loopback is always there.
    return result.isEmpty() ? List.of(InetAddress.getLoopbackAddress()) : List.copyOf(result);
  }
}
