package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.chunk.AbortChunk;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.CookieEchoChunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.HeartbeatChunk;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.sctp.chunk.Parameter.ZeroChecksumAcceptable;
import dev.turnstone.testkit.Direction;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets without CRC32C (RFC 9653 section 5): who may send them, and who takes them. */
class ZeroChecksumTest {
  private static final int CHECKSUM = 8;

  static final ZeroChecksumAcceptable OVER_DTLS =
      new ZeroChecksumAcceptable(ZeroChecksumAcceptable.OVER_DTLS);

  static SctpOptions zeroChecksum(boolean wanted) {
    return SctpOptions.builder().zeroChecksum(wanted).build();
  }

  static boolean announces(List<Parameter> parameters) {
    return parameters.stream().anyMatch(ZeroChecksumAcceptable.class::isInstance);
  }

  private static boolean isZero(ByteBuffer packet) {
    return packet.getInt(CHECKSUM) == 0;
  }

  private static boolean mustHaveChecksum(ByteBuffer packet) {
    Chunk first = Peers.chunks(packet).get(0);
    return first instanceof InitChunk
        || first instanceof InitAckChunk
        || first instanceof CookieEchoChunk;
  }

  private static ByteBuffer withChecksum(ByteBuffer packet, int checksum) {
    return packet.putInt(CHECKSUM, checksum);
  }

  private static SctpAssociation association(SctpOptions options) {
    return new SctpAssociation(options, new SplittableRandom(5));
  }

  private static ByteBuffer poll(SctpAssociation association) {
    ByteBuffer packet = ByteBuffer.allocate(1500);
    return association.pollPacket(packet, 0) ? packet.flip() : null;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void onceBothHaveAnnouncedItOnlyTheHandshakeIsChecksummed(boolean simultaneous) {
    Peers peers = new Peers(1, zeroChecksum(true), zeroChecksum(true), Peers.LINK);
    List<ByteBuffer> toB = peers.capture(Direction.A_TO_B);
    List<ByteBuffer> toA = peers.capture(Direction.B_TO_A);
    peers.a.queue(0, "goes with the cookie");
    if (simultaneous) {
      peers.b.association.connect(0);
    }
    peers.connected();
    peers.a.queue(0, "from A");
    peers.b.queue(0, "from B");
    peers.runFor(1000);
    peers.a.association.shutdown(peers.now());
    peers.run(() -> !peers.a.events.isEmpty() && peers.a.state() == AssociationState.CLOSED);
    for (List<ByteBuffer> packets : List.of(toA, toB)) {
      int zeros = 0;
      for (ByteBuffer packet : packets) {
        Chunk first = Peers.chunks(packet).get(0);
        if (mustHaveChecksum(packet)) {
          assertFalse(isZero(packet), first::toString);
        } else if (isZero(packet)) {
          zeros++;
        }
      }
      assertTrue(zeros >= 3, () -> packets.size() + " packets");
    }
    assertEquals(List.of("from B"), peers.a.texts());
    assertEquals(List.of("goes with the cookie", "from A"), peers.b.texts());
    assertEquals(0, peers.a.association.metrics().badChecksums());
    assertEquals(0, peers.b.association.metrics().badChecksums());
  }

  @ParameterizedTest
  @CsvSource({"true,false", "false,true", "false,false"})
  void unlessBothAnnounceItEveryPacketHasItsChecksum(boolean a, boolean b) {
    Peers peers = new Peers(2, zeroChecksum(a), zeroChecksum(b), Peers.LINK);
    List<ByteBuffer> sent = peers.capture(Direction.A_TO_B);
    List<ByteBuffer> answers = peers.capture(Direction.B_TO_A);
    peers.connected();
    peers.a.queue(0, "from A");
    peers.b.queue(0, "from B");
    peers.runFor(1000);
    for (ByteBuffer packet : sent) {
      assertFalse(isZero(packet));
    }
    for (ByteBuffer packet : answers) {
      assertFalse(isZero(packet));
    }
    assertEquals(List.of("from A"), peers.b.texts());
    assertFalse(peers.a.association.metrics().zeroChecksum());
    assertFalse(peers.b.association.metrics().zeroChecksum());
  }

  @Test
  void theMetricsTellIt() {
    Peers peers = new Peers(3, zeroChecksum(true), zeroChecksum(true), Peers.LINK);
    assertFalse(peers.a.association.metrics().zeroChecksum());
    peers.connected();
    assertTrue(peers.a.association.metrics().zeroChecksum());
    assertTrue(peers.b.association.metrics().zeroChecksum());
  }

  @Test
  void aZeroIsTakenOnlyAfterItWasAnnounced() {
    ByteBuffer init =
        withChecksum(Peers.packet(0, new InitChunk(7, 100_000, 10, 10, 1, List.of(OVER_DTLS))), 0);
    SctpAssociation server = association(zeroChecksum(true));
    server.handlePacket(init, 0);
    assertEquals(null, poll(server));
    assertEquals(1, server.metrics().badChecksums());

    SctpAssociation client = association(zeroChecksum(true));
    client.connect(0);
    int tag = ((InitChunk) Peers.chunks(poll(client)).get(0)).initiateTag();
    ByteBuffer ack = withChecksum(Peers.packet(tag, initAck(11)), 0);
    client.handlePacket(ack, 0);
    assertEquals(AssociationState.COOKIE_ECHOED, client.state());

    SctpAssociation without = association(zeroChecksum(false));
    without.connect(0);
    tag = ((InitChunk) Peers.chunks(poll(without)).get(0)).initiateTag();
    without.handlePacket(withChecksum(Peers.packet(tag, initAck(11)), 0), 0);
    assertEquals(AssociationState.COOKIE_WAIT, without.state());
    assertEquals(1, without.metrics().badChecksums());
  }

  static InitAckChunk initAck(int tag, Parameter... more) {
    List<Parameter> parameters = new java.util.ArrayList<>(List.of(more));
    parameters.add(new Parameter.StateCookie(ByteBuffer.wrap(new byte[8])));
    return new InitAckChunk(tag, 100_000, 10, 10, 500, parameters);
  }

  @Test
  void aWrongChecksumIsDroppedAndCountedAndARightOneTakenAllTheTime() {
    Peers peers = new Peers(4).connected();
    List<ByteBuffer> sent = peers.capture(Direction.A_TO_B);
    peers.a.queue(0, "x");
    peers.runFor(100);
    int tag = Peers.tag(sent.get(0));
    int tsn = ((DataChunk) Peers.chunks(sent.get(0)).get(0)).tsn();
    ByteBuffer good =
        Peers.packet(
            tag,
            new DataChunk(
                tsn + 1, 0, 1, 51, false, true, true, true, ByteBuffer.wrap(new byte[] {'y'})));
    int right = good.getInt(CHECKSUM);
    assertNotEquals(0, right);
    peers.b.association.handlePacket(withChecksum(good, right ^ 1), peers.now());
    peers.b.association.handlePacket(withChecksum(good, -1), peers.now());
    peers.runFor(1);
    assertEquals(2, peers.b.association.metrics().badChecksums());
    assertEquals(List.of("x"), peers.b.texts());
    peers.b.association.handlePacket(withChecksum(good, right), peers.now());
    peers.runFor(1);
    assertEquals(List.of("x", "y"), peers.b.texts());
  }

  @Test
  void answersToWhatIsOutOfTheBlueHaveTheirChecksum() {
    Peers peers = new Peers(5, zeroChecksum(true), zeroChecksum(true), Peers.LINK).connected();
    peers.a.association.abort("enough", peers.now());
    ByteBuffer abort = poll(peers.a.association);
    assertInstanceOf(AbortChunk.class, Peers.chunks(abort).get(0));
    assertFalse(isZero(abort));
    // What A said still holds for packets that come after the end (section 5.3).
    ByteBuffer stray =
        withChecksum(
            Peers.packet(
                99, new HeartbeatChunk(new Parameter.HeartbeatInfo(ByteBuffer.allocate(4)))),
            0);
    peers.a.association.handlePacket(stray, peers.now());
    ByteBuffer answer = poll(peers.a.association);
    assertTrue(((AbortChunk) Peers.chunks(answer).get(0)).tagReflected());
    assertFalse(isZero(answer));
  }

  /** What an INIT ACK says to an INIT with these parameters. */
  private static List<Parameter> answerTo(SctpOptions options, Parameter... parameters) {
    SctpAssociation server = association(options);
    server.handlePacket(
        Peers.packet(0, new InitChunk(7, 100_000, 10, 10, 1, List.of(parameters))), 0);
    return ((InitAckChunk) Peers.chunks(poll(server)).get(0)).parameters();
  }

  @Test
  void initAckAnnouncesItToAPeerThatDidAndToNoOther() {
    assertTrue(announces(answerTo(zeroChecksum(true), OVER_DTLS)));
    assertFalse(announces(answerTo(zeroChecksum(true))));
    assertFalse(announces(answerTo(zeroChecksum(false), OVER_DTLS)));
    // A method that we do not know, and the first draft's parameter, which named none.
    assertFalse(announces(answerTo(zeroChecksum(true), new ZeroChecksumAcceptable(2))));
    assertFalse(announces(answerTo(zeroChecksum(true), new ZeroChecksumAcceptable(0))));
    ByteBuffer nothing = ByteBuffer.allocate(0);
    assertFalse(
        announces(answerTo(zeroChecksum(true), new Parameter.UnknownParameter(0x8001, nothing))));
  }

  @Test
  void ofSeveralAnnouncementsTheFirstCounts() {
    ZeroChecksumAcceptable other = new ZeroChecksumAcceptable(0xFFFFFFFFL);
    assertTrue(announces(answerTo(zeroChecksum(true), OVER_DTLS, other, OVER_DTLS)));
    assertFalse(announces(answerTo(zeroChecksum(true), other, OVER_DTLS, OVER_DTLS)));
  }

  @Test
  void aMethodThatWeDoNotUseKeepsOurChecksums() {
    SctpAssociation client = association(zeroChecksum(true));
    client.connect(0);
    int tag = ((InitChunk) Peers.chunks(poll(client)).get(0)).initiateTag();
    client.handlePacket(Peers.packet(tag, initAck(11, new ZeroChecksumAcceptable(2))), 0);
    poll(client);
    client.handlePacket(Peers.packet(tag, new dev.turnstone.sctp.chunk.CookieAckChunk()), 0);
    assertEquals(AssociationState.ESTABLISHED, client.state());
    client.handlePacket(
        Peers.packet(tag, new HeartbeatChunk(new Parameter.HeartbeatInfo(ByteBuffer.allocate(4)))),
        0);
    assertFalse(isZero(poll(client)));
    assertFalse(client.metrics().zeroChecksum());
  }

  @Test
  void aRestartedPeerIsAskedAnew() {
    Peers peers = new Peers(6, zeroChecksum(true), zeroChecksum(true), Peers.LINK).connected();
    SctpAssociation reborn = new SctpAssociation(zeroChecksum(false), new SplittableRandom(77));
    reborn.connect(peers.now());
    ByteBuffer packet = ByteBuffer.allocate(1500);
    for (int i = 0; i < 5; i++) {
      while (reborn.pollPacket(packet.clear(), peers.now())) {
        peers.b.association.handlePacket(packet.flip(), peers.now());
      }
      while (peers.b.association.pollPacket(packet.clear(), peers.now())) {
        reborn.handlePacket(packet.flip(), peers.now());
      }
    }
    assertEquals(AssociationState.ESTABLISHED, reborn.state());
    assertEquals(0, reborn.metrics().badChecksums());
    assertFalse(peers.b.association.metrics().zeroChecksum());
  }
}
