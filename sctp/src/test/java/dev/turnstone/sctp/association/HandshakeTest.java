package dev.turnstone.sctp.association;

import static dev.turnstone.sctp.association.Peers.has;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.AbortChunk;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.CookieAckChunk;
import dev.turnstone.sctp.chunk.CookieEchoChunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.chunk.ErrorChunk;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.testkit.Direction;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.PacketFilter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ladder of RFC 9260 sections 5.1 and 5.2, with rungs missing. */
class HandshakeTest {
  private static InitChunk init(int tag, Parameter... parameters) {
    return new InitChunk(tag, 100_000, 10, 20, 1000, List.of(parameters));
  }

  @Test
  void oneSideConnectsAndBothAreEstablished() {
    Peers peers = new Peers(1).connected();
    assertEquals(List.of(new SctpEvent.Connected(65535, 65535)), peers.a.events);
    assertEquals(List.of(new SctpEvent.Connected(65535, 65535)), peers.b.events);
    assertEquals(Duration.ofMillis(40), peers.network.elapsed());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 10, 15, 20, 25, 30, 35})
  void bothSidesConnectAndMeetWhateverTheTimeBetween(int millis) {
    Peers peers = new Peers(2);
    peers.a.association.connect(0);
    peers.network.at(
        Duration.ofMillis(millis), () -> peers.b.association.connect(peers.network.nowNanos()));
    peers.runUntilConnected();
    peers.a.queue(1, "from A");
    peers.b.queue(2, "from B");
    peers.runFor(1000);
    assertEquals(List.of("from B"), peers.a.texts());
    assertEquals(List.of("from A"), peers.b.texts());
    assertEquals(1, peers.a.all(SctpEvent.Connected.class).size());
    assertEquals(1, peers.b.all(SctpEvent.Connected.class).size());
    assertEquals(0, peers.a.association.metrics().retransmissions());
  }

  @ParameterizedTest
  @ValueSource(classes = {InitChunk.class, CookieEchoChunk.class})
  void whatTheConnectingSideLosesIsRetransmitted(Class<? extends Chunk> lost) {
    Peers peers = new Peers(3);
    peers.drop(Direction.A_TO_B, 3, has(lost));
    peers.a.queue(0, "early");
    peers.connected();
    peers.run(() -> peers.b.texts().equals(List.of("early")));
    // 500 ms, 1 s, 2 s.
    assertTrue(peers.network.elapsed().compareTo(Duration.ofMillis(3500)) >= 0);
    assertTrue(peers.network.elapsed().compareTo(Duration.ofMillis(3700)) < 0);
  }

  @ParameterizedTest
  @ValueSource(classes = {InitAckChunk.class, CookieAckChunk.class})
  void whatTheAnsweringSideLosesIsRetransmitted(Class<? extends Chunk> lost) {
    Peers peers = new Peers(4);
    peers.drop(Direction.B_TO_A, 2, has(lost));
    peers.a.queue(0, "early");
    peers.connected();
    peers.b.queue(0, "answer");
    peers.run(() -> peers.b.texts().equals(List.of("early")));
    peers.run(() -> peers.a.texts().equals(List.of("answer")));
    assertEquals(1, peers.b.all(SctpEvent.Connected.class).size());
  }

  @Test
  void simultaneousInitsSurviveHeavyLoss() {
    for (long seed = 0; seed < 50; seed++) {
      Peers peers = new Peers(seed, Peers.LINK.withLoss(0.3).withDuplication(0.2));
      peers.a.association.connect(0);
      peers.b.association.connect(0);
      peers.a.queue(0, "from A");
      peers.b.queue(0, "from B");
      peers.run(() -> !peers.a.texts().isEmpty() && !peers.b.texts().isEmpty());
      assertEquals(List.of("from B"), peers.a.texts(), "seed " + seed);
      assertEquals(List.of("from A"), peers.b.texts(), "seed " + seed);
    }
  }

  @Test
  void connectingGivesUpAfterEightRetransmissions() {
    Peers peers = new Peers(5, LinkOptions.BLACKOUT);
    List<Chunk> sent = peers.record(Direction.A_TO_B);
    peers.a.association.connect(0);
    peers.run(() -> !peers.a.events.isEmpty());
    assertEquals(SctpEvent.CloseReason.CONNECT_TIMEOUT, peers.a.closed().reason());
    assertEquals(9, sent.size());
    assertEquals(SctpAssociation.NEVER, peers.a.association.nextTimeout());
    assertEquals(SendResult.CLOSED, peers.a.send(0, "late", SendOptions.RELIABLE_ORDERED));
  }

  @Test
  void messagesQueuedBeforeTheHandshakeGoOutWithCookieEcho() {
    Peers peers = new Peers(6);
    List<ByteBuffer> sent = peers.capture(Direction.A_TO_B);
    peers.a.queue(3, "first");
    peers.connected();
    peers.runFor(100);
    List<Chunk> second = Peers.chunks(sent.get(1));
    assertInstanceOf(CookieEchoChunk.class, second.get(0));
    assertInstanceOf(DataChunk.class, second.get(1));
    assertEquals(List.of("first"), peers.b.texts());
    assertEquals(0, peers.a.association.metrics().retransmissions());
  }

  @Test
  void streamsAreTheSmallerOfWhatTheTwoSidesSay() {
    SctpOptions few = SctpOptions.builder().outboundStreams(10).inboundStreams(20).build();
    Peers peers = new Peers(7, few, SctpOptions.defaults(), Peers.LINK);
    peers.b.queue(19, "last stream");
    peers.b.queue(20, "no such stream at A");
    peers.connected();
    peers.runFor(1000);
    assertEquals(new SctpEvent.Connected(10, 20), peers.a.events.get(0));
    assertEquals(List.of(new SctpEvent.Connected(20, 10)), peers.b.all(SctpEvent.Connected.class));
    assertEquals(1, peers.b.all(SctpEvent.MessageAbandoned.class).size());
    assertEquals(List.of("last stream"), peers.a.texts());
    assertEquals(
        SendResult.NO_SUCH_STREAM, peers.a.send(10, "too far", SendOptions.RELIABLE_ORDERED));
  }

  @Test
  void aForgedCookieIsDiscardedInSilence() {
    Peers peers = new Peers(8);
    peers.network.setFilter(
        (direction, index, packet) -> {
          if (direction == Direction.A_TO_B
              && Peers.chunks(packet).get(0) instanceof CookieEchoChunk echo) {
            ByteBuffer forged = Peers.copy(echo.cookie());
            forged.put(forged.position() + 8, (byte) (forged.get(forged.position() + 8) ^ 1));
            return PacketFilter.Verdict.replace(
                Peers.packet(Peers.tag(packet), new CookieEchoChunk(forged)));
          }
          return PacketFilter.Verdict.KEEP;
        });
    List<Chunk> answers = peers.record(Direction.B_TO_A);
    peers.a.association.connect(0);
    peers.run(() -> !peers.a.events.isEmpty());
    assertEquals(SctpEvent.CloseReason.CONNECT_TIMEOUT, peers.a.closed().reason());
    assertEquals(AssociationState.CLOSED, peers.b.state());
    assertEquals(1, answers.size());
    assertTrue(peers.b.events.isEmpty());
  }

  @Test
  void aStaleCookieIsAnsweredAndANewHandshakeCarriesTheData() {
    // Enough patience to outlive the cookie.
    SctpOptions patient = SctpOptions.builder().maxInitRetransmits(100).build();
    Peers slow = new Peers(9, patient, SctpOptions.defaults(), Peers.LINK);
    List<Chunk> slowAnswers = slow.record(Direction.B_TO_A);
    slow.network.setFilter(
        (direction, index, packet) ->
            direction == Direction.A_TO_B
                    && Peers.chunks(packet).get(0) instanceof CookieEchoChunk
                    && slow.network.elapsed().toSeconds() < 61
                ? PacketFilter.Verdict.DROP
                : PacketFilter.Verdict.KEEP);
    slow.a.queue(0, "patient");
    slow.connected();
    slow.run(() -> slow.b.texts().equals(List.of("patient")));
    assertTrue(slowAnswers.stream().anyMatch(HandshakeTest::isStaleCookie));
    assertEquals(2, slowAnswers.stream().filter(InitAckChunk.class::isInstance).count());
  }

  private static boolean isStaleCookie(Chunk chunk) {
    return chunk instanceof ErrorChunk error
        && error.causes().get(0) instanceof ErrorCause.StaleCookie;
  }

  @Test
  void aRestartedPeerBeginsAnew() {
    Peers peers = new Peers(10).connected();
    peers.a.queue(1, "before");
    peers.runFor(100);
    peers.b.queue(1, "lost with the restart");
    // A dies; a new A on the same path connects to B, which knows nothing of it.
    SctpAssociation reborn =
        new SctpAssociation(SctpOptions.defaults(), new java.util.SplittableRandom(77));
    reborn.connect(peers.now());
    List<SctpEvent> told = new ArrayList<>();
    relay(peers, reborn, told, 10);
    assertEquals(AssociationState.ESTABLISHED, reborn.state());
    assertEquals(AssociationState.ESTABLISHED, peers.b.state());
    reborn.send(
        1, 51, ByteBuffer.wrap("after".getBytes()), SendOptions.RELIABLE_ORDERED, peers.now());
    peers.b.association.send(
        1, 51, ByteBuffer.wrap("answer".getBytes()), SendOptions.RELIABLE_ORDERED, peers.now());
    relay(peers, reborn, told, 10);
    List<SctpEvent> atB = new ArrayList<>();
    assertInstanceOf(SctpEvent.BufferedAmountLow.class, peers.b.association.pollEvent());
    for (SctpEvent event = peers.b.association.pollEvent();
        event != null;
        event = peers.b.association.pollEvent()) {
      atB.add(event);
    }
    assertInstanceOf(SctpEvent.PeerRestarted.class, atB.get(0));
    assertEquals(
        "after",
        java.nio.charset.StandardCharsets.UTF_8
            .decode(((SctpEvent.MessageReceived) atB.get(1)).payload())
            .toString());
    assertEquals(3, atB.size(), atB::toString);
    assertInstanceOf(SctpEvent.MessageReceived.class, told.get(told.size() - 1));
  }

  private static void relay(Peers peers, SctpAssociation reborn, List<SctpEvent> told, int turns) {
    ByteBuffer packet = ByteBuffer.allocate(2000);
    for (int i = 0; i < turns; i++) {
      while (reborn.pollPacket(packet.clear(), peers.now())) {
        peers.b.association.handlePacket(packet.flip(), peers.now());
      }
      while (peers.b.association.pollPacket(packet.clear(), peers.now())) {
        reborn.handlePacket(packet.flip(), peers.now());
      }
      for (SctpEvent event = reborn.pollEvent(); event != null; event = reborn.pollEvent()) {
        told.add(event);
      }
    }
  }

  @Test
  void aFloodOfInitsLeavesNothingBehindAndABoundedNumberOfAnswers() {
    SctpAssociation server =
        new SctpAssociation(SctpOptions.defaults(), new java.util.SplittableRandom(1));
    for (int i = 1; i <= 10_000; i++) {
      server.handlePacket(Peers.packet(0, init(i)), 0);
    }
    assertEquals(AssociationState.CLOSED, server.state());
    assertEquals(SctpAssociation.NEVER, server.nextTimeout());
    ByteBuffer into = ByteBuffer.allocate(2000);
    int answers = 0;
    while (server.pollPacket(into.clear(), 0)) {
      answers++;
    }
    assertEquals(SctpOptions.defaults().maxPendingReplies(), answers);
  }

  @Test
  void unknownParametersOfInitAreSkippedAndReportedByTheirHighBits() {
    SctpAssociation server =
        new SctpAssociation(SctpOptions.defaults(), new java.util.SplittableRandom(1));
    ByteBuffer value = ByteBuffer.wrap(new byte[] {1, 2, 3});
    server.handlePacket(
        Peers.packet(
            0,
            init(
                7,
                new Parameter.UnknownParameter(0x8F01, value),
                new Parameter.UnknownParameter(0xCF02, value),
                new Parameter.UnknownParameter(0x4F03, value),
                new Parameter.UnknownParameter(0xCF04, value))),
        0);
    ByteBuffer into = ByteBuffer.allocate(2000);
    assertTrue(server.pollPacket(into, 0));
    InitAckChunk ack = (InitAckChunk) Peers.chunks(into.flip()).get(0);
    List<Integer> reported =
        ack.parameters().stream()
            .filter(Parameter.UnrecognizedParameter.class::isInstance)
            .map(each -> ((Parameter.UnrecognizedParameter) each).parameter())
            .map(bytes -> Short.toUnsignedInt(bytes.getShort(bytes.position())))
            .toList();
    // 0x8F01 asks for silence, 0x4F03 for an end of the reading.
    assertEquals(List.of(0xCF02, 0x4F03), reported);
  }

  @Test
  void anInitWithNoStreamsOrATinyWindowIsAborted() {
    SctpAssociation server =
        new SctpAssociation(SctpOptions.defaults(), new java.util.SplittableRandom(1));
    ByteBuffer into = ByteBuffer.allocate(2000);
    for (InitChunk bad :
        List.of(
            new InitChunk(7, 100_000, 0, 10, 1, List.of()),
            new InitChunk(7, 100_000, 10, 0, 1, List.of()),
            new InitChunk(7, 1499, 10, 10, 1, List.of()))) {
      server.handlePacket(Peers.packet(0, bad), 0);
      assertTrue(server.pollPacket(into.clear(), 0));
      assertEquals(7, Peers.tag(into.flip()));
      assertInstanceOf(AbortChunk.class, Peers.chunks(into).get(0));
    }
    server.handlePacket(Peers.packet(0, init(0)), 0);
    assertEquals(false, server.pollPacket(into.clear(), 0));
  }

  /** Plays the peer by hand: takes what the association sends, as chunks with their tags. */
  private static List<Chunk> poll(SctpAssociation association) {
    ByteBuffer into = ByteBuffer.allocate(2000);
    List<Chunk> chunks = new ArrayList<>();
    while (association.pollPacket(into.clear(), 0)) {
      chunks.addAll(Peers.chunks(into.flip()));
    }
    return chunks;
  }

  @Test
  void anInitWithAnotherTagThatCrossesCookieEchoIsTakenByTheCookiesTag() {
    // The peer answered our INIT before it had begun itself, with one tag, and then began with
    // another (section 5.2.4, row B).
    SctpAssociation ours =
        new SctpAssociation(SctpOptions.defaults(), new java.util.SplittableRandom(1));
    ours.connect(0);
    InitChunk ourInit = (InitChunk) poll(ours).get(0);
    int ourTag = ourInit.initiateTag();
    ours.handlePacket(
        Peers.packet(
            ourTag,
            new InitAckChunk(
                111,
                50_000,
                10,
                10,
                1,
                List.of(new Parameter.StateCookie(ByteBuffer.wrap(new byte[8]))))),
        0);
    ours.send(0, 51, ByteBuffer.wrap("x".getBytes()), SendOptions.RELIABLE_ORDERED, 0);
    List<Chunk> echo = poll(ours);
    assertInstanceOf(CookieEchoChunk.class, echo.get(0));
    ours.handlePacket(Peers.packet(0, new InitChunk(222, 50_000, 10, 10, 5000, List.of())), 0);
    InitAckChunk answer = (InitAckChunk) poll(ours).get(0);
    assertEquals(ourTag, answer.initiateTag());
    assertEquals(ourInit.initialTsn(), answer.initialTsn());
    assertEquals(AssociationState.COOKIE_ECHOED, ours.state());
    Parameter.StateCookie cookie =
        (Parameter.StateCookie)
            answer.parameters().stream()
                .filter(Parameter.StateCookie.class::isInstance)
                .findFirst()
                .orElseThrow();
    ByteBuffer echoed = Peers.packet(ourTag, new CookieEchoChunk(Peers.copy(cookie.cookie())));
    ours.handlePacket(echoed, 0);
    assertEquals(AssociationState.ESTABLISHED, ours.state());
    ByteBuffer into = ByteBuffer.allocate(2000);
    assertTrue(ours.pollPacket(into, 0));
    assertEquals(222, Peers.tag(into.flip()));
    List<Chunk> first = Peers.chunks(into);
    assertInstanceOf(CookieAckChunk.class, first.get(0));
    assertInstanceOf(DataChunk.class, first.get(1), "what went with our COOKIE ECHO goes again");
    // Row D: the same cookie again is only acknowledged.
    ours.handlePacket(echoed, 0);
    assertEquals(List.of(new CookieAckChunk()), poll(ours));
  }

  @Test
  void aCookieFromBeforeTheAssociationIsDiscarded() {
    // Row C: our tag does not match, the peer's does, and there are no tie tags.
    SctpAssociation ours =
        new SctpAssociation(SctpOptions.defaults(), new java.util.SplittableRandom(1));
    Peers peers = new Peers(20);
    List<ByteBuffer> toB = peers.capture(Direction.A_TO_B);
    peers.connected();
    ours.handlePacket(toB.get(1), 0);
    assertEquals(AssociationState.CLOSED, ours.state());
    assertEquals(List.of(), poll(ours));
    long before = peers.b.association.metrics().packetsSent();
    peers.network.inject(Direction.A_TO_B, toB.get(0));
    peers.runFor(100);
    assertEquals(before + 1, peers.b.association.metrics().packetsSent(), "an INIT ACK, no more");
    assertEquals(AssociationState.ESTABLISHED, peers.b.state());
  }

  @Test
  void anInitAckWithoutCookieEndsTheAttempt() {
    SctpAssociation ours =
        new SctpAssociation(SctpOptions.defaults(), new java.util.SplittableRandom(1));
    ours.connect(0);
    int ourTag = ((InitChunk) poll(ours).get(0)).initiateTag();
    ours.handlePacket(Peers.packet(ourTag, new InitAckChunk(111, 50_000, 10, 10, 1, List.of())), 0);
    AbortChunk abort = (AbortChunk) poll(ours).get(0);
    assertInstanceOf(ErrorCause.MissingMandatoryParameter.class, abort.causes().get(0));
    assertEquals(AssociationState.CLOSED, ours.state());
    assertEquals(
        SctpEvent.CloseReason.PROTOCOL_VIOLATION, ((SctpEvent.Closed) ours.pollEvent()).reason());
  }

  @Test
  void aPortThatWasToldLateIsUsedAndHeldToAndStaysOnceTheHandshakeHasBegun() {
    SctpAssociation a =
        new SctpAssociation(SctpOptions.builder().localPort(5001).build(), new Random(1));
    SctpAssociation b = new SctpAssociation(SctpOptions.defaults(), new Random(2));
    b.setRemotePort(5001);
    assertThrows(IllegalArgumentException.class, () -> b.setRemotePort(0));
    b.connect(0);
    assertThrows(IllegalStateException.class, () -> b.setRemotePort(5000));
    ByteBuffer packet = ByteBuffer.allocate(2000);
    boolean moved = true;
    while (moved) {
      moved = false;
      while (b.pollPacket(packet.clear(), 0)) {
        assertEquals(5001, packet.getShort(2));
        a.handlePacket(packet.flip(), 0);
        moved = true;
      }
      while (a.pollPacket(packet.clear(), 0)) {
        b.handlePacket(packet.flip(), 0);
        moved = true;
      }
    }
    assertEquals(AssociationState.ESTABLISHED, a.state());
    assertEquals(AssociationState.ESTABLISHED, b.state());
  }
}
