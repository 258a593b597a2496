package dev.turnstone.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TurnServerOptionsTest {
  @Test
  void theDefaultsRelayForNobody() {
    TurnServerOptions options = TurnServerOptions.builder().build();
    assertEquals(Optional.empty(), options.credentials());
    assertEquals(Optional.empty(), options.software());
    assertEquals(Duration.ofMinutes(10), options.defaultLifetime());
    assertEquals(Duration.ofHours(1), options.nonceLifetime());
  }

  @Test
  void whatCannotWorkIsRefused() {
    TurnServerOptions.Builder builder = TurnServerOptions.builder();
    assertThrows(IllegalArgumentException.class, () -> builder.relay("", Rig.USERS));
    assertThrows(IllegalArgumentException.class, () -> builder.relay("r".repeat(128), Rig.USERS));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            TurnServerOptions.builder()
                .lifetimes(Duration.ofSeconds(20), Duration.ofSeconds(19))
                .build());
    assertThrows(
        IllegalArgumentException.class,
        () -> TurnServerOptions.builder().nonceLifetime(Duration.ofMillis(999)).build());
    assertThrows(
        IllegalArgumentException.class,
        () -> TurnServerOptions.builder().maxAllocations(0, 1).build());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            TurnServerOptions.builder()
                .alternateServers(List.of(InetSocketAddress.createUnresolved("a.example", 1)))
                .build());
  }

  @Test
  void noSecretIsShown() {
    String shown =
        Rig.relaying().build()
            + " "
            + TurnServerOptions.builder()
                .relay(Rig.REALM, new ExpiringCredentials("north"))
                .build();
    assertFalse(shown.contains("wonderland"), shown);
    assertFalse(shown.contains("north"), shown);
  }
}
