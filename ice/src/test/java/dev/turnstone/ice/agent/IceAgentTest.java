package dev.turnstone.ice.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceParameters;
import dev.turnstone.ice.IceReport;
import dev.turnstone.ice.IceRole;
import dev.turnstone.ice.IceState;
import dev.turnstone.ice.PairReport;
import dev.turnstone.ice.PairState;
import dev.turnstone.stun.IntegrityKey;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.TransactionId;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two agents on simulated time. */
class IceAgentTest {
  private static final Duration DELAY = Duration.ofMillis(25);
  private static final Duration LONG = Duration.ofMinutes(2);

  private final Wire wire = new Wire(1, DELAY);
  private final Wire.Side a = wire.side("alice");
  private final Wire.Side b = wire.side("bob");

  private boolean bothCompleted() {
    return a.state() == IceState.COMPLETED && b.state() == IceState.COMPLETED;
  }

  private void connect() {
    Candidate ours = a.host("10.0.0.1", 1000, 65535);
    Candidate theirs = b.host("10.0.0.2", 2000, 65535);
    Wire.start(a, b, wire.now);
    a.remote(theirs);
    b.remote(ours);
    assertTrue(wire.runUntil(this::bothCompleted, LONG), () -> a.events + " " + b.events);
  }

  /** Ten seconds later, the first of the addresses of {@code a} is in use, at port 1000. */
  private void connectWithTwoAddresses() {
    Candidate first = a.host("10.0.0.1", 1000, 65535);
    Candidate second = a.host("10.0.1.1", 1001, 100);
    Candidate theirs = b.host("10.0.0.2", 2000, 65535);
    Wire.start(a, b, wire.now);
    a.remote(theirs);
    b.remote(first);
    b.remote(second);
    wire.run(Duration.ofSeconds(10));
  }

  @Test
  void dataMayLeaveAfterOneRoundTrip() {
    a.host("10.0.0.1", 1000, 65535);
    Candidate theirs = b.host("10.0.0.2", 2000, 65535);
    Wire.start(a, b, wire.now);
    a.remote(theirs);
    assertTrue(wire.runUntil(() -> a.agent.selectedPath() != null, LONG));
    assertEquals(DELAY.multipliedBy(2).toNanos(), wire.now);
    assertEquals(IceState.CONNECTED, a.state());
  }

  @Test
  void theControllingSideNominatesAndBothCompleteAfterTwoRoundTrips() {
    connect();
    assertTrue(wire.now <= DELAY.multipliedBy(4).toNanos(), "took " + wire.now);
    a.send("hello");
    b.send("there");
    wire.run(Duration.ofSeconds(1));
    assertEquals(List.of("hello"), b.data);
    assertEquals(List.of("there"), a.data);
  }

  @Test
  void aSideThatKnowsNoCandidateOfThePeerLearnsItFromChecks() {
    a.host("10.0.0.1", 1000, 65535);
    Candidate theirs = b.host("10.0.0.2", 2000, 65535);
    Wire.start(a, b, wire.now);
    a.remote(theirs);
    assertTrue(wire.runUntil(this::bothCompleted, LONG));
    AgentEvent.PathSelected path =
        b.events.stream()
            .filter(AgentEvent.PathSelected.class::isInstance)
            .map(AgentEvent.PathSelected.class::cast)
            .findFirst()
            .orElseThrow();
    assertEquals(CandidateType.PEER_REFLEXIVE, path.candidates().remote().type());
  }

  @Test
  void checksThatComeBeforeTheCredentialsAreAnsweredAndRemembered() {
    a.host("10.0.0.1", 1000, 65535);
    Candidate theirs = b.host("10.0.0.2", 2000, 65535);
    a.agent.start(IceRole.CONTROLLING, b.agent.localParameters(), wire.now);
    a.remote(theirs);
    assertTrue(wire.runUntil(() -> a.agent.selectedPath() != null, LONG));
    b.agent.start(IceRole.CONTROLLED, a.agent.localParameters(), wire.now);
    assertTrue(wire.runUntil(this::bothCompleted, LONG));
  }

  @Test
  void aBetterPairThatWorksLaterTakesOverAndThePeerFollows() {
    Candidate low = a.host("10.0.0.1", 1000, 100);
    Candidate peer = b.host("10.0.0.2", 2000, 65535);
    Wire.start(a, b, wire.now);
    a.remote(peer);
    b.remote(low);
    assertTrue(wire.runUntil(this::bothCompleted, LONG));
    Candidate high = a.host("10.0.1.1", 1001, 65535);
    b.remote(high);
    InetSocketAddress better = new InetSocketAddress("10.0.1.1", 1001);
    assertTrue(
        wire.runUntil(
            () ->
                a.agent.selectedPath().base().address().equals(better)
                    && b.agent.selectedPath().remote().equals(better),
            LONG));
    assertTrue(wire.runUntil(this::bothCompleted, LONG));
  }

  @Test
  void aPairThatIsBlockedDoesNotHoldTheOthersUp() {
    Candidate blocked = a.host("10.0.0.1", 1000, 65535);
    Candidate open = a.host("10.0.1.1", 1001, 100);
    Candidate theirs = b.host("10.0.0.2", 2000, 65535);
    wire.filter = (from, to, message) -> from.getPort() != 1000 && to.getPort() != 1000;
    Wire.start(a, b, wire.now);
    a.remote(theirs);
    b.remote(blocked);
    b.remote(open);
    assertTrue(wire.runUntil(this::bothCompleted, LONG));
    assertTrue(wire.now < Duration.ofMillis(150).toNanos(), "took " + wire.now);
  }

  @Test
  void aLostCheckIsSentAgain() {
    int[] sent = {0};
    wire.filter = (from, to, message) -> ++sent[0] > 4;
    connect();
    assertTrue(wire.now < Duration.ofSeconds(1).toNanos(), "took " + wire.now);
  }

  @Test
  void twoControllingSidesSettleIt() {
    conflict(IceRole.CONTROLLING);
  }

  @Test
  void twoControlledSidesSettleIt() {
    conflict(IceRole.CONTROLLED);
  }

  private void conflict(IceRole role) {
    Candidate ours = a.host("10.0.0.1", 1000, 65535);
    Candidate theirs = b.host("10.0.0.2", 2000, 65535);
    a.agent.start(role, b.agent.localParameters(), wire.now);
    b.agent.start(role, a.agent.localParameters(), wire.now);
    a.remote(theirs);
    b.remote(ours);
    assertTrue(wire.runUntil(this::bothCompleted, LONG));
    assertNotEquals(a.agent.role(), b.agent.role());
  }

  @Test
  void aLitePeerIsControlled() {
    Wire.Side lite = wire.side("lite");
    lite.agent =
        new IceAgent(
            AgentTiming.DEFAULT,
            new IceParameters("litefrag", "password-of-lite-long-enough", true),
            new java.security.SecureRandom());
    a.host("10.0.0.1", 1000, 65535);
    Candidate theirs = lite.host("10.0.0.3", 3000, 65535);
    a.agent.start(IceRole.CONTROLLED, lite.agent.localParameters(), wire.now);
    lite.agent.start(IceRole.CONTROLLING, a.agent.localParameters(), wire.now);
    a.remote(theirs);
    assertTrue(
        wire.runUntil(
            () -> a.state() == IceState.COMPLETED && lite.state() == IceState.COMPLETED, LONG));
    assertEquals(IceRole.CONTROLLING, a.agent.role());
    wire.run(LONG);
    assertEquals(IceState.COMPLETED, a.state());
    assertEquals(IceState.COMPLETED, lite.state());
  }

  @Test
  void consentKeepsAnIdleConnectionAlive() {
    connect();
    long before = wire.packets;
    wire.run(Duration.ofMinutes(10));
    assertTrue(bothCompleted());
    // Both ask each 2.5 s, and answer.
    long packets = wire.packets - before;
    assertTrue(packets > 4 * 220 && packets < 4 * 250, "packets " + packets);
  }

  @Test
  void silenceDisconnectsAfterFiveSecondsAndFailsAfterThirty() {
    connect();
    wire.run(Duration.ofSeconds(20));
    long cut = wire.now;
    wire.filter = (from, to, message) -> false;
    assertTrue(wire.runUntil(() -> a.state() == IceState.DISCONNECTED, LONG));
    assertTrue(wire.now - cut <= Duration.ofSeconds(5).toNanos());
    assertTrue(wire.runUntil(() -> a.state() == IceState.FAILED, LONG));
    assertTrue(wire.now - cut <= Duration.ofSeconds(31).toNanos());
    assertFalse(a.send("into the void"));
  }

  @Test
  void aSilentPeerThatComesBackIsConnectedAgain() {
    connect();
    wire.filter = (from, to, message) -> false;
    assertTrue(wire.runUntil(() -> a.state() == IceState.DISCONNECTED, LONG));
    wire.run(Duration.ofSeconds(5));
    long back = wire.now;
    wire.filter = (from, to, message) -> true;
    assertTrue(wire.runUntil(this::bothCompleted, LONG));
    assertTrue(wire.now - back <= Duration.ofSeconds(1).toNanos(), "took " + (wire.now - back));
  }

  @Test
  void anotherPairTakesOverWhenTheOneInUseDies() {
    connectWithTwoAddresses();
    assertEquals(1000, b.agent.selectedPath().remote().getPort());
    wire.filter = (from, to, message) -> from.getPort() != 1000 && to.getPort() != 1000;
    assertTrue(
        wire.runUntil(
            () ->
                a.agent.selectedPath().base().address().getPort() == 1001
                    && b.agent.selectedPath().remote().getPort() == 1001,
            Duration.ofSeconds(20)),
        () -> a.events + "\n" + b.events);
    wire.run(Duration.ofSeconds(40));
    assertTrue(bothCompleted(), () -> a.events + "\n" + b.events);
  }

  @Test
  void anUnpluggedAddressMovesToAnotherAtOnce() {
    connectWithTwoAddresses();
    a.unplug("10.0.0.1", 1000);
    assertEquals(1001, a.agent.selectedPath().base().address().getPort());
  }

  @Test
  void aRestartKeepsTheOldPairUntilTheNewOneWorks() {
    connect();
    a.agent.restart(a.credentials(), wire.now);
    b.agent.restart(b.credentials(), wire.now);
    assertTrue(a.send("on the old pair"));
    wire.run(Duration.ofSeconds(1));
    assertEquals(List.of("on the old pair"), b.data);
    Candidate ours = a.host("10.0.0.1", 1000, 65535);
    Candidate theirs = b.host("10.0.9.2", 2009, 65535);
    Wire.start(a, b, wire.now);
    a.remote(theirs);
    b.remote(ours);
    InetSocketAddress moved = new InetSocketAddress("10.0.9.2", 2009);
    assertTrue(wire.runUntil(() -> a.agent.selectedPath().remote().equals(moved), LONG));
    assertTrue(wire.runUntil(this::bothCompleted, LONG));
    a.send("on the new pair");
    wire.run(Duration.ofSeconds(5));
    assertEquals(List.of("on the old pair", "on the new pair"), b.data);
    assertTrue(a.events.stream().anyMatch(AgentEvent.PreviousGenerationEnded.class::isInstance));
    assertTrue(bothCompleted());
  }

  @Test
  void theReportCountsChecksAndTheirRoundTripsForEachPair() {
    connectWithTwoAddresses();
    wire.run(Duration.ofSeconds(30));
    assertTrue(a.send("twelve bytes"));
    IceReport report = a.agent.report((candidate, base) -> Optional.empty());
    assertEquals(IceState.COMPLETED, report.state());
    assertEquals(Optional.of(IceRole.CONTROLLING), report.role());
    assertEquals(2, report.localCandidates().size());
    assertEquals(1, report.remoteCandidates().size());
    assertEquals(2, report.pairs().size());
    PairReport used = report.selected().orElseThrow();
    long rtt = Duration.ofMillis(50).toNanos();
    for (PairReport pair : report.pairs()) {
      assertEquals(PairState.SUCCEEDED, pair.state());
      assertEquals(rtt, pair.currentRoundTripTime());
      assertEquals(rtt * pair.responsesReceived(), pair.totalRoundTripTime());
      assertEquals(pair.requestsReceived(), pair.responsesSent());
      // One consent check may be on its way.
      assertTrue(pair.requestsSent() - pair.responsesReceived() <= 1, pair::toString);
      assertTrue(
          pair.consentRequestsSent() > 0 && pair.consentRequestsSent() < pair.requestsSent());
      boolean inUse = pair.equals(used);
      assertEquals(inUse ? 1 : 0, pair.packetsSent());
      assertEquals(inUse ? 13 : 0, pair.bytesSent());
      assertEquals(inUse ? wire.now : -1, pair.lastPacketSentAt());
      assertEquals(-1, pair.lastPacketReceivedAt());
      assertEquals(inUse, pair.nominated());
    }
    assertTrue(wire.runUntil(() -> !b.data.isEmpty(), LONG));
    IceReport theirs = b.agent.report((candidate, base) -> Optional.empty());
    assertEquals(13, theirs.selected().orElseThrow().bytesReceived());
    assertEquals(1, theirs.packetsReceived());
    assertEquals(wire.now, theirs.selected().orElseThrow().lastPacketReceivedAt());
  }

  @Test
  void theReportKeepsItsCountsThroughARestart() {
    connect();
    a.send("before");
    restart(a);
    restart(b);
    IceReport between = a.agent.report((candidate, base) -> Optional.empty());
    assertEquals(1, between.pairs().size());
    assertTrue(between.selected().isPresent());
    connect();
    wire.run(Duration.ofSeconds(5));
    a.send("after");
    IceReport report = a.agent.report((candidate, base) -> Optional.empty());
    assertEquals(2, report.packetsSent());
    assertEquals(13, report.bytesSent());
    assertEquals(1, report.selected().orElseThrow().packetsSent());
    assertEquals(1, report.pairs().size());
    assertEquals(2, report.selectedPairChanges());
    assertEquals(
        a.agent.localParameters().usernameFragment(),
        report.localCandidates().get(0).usernameFragment());
    assertEquals(
        b.agent.localParameters().usernameFragment(),
        report.remoteCandidates().get(0).usernameFragment());
  }

  private void restart(Wire.Side side) {
    side.agent.restart(side.credentials(), wire.now);
  }

  private List<IceState> states(Wire.Side side) {
    return side.events.stream()
        .filter(AgentEvent.StateChanged.class::isInstance)
        .map(event -> ((AgentEvent.StateChanged) event).state())
        .toList();
  }

  @Test
  void aRestartOfACompletedAgentGoesThroughConnected() {
    connect();
    a.events.clear();
    restart(a);
    restart(b);
    connect();
    assertEquals(List.of(IceState.CONNECTED, IceState.COMPLETED), states(a));
  }

  @Test
  void aRestartOfADisconnectedAgentChecksAndForgetsThatItWasLost() {
    connect();
    wire.filter = (from, to, message) -> false;
    assertTrue(wire.runUntil(() -> a.state() == IceState.DISCONNECTED, LONG));
    a.events.clear();
    restart(a);
    assertEquals(IceState.DISCONNECTED, a.state());
    a.agent.start(
        IceRole.CONTROLLING, new IceParameters("next", "next-password-that-is-long"), wire.now);
    wire.run(Duration.ofSeconds(10));
    assertEquals(List.of(IceState.CHECKING), states(a));
    // The old pair answers again before the new ones do.
    wire.filter = (from, to, message) -> true;
    assertTrue(wire.runUntil(() -> a.state() == IceState.CONNECTED, LONG));
    assertTrue(a.send("over the old pair"));
    assertTrue(wire.runUntil(() -> !b.data.isEmpty(), LONG));
  }

  @Test
  void anOldPairThatExpiresFailsARestartThatIsNeverAnswered() {
    connect();
    restart(a);
    wire.run(Duration.ofMinutes(2));
    assertEquals(IceState.COMPLETED, a.state());
    wire.filter = (from, to, message) -> false;
    assertTrue(wire.runUntil(() -> a.state() == IceState.FAILED, LONG));
    assertFalse(a.send("nobody is there"));
    // The answer comes at last.
    wire.filter = (from, to, message) -> true;
    restart(b);
    connect();
  }

  @Test
  void thePeerMayTakeItsTimeToLearnOfARestart() {
    connect();
    restart(a);
    restart(b);
    // b has the offer and has answered; the answer is on its way for a minute.
    Candidate ours = a.host("10.0.0.1", 1000, 65535);
    Candidate theirs = b.host("10.0.0.2", 2000, 65535);
    b.remote(ours);
    b.agent.start(IceRole.CONTROLLED, a.agent.localParameters(), wire.now);
    wire.run(Duration.ofMinutes(1));
    assertEquals(IceState.COMPLETED, a.state());
    assertTrue(a.send("on the old pair"));
    assertTrue(wire.runUntil(() -> !b.data.isEmpty(), LONG));
    a.agent.start(IceRole.CONTROLLING, b.agent.localParameters(), wire.now);
    a.remote(theirs);
    assertTrue(wire.runUntil(this::bothCompleted, LONG));
    wire.run(Duration.ofSeconds(5));
    assertTrue(b.events.stream().anyMatch(AgentEvent.PreviousGenerationEnded.class::isInstance));
  }

  @Test
  void aRestartKeepsTheRoles() {
    connect();
    assertEquals(IceRole.CONTROLLING, a.agent.role());
    restart(a);
    restart(b);
    a.agent.start(IceRole.CONTROLLED, b.agent.localParameters(), wire.now);
    assertEquals(IceRole.CONTROLLING, a.agent.role());
  }

  @Test
  void anAddressThatGoesDuringARestartLeavesItsPlaceToAnotherOldOne() {
    connectWithTwoAddresses();
    restart(a);
    a.unplug("10.0.0.1", 1000);
    assertEquals(1001, a.agent.selectedPath().base().address().getPort());
    assertTrue(a.send("over the other"));
    assertTrue(wire.runUntil(() -> !b.data.isEmpty(), LONG));
    wire.run(Duration.ofMinutes(1));
    assertTrue(a.send("still"));
    assertTrue(wire.runUntil(() -> b.data.size() == 2, LONG), () -> a.events + "\n" + b.events);
  }

  @Test
  void aRestartRevivesWhatHasFailed() {
    connect();
    wire.filter = (from, to, message) -> false;
    assertTrue(
        wire.runUntil(() -> a.state() == IceState.FAILED && b.state() == IceState.FAILED, LONG));
    wire.filter = (from, to, message) -> true;
    a.agent.restart(a.credentials(), wire.now);
    b.agent.restart(b.credentials(), wire.now);
    assertEquals(IceState.NEW, a.state());
    connect();
  }

  @Test
  void itFailsWhenEveryPairHasAndNobodyHasMore() {
    Candidate ours = a.host("10.0.0.1", 1000, 65535);
    Candidate theirs = b.host("10.0.0.2", 2000, 65535);
    wire.filter = (from, to, message) -> false;
    Wire.start(a, b, wire.now);
    a.remote(theirs);
    b.remote(ours);
    a.agent.endOfLocalCandidates(wire.now);
    a.agent.endOfRemoteCandidates(wire.now);
    assertTrue(wire.runUntil(() -> a.state() == IceState.FAILED, LONG));
  }

  @Test
  void packetsFromAddressesThatNoCheckHasShownAreDropped() {
    connect();
    InetSocketAddress stranger = new InetSocketAddress("10.9.9.9", 9);
    Base base = a.bases.values().iterator().next();
    assertFalse(a.agent.handleData(base, stranger, 100, wire.now));
  }

  @Test
  void aCheckWithAWrongPasswordIsNotAnsweredAndChangesNothing() {
    connect();
    Path before = a.agent.selectedPath();
    Base base = a.bases.values().iterator().next();
    InetSocketAddress stranger = new InetSocketAddress("10.9.9.9", 9);
    String username = a.agent.localParameters().usernameFragment() + ":xxxx";
    for (int i = 0; i < 1000; i++) {
      ByteBuffer check = ByteBuffer.allocate(512);
      new StunMessage(
              MessageClass.REQUEST,
              StunMethod.BINDING,
              new TransactionId(i, i),
              new StunAttribute.Username(username),
              new StunAttribute.Priority(1),
              new StunAttribute.IceControlling(7),
              new StunAttribute.UseCandidate())
          .encoder(check)
          .integrity(IntegrityKey.shortTerm("not the password at all"))
          .fingerprint()
          .finish();
      assertFalse(a.agent.handlePacket(base, stranger, check.flip(), wire.now));
    }
    assertEquals(null, a.agent.pollTransmit());
    assertEquals(before, a.agent.selectedPath());
    assertFalse(a.agent.handleData(base, stranger, 100, wire.now));
  }
}
