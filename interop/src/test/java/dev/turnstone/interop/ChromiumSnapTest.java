package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.turnstone.interop.BrowserKind.Candidates;
import dev.turnstone.interop.Plan.JvmRole;
import dev.turnstone.interop.Plan.Offerer;
import dev.turnstone.peerconnection.PeerConnectionFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Chromium with SNAP, which it has behind a flag (draft-hancke-tsvwg-snap). */
@ExtendWith(InteropReport.class)
@InBrowser(value = BrowserKind.CHROMIUM, flags = "--enable-features=WebRtcSctpSnap")
class ChromiumSnapTest implements InteropReport.WithPeer {
  private static final String CHAT = "chat";
  private static final Pattern INIT = Pattern.compile("(?m)^a=sctp-init:(\\S+)");
  private static final int STREAMS = 14;

  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  /** Whether the flag does anything in this browser; null until it was tried. */
  private static Boolean writesInit;

  private final PeerConnectionFactory factory = new PeerConnectionFactory();
  private final List<String> toJvm = new ArrayList<>();
  private final List<String> toBrowser = new ArrayList<>();
  private BrowserPeer browser;

  @Override
  public String peer() {
    return BROWSER.title();
  }

  @BeforeEach
  void isThere() {
    browser = BROWSER.peer(Candidates.PLAIN);
    if (writesInit == null) {
      BrowserPeer probe = BROWSER.peer(Candidates.PLAIN);
      probe.open("probe");
      writesInit = INIT.matcher(probe.offer(false)).find();
    }
    assumeTrue(
        writesInit,
        () -> peer() + " writes no a=sctp-init, even with --enable-features=WebRtcSctpSnap");
  }

  @AfterEach
  void close() {
    factory.close();
  }

  private JvmPeer jvm(boolean snap) {
    return new JvmPeer(factory, JvmPeer.loopback().sctpSnap(snap));
  }

  private Plan plan(Offerer offerer) {
    Plan plan = offerer == Offerer.BROWSER ? Plan.browserOffers() : Plan.jvmOffers();
    return plan.changingToJvm(sdp -> note(toJvm, sdp))
        .changingToBrowser(sdp -> note(toBrowser, sdp));
  }

  private static String note(List<String> to, String sdp) {
    to.add(sdp);
    return sdp;
  }

  private static boolean carriesInit(List<String> descriptions) {
    return INIT.matcher(descriptions.get(0)).find();
  }

  private void talk(Plan plan, JvmPeer jvm) {
    JvmChannel ours = plan.offerer() == Offerer.JVM ? jvm.open(CHAT) : null;
    if (ours == null) {
      browser.open(CHAT);
    }
    plan.negotiate(browser, jvm);
    JvmChannel chat = ours == null ? jvm.accepted(CHAT) : ours.awaitOpen();
    browser.awaitOpen(CHAT);
    browser.send(CHAT, "from the browser");
    chat.channel().send("from the JVM");
    assertEquals(List.of(Message.text("from the browser")), chat.received(1));
    assertEquals(List.of(Message.text("from the JVM")), browser.received(CHAT, 1));
  }

  static Stream<Arguments> ways() {
    return Stream.of(Offerer.values())
        .flatMap(offerer -> Stream.of(JvmRole.values()).map(role -> Arguments.of(offerer, role)));
  }

  @ParameterizedTest(name = "{0} offers, the JVM is DTLS {1}")
  @MethodSource("ways")
  void beginsSctpWithTheInitsOfBothDescriptions(Offerer offerer, JvmRole role) {
    talk(plan(offerer).as(role), jvm(true));
    assertEquals(true, carriesInit(toJvm), () -> toJvm.get(0));
    assertEquals(true, carriesInit(toBrowser), () -> toBrowser.get(0));
  }

  @ParameterizedTest(name = "{0} offers")
  @EnumSource(Offerer.class)
  void makesTheClassicHandshakeWhereOneSideHasNoSctpInit(Offerer offerer) {
    talk(plan(offerer), jvm(false));
    assertEquals(offerer == Offerer.BROWSER, carriesInit(toJvm));
    assertFalse(carriesInit(toBrowser));
  }

  @ParameterizedTest(name = "{0} offers")
  @EnumSource(Offerer.class)
  void takesTheStreamsThatAreInTheDescription(Offerer offerer) {
    // What is taken from the description cannot have come over the network.
    talk(plan(offerer).changingToBrowser(sdp -> withStreams(sdp, 10)), jvm(true));
    assertEquals(10, browser.maxChannels());
  }

  private static String withStreams(String sdp, int inbound) {
    Matcher found = INIT.matcher(sdp);
    if (!found.find()) {
      throw new AssertionError("no a=sctp-init in:\n" + sdp);
    }
    byte[] chunk = Base64.getDecoder().decode(found.group(1));
    ByteBuffer.wrap(chunk).putShort(STREAMS, (short) inbound);
    return found.replaceFirst("a=sctp-init:" + Base64.getEncoder().encodeToString(chunk));
  }

  @Test
  void aSecondRoundKeepsTheInits() {
    JvmPeer jvm = jvm(true);
    talk(plan(Offerer.BROWSER), jvm);
    plan(Offerer.BROWSER).negotiate(browser, jvm);
    assertEquals(init(toJvm.get(0)), init(toJvm.get(1)));
    assertEquals(init(toBrowser.get(0)), init(toBrowser.get(1)));
    browser.send(CHAT, "still");
    assertEquals(
        List.of(Message.text("from the browser"), Message.text("still")),
        jvm.accepted(CHAT).received(2));
  }

  private static String init(String sdp) {
    Matcher found = INIT.matcher(sdp);
    return found.find() ? found.group(1) : "none";
  }
}
