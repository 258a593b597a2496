package dev.turnstone.ice.internet;

import static dev.turnstone.testkit.internet.SimulatedInternet.address;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.CandidateType;
import dev.turnstone.ice.IceState;
import dev.turnstone.testkit.LinkOptions;
import dev.turnstone.testkit.internet.Firewall;
import dev.turnstone.testkit.internet.Nat;
import dev.turnstone.testkit.internet.NatOptions;
import dev.turnstone.testkit.internet.SimulatedHost;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A host moves to another network while a session goes on, and NATs forget. Either side controls.
 */
final class MobilityTest {
  private final Scene scene = new Scene(1).withStun();
  private Nat home;
  private Nat office;
  private SimulatedHost roaming;
  private SimulatedPeer mover;
  private SimulatedPeer other;

  private Nat nat(int number) {
    return scene.internet.nat(
        "nat " + number,
        NatOptions.PORT_RESTRICTED.withPortPreservation(false),
        scene.internet.realm(),
        Scene.LINK,
        address("203.0.113." + number));
  }

  @BeforeEach
  void plug() {
    home = nat(1);
    office = nat(2);
    Nat third = nat(3);
    roaming = scene.internet.host("roaming", LinkOptions.PERFECT);
    roaming.join(home.inside(), address("192.168.1.2"));
    SimulatedHost fixed = scene.internet.host("fixed", LinkOptions.PERFECT);
    fixed.join(third.inside(), address("192.168.3.2"));
    mover = scene.peer(roaming);
    other = scene.peer(fixed);
  }

  private void connect(boolean moverControls) {
    if (moverControls) {
      scene.start(mover, other);
    } else {
      scene.start(other, mover);
    }
    assertTrue(
        scene.runUntil(() -> mover.isConnected() && other.isConnected(), Duration.ofSeconds(2)));
    scene.runFor(Duration.ofSeconds(20));
  }

  /** How long until data goes both ways again, in milliseconds. */
  private long millisUntilDataFlows() {
    long begin = scene.internet.nowNanos();
    mover.packets.clear();
    other.packets.clear();
    boolean[] flows = new boolean[1];
    while (!flows[0] && scene.internet.nowNanos() - begin < 60_000_000_000L) {
      mover.send("there");
      other.send("back");
      scene.runFor(Duration.ofMillis(5));
      flows[0] = !mover.packets.isEmpty() && !other.packets.isEmpty();
    }
    assertTrue(flows[0], () -> mover.states + " " + other.states + " " + mover.pairs);
    return (scene.internet.nowNanos() - begin) / 1_000_000;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHostThatMovesToAnotherNetworkGoesOnWithoutARestart(boolean moverControls) {
    connect(moverControls);
    roaming.leave(address("192.168.1.2"));
    assertEquals(IceState.DISCONNECTED, mover.state());
    roaming.join(office.inside(), address("10.0.0.2"));
    long millis = millisUntilDataFlows();
    assertTrue(mover.isConnected());
    assertFalse(mover.states.contains(IceState.FAILED));
    assertFalse(other.states.contains(IceState.FAILED));
    assertTrue(millis < 800, millis + " ms");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHostThatWasWithoutAnyNetworkForAWhileComesBack(boolean moverControls) {
    connect(moverControls);
    roaming.leave(address("192.168.1.2"));
    scene.runFor(Duration.ofSeconds(12));
    assertEquals(IceState.DISCONNECTED, other.state());
    roaming.join(office.inside(), address("10.0.0.2"));
    long millis = millisUntilDataFlows();
    assertTrue(mover.isConnected());
    assertTrue(other.isConnected());
    assertFalse(other.states.contains(IceState.FAILED));
    assertTrue(millis < 800, millis + " ms");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aNewNetworkBesideTheOldOneIsReadyWhenTheOldOneGoes(boolean moverControls) {
    connect(moverControls);
    roaming.join(office.inside(), address("10.0.0.2"));
    scene.runFor(Duration.ofSeconds(3));
    roaming.leave(address("192.168.1.2"));
    long millis = millisUntilDataFlows();
    assertTrue(mover.isConnected());
    assertTrue(millis < 800, millis + " ms");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPathThatDiesWithoutAWordYieldsToAnotherThatWorks(boolean moverControls) {
    roaming.join(office.inside(), address("10.0.0.2"));
    connect(moverControls);
    home.setFirewall(Firewall.UDP_BLOCKED);
    long millis = millisUntilDataFlows();
    // The next consent check comes within six seconds, and its silence is believed soon.
    assertTrue(millis < 7500, millis + " ms");
    assertFalse(mover.states.contains(IceState.DISCONNECTED));
    assertFalse(other.states.contains(IceState.DISCONNECTED));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHostWhoseOtherAddressLeadsNowhereWaitsForANewOne(boolean moverControls) {
    Nat deaf = nat(4);
    deaf.setFirewall(Firewall.UDP_BLOCKED);
    roaming.join(deaf.inside(), address("172.16.0.2"));
    connect(moverControls);
    roaming.leave(address("192.168.1.2"));
    scene.runFor(Duration.ofSeconds(2));
    assertEquals(IceState.DISCONNECTED, mover.state());
    roaming.join(office.inside(), address("10.0.0.2"));
    assertTrue(millisUntilDataFlows() < 1000);
    assertTrue(mover.isConnected());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aNatThatForgotItsMappingsAndKeepsPortsIsNotEvenNoticedBehindIt(boolean moverControls) {
    home =
        scene.internet.nat(
            "keeps ports",
            NatOptions.PORT_RESTRICTED,
            scene.internet.realm(),
            Scene.LINK,
            address("203.0.113.5"));
    roaming.leave(address("192.168.1.2"));
    roaming.join(home.inside(), address("192.168.5.2"));
    connect(moverControls);
    home.reboot();
    scene.runFor(Duration.ofMinutes(1));
    assertFalse(mover.states.contains(IceState.DISCONNECTED));
    assertTrue(other.isConnected());
    assertTrue(millisUntilDataFlows() <= 60);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPeerThatIsOpenFollowsToANewAddressAtTheNextConsentCheck(boolean moverControls) {
    openToAll();
    connect(moverControls);
    home.reboot(address("203.0.113.77"));
    long millis = millisUntilDataFlows();
    // A consent check comes every five seconds, give or take a fifth.
    assertTrue(millis < 7000, millis + " ms");
    assertFalse(other.states.contains(IceState.FAILED));
    scene.runFor(Duration.ofMinutes(2));
    assertEquals("203.0.113.77", other.pair().remote().address());
    assertEquals(CandidateType.PEER_REFLEXIVE, other.pair().remote().type());
    assertTrue(mover.isConnected());
    assertTrue(other.isConnected());
  }

  private void openToAll() {
    SimulatedHost open = scene.internet.host("open", Scene.LINK);
    open.join(scene.internet.realm(), address("203.0.113.9"));
    other = scene.peer(open);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whereNothingGetsThroughAnyMoreBothNoticeAndARestartConnectsThem(boolean moverControls) {
    connect(moverControls);
    home.reboot();
    long begin = scene.internet.nowNanos();
    assertTrue(
        scene.runUntil(
            () -> mover.state() == IceState.DISCONNECTED && other.state() == IceState.DISCONNECTED,
            Duration.ofSeconds(15)));
    // Eight seconds after the last answer, which may have come up to five before.
    assertTrue(scene.internet.nowNanos() - begin < 8_100_000_000L);
    mover.transport.restart();
    other.transport.restart();
    SimulatedPeer.begin(moverControls ? mover : other, moverControls ? other : mover);
    assertTrue(
        scene.runUntil(() -> mover.isConnected() && other.isConnected(), Duration.ofSeconds(1)));
    assertTrue(millisUntilDataFlows() <= 60);
  }
}
