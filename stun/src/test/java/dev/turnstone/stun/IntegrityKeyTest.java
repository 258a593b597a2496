package dev.turnstone.stun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class IntegrityKeyTest {
  @Test
  void aKeyShowsNothingOfItself() {
    String text = IntegrityKey.shortTerm("s3cretPassw0rd").toString();
    assertFalse(text.contains("s3cret"), text);
  }

  @Test
  void equivalentFormsOfAPasswordMakeTheSameKey() {
    // An accent composed and decomposed; a no-break space and a plain one.
    assertEquals(StringPreparation.opaqueString("e\u0301"), "\u00E9");
    assertEquals(StringPreparation.opaqueString("a\u00A0b"), "a b");
    // A compatibility character stays itself in OpaqueString and dissolves in SASLprep.
    assertEquals(StringPreparation.opaqueString("\u2168"), "\u2168");
    assertEquals(StringPreparation.saslPrep("\u2168"), "IX");
    assertEquals(StringPreparation.saslPrep("I\u00ADX"), "IX");
  }

  @Test
  void emptyAndControlAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> IntegrityKey.shortTerm(""));
    assertThrows(IllegalArgumentException.class, () -> IntegrityKey.shortTerm("a\u0000b"));
    assertThrows(IllegalArgumentException.class, () -> StringPreparation.saslPrep("\u00AD"));
  }

  @Test
  void longTermKeysDifferByHashAndByEachOfTheirParts() {
    ByteBuffer out = ByteBuffer.allocate(200);
    TransactionId id = new TransactionId(1, 2);
    new StunEncoder(out, MessageClass.REQUEST, StunMethod.ALLOCATE, id)
        .integritySha256(IntegrityKey.longTermSha256("user", "realm", "password"))
        .finish();
    out.flip();
    assertEquals(
        Verdict.VALID,
        StunIntegrity.verify(out, IntegrityKey.longTermSha256("user", "realm", "password")));
    for (IntegrityKey other :
        new IntegrityKey[] {
          IntegrityKey.longTermMd5("user", "realm", "password"),
          IntegrityKey.longTermSha256("user2", "realm", "password"),
          IntegrityKey.longTermSha256("user", "realm2", "password"),
          IntegrityKey.longTermSha256("user", "realm", "password2"),
          IntegrityKey.shortTerm("password")
        }) {
      assertEquals(Verdict.INVALID, StunIntegrity.verify(out, other));
    }
  }

  @Test
  void userHashIsSha256OfNameAndRealm() throws Exception {
    byte[] expected =
        MessageDigest.getInstance("SHA-256")
            .digest("alice:example.org".getBytes(StandardCharsets.UTF_8));
    ByteBuffer hash = IntegrityKey.userHash("alice", "example.org").hash();
    byte[] found = new byte[32];
    hash.get(found);
    assertEquals(HexFormat.of().formatHex(expected), HexFormat.of().formatHex(found));
  }
}
