package dev.turnstone.peerconnection.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which addresses of this host are worth a candidate. */
public final class LocalAddresses {
  private LocalAddresses() {}

  /**
   * The addresses to gather on: IPv4 first, without link-local ones; loopback last and only when
   * asked for or when there is nothing else (RFC 8445 section 5.1.1.1 leaves it out).
   *
   * @param chosen when not empty, exactly these
   * @param loopback whether loopback is asked for
   */
  public static List<InetAddress> find(List<InetAddress> chosen, boolean loopback) {
    if (!chosen.isEmpty()) {
      return List.copyOf(chosen);
    }
    List<InetAddress> usable = new ArrayList<>();
    List<InetAddress> loopbacks = new ArrayList<>();
    try {
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        if (each.isUp()) {
          each.inetAddresses()
              .filter(address -> !address.isLinkLocalAddress() && !address.isAnyLocalAddress())
              .forEach(address -> (address.isLoopbackAddress() ? loopbacks : usable).add(address));
        }
      }
    } catch (SocketException e) {
      // No list of interfaces: loopback is always there.
      loopbacks.add(InetAddress.getLoopbackAddress());
    }
    Comparator<InetAddress> ipv4First =
        Comparator.comparing(address -> address instanceof Inet6Address);
    usable.sort(ipv4First);
    loopbacks.sort(ipv4First);
    if (loopback || usable.isEmpty()) {
      usable.addAll(loopbacks);
    }
    return List.copyOf(usable);
  }
}
