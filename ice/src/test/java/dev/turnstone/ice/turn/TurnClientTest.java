package dev.turnstone.ice.turn;

import static dev.turnstone.ice.turn.ScriptedServer.CREDENTIALS;
import static dev.turnstone.ice.turn.ScriptedServer.MAPPED;
import static dev.turnstone.ice.turn.ScriptedServer.RELAYED;
import static dev.turnstone.ice.turn.ScriptedServer.RELAYED6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.IceServer;
import dev.turnstone.ice.turn.TurnSettings.Families;
import dev.turnstone.stun.AddressFamily;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMethod;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Getting an allocation, keeping it and losing it, against a server that answers as told. */
class TurnClientTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void anAllocationTellsWhereWeAreReachedAndWhereTheServerSeesUs() {
    ScriptedServer server = new ScriptedServer().allocate();
    assertEquals(
        List.of(new TurnEvent.Allocated(List.of(RELAYED), Optional.of(MAPPED))), server.events);
    assertEquals(List.of(RELAYED), server.client.relayedAddresses());
    assertEquals(2, server.requests.size(), "one without credentials, one with");
    assertTrue(server.requests.get(0).attribute(StunAttribute.Username.class).isEmpty());
  }

  @Test
  void bothFamiliesComeInOneAllocation() {
    ScriptedServer server = new ScriptedServer(Families.BOTH, false);
    server.relays = List.of(RELAYED, RELAYED6);
    server.allocate();
    assertEquals(
        AddressFamily.IPV6,
        server.last().attribute(StunAttribute.AdditionalAddressFamily.class).get().family());
    assertEquals(List.of(RELAYED, RELAYED6), server.client.relayedAddresses());
  }

  @Test
  void aServerWithoutIpv6GivesWhatItHas() {
    ScriptedServer server = new ScriptedServer(Families.BOTH, false).allocate();
    assertEquals(List.of(RELAYED), server.client.relayedAddresses());
    assertFalse(server.client.permit(RELAYED6.getAddress(), server.now));
    assertNull(server.wrap(new InetSocketAddress("2001:db8::9", 9), "x"));
  }

  @Test
  void ipv6AloneIsAskedForByItsAttribute() {
    ScriptedServer server = new ScriptedServer(Families.IPV6, false);
    server.relays = List.of(RELAYED6);
    server.allocate();
    assertEquals(
        AddressFamily.IPV6,
        server.last().attribute(StunAttribute.RequestedAddressFamily.class).get().family());
    assertEquals(List.of(RELAYED6), server.client.relayedAddresses());
  }

  @Test
  void aRequestIsSentSevenTimesInForty() {
    ScriptedServer server = new ScriptedServer();
    server.silent = true;
    server.allocate();
    server.run(Duration.ofMillis(39_400));
    assertEquals(7, server.packets.size());
    assertTrue(server.events.isEmpty());
    server.run(Duration.ofMillis(200));
    assertEquals(TurnFailure.UNREACHABLE, server.ended().failure());
    assertEquals(TurnClient.NEVER, server.client.nextTimeout());
  }

  @Test
  void overAStreamNothingIsSentTwice() {
    ScriptedServer server = new ScriptedServer(Families.IPV4, true);
    server.silent = true;
    server.allocate();
    server.run(Duration.ofSeconds(40));
    assertEquals(1, server.packets.size());
    assertEquals(TurnFailure.UNREACHABLE, server.ended().failure());
  }

  @Test
  void aWrongPasswordIsToldAfterTwoRequests() {
    ScriptedServer server = new ScriptedServer();
    server.expected = new IceServer.Credentials("alice", "another");
    server.allocate();
    assertEquals(TurnFailure.UNAUTHORIZED, server.ended().failure());
    assertEquals(401, server.ended().code());
    assertEquals(2, server.requests.size());
  }

  @Test
  void nothingShowsThePassword() {
    ScriptedServer server = new ScriptedServer();
    server.expected = new IceServer.Credentials("alice", "another");
    server.allocate();
    String all = server.client + " " + server.events + " " + CREDENTIALS;
    assertFalse(all.contains(CREDENTIALS.password()), all);
  }

  @Test
  void staleNoncesAreReplacedAndThoseWithoutEndGivenUp() {
    ScriptedServer server = new ScriptedServer().allocate();
    server.nonce = "nonce-2";
    server.run(Duration.ofMinutes(20));
    assertTrue(server.events(TurnEvent.Ended.class).isEmpty());
    int[] count = {0};
    server.script =
        (request, authentic) ->
            server
                .error(request, 438)
                .add(new StunAttribute.Realm(server.realm))
                .add(new StunAttribute.Nonce("again-" + count[0]++));
    server.run(Duration.ofMinutes(10));
    assertEquals(TurnFailure.STALE_NONCE, server.ended().failure());
    assertTrue(count[0] <= 5, "asked " + count[0]);
  }

  @Test
  void credentialsThatHaveExpiredAreReplaced() {
    IceServer.Credentials next = new IceServer.Credentials("alice", "new-word");
    ScriptedServer server = new ScriptedServer().thenCredentials(next);
    server.allocate();
    server.expected = next;
    server.run(Duration.ofMinutes(30));
    assertTrue(server.events(TurnEvent.Ended.class).isEmpty(), () -> "" + server.events);
    assertEquals(List.of(RELAYED), server.client.relayedAddresses());
  }

  @Test
  void credentialsThatHaveExpiredAndHaveNoSuccessorEndIt() {
    ScriptedServer server = new ScriptedServer().allocate();
    server.expected = new IceServer.Credentials("alice", "new-word");
    server.run(Duration.ofMinutes(10));
    assertEquals(TurnFailure.UNAUTHORIZED, server.ended().failure());
  }

  @ParameterizedTest
  @CsvSource({
    "403, FORBIDDEN",
    "437, ALLOCATION_MISMATCH",
    "440, ADDRESS_FAMILY",
    "441, WRONG_CREDENTIALS",
    "442, UNSUPPORTED_TRANSPORT",
    "486, QUOTA",
    "508, CAPACITY",
    "500, OTHER",
    "420, OTHER"
  })
  void whatTheServerRefusesIsToldWithItsCodeAndReason(int code, TurnFailure failure) {
    ScriptedServer server = new ScriptedServer();
    server.script = (request, authentic) -> authentic ? server.signedError(request, code) : null;
    server.allocate();
    assertEquals(failure, server.ended().failure());
    assertEquals(code, server.ended().code());
    assertTrue(server.ended().reason().contains("because " + code), server.ended().reason());
  }

  @Test
  void whoeverHasNoKeyCannotRefuseOrGrant() {
    ScriptedServer server = new ScriptedServer();
    server.script =
        (request, authentic) -> {
          if (!authentic) {
            return null;
          }
          return server.requests.size() % 2 == 0
              ? server.error(request, 486)
              : server
                  .success(request)
                  .add(new StunAttribute.XorRelayedAddress(RELAYED))
                  .add(new StunAttribute.XorMappedAddress(MAPPED))
                  .add(new StunAttribute.Lifetime(600));
        };
    server.allocate();
    server.run(SECOND.multipliedBy(3));
    assertTrue(server.events.isEmpty(), () -> "" + server.events);
    server.script = (request, authentic) -> null;
    server.run(SECOND.multipliedBy(5));
    assertEquals(List.of(RELAYED), server.client.relayedAddresses());
  }

  @Test
  void aRefusalThatProvesNothingIsTheReasonWhenNothingElseComes() {
    ScriptedServer server = new ScriptedServer();
    server.script = (request, authentic) -> authentic ? server.error(request, 486) : null;
    server.allocate();
    server.run(Duration.ofSeconds(41));
    assertEquals(TurnFailure.QUOTA, server.ended().failure());
  }

  @Test
  void anotherServerIsNamedBeforeAnyPassword() {
    InetSocketAddress other = new InetSocketAddress("192.0.2.2", 3479);
    ScriptedServer server = new ScriptedServer();
    server.script =
        (request, authentic) ->
            server
                .error(request, 300)
                .add(new StunAttribute.AlternateServer(other))
                .add(new StunAttribute.AlternateDomain("two.example.org"));
    server.allocate();
    assertEquals(
        List.of(new TurnEvent.Redirected(other, Optional.of("two.example.org"))), server.events);
    assertTrue(server.client.isEnded());
  }

  @Test
  void onceAPasswordIsKnownOnlyTheServerSendsUsElsewhere() {
    InetSocketAddress other = new InetSocketAddress("192.0.2.2", 3479);
    StunAttribute.AlternateServer elsewhere = new StunAttribute.AlternateServer(other);
    ScriptedServer server = new ScriptedServer();
    server.script =
        (request, authentic) -> authentic ? server.error(request, 300).add(elsewhere) : null;
    server.allocate();
    server.run(SECOND);
    assertTrue(server.events.isEmpty());
    server.script =
        (request, authentic) -> authentic ? server.signedError(request, 300, elsewhere) : null;
    server.run(SECOND);
    assertEquals(List.of(new TurnEvent.Redirected(other, Optional.empty())), server.events);
  }

  @Test
  void circlesOfServersEnd() {
    InetSocketAddress one = ScriptedServer.SERVER;
    InetSocketAddress two = new InetSocketAddress("192.0.2.2", 3478);
    Redirections asked = new Redirections(one);
    assertTrue(asked.follow(two));
    assertFalse(asked.follow(one));
    assertFalse(asked.follow(two));
    int followed = 0;
    for (int port = 1; port < 100; port++) {
      followed += asked.follow(new InetSocketAddress("192.0.2.3", port)) ? 1 : 0;
    }
    assertEquals(3, followed);
  }

  @Test
  void theAllocationIsRefreshedBeforeItsEndForAsLongAsItIsWanted() {
    ScriptedServer server = new ScriptedServer().allocate();
    server.run(Duration.ofHours(2));
    assertEquals(13, server.count(StunMethod.REFRESH), 1.0);
    assertEquals(List.of(RELAYED), server.client.relayedAddresses());
  }

  @Test
  void lostRefreshesAreSurvived() {
    ScriptedServer server = new ScriptedServer();
    server.lifetime = 20;
    server.allocate();
    for (int round = 0; round < 10; round++) {
      // Each refresh is lost, with its repetitions, for six of the ten seconds that are left.
      server.run(Duration.ofMillis(9_900));
      server.silent = true;
      server.run(SECOND.multipliedBy(6));
      server.silent = false;
      server.run(SECOND.multipliedBy(4));
      assertEquals(List.of(RELAYED), server.client.relayedAddresses(), "round " + round);
    }
  }

  @Test
  void aServerThatIsGoneIsToldWhenTheLifetimeIsOver() {
    ScriptedServer server = new ScriptedServer().allocate();
    server.silent = true;
    server.run(Duration.ofSeconds(599));
    assertTrue(server.events(TurnEvent.Ended.class).isEmpty());
    server.run(SECOND.multipliedBy(2));
    assertEquals(TurnFailure.UNREACHABLE, server.ended().failure());
    assertTrue(server.client.relayedAddresses().isEmpty());
  }

  @Test
  void aServerThatHasForgottenUsIsToldAtOnce() {
    ScriptedServer server = new ScriptedServer().allocate();
    server.script = (request, authentic) -> server.signedError(request, 437);
    server.run(Duration.ofMinutes(9));
    assertEquals(TurnFailure.ALLOCATION_MISMATCH, server.ended().failure());
  }

  @Test
  void aServerInTroubleIsAskedAgainWhileTheAllocationLives() {
    ScriptedServer server = new ScriptedServer().allocate();
    server.script = (request, authentic) -> server.signedError(request, 500);
    server.run(Duration.ofSeconds(560));
    assertTrue(server.events(TurnEvent.Ended.class).isEmpty());
    long asked = server.count(StunMethod.REFRESH);
    assertTrue(asked > 10 && asked <= 21, "asked " + asked);
    server.script = (request, authentic) -> null;
    server.run(Duration.ofHours(1));
    assertEquals(List.of(RELAYED), server.client.relayedAddresses());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 20, 86_400, 0xFFFF_FFFFL})
  void noLifetimeMakesItAskTooOftenOrTooSeldom(long lifetime) {
    ScriptedServer server = new ScriptedServer();
    server.lifetime = lifetime;
    server.allocate();
    server.run(Duration.ofHours(2));
    long refreshes = server.count(StunMethod.REFRESH);
    assertTrue(refreshes >= 2 && refreshes <= 7200, "refreshes " + refreshes);
    assertEquals(List.of(RELAYED), server.client.relayedAddresses());
  }

  @Test
  void noLifetimeAtAllIsNoAllocation() {
    ScriptedServer server = new ScriptedServer();
    server.lifetime = 0;
    server.allocate();
    assertEquals(TurnFailure.NONSENSE, server.ended().failure());
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "169.254.1.1"})
  void aRelayThatNobodyCanReachIsNotTaken(String address) {
    ScriptedServer server = new ScriptedServer();
    server.relays = List.of(new InetSocketAddress(address, 5000));
    server.allocate();
    assertEquals(TurnFailure.NONSENSE, server.ended().failure());
    assertTrue(server.client.relayedAddresses().isEmpty());
    assertEquals(0, server.last().attribute(StunAttribute.Lifetime.class).get().seconds());
  }

  @Test
  void aRelayThatIsOurselvesOrTheServersPortOrNoPortIsNotTaken() {
    for (InetSocketAddress lie :
        List.of(MAPPED, ScriptedServer.SERVER, new InetSocketAddress("192.0.2.1", 0))) {
      ScriptedServer server = new ScriptedServer();
      server.relays = List.of(lie);
      server.allocate();
      assertEquals(TurnFailure.NONSENSE, server.ended().failure());
    }
  }

  @Test
  void onLoopbackAServerMayRelayThere() {
    ScriptedServer server =
        new ScriptedServer(new InetSocketAddress("127.0.0.1", 3478), Families.IPV4, false);
    InetSocketAddress relay = new InetSocketAddress("127.0.0.1", 5000);
    server.relays = List.of(relay);
    server.allocate();
    assertEquals(List.of(relay), server.client.relayedAddresses());
  }

  @Test
  void aMappedAddressThatCannotBeIsLeftOut() {
    ScriptedServer server = new ScriptedServer();
    server.mapped = new InetSocketAddress("127.0.0.1", 4000);
    server.allocate();
    assertEquals(Optional.empty(), server.events(TurnEvent.Allocated.class).get(0).mapped());
  }

  @Test
  void anAllocationIsGivenBackWithALifetimeOfZero() {
    ScriptedServer server = new ScriptedServer().allocate();
    server.client.release(server.now);
    server.drain();
    assertEquals(StunMethod.REFRESH, server.last().method());
    assertEquals(0, server.last().attribute(StunAttribute.Lifetime.class).get().seconds());
    assertTrue(server.client.isEnded());
    assertEquals(1, server.events.size(), "the one that it began with");
    assertEquals(TurnClient.NEVER, server.client.nextTimeout());
  }

  @Test
  void givingBackSurvivesAStaleNonceAndASilentServer() {
    ScriptedServer stale = new ScriptedServer().allocate();
    stale.nonce = "nonce-2";
    stale.client.release(stale.now);
    stale.drain();
    assertEquals(2, stale.count(StunMethod.REFRESH));
    assertTrue(stale.client.isEnded());

    ScriptedServer silent = new ScriptedServer().allocate();
    silent.silent = true;
    silent.client.release(silent.now);
    silent.run(SECOND.multipliedBy(41));
    assertTrue(silent.client.isEnded());
  }

  @Test
  void idleAllocationsKeepTheWayThroughNatsOpen() {
    ScriptedServer server = new ScriptedServer().allocate();
    int before = server.packets.size();
    server.run(Duration.ofMinutes(1));
    assertEquals(4, server.packets.size() - before);
  }

  @Test
  void aServerThatOffersStrongerHashesGetsThemAndNoUserName() {
    ScriptedServer server = new ScriptedServer();
    server.sha256 = true;
    // "obMatJos2" and the base64 of the bits 0 and 1 of 24 (RFC 8489 sections 9.2 and 18.1).
    server.nonce = "obMatJos2wAAArest";
    server.challengeExtras =
        List.of(
            new StunAttribute.PasswordAlgorithms(
                List.of(StunAttribute.Algorithm.SHA256, StunAttribute.Algorithm.MD5)));
    server.allocate();
    assertEquals(List.of(RELAYED), server.client.relayedAddresses());
    assertTrue(server.last().attribute(StunAttribute.Username.class).isEmpty());
    assertTrue(server.last().attribute(StunAttribute.UserHash.class).isPresent());
    assertTrue(server.last().attribute(StunAttribute.MessageIntegrity.class).isEmpty());
    assertTrue(server.last().attribute(StunAttribute.PasswordAlgorithms.class).isPresent());
  }

  @Test
  void aChoiceOfHashesThatSomebodyTookOutIsNotAnswered() {
    ScriptedServer server = new ScriptedServer();
    server.nonce = "obMatJos2gAAArest";
    server.allocate();
    assertEquals(TurnFailure.UNAUTHORIZED, server.ended().failure());
    assertEquals(1, server.requests.size());
  }

  @Test
  void theEndOfTheStreamEndsIt() {
    ScriptedServer server = new ScriptedServer(Families.IPV4, true).allocate();
    server.client.handleDisconnect("connection reset");
    server.drain();
    assertEquals("connection reset", server.ended().reason());
    assertNotNull(server.client.toString());
  }
}
