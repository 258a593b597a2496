package dev.turnstone.stun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StunMessageTest {
  private static final TransactionId ID = new TransactionId(0x01020304, 0x05060708090A0B0CL);
  private static final IntegrityKey KEY = IntegrityKey.shortTerm("a password of some length");
  private static final String HEADER = "2112a4420102030405060708090a0b0c";

  private static InetSocketAddress address(String host, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static ByteBuffer bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  private static List<StunAttribute> oneOfEach() {
    InetSocketAddress v4 = address("192.0.2.7", 1234);
    InetSocketAddress v6 = address("2001:db8::1", 65535);
    return List.of(
        new StunAttribute.MappedAddress(v4),
        new StunAttribute.MappedAddress(v6),
        new StunAttribute.XorMappedAddress(v4),
        new StunAttribute.XorMappedAddress(v6),
        new StunAttribute.Username("caf\u00E9:\uD83D\uDE00"),
        new StunAttribute.Username("x".repeat(508)),
        new StunAttribute.UserHash(bytes(32)),
        new StunAttribute.ErrorCode(300, ""),
        new StunAttribute.ErrorCode(699, "R\u00F4le Conflict"),
        new StunAttribute.Realm("example.org"),
        new StunAttribute.Nonce("obMatJos2AAA"),
        new StunAttribute.PasswordAlgorithms(
            List.of(
                StunAttribute.Algorithm.SHA256,
                StunAttribute.Algorithm.MD5,
                new StunAttribute.Algorithm(77, bytes(5)))),
        new StunAttribute.PasswordAlgorithm(StunAttribute.Algorithm.SHA256),
        new StunAttribute.PasswordAlgorithm(new StunAttribute.Algorithm(0xFFFF, bytes(3))),
        new StunAttribute.UnknownAttributes(List.of(1, 0x7FFF, 0xFFFF)),
        new StunAttribute.Software("turnstone"),
        new StunAttribute.AlternateServer(v6),
        new StunAttribute.AlternateDomain("turn.example.org"),
        new StunAttribute.Priority(0xFFFF_FFFFL),
        new StunAttribute.UseCandidate(),
        new StunAttribute.IceControlled(-1),
        new StunAttribute.IceControlling(Long.MIN_VALUE),
        new StunAttribute.ChannelNumber(0x4FFF),
        new StunAttribute.Lifetime(0xFFFF_FFFFL),
        new StunAttribute.XorPeerAddress(v4),
        new StunAttribute.Data(bytes(0)),
        new StunAttribute.Data(bytes(1201)),
        new StunAttribute.XorRelayedAddress(v6),
        new StunAttribute.RequestedAddressFamily(AddressFamily.IPV6),
        new StunAttribute.EvenPort(true),
        new StunAttribute.EvenPort(false),
        StunAttribute.RequestedTransport.UDP,
        new StunAttribute.DontFragment(),
        new StunAttribute.ReservationToken(0x0123456789ABCDEFL),
        new StunAttribute.AdditionalAddressFamily(AddressFamily.IPV6),
        new StunAttribute.AddressErrorCode(AddressFamily.IPV4, 440, "not supported"),
        new StunAttribute.Icmp(0x7F, 0x1FF, -2),
        new StunAttribute.ChangeRequest(true, false),
        new StunAttribute.ChangeRequest(false, true),
        new StunAttribute.ResponseOrigin(v4),
        new StunAttribute.OtherAddress(v6),
        new StunAttribute.Unknown(0xC057, bytes(4)),
        new StunAttribute.Unknown(0x0030, bytes(7)),
        new StunAttribute.MessageIntegrity(bytes(20)),
        new StunAttribute.MessageIntegritySha256(bytes(16)),
        new StunAttribute.Fingerprint(-7));
  }

  private static ByteBuffer encode(StunMessage message) {
    ByteBuffer out = ByteBuffer.allocate(70000);
    message.encode(out);
    return out.flip();
  }

  @Test
  void everyAttributeSurvivesTheWire() throws Exception {
    for (StunAttribute attribute : oneOfEach()) {
      StunMessage message =
          new StunMessage(MessageClass.INDICATION, StunMethod.DATA, ID, attribute);
      ByteBuffer wire = encode(message);
      assertEquals(0, wire.remaining() % 4);
      assertTrue(StunMessage.isStun(wire));
      assertEquals(message, StunMessage.parse(wire));
    }
  }

  @Test
  void allAttributesTogetherSurviveTheWireInOrder() throws Exception {
    StunMessage message =
        new StunMessage(MessageClass.REQUEST, StunMethod.ALLOCATE, ID, oneOfEach());
    assertEquals(message, StunMessage.parse(encode(message)));
  }

  @Test
  void theListAboveHasEveryKindOfAttribute() {
    Set<Class<?>> kinds = new HashSet<>();
    oneOfEach().forEach(a -> kinds.add(a.getClass()));
    assertEquals(Set.of(StunAttribute.class.getPermittedSubclasses()), kinds);
    assertEquals(AttributeType.values().length + 1, kinds.size());
  }

  @Test
  void everyMethodAndClassSurvivesTheWire() throws Exception {
    for (int code = 0; code <= 0xFFF; code++) {
      for (MessageClass messageClass : MessageClass.values()) {
        StunMessage message = new StunMessage(messageClass, new StunMethod(code), ID);
        assertEquals(message, StunMessage.parse(encode(message)));
      }
    }
  }

  @Test
  void knownTypesAreThoseOfTheRfcs() throws Exception {
    ByteBuffer wire =
        encode(new StunMessage(MessageClass.ERROR_RESPONSE, StunMethod.CHANNEL_BIND, ID));
    assertEquals("01190000" + HEADER, HexFormat.of().formatHex(wire.array(), 0, 20));
  }

  @Test
  void aBufferIsReadBetweenPositionAndLimitAndLeftThere() throws Exception {
    StunMessage message =
        new StunMessage(
            MessageClass.REQUEST, StunMethod.BINDING, ID, new StunAttribute.Priority(5));
    ByteBuffer wide = ByteBuffer.allocateDirect(100).position(7);
    message.encoder(wide).integrity(KEY).fingerprint().finish();
    wide.limit(wide.position()).position(7);
    assertTrue(StunMessage.isStun(wide));
    assertEquals(message.attributes().get(0), StunMessage.parse(wide).attributes().get(0));
    assertEquals(Verdict.VALID, StunIntegrity.verify(wide, KEY));
    assertEquals(Verdict.VALID, StunFingerprint.verify(wide));
    assertEquals(7, wide.position());
  }

  @Test
  void bothIntegritiesVerifyAndTheStrongerOneDecides() throws Exception {
    for (int length = 16; length <= 32; length += 4) {
      ByteBuffer out = ByteBuffer.allocate(200);
      new StunEncoder(out, MessageClass.REQUEST, StunMethod.BINDING, ID)
          .add(new StunAttribute.Username("u"))
          .integrity(KEY)
          .integritySha256(KEY, length)
          .fingerprint()
          .finish();
      out.flip();
      assertEquals(4, StunMessage.parse(out).attributes().size());
      assertEquals(Verdict.VALID, StunIntegrity.verify(out, KEY));
      assertEquals(Verdict.VALID, StunFingerprint.verify(out));
      assertEquals(
          Verdict.INVALID, StunIntegrity.verify(out, IntegrityKey.shortTerm("something else")));
      int lastOfSha256 = out.limit() - 9;
      out.put(lastOfSha256, (byte) (out.get(lastOfSha256) ^ 1));
      assertEquals(Verdict.INVALID, StunIntegrity.verify(out, KEY));
    }
  }

  @Test
  void sha256AloneVerifies() {
    ByteBuffer out = ByteBuffer.allocate(200);
    new StunEncoder(out, MessageClass.REQUEST, StunMethod.BINDING, ID)
        .integritySha256(KEY)
        .finish();
    assertEquals(Verdict.VALID, StunIntegrity.verify(out.flip(), KEY));
    assertEquals(Verdict.ABSENT, StunFingerprint.verify(out));
  }

  @Test
  void anUnprotectedMessageHasNoIntegrity() {
    ByteBuffer wire = encode(new StunMessage(MessageClass.REQUEST, StunMethod.BINDING, ID));
    assertEquals(Verdict.ABSENT, StunIntegrity.verify(wire, KEY));
    assertEquals(Verdict.ABSENT, StunFingerprint.verify(wire));
  }

  @Test
  void whatStandsBehindTheIntegrityIsIgnored() throws Exception {
    ByteBuffer out = ByteBuffer.allocate(200);
    new StunEncoder(out, MessageClass.REQUEST, StunMethod.BINDING, ID).integrity(KEY).finish();
    // USE-CANDIDATE and a second, forged MESSAGE-INTEGRITY, put there by someone on the way.
    out.putInt(0x00250000).putInt(0x00080014).put(new byte[20]);
    out.putShort(2, (short) (out.position() - 20));
    out.flip();
    assertEquals(
        List.of(StunAttribute.MessageIntegrity.class),
        StunMessage.parse(out).attributes().stream().map(Object::getClass).toList());
    assertEquals(Verdict.VALID, StunIntegrity.verify(out, KEY));
  }

  @Test
  void theEncoderKeepsTheOrder() {
    StunEncoder encoder =
        new StunEncoder(ByteBuffer.allocate(200), MessageClass.REQUEST, StunMethod.BINDING, ID);
    encoder.integrity(KEY);
    assertThrows(IllegalStateException.class, () -> encoder.add(new StunAttribute.UseCandidate()));
    assertThrows(IllegalStateException.class, () -> encoder.integrity(KEY));
    encoder.fingerprint();
    assertThrows(IllegalStateException.class, () -> encoder.integritySha256(KEY));
    assertThrows(IllegalStateException.class, encoder::fingerprint);
  }

  @Test
  void aBufferThatIsTooSmallOverflows() {
    StunMessage message =
        new StunMessage(MessageClass.REQUEST, StunMethod.ALLOCATE, ID, oneOfEach());
    int whole = encode(message).remaining();
    for (int room = 0; room < whole; room += 3) {
      ByteBuffer out = ByteBuffer.allocate(room);
      assertThrows(BufferOverflowException.class, () -> message.encode(out));
    }
  }

  @Test
  void unknownRequiredTypesAreToldApart() throws Exception {
    StunMessage message =
        new StunMessage(
            MessageClass.REQUEST,
            StunMethod.BINDING,
            ID,
            new StunAttribute.Unknown(0x7FFE, bytes(0)),
            new StunAttribute.Unknown(0xC001, bytes(2)),
            new StunAttribute.Unknown(0x7FFE, bytes(1)));
    assertEquals(
        List.of(0x7FFE), StunMessage.parse(encode(message)).unknownComprehensionRequired());
  }

  @Test
  void everyTruncationAndEveryLyingLengthIsRefused() {
    byte[] wire = new byte[4096];
    ByteBuffer out = ByteBuffer.wrap(wire);
    new StunMessage(MessageClass.REQUEST, StunMethod.BINDING, ID, oneOfEach()).encode(out);
    int whole = out.position();
    for (int length = 0; length < whole; length++) {
      ByteBuffer cut = ByteBuffer.wrap(wire, 0, length);
      assertThrows(StunParseException.class, () -> StunMessage.parse(cut));
      assertEquals(Verdict.INVALID, StunIntegrity.verify(cut, KEY));
    }
    for (int claimed = 0; claimed <= 0xFFFF; claimed++) {
      if (claimed != whole - 20) {
        ByteBuffer lie = ByteBuffer.wrap(Arrays.copyOf(wire, whole));
        lie.putShort(2, (short) claimed);
        assertThrows(StunParseException.class, () -> StunMessage.parse(lie));
      }
    }
  }

  @Test
  void aWrongValueInsideAnAttributeIsRefused() {
    List<String> attributes =
        List.of(
            "00200008" + "0003a147e112a643", // an address of family 3
            "00200008" + "0002a147e112a643", // four bytes that claim to be IPv6
            "00010004" + "00010000", // no address at all
            "00060004" + "c3c3c3c3", // no UTF-8
            "000600ff" + "61626364", // longer than the message
            "00080010" + "00".repeat(16), // MESSAGE-INTEGRITY too short
            "001c000c" + "00".repeat(12), // MESSAGE-INTEGRITY-SHA256 too short
            "001c0024" + "00".repeat(36), // too long
            "001c0011" + "00".repeat(20), // no multiple of four
            "00090004" + "00000263", // error class 2
            "00090004" + "000004ff", // error number 255
            "00090002" + "00000000", // too short
            "000a0003" + "00010000", // half a type
            "80020004" + "00010009", // parameters that are not there
            "001d0008" + "0001000000020000", // two algorithms where one is due
            "00240003" + "00000000", // PRIORITY of three bytes
            "00250004" + "00000000", // USE-CANDIDATE with a value
            "80290004" + "00000000", // ICE-CONTROLLED of four bytes
            "001e0004" + "00000000", // USERHASH of four bytes
            "80280004" + "00000000" + "00250000"); // FINGERPRINT is not the last
    for (String attribute : attributes) {
      String hex = String.format("0001%04x", attribute.length() / 2) + HEADER + attribute;
      ByteBuffer wire = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
      assertTrue(StunMessage.isStun(wire));
      assertThrows(StunParseException.class, () -> StunMessage.parse(wire), attribute);
    }
  }

  @Test
  void manyAttributesAreRefused() {
    ByteBuffer out = ByteBuffer.allocate(60020);
    StunEncoder encoder = new StunEncoder(out, MessageClass.REQUEST, StunMethod.BINDING, ID);
    for (int i = 0; i < 15000; i++) {
      encoder.add(new StunAttribute.UseCandidate());
    }
    encoder.finish();
    assertThrows(StunParseException.class, () -> StunMessage.parse(out.flip()));
  }

  @Test
  void softwareThatIsNoUtf8DoesNotSpoilTheMessage() throws Exception {
    String hex = "00010008" + HEADER + "80220003" + "61ff6200";
    StunMessage message = StunMessage.parse(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    assertEquals(List.of(new StunAttribute.Software("a\uFFFDb")), message.attributes());
  }

  @Test
  void randomBytesGiveNothingButTheTypedException() {
    long seed = 5769;
    Random random = new Random(seed);
    int parsed = 0;
    for (int round = 0; round < 100_000; round++) {
      byte[] bytes = new byte[random.nextInt(120)];
      random.nextBytes(bytes);
      if (round % 2 == 0 && bytes.length >= 20) {
        // Near misses: a good header, then chaos.
        int body = bytes.length - 20 & ~3;
        bytes = Arrays.copyOf(bytes, 20 + body);
        ByteBuffer.wrap(bytes)
            .putShort(0, (short) (random.nextInt() & 0x3FFF))
            .putShort(2, (short) body)
            .putInt(4, StunMessage.MAGIC_COOKIE);
        for (int i = 20; i + 4 <= bytes.length; i += 4 + 4 * random.nextInt(4)) {
          AttributeType[] types = AttributeType.values();
          ByteBuffer.wrap(bytes)
              .putShort(i, (short) types[random.nextInt(types.length)].code())
              .putShort(i + 2, (short) random.nextInt(24));
        }
      }
      parsed += survives(bytes, seed, round) ? 1 : 0;
    }
    assertTrue(parsed > 100, "the near misses must sometimes hit");
  }

  @Test
  void mutatedMessagesGiveNothingButTheTypedException() {
    long seed = 8489;
    Random random = new Random(seed);
    ByteBuffer out = ByteBuffer.allocate(4096);
    new StunMessage(MessageClass.REQUEST, StunMethod.BINDING, ID, oneOfEach()).encode(out);
    byte[] good = Arrays.copyOf(out.array(), out.position());
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = good.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      survives(bytes, seed, round);
    }
  }

  /** Whether it parses; anything but the typed exception fails the test. */
  private static boolean survives(byte[] bytes, long seed, int round) {
    ByteBuffer datagram = ByteBuffer.wrap(bytes);
    try {
      StunMessage.isStun(datagram);
      StunIntegrity.verify(datagram, KEY);
      StunFingerprint.verify(datagram);
      StunMessage message = StunMessage.parse(datagram);
      // What was read can be written.
      List<StunAttribute> attributes = new ArrayList<>(message.attributes());
      new StunMessage(message.messageClass(), message.method(), message.transactionId(), attributes)
          .encode(ByteBuffer.allocate(5000));
      return true;
    } catch (StunParseException e) {
      return false;
    } catch (RuntimeException e) {
      throw new AssertionError("seed " + seed + " round " + round, e);
    }
  }

  @Test
  void demultiplexingLooksAtTheFirstByteAndTheCookie() {
    ByteBuffer stun = encode(new StunMessage(MessageClass.REQUEST, StunMethod.BINDING, ID));
    assertTrue(StunMessage.isStun(stun));
    for (int first = 4; first < 256; first++) {
      ByteBuffer other = ByteBuffer.wrap(stun.array().clone(), 0, 20).put(0, (byte) first);
      assertFalse(StunMessage.isStun(other));
    }
    assertFalse(StunMessage.isStun(ByteBuffer.wrap(stun.array().clone(), 0, 20).put(4, (byte) 0)));
    assertFalse(StunMessage.isStun(ByteBuffer.wrap(stun.array(), 0, 19)));
    assertFalse(StunMessage.isStun(ByteBuffer.allocate(0)));
  }
}
