package dev.turnstone.ice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.List;
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
  void otherSchemesAreRefusedByName() {
    for (String uri : List.of("turn:example.org?transport=udp", "turns:x", "stuns:x")) {
      IceServerException e = assertThrows(IceServerException.class, () -> IceServer.parse(uri));
      assertTrue(e.getMessage().contains("not supported by this engine yet"), e.getMessage());
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
            "stun:exa mple")) {
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
