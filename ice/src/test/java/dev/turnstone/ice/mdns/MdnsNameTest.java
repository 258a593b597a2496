package dev.turnstone.ice.mdns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MdnsNameTest {

  @Test
  void aNewNameIsAVersion4UuidUnderLocal() {
    SecureRandom random = new SecureRandom();
    for (int i = 0; i < 100; i++) {
      String name = MdnsName.random(random);
      assertTrue(MdnsName.matches(name), name);
      UUID uuid = UUID.fromString(name.substring(0, 36));
      assertEquals(4, uuid.version());
      assertEquals(2, uuid.variant());
      assertNotEquals(name, MdnsName.random(random));
    }
  }

  @Test
  void caseDoesNotCount() {
    assertTrue(MdnsName.matches("6BAE7F1F-5a58-49e3-8f01-DE856F34AA6D.LOCAL"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "printer.local",
        "6bae7f1f-5a58-49e3-8f01-de856f34aa6d",
        "6bae7f1f-5a58-49e3-8f01-de856f34aa6d.locaX",
        "6bae7f1f-5a58-49e3-8f01-de856f34aa6d.local.",
        "6bae7f1f-5a58-49e3-8f01-de856f34aa.x.local",
        "6bae7f1f-5a58-49e3-8f01-de856f34aa6g.local",
        "6bae7f1f05a58-49e3-8f01-de856f34aa6d.local",
        "-bae7f1f-5a58-49e3-8f01-de856f34aa6d.local",
        "\u0661bae7f1f-5a58-49e3-8f01-de856f34aa6d.local",
        "a.6bae7f1f-5a58-49e3-8f01-de856f34aa6d.local",
        "6bae7f1f-5a58-49e3-8f01-de856f34aa6d.example.org"
      })
  void nothingElseMatches(String text) {
    assertFalse(MdnsName.matches(text));
  }
}
