package dev.turnstone.dtls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {
  /** The hash functions do not care that this is no certificate. */
  private static final byte[] ABC = "abc".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] OTHER = "abd".getBytes(StandardCharsets.US_ASCII);

  /** FIPS 180-4's example. */
  private static final String SHA_256_OF_ABC =
      "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23"
          + ":B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD";

  @Test
  void isMadeFromTheBytes() {
    assertEquals(SHA_256_OF_ABC, Fingerprint.of("sha-256", ABC).value());
    assertEquals("sha-256", Fingerprint.of("SHA-256", ABC).algorithm());
    assertEquals(48 * 3 - 1, Fingerprint.of("sha-384", ABC).value().length());
    assertEquals(64 * 3 - 1, Fingerprint.of("sha-512", ABC).value().length());
  }

  @Test
  void isReadInAnyCaseAndWrittenInOne() {
    Fingerprint read = Fingerprint.parse("SHA-256 " + SHA_256_OF_ABC.toLowerCase());
    assertEquals(Fingerprint.of("sha-256", ABC), read);
    assertEquals("sha-256 " + SHA_256_OF_ABC, read.toAttributeValue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha-256",
        "sha-256 ",
        "sha-256 AB:CD",
        "sha-256 AB CD",
        "sha-256 ABCD",
        "sha-256 AB:C",
        "sha-256 AB:CG",
        "sha-256 AB:CD:",
        "sha-1 :",
        "sha/1 AB"
      })
  void malformedTextIsATypedError(String text) {
    assertThrows(MalformedFingerprintException.class, () -> Fingerprint.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha-1", "md5", "sha-224", "something-new"})
  void weakAndUnknownHashFunctionsAreReadButAuthenticateNobody(String algorithm) {
    Fingerprint read = Fingerprint.parse(algorithm + " AB:CD:EF");
    assertFalse(read.isStrong());
    assertFalse(Fingerprint.authenticates(ABC, List.of(read)));
    assertThrows(IllegalArgumentException.class, () -> Fingerprint.of(algorithm, ABC));
  }

  @Test
  void oneOfSeveralFingerprintsIsEnough() {
    List<Fingerprint> offered =
        List.of(Fingerprint.of("sha-256", OTHER), Fingerprint.of("sha-256", ABC));
    assertTrue(Fingerprint.authenticates(ABC, offered));
    assertTrue(Fingerprint.authenticates(OTHER, offered));
    assertFalse(Fingerprint.authenticates(new byte[0], offered));
    assertFalse(Fingerprint.authenticates(ABC, List.of()));
  }

  @Test
  void theStrongestHashFunctionOfferedDecides() {
    Fingerprint weakerAndRight = Fingerprint.of("sha-256", ABC);
    Fingerprint strongerAndWrong = Fingerprint.of("sha-512", OTHER);
    assertFalse(Fingerprint.authenticates(ABC, List.of(weakerAndRight, strongerAndWrong)));
    assertTrue(Fingerprint.authenticates(OTHER, List.of(weakerAndRight, strongerAndWrong)));
    Fingerprint unknown = new Fingerprint("sha-1024", "AB:CD");
    assertTrue(Fingerprint.authenticates(ABC, List.of(unknown, weakerAndRight)));
  }
}
