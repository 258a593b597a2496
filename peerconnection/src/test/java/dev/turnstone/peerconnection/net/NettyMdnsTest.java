package dev.turnstone.peerconnection.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.mdns.MdnsName;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two programs of one host, over whatever interfaces it has. */
class NettyMdnsTest {
  private final EventLoops loops = new EventLoops(2);
  private final NettyMdns ours = new NettyMdns(loops);
  private final NettyMdns theirs = new NettyMdns(loops);
  private final String name = MdnsName.random(new SecureRandom());

  @AfterEach
  void close() {
    ours.close();
    theirs.close();
    loops.close();
  }

  private static InetAddress ip(String literal) throws Exception {
    return InetAddress.getByName(literal);
  }

  private static List<InetAddress> resolve(NettyMdns mdns, String name) throws Exception {
    CompletableFuture<List<InetAddress>> found = new CompletableFuture<>();
    mdns.resolve(name, found::complete);
    return found.get(60, TimeUnit.SECONDS);
  }

  @Test
  void oneFindsWhatTheOtherPublished() throws Exception {
    theirs.publish(name, ip("192.0.2.55"));
    assertEquals(List.of(ip("192.0.2.55")), resolve(ours, name));
    String six = MdnsName.random(new SecureRandom());
    theirs.publish(six, ip("2001:db8::55"));
    assertEquals(List.of(ip("2001:db8::55")), resolve(ours, six));
  }

  @Test
  void aNameOfOurOwnNeedsNoNetwork() throws Exception {
    ours.publish(name, ip("192.0.2.56"));
    assertEquals(List.of(ip("192.0.2.56")), resolve(ours, name));
  }

  @Test
  void allThatWaitForANameHear() throws Exception {
    CompletableFuture<List<InetAddress>> first = new CompletableFuture<>();
    CompletableFuture<List<InetAddress>> second = new CompletableFuture<>();
    ours.resolve(name, first::complete);
    ours.resolve(name, second::complete);
    theirs.publish(name, ip("192.0.2.57"));
    assertEquals(List.of(ip("192.0.2.57")), first.get(60, TimeUnit.SECONDS));
    assertEquals(List.of(ip("192.0.2.57")), second.get(60, TimeUnit.SECONDS));
  }

  @Test
  void whatIsNoNameOfThisKindIsNotFound() throws Exception {
    assertEquals(List.of(), resolve(ours, "printer.local"));
  }

  @Test
  void afterClosingNothingIsFoundAndNothingBreaks() throws Exception {
    ours.resolve(name, found -> {});
    ours.close();
    ours.publish(name, ip("192.0.2.58"));
    ours.withdraw(List.of(name));
    assertEquals(List.of(), resolve(ours, name));
  }

  @Test
  void anAddressIsOnTheLinkWhenItsPrefixIs() throws Exception {
    assertTrue(MdnsLink.isInSubnet(ip("192.0.2.200"), ip("192.0.2.7"), 24));
    assertFalse(MdnsLink.isInSubnet(ip("192.0.3.7"), ip("192.0.2.7"), 24));
    assertTrue(MdnsLink.isInSubnet(ip("192.0.3.7"), ip("192.0.2.7"), 23));
    assertFalse(MdnsLink.isInSubnet(ip("192.0.2.8"), ip("192.0.2.7"), 32));
    assertTrue(MdnsLink.isInSubnet(ip("2001:db8::1"), ip("2001:db8::2"), 64));
    assertFalse(MdnsLink.isInSubnet(ip("2001:db8::1"), ip("192.0.2.7"), 0));
  }
}
