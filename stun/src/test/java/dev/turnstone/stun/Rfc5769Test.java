package dev.turnstone.stun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The four test vectors of RFC 5769. */
class Rfc5769Test {
  private static final IntegrityKey SHORT_TERM = IntegrityKey.shortTerm("VOkJxbRl1RmTxUk/WvJxBt");
  private static final String ID = "b7e7a701bc34d686fa87dfae";

  private static final String REQUEST =
      "000100582112a442"
          + ID
          + "802200105354554e207465737420636c69656e74"
          + "002400046e0001ff"
          + "80290008932ff9b151263b36"
          + "000600096576746a3a68367659202020"
          + "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
          + "80280004e57a3bcf";

  private static final String RESPONSE_IPV4 =
      "0101003c2112a442"
          + ID
          + "8022000b7465737420766563746f7220"
          + "002000080001a147e112a643"
          + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
          + "80280004c07d4c96";

  private static final String RESPONSE_IPV6 =
      "010100482112a442"
          + ID
          + "8022000b7465737420766563746f7220"
          + "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
          + "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
          + "80280004c8fb0b4c";

  private static final String LONG_TERM_REQUEST =
      "000100602112a44278ad3433c6ad72c029da412e"
          + "00060012e3839ee38388e383aae38383e382afe382b90000"
          + "0015001c662f2f3439396b393534643"
          + "64f4c33346f4c394653547679363473"
          + "41"
          + "0014000b6578616d706c652e6f726700"
          + "00080014f67024656dd64a3e02b8e0712e85c9a28ca89666";

  private static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
  }

  @Test
  void requestIsReadAndVerified() throws Exception {
    StunMessage message = StunMessage.parse(bytes(REQUEST));
    assertEquals(MessageClass.REQUEST, message.messageClass());
    assertEquals(StunMethod.BINDING, message.method());
    assertEquals(ID, message.transactionId().toString());
    assertEquals(
        "STUN test client",
        message.attribute(StunAttribute.Software.class).orElseThrow().description());
    assertEquals(
        0x6e0001ffL, message.attribute(StunAttribute.Priority.class).orElseThrow().priority());
    assertEquals(
        0x932ff9b151263b36L,
        message.attribute(StunAttribute.IceControlled.class).orElseThrow().tieBreaker());
    assertEquals("evtj:h6vY", message.attribute(StunAttribute.Username.class).orElseThrow().name());
    assertEquals(Verdict.VALID, StunIntegrity.verify(bytes(REQUEST), SHORT_TERM));
    assertEquals(Verdict.VALID, StunFingerprint.verify(bytes(REQUEST)));
  }

  @Test
  void ipv4ResponseIsReadAndVerified() throws Exception {
    responseIsReadAndVerified(RESPONSE_IPV4, "192.0.2.1");
  }

  @Test
  void ipv6ResponseIsReadAndVerified() throws Exception {
    responseIsReadAndVerified(RESPONSE_IPV6, "2001:db8:1234:5678:11:2233:4455:6677");
  }

  private static void responseIsReadAndVerified(String hex, String address) throws Exception {
    StunMessage message = StunMessage.parse(bytes(hex));
    assertEquals(MessageClass.SUCCESS_RESPONSE, message.messageClass());
    assertEquals(
        "test vector", message.attribute(StunAttribute.Software.class).orElseThrow().description());
    assertEquals(
        new InetSocketAddress(InetAddress.getByName(address), 32853),
        message.attribute(StunAttribute.XorMappedAddress.class).orElseThrow().address());
    assertEquals(Verdict.VALID, StunIntegrity.verify(bytes(hex), SHORT_TERM));
    assertEquals(Verdict.VALID, StunFingerprint.verify(bytes(hex)));
  }

  @Test
  void longTermRequestIsReadAndVerified() throws Exception {
    StunMessage message = StunMessage.parse(bytes(LONG_TERM_REQUEST));
    String username = message.attribute(StunAttribute.Username.class).orElseThrow().name();
    String realm = message.attribute(StunAttribute.Realm.class).orElseThrow().realm();
    assertEquals("\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9", username);
    assertEquals("example.org", realm);
    assertEquals(
        "f//499k954d6OL34oL9FSTvy64sA",
        message.attribute(StunAttribute.Nonce.class).orElseThrow().nonce());
    String password = StringPreparation.saslPrep("The\u00ADM\u00AAtr\u2168");
    assertEquals("TheMatrIX", password);
    IntegrityKey key = IntegrityKey.longTermMd5(username, realm, password);
    assertEquals(Verdict.VALID, StunIntegrity.verify(bytes(LONG_TERM_REQUEST), key));
    assertEquals(Verdict.ABSENT, StunFingerprint.verify(bytes(LONG_TERM_REQUEST)));
  }

  @Test
  void everyVectorIsWrittenBackBitForBitWhereItPadsWithZeros() throws Exception {
    ByteBuffer out = ByteBuffer.allocate(200);
    StunMessage.parse(bytes(LONG_TERM_REQUEST)).encode(out);
    assertEquals(bytes(LONG_TERM_REQUEST), out.flip());
    // The others pad with spaces: all else must be the same.
    for (String hex : new String[] {REQUEST, RESPONSE_IPV4, RESPONSE_IPV6}) {
      out.clear();
      StunMessage.parse(bytes(hex)).encode(out);
      assertEquals(StunMessage.parse(bytes(hex)), StunMessage.parse(out.flip()));
    }
  }

  @Test
  void noVectorVerifiesWithAnotherKeyOrWithAnyBitFlipped() {
    for (String hex : new String[] {REQUEST, RESPONSE_IPV4, RESPONSE_IPV6}) {
      assertEquals(
          Verdict.INVALID, StunIntegrity.verify(bytes(hex), IntegrityKey.shortTerm("other")));
      byte[] message = HexFormat.of().parseHex(hex);
      int protectedBits = (message.length - 8) * 8;
      for (int bit = 0; bit < message.length * 8; bit++) {
        message[bit / 8] ^= (byte) (1 << bit % 8);
        if (bit < protectedBits) {
          Verdict verdict = StunIntegrity.verify(ByteBuffer.wrap(message), SHORT_TERM);
          assertTrue(verdict != Verdict.VALID, "bit " + bit);
        }
        Verdict fingerprint = StunFingerprint.verify(ByteBuffer.wrap(message));
        assertTrue(fingerprint != Verdict.VALID, "bit " + bit);
        message[bit / 8] ^= (byte) (1 << bit % 8);
      }
    }
  }
}
