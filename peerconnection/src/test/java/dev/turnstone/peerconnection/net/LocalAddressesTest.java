package dev.turnstone.peerconnection.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalAddressesTest {
  private static List<InetAddress> of(String... literals) throws UnknownHostException {
    List<InetAddress> addresses = new ArrayList<>();
    for (String literal : literals) {
      addresses.add(InetAddress.getByName(literal));
    }
    return addresses;
  }

  @Test
  void ipv4ComesFirstAndEachOnce() throws Exception {
    assertEquals(
        of("192.0.2.7", "192.0.2.8", "2001:db8::1"),
        LocalAddresses.ranked(
            of("2001:db8::1", "192.0.2.7", "127.0.0.1", "192.0.2.8", "192.0.2.7", "2001:db8::1"),
            false));
  }

  @Test
  void whatNoPeerCouldUseIsLeftOut() throws Exception {
    assertEquals(
        of("192.0.2.7"),
        LocalAddresses.ranked(
            of("fe80::1", "169.254.3.4", "0.0.0.0", "::", "224.0.0.1", "192.0.2.7"), false));
  }

  @Test
  void loopbackComesLastAndOnlyWhenAskedForOrAlone() throws Exception {
    assertEquals(
        of("192.0.2.7", "127.0.0.1", "::1"),
        LocalAddresses.ranked(of("::1", "127.0.0.1", "192.0.2.7"), true));
    assertEquals(
        of("127.0.0.1", "::1"), LocalAddresses.ranked(of("::1", "127.0.0.1", "fe80::1"), false));
    assertTrue(LocalAddresses.ranked(List.of(), false).get(0).isLoopbackAddress());
  }

  @Test
  void whatWasChosenIsTakenAsItIsAndThisHostHasSomething() throws Exception {
    assertEquals(
        of("fe80::1", "127.0.0.1"),
        LocalAddresses.find(
            of("fe80::1", "127.0.0.1", "fe80::1"), false, any -> true, any -> false));
    assertFalse(LocalAddresses.find(List.of(), false, any -> true, any -> true).isEmpty());
  }

  @Test
  void filtersLeaveOutAddressesAndInterfaces() throws Exception {
    assertEquals(
        of("127.0.0.1"),
        LocalAddresses.find(
            of("192.0.2.7", "127.0.0.1"), false, InetAddress::isLoopbackAddress, any -> true));
    List<String> asked = new ArrayList<>();
    List<InetAddress> found =
        LocalAddresses.find(
            List.of(),
            true,
            InetAddress::isLoopbackAddress,
            name -> {
              asked.add(name);
              return true;
            });
    assertFalse(asked.isEmpty());
    assertTrue(found.stream().allMatch(InetAddress::isLoopbackAddress), found::toString);
    assertEquals(List.of(), LocalAddresses.find(List.of(), true, any -> false, any -> true));
  }
}
