package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
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
import dev.turnstone.sctp.chunk.HeartbeatAckChunk;
import dev.turnstone.sctp.chunk.HeartbeatChunk;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.sctp.chunk.ShutdownAckChunk;
import dev.turnstone.sctp.chunk.ShutdownChunk;
import dev.turnstone.sctp.chunk.ShutdownCompleteChunk;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What each state does with SHUTDOWN, with data and with its acknowledgement (RFC 9260 6, 9). */
class ShutdownStatesTest {
  private static final HeartbeatChunk HEARTBEAT =
      new HeartbeatChunk(new Parameter.HeartbeatInfo(ByteBuffer.allocate(4)));

  private static AssociationState afterShutdown(AssociationState state) {
    return switch (state) {
      case CLOSED, COOKIE_WAIT, COOKIE_ECHOED -> state;
      case ESTABLISHED, SHUTDOWN_SENT, SHUTDOWN_ACK_SENT -> AssociationState.SHUTDOWN_ACK_SENT;
      case SHUTDOWN_PENDING, SHUTDOWN_RECEIVED -> AssociationState.SHUTDOWN_RECEIVED;
    };
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "CLOSED")
  void shutdownMovesEachStateWhereTheRfcSays(AssociationState state) {
    Lone lone = Lone.in(state);
    lone.hit(new ShutdownChunk(lone.tsn - 1));
    assertEquals(afterShutdown(state), lone.it.state());
    List<Chunk> sent = lone.chunks();
    assertEquals(
        afterShutdown(state) == AssociationState.SHUTDOWN_ACK_SENT
            ? List.of(new ShutdownAckChunk())
            : List.of(),
        sent);
  }

  @ParameterizedTest
  @EnumSource(names = {"SHUTDOWN_PENDING", "SHUTDOWN_RECEIVED"})
  void theTsnInAShutdownAcknowledgesWhatWasOutstanding(AssociationState state) {
    Lone lone = Lone.in(state);
    lone.hit(new ShutdownChunk(lone.tsn));
    assertEquals(List.of(new ShutdownAckChunk()), lone.chunks());
    assertEquals(AssociationState.SHUTDOWN_ACK_SENT, lone.it.state());
  }

  @Test
  void aShutdownForWhatWasNeverSentIsIgnored() {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    lone.hit(new ShutdownChunk(lone.tsn + 10));
    assertEquals(AssociationState.ESTABLISHED, lone.it.state());
    assertEquals(1, lone.it.metrics().protocolErrors());
  }

  @ParameterizedTest
  @EnumSource
  void dataIsTakenInThreeStatesAndInNoOther(AssociationState state) {
    Lone lone = Lone.in(state);
    lone.hitWithTag(lone.tag == 0 ? 9 : lone.tag, Lone.data(Lone.PEER_TSN, 0));
    List<Chunk> sent = lone.chunks();
    boolean taken = lone.it.metrics().messagesReceived() == 1;
    switch (state) {
      case ESTABLISHED, SHUTDOWN_PENDING -> {
        assertTrue(taken);
        assertInstanceOf(SackChunk.class, sent.get(0));
      }
      case SHUTDOWN_SENT -> {
        assertTrue(taken);
        // 9.2: at once, with a SHUTDOWN that names the TSN.
        assertEquals(new ShutdownChunk(Lone.PEER_TSN), sent.get(0));
      }
      case CLOSED -> {
        assertFalse(taken);
        assertInstanceOf(AbortChunk.class, sent.get(0));
      }
      case COOKIE_WAIT, COOKIE_ECHOED, SHUTDOWN_RECEIVED, SHUTDOWN_ACK_SENT -> {
        assertFalse(taken);
        assertEquals(List.of(), sent);
      }
    }
  }

  @Test
  void gapsAndDuplicatesInShutdownSentAreToldByASackBesideTheShutdown() {
    Lone lone = Lone.in(AssociationState.SHUTDOWN_SENT);
    lone.hit(Lone.data(Lone.PEER_TSN + 2, 2));
    List<Chunk> sent = lone.chunks();
    assertEquals(new ShutdownChunk(Lone.PEER_TSN - 1), sent.get(0));
    assertEquals(1, ((SackChunk) sent.get(1)).gapCount());
    lone.hit(Lone.data(Lone.PEER_TSN, 0));
    lone.chunks();
    lone.hit(Lone.data(Lone.PEER_TSN, 0));
    sent = lone.chunks();
    assertEquals(new ShutdownChunk(Lone.PEER_TSN), sent.get(0));
    assertEquals(Lone.PEER_TSN, ((SackChunk) sent.get(1)).duplicates()[0]);
  }

  @Test
  void whateverComesInShutdownSentGivesThePeerAllTheRetransmissionsAnew() {
    SctpOptions few = SctpOptions.builder().maxRetransmits(2).interleaving(false).build();
    Lone lone = Lone.in(AssociationState.SHUTDOWN_SENT, few);
    for (int i = 0; i < 10; i++) {
      assertEquals(List.of(new ShutdownChunk(Lone.PEER_TSN - 1)), lone.fire());
      assertEquals(List.of(new ShutdownChunk(Lone.PEER_TSN - 1)), lone.fire());
      lone.hit(Lone.sack(lone.tsn - 1));
      assertEquals(List.of(), lone.chunks());
    }
    lone.fire();
    lone.fire();
    lone.fire();
    assertEquals(SctpEvent.CloseReason.PEER_UNREACHABLE, lone.closed().reason());
  }

  @Test
  void aPeerThatOnlyKeepsUsWaitingIsAbortedWhenTheGuardExpires() {
    Lone lone = Lone.in(AssociationState.SHUTDOWN_SENT);
    long guard = lone.now + 5 * SctpOptions.defaults().rtoMaxNanos();
    while (lone.it.state() != AssociationState.CLOSED) {
      lone.hit(Lone.sack(lone.tsn - 1));
      List<Chunk> sent = lone.fire();
      if (lone.it.state() == AssociationState.CLOSED) {
        assertInstanceOf(AbortChunk.class, sent.get(0));
      }
    }
    assertEquals(guard, lone.now);
    assertEquals(SctpEvent.CloseReason.PEER_UNREACHABLE, lone.closed().reason());
  }

  @ParameterizedTest
  @EnumSource(names = {"SHUTDOWN_SENT", "SHUTDOWN_ACK_SENT"})
  void unansweredShutdownsAreRepeatedWithBackOffAndThenGivenUp(AssociationState state) {
    Lone lone = Lone.in(state);
    Chunk repeated =
        state == AssociationState.SHUTDOWN_SENT
            ? new ShutdownChunk(Lone.PEER_TSN - 1)
            : new ShutdownAckChunk();
    long last = lone.now;
    long wait = 0;
    int times = 0;
    while (lone.it.state() == state) {
      List<Chunk> sent = lone.fire();
      if (lone.it.state() == state) {
        assertEquals(List.of(repeated), sent);
        assertTrue(lone.now - last >= wait, "no wait shorter than the one before");
        wait = lone.now - last;
        last = lone.now;
        times++;
      }
    }
    assertTrue(times >= 5 && times <= 10, () -> "wants about seven in the guard's 50 s");
    assertEquals(SctpEvent.CloseReason.PEER_UNREACHABLE, lone.closed().reason());
  }

  @ParameterizedTest
  @EnumSource(names = {"SHUTDOWN_SENT", "SHUTDOWN_ACK_SENT"})
  void shutdownAckEndsItUnderThePeersTag(AssociationState state) {
    Lone lone = Lone.in(state);
    lone.hit(new ShutdownAckChunk());
    // 8.5.1 C: there is a TCB, so the T bit is clear; 6.10: alone in its packet.
    assertEquals(
        List.of(new Lone.Sent(Lone.PEER_TAG, List.of(new ShutdownCompleteChunk(false)))),
        lone.sent());
    assertEquals(SctpEvent.CloseReason.SHUTDOWN, lone.closed().reason());
    assertEquals(SctpAssociation.NEVER, lone.it.nextTimeout());
  }

  @ParameterizedTest
  @EnumSource(names = {"ESTABLISHED", "SHUTDOWN_PENDING", "SHUTDOWN_RECEIVED"})
  void shutdownAckThatNobodyAskedForIsIgnored(AssociationState state) {
    Lone lone = Lone.in(state);
    lone.hit(new ShutdownAckChunk());
    assertEquals(state, lone.it.state());
    assertEquals(List.of(), lone.sent());
  }

  @ParameterizedTest
  @EnumSource(
      names = {"SHUTDOWN_PENDING", "SHUTDOWN_SENT", "SHUTDOWN_RECEIVED", "SHUTDOWN_ACK_SENT"})
  void nothingNewIsTakenFromAboveAndASecondShutdownIsIgnored(AssociationState state) {
    Lone lone = Lone.in(state);
    assertEquals(
        SendResult.CLOSED,
        lone.it.send(0, 51, ByteBuffer.allocate(1), SendOptions.RELIABLE_ORDERED, lone.now));
    lone.it.shutdown(lone.now);
    assertEquals(state, lone.it.state());
    assertEquals(List.of(), lone.sent());
  }

  @ParameterizedTest
  @EnumSource(names = {"SHUTDOWN_PENDING", "SHUTDOWN_RECEIVED"})
  void whatWasSentIsRetransmittedAndThenTheShutdownGoesOn(AssociationState state) {
    Lone lone = Lone.in(state);
    List<Chunk> again = lone.fire();
    DataChunk data =
        (DataChunk) again.stream().filter(DataChunk.class::isInstance).findFirst().orElseThrow();
    assertEquals(lone.tsn, data.tsn());
    lone.hit(Lone.sack(lone.tsn));
    assertEquals(
        List.of(
            state == AssociationState.SHUTDOWN_PENDING
                ? new ShutdownChunk(Lone.PEER_TSN - 1)
                : new ShutdownAckChunk()),
        lone.chunks());
  }

  @Test
  void dataSentWhileShuttingDownAsksToBeAcknowledgedAtOnce() {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    lone.it.send(0, 51, ByteBuffer.allocate(1), SendOptions.RELIABLE_ORDERED, lone.now);
    lone.it.shutdown(lone.now);
    assertTrue(((DataChunk) lone.chunks().get(0)).immediate());
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "CLOSED")
  void aSackMovesOnlyStatesThatMaySend(AssociationState state) {
    Lone lone = Lone.in(state);
    lone.hit(Lone.sack(lone.tsn));
    lone.sent();
    AssociationState after =
        switch (state) {
          case SHUTDOWN_PENDING -> AssociationState.SHUTDOWN_SENT;
          case SHUTDOWN_RECEIVED -> AssociationState.SHUTDOWN_ACK_SENT;
          default -> state;
        };
    assertEquals(after, lone.it.state());
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "CLOSED")
  void aHeartbeatIsAnsweredOnceThePeerIsKnown(AssociationState state) {
    Lone lone = Lone.in(state);
    lone.hit(HEARTBEAT);
    List<Chunk> sent = lone.chunks();
    switch (state) {
      case COOKIE_WAIT -> assertEquals(List.of(), sent);
      // 5.1 C: until COOKIE ACK comes, nothing but COOKIE ECHO may go.
      case COOKIE_ECHOED -> {
        assertEquals(List.of(), sent);
        lone.hit(new CookieAckChunk());
        assertInstanceOf(HeartbeatAckChunk.class, lone.chunks().get(0));
      }
      default -> assertEquals(List.of(new HeartbeatAckChunk(HEARTBEAT.info())), sent);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SHUTDOWN_SENT", "SHUTDOWN_ACK_SENT"})
  void noHeartbeatIsSentAfterShutdownOrItsAnswer(AssociationState state) {
    Lone lone = Lone.in(state);
    while (lone.it.state() == state) {
      assertFalse(lone.fire().stream().anyMatch(HeartbeatChunk.class::isInstance));
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"CLOSED", "COOKIE_WAIT"})
  void abortFromAboveTellsThePeerInEveryState(AssociationState state) {
    Lone lone = Lone.in(state);
    lone.it.abort("enough", lone.now);
    // 9.1: with the peer's tag, and with no DATA.
    assertEquals(
        List.of(
            new Lone.Sent(
                Lone.PEER_TAG,
                List.of(
                    new AbortChunk(false, List.of(ErrorCause.UserInitiatedAbort.of("enough")))))),
        lone.sent());
    assertEquals(SctpEvent.CloseReason.ABORTED_LOCALLY, lone.closed().reason());
    assertEquals(SctpAssociation.NEVER, lone.it.nextTimeout());
  }

  @Test
  void abortBeforeThePeerIsKnownIsSilent() {
    Lone lone = Lone.in(AssociationState.COOKIE_WAIT);
    lone.it.abort("enough", lone.now);
    assertEquals(List.of(), lone.sent());
    assertEquals(SctpEvent.CloseReason.ABORTED_LOCALLY, lone.closed().reason());
  }

  @Test
  void aShutdownAskedForInCookieEchoedWaitsForTheHandshake() {
    Lone lone = Lone.in(AssociationState.COOKIE_ECHOED);
    lone.it.shutdown(lone.now);
    assertEquals(AssociationState.COOKIE_ECHOED, lone.it.state());
    assertInstanceOf(CookieEchoChunk.class, lone.fire().get(0));
    lone.hit(new CookieAckChunk());
    assertEquals(List.of(new ShutdownChunk(Lone.PEER_TSN - 1)), lone.chunks());
    assertEquals(AssociationState.SHUTDOWN_SENT, lone.it.state());
  }
}
