package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.chunk.AbortChunk;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.CookieEchoChunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.chunk.ErrorChunk;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.sctp.chunk.UnknownChunk;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each cause of RFC 9260 section 3.3.10: sent where it is due, and understood. */
class ErrorCauseTest {
  private static final ByteBuffer BYTES = ByteBuffer.wrap(new byte[] {(byte) 0xFE, 0, 0, 4});
  private static final Parameter HOST_NAME =
      new Parameter.UnknownParameter(11, ByteBuffer.wrap("example.org\0".getBytes()));

  static Stream<Arguments> causes() {
    return Stream.of(
        Arguments.of(new ErrorCause.InvalidStreamIdentifier(7), "invalid stream identifier: 7"),
        Arguments.of(
            new ErrorCause.MissingMandatoryParameter(List.of(7)),
            "missing mandatory parameter: types [7]"),
        Arguments.of(new ErrorCause.StaleCookie(12), "stale cookie: by 12 us"),
        Arguments.of(new ErrorCause.OutOfResource(), "out of resource"),
        Arguments.of(new ErrorCause.UnresolvableAddress(BYTES), "unresolvable address"),
        Arguments.of(new ErrorCause.UnrecognizedChunkType(BYTES), "unrecognized chunk type: 254"),
        Arguments.of(new ErrorCause.InvalidMandatoryParameter(), "invalid mandatory parameter"),
        Arguments.of(new ErrorCause.UnrecognizedParameters(BYTES), "unrecognized parameters"),
        Arguments.of(new ErrorCause.NoUserData(-1), "no user data: TSN 4294967295"),
        Arguments.of(
            new ErrorCause.CookieReceivedWhileShuttingDown(),
            "cookie received while shutting down"),
        Arguments.of(
            new ErrorCause.RestartWithNewAddresses(BYTES),
            "restart of an association with new addresses"),
        Arguments.of(ErrorCause.ProtocolViolation.of("odd"), "protocol violation: odd"),
        Arguments.of(new ErrorCause.UnknownCause(99, BYTES), "cause 99"));
  }

  @ParameterizedTest
  @MethodSource("causes")
  void theCauseOfAnAbortIsTold(ErrorCause cause, String words) {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    lone.hit(new AbortChunk(false, List.of(cause)));
    assertEquals(
        new SctpEvent.Closed(SctpEvent.CloseReason.ABORTED_BY_PEER, "the peer aborted, " + words),
        lone.closed());
  }

  @ParameterizedTest
  @MethodSource("causes")
  void theSameCauseInAnErrorChangesNothing(ErrorCause cause, String words) {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    lone.hit(new ErrorChunk(List.of(cause)), Lone.data(Lone.PEER_TSN, 0));
    assertEquals(AssociationState.ESTABLISHED, lone.it.state());
    // What stands behind it in the packet is read.
    assertInstanceOf(SackChunk.class, lone.chunks().get(0));
  }

  @Test
  void theReasonOfTheUserAboveIsTheUsersText() {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    lone.hit(new AbortChunk(false, List.of(ErrorCause.UserInitiatedAbort.of("lunch"))));
    assertEquals("the peer aborted: lunch", lone.closed().detail());
    Lone bare = Lone.in(AssociationState.ESTABLISHED);
    bare.hit(new AbortChunk(false, List.of()));
    assertEquals("the peer aborted", bare.closed().detail());
  }

  @Test
  void causesByTheHundredAreToldInAFewWords() {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    lone.hit(
        new AbortChunk(
            false,
            IntStream.range(0, 200)
                .<ErrorCause>mapToObj(ErrorCause.InvalidStreamIdentifier::new)
                .toList()));
    assertTrue(lone.closed().detail().length() < 200, lone.closed().detail());
  }

  // Causes that we send. 3: CookieTest. 10: CookieTest. 11 is for several addresses. 12:
  // EndingTest.

  @Test
  void cause1DataOnAStreamThatIsNotThereIsAcknowledgedAndReported() {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    lone.hit(
        new DataChunk(Lone.PEER_TSN, 100, 0, 51, false, true, true, false, ByteBuffer.allocate(4)));
    List<Chunk> sent = lone.chunks();
    assertEquals(new ErrorChunk(List.of(new ErrorCause.InvalidStreamIdentifier(100))), sent.get(0));
    assertEquals(Lone.PEER_TSN, ((SackChunk) sent.get(1)).cumulativeTsn());
    assertEquals(0, lone.it.metrics().messagesReceived());
  }

  @Test
  void cause2AnInitAckWithoutCookieIsAborted() {
    Lone lone = Lone.in(AssociationState.COOKIE_WAIT);
    lone.hit(Lone.initAck(100_000, 10, 10));
    assertAborted(lone, Lone.PEER_TAG, false, new ErrorCause.MissingMandatoryParameter(List.of(7)));
    assertEquals(SctpEvent.CloseReason.PROTOCOL_VIOLATION, lone.closed().reason());
  }

  private static void assertAborted(Lone lone, int tag, boolean reflected, ErrorCause cause) {
    assertEquals(
        List.of(new Lone.Sent(tag, List.of(new AbortChunk(reflected, List.of(cause))))),
        lone.sent());
  }

  @Test
  void cause4WhatCanNeverFitTheBufferIsAborted() {
    SctpOptions small =
        SctpOptions.builder()
            .interleaving(false)
            .receiveBuffer(2000)
            .receiveBufferMax(2000)
            .maxReceivedMessageSize(1000)
            .build();
    Lone lone = Lone.in(AssociationState.ESTABLISHED, small);
    // Ordered messages that wait for SSN 0, which never comes, until no room is left.
    for (int i = 0; lone.it.state() == AssociationState.ESTABLISHED && i < 1000; i++) {
      lone.hit(Lone.data(Lone.PEER_TSN + i, 1 + i));
    }
    List<Lone.Sent> sent = lone.sent();
    assertEquals(
        List.of(new AbortChunk(false, List.of(new ErrorCause.OutOfResource()))),
        sent.get(sent.size() - 1).chunks());
  }

  @Test
  void cause5AHostNameIsRefusedInInitAndEndsTheAttemptInInitAck() {
    ErrorCause cause =
        new ErrorCause.UnresolvableAddress(((Parameter.UnknownParameter) HOST_NAME).toBytes());
    Lone server = Lone.in(AssociationState.CLOSED);
    server.hitWithTag(0, Lone.init(0x2222, HOST_NAME));
    assertAborted(server, 0x2222, false, cause);
    assertEquals(AssociationState.CLOSED, server.it.state());
    Lone client = Lone.in(AssociationState.COOKIE_WAIT);
    client.hit(Lone.initAck(100_000, 10, 10, Lone.cookie(), HOST_NAME));
    assertAborted(client, Lone.PEER_TAG, false, cause);
    assertEquals(SctpEvent.CloseReason.PROTOCOL_VIOLATION, client.closed().reason());
  }

  @Test
  void aHostNameAsLongAsThePacketIsQuotedInPart() {
    Lone server = Lone.in(AssociationState.CLOSED);
    server.hitWithTag(
        0, Lone.init(0x2222, new Parameter.UnknownParameter(11, ByteBuffer.allocate(1500))));
    assertInstanceOf(AbortChunk.class, server.chunks().get(0));
  }

  @Test
  void ipAddressesInInitArePassedOver() {
    Lone server = Lone.in(AssociationState.CLOSED);
    server.hitWithTag(
        0,
        Lone.init(
            0x2222,
            new Parameter.Ipv4Address(ByteBuffer.allocate(4)),
            new Parameter.Ipv6Address(ByteBuffer.allocate(16)),
            new Parameter.SupportedAddressTypes(new int[] {5, 11})));
    assertInstanceOf(InitAckChunk.class, server.chunks().get(0));
  }

  @Test
  void cause6AnUnknownChunkIsQuotedUpToItsBeginning() {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    lone.hit(new UnknownChunk(0xFE, 3, ByteBuffer.allocate(1000)));
    ErrorChunk error = (ErrorChunk) lone.chunks().get(0);
    ByteBuffer quoted = ((ErrorCause.UnrecognizedChunkType) error.causes().get(0)).chunk();
    assertEquals((byte) 0xFE, quoted.get(quoted.position()));
    assertEquals(256, quoted.remaining());
  }

  @Test
  void inCookieWaitThereIsNobodyToReportAnUnknownChunkTo() {
    Lone lone = Lone.in(AssociationState.COOKIE_WAIT);
    lone.hit(new UnknownChunk(0xFE, 0, BYTES));
    lone.hit(Lone.initAck(100_000, 10, 10, Lone.cookie()));
    assertEquals(1, lone.chunks().size(), "the COOKIE ECHO");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void cause7AnInitAckWithValuesThatCannotBe(int which) {
    Lone lone = Lone.in(AssociationState.COOKIE_WAIT);
    lone.hit(
        Lone.initAck(
            which == 0 ? 1499 : 1500, which == 1 ? 0 : 1, which == 2 ? 0 : 1, Lone.cookie()));
    assertAborted(lone, Lone.PEER_TAG, false, new ErrorCause.InvalidMandatoryParameter());
    // 3.3.3: a small window leaves the state alone, no streams end the attempt.
    assertEquals(
        which == 0 ? AssociationState.COOKIE_WAIT : AssociationState.CLOSED, lone.it.state());
    if (which == 0) {
      lone.hit(Lone.initAck(1500, 1, 1, Lone.cookie()));
      assertInstanceOf(CookieEchoChunk.class, lone.chunks().get(0));
    }
  }

  @Test
  void cause7AnInitAckWithTagZeroIsAbortedUnderOurOwnTag() {
    Lone lone = Lone.in(AssociationState.COOKIE_WAIT);
    lone.hit(new InitAckChunk(0, 100_000, 10, 10, 1, List.of(Lone.cookie())));
    assertAborted(lone, lone.tag, true, new ErrorCause.InvalidMandatoryParameter());
    assertEquals(SctpEvent.CloseReason.PROTOCOL_VIOLATION, lone.closed().reason());
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "SHUTDOWN_ACK_SENT")
  void cause7AnInitWithValuesThatCannotBeChangesNoState(AssociationState state) {
    Lone lone = Lone.in(state);
    for (InitChunk bad :
        List.of(
            new InitChunk(7, 1499, 1, 1, 1, List.of()),
            new InitChunk(7, 1500, 0, 1, 1, List.of()),
            new InitChunk(7, 1500, 1, 0, 1, List.of()))) {
      lone.hitWithTag(0, bad);
      assertAborted(lone, 7, false, new ErrorCause.InvalidMandatoryParameter());
    }
    lone.hitWithTag(0, new InitChunk(0, 100_000, 1, 1, 1, List.of()));
    assertEquals(List.of(), lone.sent());
    assertEquals(state, lone.it.state());
  }

  @Test
  void cause8UnknownParametersOfInitAckAreReportedBehindTheCookie() {
    Lone lone = Lone.in(AssociationState.COOKIE_WAIT);
    Parameter.UnknownParameter silent = new Parameter.UnknownParameter(0x8F01, BYTES);
    Parameter.UnknownParameter loud = new Parameter.UnknownParameter(0xCF02, BYTES);
    lone.hit(Lone.initAck(100_000, 10, 10, silent, loud, Lone.cookie()));
    List<Lone.Sent> sent = lone.sent();
    assertEquals(1, sent.size());
    assertInstanceOf(CookieEchoChunk.class, sent.get(0).first());
    assertEquals(
        new ErrorChunk(List.of(new ErrorCause.UnrecognizedParameters(loud.toBytes()))),
        sent.get(0).chunks().get(1));
  }

  @Test
  void cause9AnEmptyDataChunkIsAborted() {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    lone.hit(
        new DataChunk(Lone.PEER_TSN, 0, 0, 51, false, true, true, false, ByteBuffer.allocate(0)));
    assertAborted(lone, Lone.PEER_TAG, false, new ErrorCause.NoUserData(Lone.PEER_TSN));
  }

  @Test
  void cause13FragmentsThatContradictEachOtherAreAborted() {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    // An end without a beginning.
    lone.hit(
        new DataChunk(Lone.PEER_TSN, 0, 0, 51, false, false, true, false, ByteBuffer.allocate(4)));
    Lone.Sent sent = lone.sent().get(0);
    assertInstanceOf(
        ErrorCause.ProtocolViolation.class, ((AbortChunk) sent.first()).causes().get(0));
    assertEquals(SctpEvent.CloseReason.PROTOCOL_VIOLATION, lone.closed().reason());
  }

  @Test
  void anInitAckNeverSaysMoreStreamsThanTheInitAllows() {
    Lone lone = Lone.in(AssociationState.CLOSED);
    lone.hitWithTag(0, new InitChunk(7, 100_000, 50, 20, 1, List.of()));
    assertEquals(20, ((InitAckChunk) lone.chunks().get(0)).outboundStreams());
  }
}
