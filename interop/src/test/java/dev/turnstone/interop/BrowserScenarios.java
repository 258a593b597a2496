package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.turnstone.interop.BrowserKind.Candidates;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import dev.turnstone.peerconnection.PeerConnectionFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What tests between a browser and a {@code PeerConnection} of ours share. */
@ExtendWith(InteropReport.class)
abstract class BrowserScenarios implements InteropReport.WithPeer {
  /** The channel that every connection begins with, made by the side that offers. */
  static final String CHAT = "chat";

  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  private static PeerConnectionFactory factory;
  private final List<JvmPeer> jvms = new ArrayList<>();

  /**
   * Two sides of a connection and its first channel.
   *
   * @param browser the page's side
   * @param jvm our side
   * @param chat our end of the channel {@link #CHAT}
   */
  record Link(BrowserPeer browser, JvmPeer jvm, JvmChannel chat) {}

  @BeforeAll
  static void makeFactory() {
    factory = new PeerConnectionFactory();
  }

  @AfterAll
  static void closeFactory() {
    factory.close();
  }

  static PeerConnectionFactory factory() {
    return factory;
  }

  @AfterEach
  void closeConnections() {
    jvms.forEach(JvmPeer::close);
  }

  @Override
  public String peer() {
    return BROWSER.title();
  }

  /** A connection of ours on loopback alone. */
  JvmPeer jvm() {
    return jvm(true);
  }

  JvmPeer jvm(boolean loopbackOnly) {
    return jvm(loopbackOnly ? JvmPeer.loopback() : PeerConnectionConfiguration.builder());
  }

  /** A connection of ours that is configured to taste. */
  JvmPeer jvm(PeerConnectionConfiguration.Builder configuration) {
    JvmPeer jvm = new JvmPeer(factory, configuration);
    jvms.add(jvm);
    return jvm;
  }

  BrowserPeer browser() {
    return BROWSER.peer(Candidates.PLAIN);
  }

  /** Negotiates as planned, with {@link #CHAT} from the side that offers, and waits for it. */
  Link connect(Plan plan) {
    return connect(plan, browser(), jvm());
  }

  Link connect(Plan plan, BrowserPeer browser, JvmPeer jvm) {
    boolean browserOffers = plan.offerer() == Plan.Offerer.BROWSER;
    JvmChannel ours = browserOffers ? null : jvm.open(CHAT);
    if (browserOffers) {
      browser.open(CHAT);
    }
    plan.negotiate(browser, jvm);
    JvmChannel chat = browserOffers ? jvm.accepted(CHAT) : ours.awaitOpen();
    browser.awaitOpen(CHAT);
    return new Link(browser, jvm, chat);
  }

  /** A message each way. */
  static void talk(Link link) {
    link.browser().awaitOpen(CHAT);
    link.browser().send(CHAT, "from the browser");
    link.chat().channel().send("from the JVM");
    assertEquals(List.of(Message.text("from the browser")), link.chat().received(1));
    assertEquals(List.of(Message.text("from the JVM")), link.browser().received(CHAT, 1));
  }

  /** A plan whose every datagram goes through a tap; the JVM must be on loopback alone. */
  static Plan through(UdpTap tap, Plan plan) {
    return plan.changingToBrowser(
            sdp -> {
              tap.pointAt(Sdp.loopbackPort(sdp));
              return Sdp.onlyCandidate(sdp, tap.port());
            })
        .changingToJvm(Sdp::withoutCandidates);
  }
}
