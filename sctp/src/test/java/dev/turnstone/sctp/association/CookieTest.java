package dev.turnstone.sctp.association;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.CookieAckChunk;
import dev.turnstone.sctp.chunk.CookieEchoChunk;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.chunk.ErrorChunk;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.sctp.chunk.ShutdownAckChunk;
import dev.turnstone.sctp.chunk.ShutdownChunk;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Cookies: good, late, forged, replayed, and each row of table 12 (RFC 9260 sections 5.1, 5.2). */
class CookieTest {
  private static final long LIFETIME = SctpOptions.defaults().cookieLifetimeNanos();

  @Test
  void aCookieThatComesBackInTimeMakesTheAssociationAndItsDataIsAcknowledgedAtOnce() {
    Lone lone = Lone.in(AssociationState.CLOSED);
    Lone.Cookie cookie = lone.cookieFor(Lone.init(Lone.PEER_TAG));
    lone.now = LIFETIME;
    lone.hitWithTag(cookie.tag(), cookie.echo(), Lone.data(Lone.PEER_TSN, 0));
    assertEquals(AssociationState.ESTABLISHED, lone.it.state());
    List<Lone.Sent> sent = lone.sent();
    // 5.1.5, steps 6 and 7: COOKIE ACK first, the SACK behind it.
    assertEquals(1, sent.size());
    assertEquals(Lone.PEER_TAG, sent.get(0).tag());
    assertInstanceOf(CookieAckChunk.class, sent.get(0).first());
    assertEquals(Lone.PEER_TSN, ((SackChunk) sent.get(0).chunks().get(1)).cumulativeTsn());
    assertInstanceOf(SctpEvent.MessageReceived.class, lone.events.get(1));
  }

  @Test
  void aCookieThatIsLateIsAnsweredWithTheMeasureOfItsStalenessRoundedUp() {
    Lone lone = Lone.in(AssociationState.CLOSED);
    Lone.Cookie cookie = lone.cookieFor(Lone.init(Lone.PEER_TAG));
    lone.now = LIFETIME + 1;
    lone.hitWithTag(cookie.tag(), cookie.echo(), Lone.data(Lone.PEER_TSN, 0));
    assertEquals(staleness(1), lone.sent());
    lone.now = LIFETIME + 5_000_001;
    lone.hitWithTag(cookie.tag(), cookie.echo());
    assertEquals(staleness(5001), lone.sent());
    assertEquals(AssociationState.CLOSED, lone.it.state());
    assertEquals(List.of(), lone.events);
  }

  private static List<Lone.Sent> staleness(long micros) {
    return List.of(
        new Lone.Sent(
            Lone.PEER_TAG, List.of(new ErrorChunk(List.of(new ErrorCause.StaleCookie(micros))))));
  }

  @Test
  void aPeerThatAsksForItGetsALongerLifeAndAtMostTwiceAsLong() {
    Lone lone = Lone.in(AssociationState.CLOSED);
    Lone.Cookie longer =
        lone.cookieFor(Lone.init(Lone.PEER_TAG, new Parameter.CookiePreservative(2000)));
    Lone.Cookie greedy =
        lone.cookieFor(Lone.init(Lone.PEER_TAG, new Parameter.CookiePreservative(0xFFFFFFFFL)));
    lone.now = LIFETIME + TimeUnit.SECONDS.toNanos(2) + 1;
    lone.hitWithTag(longer.tag(), longer.echo());
    assertEquals(staleness(1), lone.sent());
    lone.now = 2 * LIFETIME + 1;
    lone.hitWithTag(greedy.tag(), greedy.echo());
    assertEquals(staleness(1), lone.sent());
    lone.now = 2 * LIFETIME;
    lone.hitWithTag(greedy.tag(), greedy.echo());
    assertEquals(AssociationState.ESTABLISHED, lone.it.state());
  }

  @Test
  void aStaleCookieMakesUsAskAgainForARoundTripAndASecondMore() {
    Lone lone = Lone.in(AssociationState.COOKIE_ECHOED);
    lone.now += TimeUnit.MILLISECONDS.toNanos(80);
    lone.hit(staleError());
    assertEquals(AssociationState.COOKIE_WAIT, lone.it.state());
    Lone.Sent sent = lone.sent().get(0);
    assertEquals(0, sent.tag());
    InitChunk again = (InitChunk) sent.first();
    assertEquals(lone.tag, again.initiateTag());
    assertTrue(again.parameters().contains(new Parameter.CookiePreservative(1080)), "" + again);
  }

  private static ErrorChunk staleError() {
    return new ErrorChunk(List.of(new ErrorCause.StaleCookie(7)));
  }

  @Test
  void aPeerThatFindsEveryCookieStaleIsGivenUp() {
    Lone lone = Lone.in(AssociationState.COOKIE_ECHOED);
    for (int i = 0; i < 3; i++) {
      lone.hit(staleError());
      lone.sent();
      lone.hit(Lone.initAck(100_000, 1, 1, Lone.cookie()));
      assertInstanceOf(CookieEchoChunk.class, lone.chunks().get(0));
    }
    lone.hit(staleError());
    assertEquals(SctpEvent.CloseReason.CONNECT_TIMEOUT, lone.closed().reason());
    assertEquals(SctpAssociation.NEVER, lone.it.nextTimeout());
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"COOKIE_ECHOED", "CLOSED"})
  void aStaleCookieErrorMeansNothingInAnyOtherState(AssociationState state) {
    Lone lone = Lone.in(state);
    long timeout = lone.it.nextTimeout();
    lone.hit(staleError());
    assertEquals(state, lone.it.state());
    assertEquals(List.of(), lone.chunks());
    if (state != AssociationState.SHUTDOWN_SENT) {
      assertEquals(timeout, lone.it.nextTimeout());
    }
  }

  @Test
  void aForgedByteAnywhereInACookieIsNoticedAndAnsweredWithNothing() {
    Lone lone = Lone.in(AssociationState.CLOSED);
    Lone.Cookie cookie = lone.cookieFor(Lone.init(Lone.PEER_TAG));
    for (int i = 0; i < cookie.bytes().remaining(); i++) {
      ByteBuffer forged = Peers.copy(cookie.bytes());
      forged.put(i, (byte) (forged.get(i) ^ 0x40));
      lone.hitWithTag(cookie.tag(), new CookieEchoChunk(forged), Lone.data(Lone.PEER_TSN, 0));
    }
    lone.hitWithTag(cookie.tag(), new CookieEchoChunk(ByteBuffer.allocate(0)));
    lone.hitWithTag(cookie.tag(), new CookieEchoChunk(ByteBuffer.allocate(1000)));
    // 5.1.5, step 3: the right cookie under another tag.
    lone.hitWithTag(cookie.tag() + 1, cookie.echo());
    assertEquals(List.of(), lone.sent());
    assertEquals(AssociationState.CLOSED, lone.it.state());
    assertEquals(List.of(), lone.events);
  }

  @Test
  void aCookieOfAnotherAssociationIsNoCookieOfOurs() {
    Lone lone = new Lone(Peers.CLASSIC);
    SctpAssociation stranger = new SctpAssociation(Peers.CLASSIC, new SplittableRandom(99));
    stranger.handlePacket(Peers.packet(0, Lone.init(Lone.PEER_TAG)), 0);
    ByteBuffer into = ByteBuffer.allocate(2000);
    stranger.pollPacket(into, 0);
    InitAckChunk ack = (InitAckChunk) Peers.chunks(into.flip()).get(0);
    lone.hitWithTag(ack.initiateTag(), new CookieEchoChunk(Lone.cookieOf(ack)));
    assertEquals(List.of(), lone.sent());
    assertEquals(AssociationState.CLOSED, lone.it.state());
  }

  // Table 12, and the states in which its rows can be met.

  @ParameterizedTest
  @EnumSource(names = {"ESTABLISHED", "SHUTDOWN_PENDING", "SHUTDOWN_SENT", "SHUTDOWN_RECEIVED"})
  void rowAAPeerThatRestartedGetsANewAssociation(AssociationState state) {
    Lone lone = Lone.in(state);
    Lone.Cookie cookie = lone.cookieFor(Lone.init(0x2222));
    assertEquals(state, lone.it.state(), "an INIT changes nothing");
    assertNotEquals(lone.tag, cookie.tag(), "5.2.2: a new tag");
    lone.hitWithTag(cookie.tag(), cookie.echo(), Lone.data(Lone.PEER_TSN, 0));
    List<Lone.Sent> sent = lone.sent();
    assertEquals(0x2222, sent.get(0).tag());
    assertInstanceOf(CookieAckChunk.class, sent.get(0).first());
    assertEquals(new SctpEvent.PeerRestarted(), lone.events.get(0));
    assertTrue(lone.events.stream().anyMatch(SctpEvent.MessageReceived.class::isInstance));
    boolean endingAnyway =
        state == AssociationState.SHUTDOWN_PENDING || state == AssociationState.SHUTDOWN_SENT;
    assertEquals(
        endingAnyway ? AssociationState.SHUTDOWN_SENT : AssociationState.ESTABLISHED,
        lone.it.state());
    assertEquals(0, lone.it.metrics().bytesInFlight());
    // The old incarnation's tag counts no more.
    lone.hitWithTag(lone.tag, Lone.data(Lone.PEER_TSN + 1, 1));
    assertEquals(1, lone.it.metrics().messagesReceived());
  }

  @Test
  void rowAIsRefusedInShutdownAckSent() {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    Lone.Cookie cookie = lone.cookieFor(Lone.init(0x2222));
    lone.hit(new ShutdownChunk(lone.tsn - 1));
    assertEquals(List.of(new ShutdownAckChunk()), lone.chunks());
    lone.hitWithTag(cookie.tag(), cookie.echo());
    Lone.Sent sent = lone.sent().get(0);
    assertEquals(Lone.PEER_TAG, sent.tag());
    assertEquals(
        List.of(
            new ShutdownAckChunk(),
            new ErrorChunk(List.of(new ErrorCause.CookieReceivedWhileShuttingDown()))),
        sent.chunks());
    assertEquals(AssociationState.SHUTDOWN_ACK_SENT, lone.it.state());
  }

  @Test
  void rowBInCookieWaitTakesThePeersAssociation() {
    Lone lone = Lone.in(AssociationState.COOKIE_WAIT);
    long timeout = lone.it.nextTimeout();
    Lone.Cookie cookie = lone.cookieFor(Lone.init(0x2222));
    assertEquals(lone.tag, cookie.tag(), "5.2.1: the tag of our own INIT");
    assertEquals(lone.tsn, cookie.tsn());
    assertEquals(timeout, lone.it.nextTimeout(), "5.2.1: T1-init goes on");
    lone.hit(cookie.echo());
    assertEquals(AssociationState.ESTABLISHED, lone.it.state());
    Lone.Sent sent = lone.sent().get(0);
    assertEquals(0x2222, sent.tag());
    assertEquals(List.of(new CookieAckChunk()), sent.chunks());
  }

  @Test
  void rowBAfterTheHandshakeCanOnlyBeAReplayAndIsDiscarded() {
    Lone lone = Lone.in(AssociationState.COOKIE_WAIT);
    Lone.Cookie early = lone.cookieFor(Lone.init(0x2222));
    lone.hit(Lone.initAck(100_000, 10, 10, Lone.cookie()));
    lone.hit(new CookieAckChunk());
    lone.sent();
    lone.hit(early.echo(), Lone.data(Lone.PEER_TSN, 0));
    assertEquals(List.of(), lone.sent());
    assertEquals(AssociationState.ESTABLISHED, lone.it.state());
    assertEquals(0, lone.it.metrics().messagesReceived());
  }

  @Test
  void rowCACookieThatArrivesLateIsDiscarded() {
    // A cookie from before there was an association: no tie tags, and the peer's tag fits again
    // only
    // because the peer restarted with it; ours is another since then.
    Lone lone = Lone.in(AssociationState.CLOSED);
    Lone.Cookie late = lone.cookieFor(Lone.init(0x3333));
    Lone.Cookie first = lone.cookieFor(Lone.init(Lone.PEER_TAG));
    lone.hitWithTag(first.tag(), first.echo());
    Lone.Cookie restart = lone.cookieFor(Lone.init(0x3333));
    lone.hitWithTag(restart.tag(), restart.echo());
    lone.sent();
    assertNotEquals(late.tag(), restart.tag());
    lone.events.clear();
    lone.hitWithTag(late.tag(), late.echo());
    assertEquals(List.of(), lone.sent());
    assertEquals(AssociationState.ESTABLISHED, lone.it.state());
    assertEquals(List.of(), lone.events);
  }

  @Test
  void aCookieOfARowThatIsNotInTheTableIsDiscarded() {
    // The peer's tag is the same, ours is new, the tie tags fit.
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    Lone.Cookie cookie = lone.cookieFor(Lone.init(Lone.PEER_TAG));
    lone.hitWithTag(cookie.tag(), cookie.echo());
    assertEquals(List.of(), lone.sent());
    assertEquals(AssociationState.ESTABLISHED, lone.it.state());
    assertEquals(List.of(), lone.events);
  }

  @ParameterizedTest
  @EnumSource(names = {"ESTABLISHED", "SHUTDOWN_PENDING", "SHUTDOWN_SENT", "SHUTDOWN_RECEIVED"})
  void aCookieWhoseTieTagsAreOfAnEarlierIncarnationIsDiscarded(AssociationState state) {
    Lone lone = Lone.in(state);
    Lone.Cookie first = lone.cookieFor(Lone.init(0x2222));
    Lone.Cookie second = lone.cookieFor(Lone.init(0x3333));
    lone.hitWithTag(first.tag(), first.echo());
    lone.sent();
    lone.events.clear();
    // Replayed: neither tag matches, and the tie tags are those of what was before the restart.
    lone.hitWithTag(second.tag(), second.echo());
    assertFalse(lone.chunks().stream().anyMatch(CookieAckChunk.class::isInstance));
    assertFalse(lone.events.contains(new SctpEvent.PeerRestarted()));
  }

  @Test
  void rowDASecondCookieEchoIsAcknowledgedAgainThoughItIsOld() {
    Lone lone = Lone.in(AssociationState.CLOSED);
    Lone.Cookie cookie = lone.cookieFor(Lone.init(Lone.PEER_TAG));
    lone.hitWithTag(cookie.tag(), cookie.echo());
    lone.sent();
    lone.now = 100 * LIFETIME;
    // 5.2.4, step 3: both tags match, so its age does not matter.
    lone.hitWithTag(cookie.tag(), cookie.echo());
    assertEquals(List.of(new CookieAckChunk()), lone.chunks());
    assertEquals(1, lone.events.size());
  }

  @Test
  void anOldCookieOfAnotherIncarnationIsStaleAndHarmless() {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    Lone.Cookie cookie = lone.cookieFor(Lone.init(0x2222));
    lone.now = LIFETIME + 1000;
    lone.hitWithTag(cookie.tag(), cookie.echo());
    List<Lone.Sent> sent = lone.sent();
    assertEquals(0x2222, sent.get(0).tag());
    assertInstanceOf(ErrorChunk.class, sent.get(0).first());
    assertEquals(AssociationState.ESTABLISHED, lone.it.state());
  }

  @Test
  void anInitInShutdownAckSentIsAnsweredWithShutdownAck() {
    Lone lone = Lone.in(AssociationState.SHUTDOWN_ACK_SENT);
    lone.hitWithTag(0, Lone.init(0x2222));
    assertEquals(
        List.of(new Lone.Sent(Lone.PEER_TAG, List.of(new ShutdownAckChunk()))), lone.sent());
    assertEquals(AssociationState.SHUTDOWN_ACK_SENT, lone.it.state());
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"CLOSED", "COOKIE_WAIT"})
  void initAckIsDiscardedOutsideCookieWait(AssociationState state) {
    Lone lone = Lone.in(state);
    lone.hit(Lone.initAck(100_000, 10, 10, Lone.cookie()));
    lone.hit(Lone.initAck(0, 0, 0));
    assertEquals(List.of(), lone.sent());
    assertEquals(state, lone.it.state());
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"CLOSED", "COOKIE_ECHOED"})
  void cookieAckIsDiscardedOutsideCookieEchoed(AssociationState state) {
    Lone lone = Lone.in(state);
    lone.hit(new CookieAckChunk());
    assertEquals(List.<Chunk>of(), lone.chunks());
    assertEquals(state, lone.it.state());
    assertEquals(List.of(), lone.events);
  }

  @Test
  void initsByTheThousandInAnEstablishedAssociationKeepNothing() {
    Lone lone = Lone.in(AssociationState.ESTABLISHED);
    for (int i = 1; i <= 10_000; i++) {
      lone.hitWithTag(0, Lone.init(i));
    }
    assertEquals(SctpOptions.defaults().maxPendingReplies(), lone.sent().size());
    assertEquals(AssociationState.ESTABLISHED, lone.it.state());
    lone.hit(Lone.data(Lone.PEER_TSN, 0));
    assertInstanceOf(SackChunk.class, lone.chunks().get(0));
  }
}
