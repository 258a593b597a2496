package dev.turnstone.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpiringCredentialsTest {
  private final ExpiringCredentials credentials = new ExpiringCredentials("north");

  @Test
  void thePasswordIsTheHmacOfTheName() {
    String username = credentials.username("alice", Instant.ofEpochSecond(1_433_895_918));
    assertEquals("1433895918:alice", username);
    // Computed with: printf 1433895918:alice | openssl dgst -sha1 -hmac north -binary | base64
    assertEquals("RqMvcGPYTJMGThVLSi4amT4zFtI=", credentials.password(username));
  }

  @Test
  void aTicketIsGoodThroughItsSecondAndNoLonger() {
    Instant expiry = Instant.ofEpochSecond(1_000);
    String username = credentials.username("alice", expiry);
    Optional<String> password = Optional.of(credentials.password(username));
    assertEquals(password, credentials.password(username, expiry));
    assertEquals(Optional.empty(), credentials.password(username, expiry.plusSeconds(1)));
  }

  @Test
  void aTimeAloneIsAUserNameToo() {
    assertEquals(
        Optional.of(credentials.password("1000")),
        credentials.password("1000", Instant.ofEpochSecond(999)));
    assertEquals("1000", credentials.account("1000"));
    assertEquals("a:b", credentials.account("1000:a:b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":", ":alice", "alice", "-1:alice", "+1:a", "1e9:a", "999999999999:a", " 1:a"})
  void aNameWithoutATimeIsNobody(String username) {
    assertEquals(Optional.empty(), credentials.password(username, Instant.EPOCH));
  }

  @Test
  void theSecretIsNotShown() {
    assertFalse(credentials.toString().contains("north"));
  }
}
