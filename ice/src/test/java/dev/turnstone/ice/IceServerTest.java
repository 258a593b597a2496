package dev.turnstone.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IceServerTest {
  @Test
  void stunUrisAreRead() {
    assertEquals(new IceServer("stun.example.org", 3478), IceServer.parse("stun:stun.example.org"));
    assertEquals(new IceServer("192.0.2.1", 19302), IceServer.parse("STUN:192.0.2.1:19302"));
    assertEquals(new IceServer("2001:db8::1", 3478), IceServer.parse("stun:[2001:db8::1]"));
    assertEquals(new IceServer("::1", 5), IceServer.parse("stun:[::1]:5"));
  }

  @Test
  void turnUrisAreRead() {
    Optional<IceServer.Credentials> credentials =
        Optional.of(new IceServer.Credentials("user", "secret"));
    IceServer udp = IceServer.parse("turn:example.org", credentials);
    assertEquals(3478, udp.port());
    assertEquals(IceServer.Transport.UDP, udp.transport());
    assertEquals("turn:example.org", udp.uri());
    IceServer tcp = IceServer.parse("turn:example.org:80?transport=TCP", credentials);
    assertEquals(IceServer.Transport.TCP, tcp.transport());
    assertEquals("turn:example.org:80?transport=tcp", tcp.uri());
    IceServer tls = IceServer.parse("turns:[2001:db8::1]", credentials);
    assertEquals(5349, tls.port());
    assertEquals(IceServer.Transport.TCP, tls.transport());
    assertEquals("turns:[2001:db8::1]", tls.uri());
    assertFalse(tls.toString().contains("secret"));
  }

  @Test
  void stunOverTlsIsRead() {
    IceServer server = IceServer.parse("stuns:example.org");
    assertEquals(5349, server.port());
    assertTrue(server.scheme().isSecure());
    assertEquals(IceServer.Transport.TCP, server.transport());
  }

  @Test
  void aRelayWithoutCredentialsIsRefused() {
    IceServerException e =
        assertThrows(IceServerException.class, () -> IceServer.parse("turn:example.org"));
    assertTrue(e.getMessage().contains("credential"), e.getMessage());
  }

  @Test
  void whatIsMalformedOfARelayIsRefused() {
    Optional<IceServer.Credentials> credentials =
        Optional.of(new IceServer.Credentials("user", "secret"));
    for (String uri :
        List.of(
            "turn:",
            "turn:a?",
            "turn:a?transport=sctp",
            "turn:a?x=1",
            "turns:a?transport=udp",
            "turn://a",
            "turn:a:b?transport=tcp")) {
      assertThrows(IceServerException.class, () -> IceServer.parse(uri, credentials), uri);
    }
  }

  @Test
  void whatIsMalformedIsRefused() {
    for (String uri :
        List.of(
            "",
            "stun",
            "stun:",
            "stun::5",
            "stun://example.org",
            "http://example.org",
            "stun:a:b",
            "stun:a:0",
            "stun:a:65536",
            "stun:a:99999999999",
            "stun:a:",
            "stun:::1",
            "stun:[::1",
            "stun:[::1]5",
            "stun:user@example.org",
            "stun:exa mple",
            "stun:example.org?transport=udp")) {
      assertThrows(IceServerException.class, () -> IceServer.parse(uri), uri);
    }
  }

  @Test
  void credentialsAreLongFreshAndHidden() {
    SecureRandom random = new SecureRandom();
    IceParameters one = IceParameters.random(random);
    IceParameters two = IceParameters.random(random);
    assertEquals(8, one.usernameFragment().length());
    assertEquals(24, one.password().length());
    assertNotEquals(one.usernameFragment(), two.usernameFragment());
    assertNotEquals(one.password(), two.password());
    assertFalse(one.toString().contains(one.password()));
  }
}
