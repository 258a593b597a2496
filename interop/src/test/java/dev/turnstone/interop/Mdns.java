package dev.turnstone.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a machine must have so that a browser shows {@code .local} candidates. */
final class Mdns {
  private static final String GROUP = "224.0.0.251";
  private static final Path ROUTES = Path.of("/proc/net/route");

  private Mdns() {}

  /** Leaves the test out where there is no default route: browsers gather nothing there. */
  static void assumeDefaultRoute() {
    assumeTrue(hasDefaultRoute(), "no default route: a browser gathers no .local candidate");
  }

  /** Leaves the test out where what is sent to a group does not come back: nobody is found then. */
  static void assumeMulticast() {
    assumeDefaultRoute();
    assumeTrue(hearsItself(), "multicast does not work here: no .local name is found");
  }

  private static boolean hearsItself() {
    try (MulticastSocket socket = new MulticastSocket(0)) {
      NetworkInterface on =
          NetworkInterface.networkInterfaces().filter(Mdns::isNetwork).findFirst().orElse(null);
      if (on == null) {
        return false;
      }
      InetSocketAddress group = new InetSocketAddress(GROUP, socket.getLocalPort());
      socket.setNetworkInterface(on);
      socket.setSoTimeout(5000);
      socket.joinGroup(group, on);
      socket.send(new DatagramPacket(new byte[] {1}, 1, group));
      socket.receive(new DatagramPacket(new byte[1], 1));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isNetwork(NetworkInterface each) {
    try {
      return each.isUp()
          && !each.isLoopback()
          && each.inetAddresses().anyMatch(Inet4Address.class::isInstance);
    } catch (SocketException e) {
      return false;
    }
  }

  private static boolean hasDefaultRoute() {
    try {
      return !Files.exists(ROUTES)
          || Files.readAllLines(ROUTES).stream()
              .map(line -> line.split("\\s+"))
              .anyMatch(field -> field.length > 7 && field[1].equals("00000000"));
    } catch (IOException e) {
      return false;
    }
  }
}
