package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.chunk.AbortChunk;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.CookieAckChunk;
import dev.turnstone.sctp.chunk.CookieEchoChunk;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.chunk.ErrorChunk;
import dev.turnstone.sctp.chunk.HeartbeatChunk;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.sctp.chunk.ShutdownAckChunk;
import dev.turnstone.sctp.chunk.ShutdownChunk;
import dev.turnstone.sctp.chunk.ShutdownCompleteChunk;
import dev.turnstone.sctp.chunk.UnknownChunk;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets of no association, and verification tags (RFC 9260 sections 8.4 and 8.5). */
class OutOfTheBlueTest {
  private static final HeartbeatChunk HEARTBEAT =
      new HeartbeatChunk(new Parameter.HeartbeatInfo(ByteBuffer.allocate(4)));

  private static Lone over() {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    lone.it.abort("over", 0);
    lone.sent();
    return lone;
  }

  static Stream<List<Chunk>> silent() {
    ErrorChunk stale = new ErrorChunk(List.of(new ErrorCause.StaleCookie(1)));
    return Stream.of(
        // Rule 2, and it goes before rules 5 and 8.
        List.of(new AbortChunk(false, List.of())),
        List.of(HEARTBEAT, new AbortChunk(true, List.of())),
        List.of(new ShutdownAckChunk(), new AbortChunk(false, List.of())),
        // Rules 6 and 7.
        List.of(new ShutdownCompleteChunk(false)),
        List.of(new CookieAckChunk()),
        List.of(new CookieAckChunk(), Lone.data(1, 1)),
        List.of(stale),
        List.of(HEARTBEAT, stale));
  }

  @ParameterizedTest
  @MethodSource("silent")
  void theseAreDiscardedInSilence(List<Chunk> chunks) {
    for (Lone lone : List.of(Lone.in(AssociationState.CLOSED), over())) {
      lone.hitWithTag(9, chunks.toArray(Chunk[]::new));
      assertEquals(List.of(), lone.sent());
    }
  }

  static Stream<List<Chunk>> aborted() {
    return Stream.of(
        // Rule 8.
        List.of(Lone.data(1, 1)),
        List.of(Lone.sack(1)),
        List.of(HEARTBEAT),
        List.of(new ShutdownChunk(1)),
        List.of(new InitAckChunk(3, 10_000, 1, 1, 1, List.of(Lone.cookie()))),
        List.of(new ErrorChunk(List.of(new ErrorCause.OutOfResource()))),
        List.of(new UnknownChunk(0xFE, 0, ByteBuffer.allocate(4))));
  }

  @ParameterizedTest
  @MethodSource("aborted")
  void theseAreAnsweredWithAbortThatReflectsTheTag(List<Chunk> chunks) {
    for (Lone lone : List.of(Lone.in(AssociationState.CLOSED), over())) {
      lone.hitWithTag(9, chunks.toArray(Chunk[]::new));
      assertEquals(
          List.of(new Lone.Sent(9, List.of(new AbortChunk(true, List.of())))), lone.sent());
    }
  }

  @Test
  void shutdownAckAnywhereInThePacketIsCompleted() {
    for (Lone lone : List.of(Lone.in(AssociationState.CLOSED), over())) {
      for (List<Chunk> chunks :
          List.of(
              List.<Chunk>of(new ShutdownAckChunk()),
              List.<Chunk>of(Lone.sack(1), new ShutdownAckChunk()))) {
        lone.hitWithTag(9, chunks.toArray(Chunk[]::new));
        assertEquals(
            List.of(new Lone.Sent(9, List.of(new ShutdownCompleteChunk(true)))), lone.sent());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"COOKIE_WAIT", "COOKIE_ECHOED"})
  void shutdownAckWhileConnectingBelongsToAnEarlierAssociation(AssociationState state) {
    Lone lone = Lone.in(state);
    long timeout = lone.it.nextTimeout();
    lone.hitWithTag(9, new ShutdownAckChunk());
    assertEquals(List.of(new Lone.Sent(9, List.of(new ShutdownCompleteChunk(true)))), lone.sent());
    assertEquals(state, lone.it.state());
    assertEquals(timeout, lone.it.nextTimeout());
  }

  @Test
  void anAssociationThatIsOverRefusesInitAndKnowsNoCookie() {
    Lone lone = over();
    lone.hitWithTag(0, Lone.init(77));
    Lone.Sent refusal = lone.sent().get(0);
    // Rule 3: under the INIT's tag, so the T bit is clear.
    assertEquals(77, refusal.tag());
    assertEquals(false, ((AbortChunk) refusal.first()).tagReflected());
    lone.hitWithTag(9, new CookieEchoChunk(ByteBuffer.allocate(80)));
    assertInstanceOf(AbortChunk.class, lone.sent().get(0).first());
  }

  @ParameterizedTest
  @EnumSource
  void tagZeroCarriesAnInitAloneAndNothingElse(AssociationState state) {
    Lone lone = Lone.in(state);
    lone.hitWithTag(0, Lone.data(Lone.PEER_TSN, 0));
    lone.hitWithTag(0, HEARTBEAT);
    lone.hitWithTag(0, new ShutdownAckChunk());
    lone.hitWithTag(0, new CookieEchoChunk(ByteBuffer.allocate(80)));
    lone.hitWithTag(0, new AbortChunk(false, List.of()));
    lone.hitWithTag(0, Lone.init(0x2222), HEARTBEAT);
    // And an INIT goes with no other tag.
    lone.hitWithTag(lone.tag == 0 ? 5 : lone.tag, Lone.init(0x2222));
    assertEquals(List.of(), lone.sent());
    assertEquals(state, lone.it.state());
    assertEquals(7, lone.it.metrics().badVerificationTags());
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "CLOSED")
  void aWrongTagIsDiscardedInSilenceInEveryState(AssociationState state) {
    Lone lone = Lone.in(state);
    for (Chunk chunk :
        List.of(
            Lone.data(Lone.PEER_TSN, 0),
            Lone.sack(lone.tsn),
            HEARTBEAT,
            new ShutdownChunk(lone.tsn),
            new ShutdownCompleteChunk(false),
            new AbortChunk(false, List.of()),
            new CookieAckChunk())) {
      lone.hitWithTag(lone.tag ^ 1, chunk);
    }
    assertEquals(List.of(), lone.sent());
    assertEquals(state, lone.it.state());
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "CLOSED")
  void anAbortIsTakenUnderEitherTagWithItsTBit(AssociationState state) {
    Lone wrong = Lone.in(state);
    wrong.hitWithTag(wrong.tag, new AbortChunk(true, List.of()));
    wrong.hitWithTag(Lone.PEER_TAG, new AbortChunk(false, List.of()));
    assertEquals(state, wrong.it.state());
    Lone own = Lone.in(state);
    own.hitWithTag(own.tag, new AbortChunk(false, List.of()));
    assertEquals(SctpEvent.CloseReason.ABORTED_BY_PEER, own.closed().reason());
    Lone reflected = Lone.in(state);
    reflected.hitWithTag(Lone.PEER_TAG, new AbortChunk(true, List.of()));
    // In COOKIE-WAIT the peer's tag is not known yet.
    assertEquals(
        state == AssociationState.COOKIE_WAIT ? state : AssociationState.CLOSED,
        reflected.it.state());
  }

  @Test
  void aPacketWithAnAbortIsNeverAnswered() {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    lone.hit(HEARTBEAT, Lone.data(Lone.PEER_TSN, 0), new AbortChunk(false, List.of()));
    assertEquals(List.of(), lone.sent());
    // What came whole before it is delivered.
    assertInstanceOf(SctpEvent.MessageReceived.class, lone.events.get(0));
    assertEquals(SctpEvent.CloseReason.ABORTED_BY_PEER, lone.closed().reason());
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"CLOSED", "SHUTDOWN_ACK_SENT"})
  void shutdownCompleteCountsInShutdownAckSentOnly(AssociationState state) {
    Lone lone = Lone.in(state);
    lone.hit(new ShutdownCompleteChunk(false));
    lone.hitWithTag(Lone.PEER_TAG, new ShutdownCompleteChunk(true));
    assertEquals(state, lone.it.state());
    for (boolean reflected : new boolean[] {false, true}) {
      Lone waiting = Lone.in(AssociationState.SHUTDOWN_ACK_SENT);
      waiting.hitWithTag(
          reflected ? Lone.PEER_TAG : waiting.tag, new ShutdownCompleteChunk(reflected));
      assertEquals(SctpEvent.CloseReason.SHUTDOWN, waiting.closed().reason());
      assertEquals(List.of(), waiting.sent());
      assertEquals(SctpAssociation.NEVER, waiting.it.nextTimeout());
    }
  }
}
