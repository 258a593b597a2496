package dev.turnstone.turn;

import static dev.turnstone.turn.Rig.SECOND;
import static dev.turnstone.turn.Rig.assertGranted;
import static dev.turnstone.turn.Rig.at;
import static dev.turnstone.turn.Rig.error;
import static dev.turnstone.turn.Rig.lifetime;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.stun.AddressFamily;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.TransactionId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AllocateTest {
  private static final StunAttribute UDP = StunAttribute.RequestedTransport.UDP;

  private final Rig rig = new Rig(Rig.relaying());

  @Test
  void whoShowsNoPasswordIsChallengedInFewBytes() {
    Rig.Client client = rig.client(40_000);
    StunMessage answer = client.asks(StunMethod.ALLOCATE, UDP);
    assertEquals(401, error(answer));
    assertEquals(Rig.REALM, answer.attribute(StunAttribute.Realm.class).orElseThrow().realm());
    // 60 and the realm of eleven characters, filled up to twelve.
    assertEquals(72, client.lastAnswerBytes);
    rig.assertQuiet();
    assertEquals(0, rig.server.counters().allocations());
  }

  @Test
  void whoShowsThePasswordGetsARelayedAddress() {
    Rig.Client client = rig.client(40_000);
    StunMessage answer = client.demands(StunMethod.ALLOCATE, UDP);
    assertGranted(answer);
    assertEquals(
        Rig.relayAddress(1, AddressFamily.IPV4),
        answer.attribute(StunAttribute.XorRelayedAddress.class).orElseThrow().address());
    assertEquals(
        client.tuple.client(),
        answer.attribute(StunAttribute.XorMappedAddress.class).orElseThrow().address());
    assertEquals(600, lifetime(answer));
    assertEquals(rig.now + 600 * SECOND, rig.server.nextTimeout());
    assertEquals(1, rig.server.counters().allocated());
  }

  @Test
  void aWrongPasswordAndAnUnknownUserAreChallengedAgain() {
    Rig.Client client = rig.client(40_000);
    client.password = "wrong";
    assertEquals(401, error(client.demands(StunMethod.ALLOCATE, UDP)));
    client.username = "mallory";
    assertEquals(401, error(client.demands(StunMethod.ALLOCATE, UDP)));
    assertEquals(0, rig.server.counters().allocations());
  }

  @Test
  void integrityWithoutANameIsABadRequest() {
    Rig.Client client = rig.client(40_000);
    StunMessage answer =
        client.asks(
            StunMethod.ALLOCATE, new StunAttribute.MessageIntegrity(ByteBuffer.allocate(20)));
    assertEquals(400, error(answer));
    assertEquals(28, client.lastAnswerBytes);
  }

  @Test
  void aNonceGrowsStale() {
    Rig.Client client = rig.client(40_000);
    client.allocates();
    rig.after(599);
    assertGranted(client.demands(StunMethod.REFRESH, new StunAttribute.Lifetime(3600)));
    rig.after(3000);
    assertGranted(client.demands(StunMethod.REFRESH, new StunAttribute.Lifetime(3600)));
    rig.after(1);
    StunMessage answer = client.demands(StunMethod.REFRESH);
    assertEquals(438, error(answer));
    client.nonce = answer.attribute(StunAttribute.Nonce.class).orElseThrow().nonce();
    assertGranted(client.demands(StunMethod.REFRESH));
  }

  @Test
  void aNonceIsOfNoUseToAnotherClient() {
    Rig.Client one = rig.client(40_000);
    one.allocates();
    Rig.Client other = rig.client(40_001);
    other.nonce = one.nonce;
    assertEquals(438, error(other.demands(StunMethod.ALLOCATE, UDP)));
    other.nonce = "A".repeat(22);
    assertEquals(438, error(other.demands(StunMethod.ALLOCATE, UDP)));
    other.nonce = "not base64 at all, is!";
    assertEquals(438, error(other.demands(StunMethod.ALLOCATE, UDP)));
  }

  @Test
  void aRetransmittedAllocateIsAnsweredAgainAndASecondOneIsNot() {
    Rig.Client client = rig.client(40_000);
    TransactionId id = rig.id();
    StunMessage first = client.demands(id, StunMethod.ALLOCATE, UDP);
    StunMessage again = client.demands(id, StunMethod.ALLOCATE, UDP);
    assertEquals(first, again);
    assertEquals(437, error(client.demands(StunMethod.ALLOCATE, UDP)));
    assertEquals(1, rig.server.counters().allocations());
    assertEquals(1, rig.server.counters().allocated());
  }

  @Test
  void whileTheRelayPortOpensRetransmissionsWait() {
    rig.opensRelays = false;
    Rig.Client client = rig.client(40_000);
    TransactionId id = rig.id();
    assertTrue(client.asks(StunMethod.ALLOCATE) != null);
    client.nonce = null;
    client.nonce =
        client.asks(StunMethod.ALLOCATE).attribute(StunAttribute.Nonce.class).orElseThrow().nonce();
    client.hand(client.signed(id, StunMethod.ALLOCATE, UDP));
    ServerOutput.OpenRelay open = rig.take(ServerOutput.OpenRelay.class);
    assertEquals(AddressFamily.IPV4, open.family());
    assertFalse(open.evenPort());
    client.hand(client.signed(id, StunMethod.ALLOCATE, UDP));
    rig.assertQuiet();
    assertEquals(437, error(client.demands(StunMethod.REFRESH)));

    rig.now += SECOND / 10;
    rig.server.relayOpened(open.relay(), at("192.0.2.2", 50_000), rig.now);
    rig.drain();
    assertEquals(600, lifetime(client.answer()));
  }

  @Test
  void aRelayPortThatCannotBeOpenedIsTold() {
    rig.opensRelays = false;
    Rig.Client client = rig.client(40_000);
    client.demands(StunMethod.REFRESH);
    rig.outputs.clear();
    client.hand(client.signed(rig.id(), StunMethod.ALLOCATE, UDP));
    rig.server.relayFailed(rig.take(ServerOutput.OpenRelay.class).relay(), rig.now);
    rig.drain();
    assertEquals(508, error(client.answer()));
    assertEquals(0, rig.server.counters().allocations());
    assertEquals(TurnServer.NEVER, rig.server.nextTimeout());
  }

  @Test
  void aRelayPortThatOpensTooLateIsClosedAgain() {
    rig.opensRelays = false;
    Rig.Client client = rig.client(40_000);
    client.demands(StunMethod.REFRESH);
    rig.outputs.clear();
    client.hand(client.signed(rig.id(), StunMethod.ALLOCATE, UDP));
    long relay = rig.take(ServerOutput.OpenRelay.class).relay();
    rig.server.handleClientClosed(client.tuple);
    rig.drain();
    assertEquals(List.of(relay), rig.closed);
    rig.server.relayOpened(relay, at("192.0.2.2", 50_000), rig.now);
    rig.drain();
    assertEquals(List.of(relay, relay), rig.closed);
  }

  @Test
  void whatIsNotOfferedIsRefusedByItsNumber() {
    Rig.Client client = rig.client(40_000);
    assertEquals(400, error(client.demands(StunMethod.ALLOCATE)));
    assertEquals(
        442, error(client.demands(StunMethod.ALLOCATE, new StunAttribute.RequestedTransport(6))));
    StunMessage unknown =
        client.demands(StunMethod.ALLOCATE, UDP, new StunAttribute.DontFragment());
    assertEquals(420, error(unknown));
    assertEquals(
        List.of(0x001A),
        unknown.attribute(StunAttribute.UnknownAttributes.class).orElseThrow().types());
    assertEquals(
        508, error(client.demands(StunMethod.ALLOCATE, UDP, new StunAttribute.EvenPort(true))));
    assertEquals(
        508,
        error(client.demands(StunMethod.ALLOCATE, UDP, new StunAttribute.ReservationToken(1))));
    assertEquals(
        400,
        error(
            client.demands(
                StunMethod.ALLOCATE,
                UDP,
                new StunAttribute.ReservationToken(1),
                new StunAttribute.EvenPort(false))));
    assertEquals(
        400,
        error(
            client.demands(
                StunMethod.ALLOCATE,
                UDP,
                new StunAttribute.RequestedAddressFamily(AddressFamily.IPV6),
                new StunAttribute.AdditionalAddressFamily(AddressFamily.IPV6))));
    assertEquals(
        400,
        error(
            client.demands(
                StunMethod.ALLOCATE,
                UDP,
                new StunAttribute.AdditionalAddressFamily(AddressFamily.IPV4))));
    assertEquals(0, rig.server.counters().allocations());
  }

  @Test
  void anEvenPortIsAskedOfTheDriver() {
    rig.opensRelays = false;
    Rig.Client client = rig.client(40_000);
    client.demands(StunMethod.REFRESH);
    rig.outputs.clear();
    client.hand(
        client.signed(rig.id(), StunMethod.ALLOCATE, UDP, new StunAttribute.EvenPort(false)));
    assertTrue(rig.take(ServerOutput.OpenRelay.class).evenPort());
  }

  @Test
  void aRelayHasTheFamilyThatIsAskedFor() {
    Rig.Client client = rig.client(40_000);
    StunMessage answer =
        client.demands(
            StunMethod.ALLOCATE, UDP, new StunAttribute.RequestedAddressFamily(AddressFamily.IPV6));
    assertEquals(
        Rig.relayAddress(1, AddressFamily.IPV6),
        answer.attribute(StunAttribute.XorRelayedAddress.class).orElseThrow().address());
  }

  @Test
  void aFamilyThatIsNotThereIsRefusedOrMissing() {
    Rig rig = new Rig(Rig.relaying().relayFamilies(Set.of(AddressFamily.IPV4)));
    Rig.Client client = rig.client(40_000);
    assertEquals(
        440,
        error(
            client.demands(
                StunMethod.ALLOCATE,
                UDP,
                new StunAttribute.RequestedAddressFamily(AddressFamily.IPV6))));
    StunMessage answer =
        client.demands(
            StunMethod.ALLOCATE,
            UDP,
            new StunAttribute.AdditionalAddressFamily(AddressFamily.IPV6));
    assertGranted(answer);
    assertEquals(1, answer.attributes(StunAttribute.XorRelayedAddress.class).size());
    StunAttribute.AddressErrorCode missing =
        answer.attribute(StunAttribute.AddressErrorCode.class).orElseThrow();
    assertEquals(AddressFamily.IPV6, missing.family());
    assertEquals(440, missing.code());
  }

  @Test
  void bothFamiliesAreRelayedAndEndedOneByOne() {
    Rig.Client client = rig.client(40_000);
    StunMessage answer =
        client.demands(
            StunMethod.ALLOCATE,
            UDP,
            new StunAttribute.AdditionalAddressFamily(AddressFamily.IPV6));
    assertEquals(
        List.of(
            new StunAttribute.XorRelayedAddress(Rig.relayAddress(1, AddressFamily.IPV4)),
            new StunAttribute.XorRelayedAddress(Rig.relayAddress(2, AddressFamily.IPV6))),
        answer.attributes(StunAttribute.XorRelayedAddress.class));

    assertGranted(
        client.demands(
            StunMethod.REFRESH,
            new StunAttribute.Lifetime(0),
            new StunAttribute.RequestedAddressFamily(AddressFamily.IPV4)));
    assertEquals(List.of(1L), rig.closed);
    assertEquals(
        443,
        error(
            client.demands(
                StunMethod.REFRESH, new StunAttribute.RequestedAddressFamily(AddressFamily.IPV4))));
    assertEquals(
        443,
        error(
            client.demands(
                StunMethod.CREATE_PERMISSION, new StunAttribute.XorPeerAddress(Rig.PEER))));
    client.permits(at("2001:db8::7", 9));
    rig.after(600);
    assertEquals(List.of(1L, 2L), rig.closed);
    assertEquals(0, rig.server.counters().allocations());
  }

  @Test
  void oneOfTwoFamiliesIsEnough() {
    rig.opensRelays = false;
    Rig.Client client = rig.client(40_000);
    client.demands(StunMethod.REFRESH);
    rig.outputs.clear();
    client.hand(
        client.signed(
            rig.id(),
            StunMethod.ALLOCATE,
            UDP,
            new StunAttribute.AdditionalAddressFamily(AddressFamily.IPV6)));
    long four = rig.take(ServerOutput.OpenRelay.class).relay();
    long six = rig.take(ServerOutput.OpenRelay.class).relay();
    rig.server.relayFailed(six, rig.now);
    rig.drain();
    rig.assertQuiet();
    rig.server.relayOpened(four, at("192.0.2.2", 50_000), rig.now);
    rig.drain();
    StunMessage answer = client.answer();
    assertGranted(answer);
    assertEquals(508, answer.attribute(StunAttribute.AddressErrorCode.class).orElseThrow().code());
  }

  @Test
  void lifetimesStayBetweenTheDefaultAndTheMost() {
    Rig.Client client = rig.client(40_000);
    StunMessage answer = client.demands(StunMethod.ALLOCATE, UDP, new StunAttribute.Lifetime(5));
    assertEquals(600, lifetime(answer));
    assertEquals(
        3600,
        lifetime(client.demands(StunMethod.REFRESH, new StunAttribute.Lifetime(0xFFFF_FFFFL))));
    assertEquals(
        700, lifetime(client.demands(StunMethod.REFRESH, new StunAttribute.Lifetime(700))));
    assertEquals(rig.now + 700 * SECOND, rig.server.nextTimeout());
  }

  @Test
  void anAllocationThatIsRefreshedOutlivesTenLifetimes() {
    Rig rig = new Rig(Rig.relaying().lifetimes(Duration.ofSeconds(20), Duration.ofSeconds(20)));
    Rig.Client client = rig.client(40_000);
    client.allocates();
    for (int i = 0; i < 20; i++) {
      rig.after(10);
      assertGranted(client.demands(StunMethod.REFRESH, new StunAttribute.Lifetime(600)));
    }
    rig.after(19);
    assertEquals(1, rig.server.counters().allocations());
    rig.after(1);
    assertEquals(0, rig.server.counters().allocations());
    assertEquals(List.of(1L), rig.closed);
    assertEquals(437, error(client.demands(StunMethod.REFRESH)));
  }

  @Test
  void aLifetimeOfNothingEndsTheAllocation() {
    Rig.Client client = rig.client(40_000);
    client.allocates();
    client.hand(client.signed(rig.id(), StunMethod.REFRESH, new StunAttribute.Lifetime(0)));
    assertEquals(0, lifetime(client.answer()));
    assertEquals(List.of(1L), rig.closed);
    assertNotEquals(1, client.allocates());
  }

  @Test
  void anotherUserCannotTouchAnAllocation() {
    Rig.Client client = rig.client(40_000);
    client.allocates();
    client.username = "bob";
    client.password = "builder";
    assertEquals(441, error(client.demands(StunMethod.REFRESH, new StunAttribute.Lifetime(0))));
    assertEquals(441, error(client.binds(0x4000, Rig.PEER)));
    assertEquals(1, rig.server.counters().allocations());
  }

  @Test
  void aUserAndAServerHaveOnlySoManyAllocations() {
    Rig rig = new Rig(Rig.relaying().maxAllocations(3, 2));
    rig.client(1).allocates();
    rig.client(2).allocates();
    assertEquals(486, error(rig.client(3).demands(StunMethod.ALLOCATE, UDP)));
    Rig.Client bob = rig.client(4);
    bob.username = "bob";
    bob.password = "builder";
    bob.allocates();
    Rig.Client more = rig.client(5);
    more.username = "bob";
    more.password = "builder";
    assertEquals(508, error(more.demands(StunMethod.ALLOCATE, UDP)));
    rig.after(600);
    rig.outputs.clear();
    more.allocates();
    assertEquals(1, rig.server.counters().allocations());
  }

  @Test
  void clientsAreSentOnToAnotherServerOfTheirFamily() {
    Rig rig =
        new Rig(
            Rig.relaying()
                .alternateServers(List.of(at("2001:db8::3", 3478), at("192.0.2.3", 3478))));
    StunMessage answer = rig.client(40_000).demands(StunMethod.ALLOCATE, UDP);
    assertEquals(300, error(answer));
    assertEquals(
        at("192.0.2.3", 3478),
        answer.attribute(StunAttribute.AlternateServer.class).orElseThrow().address());
  }

  @Test
  void aTicketIsGoodUntilItsTimeAndCountsForItsOwner() {
    ExpiringCredentials tickets = new ExpiringCredentials("secret");
    Rig rig = new Rig(TurnServerOptions.builder().relay(Rig.REALM, tickets).maxAllocations(10, 1));
    Rig.Client client = rig.client(1);
    client.username = tickets.username("alice", Rig.BIRTH.plusSeconds(60));
    client.password = tickets.password(client.username);
    client.allocates();

    Rig.Client twice = rig.client(2);
    twice.username = tickets.username("alice", Rig.BIRTH.plusSeconds(61));
    twice.password = tickets.password(twice.username);
    assertEquals(486, error(twice.demands(StunMethod.ALLOCATE, UDP)));

    rig.after(60);
    // What stands goes on; what is new is too late.
    assertGranted(client.demands(StunMethod.REFRESH));
    Rig.Client late = rig.client(3);
    late.username = client.username;
    late.password = client.password;
    assertEquals(401, error(late.demands(StunMethod.ALLOCATE, UDP)));
  }

  @Test
  void keysMadeWithSha256AreTakenWhereTheyAreOffered() {
    Rig rig = new Rig(Rig.relaying().sha256Passwords(true));
    Rig.Client client = rig.client(40_000);
    StunMessage challenge = client.asks(StunMethod.ALLOCATE, UDP);
    assertEquals(96, client.lastAnswerBytes);
    assertTrue(
        challenge
            .attribute(StunAttribute.Nonce.class)
            .orElseThrow()
            .nonce()
            .startsWith("obMatJos2gAAA"));
    client.sha256 = true;
    StunMessage answer = client.demands(StunMethod.ALLOCATE, UDP);
    assertGranted(answer);
    assertTrue(answer.attribute(StunAttribute.MessageIntegritySha256.class).isPresent());
    assertGranted(client.demands(StunMethod.REFRESH));

    Rig.Client old = rig.client(40_001);
    old.allocates();
    // Somebody between has taken the better algorithm off the list.
    StunMessage tampered =
        old.demands(
            StunMethod.REFRESH,
            new StunAttribute.PasswordAlgorithms(List.of(StunAttribute.Algorithm.MD5)),
            new StunAttribute.PasswordAlgorithm(StunAttribute.Algorithm.MD5));
    assertEquals(400, error(tampered));
  }

  @Test
  void theEndOfAStreamEndsItsAllocation() {
    Rig.Client client = rig.client(ClientTransport.TCP);
    client.allocates();
    rig.server.handleClientClosed(client.tuple);
    rig.drain();
    assertEquals(List.of(1L), rig.closed);
    assertEquals(0, rig.server.counters().allocations());
    rig.server.handleClientClosed(client.tuple);
  }
}
