package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.ice.AddressChange;
import dev.turnstone.interop.Plan.JvmRole;
import dev.turnstone.interop.Plan.Offerer;
import dev.turnstone.peerconnection.PeerConnectionState;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * ICE restarts while data goes both ways without a pause: nothing is lost, and the channel is the
 * same all along.
 */
abstract class BrowserIceRestart extends BrowserScenarios {
  static final InetAddress ONE = loopback(1);
  static final InetAddress TWO = loopback(2);

  private static final int RESTARTS = 3;
  private static final int MESSAGE = 32_768;
  private static final int SOME = 500_000;

  private static InetAddress loopback(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** Data both ways, from the beginning to the end of a test. */
  static final class Transfer {
    private static final int TO_JVM = 5;
    private static final int TO_BROWSER = 6;

    private final Link link;
    private final AtomicBoolean goesOn = new AtomicBoolean(true);
    private final CompletableFuture<Integer> sent;

    Transfer(Link link) {
      this.link = link;
      link.browser().beginStream(CHAT, TO_JVM, MESSAGE);
      sent =
          CompletableFuture.supplyAsync(() -> link.chat().stream(TO_BROWSER, MESSAGE, goesOn::get));
    }

    /** Lets some more arrive at both ends. */
    void goOn() {
      link.chat().receivedBytes(link.chat().receivedBytes(0).length() + SOME);
      int atBrowser = link.browser().receivedBytes(CHAT, 0).length();
      link.browser().receivedBytes(CHAT, atBrowser + SOME);
    }

    /** All that was sent has come, byte for byte, over one channel that was never closed. */
    void finish() {
      goesOn.set(false);
      int toBrowser = JvmPeer.await(sent, () -> "the JVM's sender");
      int toJvm = link.browser().endStream();
      assertEquals(Message.pattern(TO_JVM, toJvm), link.chat().receivedBytes(toJvm));
      assertEquals(
          Message.pattern(TO_BROWSER, toBrowser), link.browser().receivedBytes(CHAT, toBrowser));
      assertEquals(0, Collections.frequency(link.browser().events(CHAT), "closing"));
      assertEquals(0, Collections.frequency(link.browser().events(CHAT), "close"));
      assertEquals(1, link.browser().channelCount());
      assertEquals("open", link.browser().attributes(CHAT).get("readyState"));
      assertEquals(1, link.jvm().acceptedCount());
    }
  }

  /** One round of offer and answer that restarts ICE, with candidates one by one. */
  private static void restart(Link link, Offerer asks) {
    String before = link.jvm().connection().localDescription().orElseThrow().sdp();
    if (asks == Offerer.BROWSER) {
      link.browser().restartIce();
      Plan.browserOffers().trickled().negotiate(link.browser(), link.jvm());
    } else {
      link.jvm().connection().restartIce();
      Plan.jvmOffers().as(JvmRole.CLIENT).trickled().negotiate(link.browser(), link.jvm());
    }
    String after = link.jvm().connection().localDescription().orElseThrow().sdp();
    assertNotEquals(ufrag(before), ufrag(after));
  }

  private static String ufrag(String sdp) {
    return sdp.lines().filter(line -> line.startsWith("a=ice-ufrag:")).findFirst().orElseThrow();
  }

  @ParameterizedTest(name = "asked for by {0}")
  @EnumSource(Offerer.class)
  void aTransferBothWaysGoesThroughRestarts(Offerer asks) {
    Link link = connect(Plan.browserOffers().trickled());
    link.jvm().awaitIceCompleted(1);
    Transfer transfer = new Transfer(link);
    for (int i = 1; i <= RESTARTS; i++) {
      transfer.goOn();
      restart(link, asks);
      link.jvm().awaitIceCompleted(1 + i);
    }
    transfer.goOn();
    transfer.finish();
    List<PeerConnectionState> states = link.jvm().connectionStates();
    assertEquals(PeerConnectionState.CONNECTED, states.get(states.size() - 1));
    assertEquals(1, Collections.frequency(states, PeerConnectionState.CONNECTED));
  }

  /** A connection of ours on two addresses, of which some are there. */
  JvmPeer roaming(AtomicReference<Set<InetAddress>> present, AddressChange change) {
    return jvm(
        JvmPeer.loopback()
            .bindAddresses(List.of(ONE, TWO))
            .addressFilter(address -> present.get().contains(address))
            .addressChange(change));
  }

  Link linkOf(JvmPeer jvm) {
    Link link = connect(Plan.browserOffers().trickled(), browser(), jvm);
    jvm.awaitIceCompleted(1);
    return link;
  }

  @ParameterizedTest(name = "the restart is asked for by {0}")
  @EnumSource(Offerer.class)
  void aTransferBothWaysOutlivesTheAddressThatItWentOver(Offerer asks) {
    AtomicReference<Set<InetAddress>> present = new AtomicReference<>(Set.of(ONE));
    Link link = linkOf(roaming(present, AddressChange.RESTART));
    Transfer transfer = new Transfer(link);
    transfer.goOn();
    present.set(Set.of(TWO));
    if (asks == Offerer.JVM) {
      // The socket is closed, and the policy asks for the restart.
      factory().networkChanged();
      link.jvm().awaitNegotiationNeeded();
      // The new address was told in the old generation too: signaling keeps the order.
      link.jvm().takeCandidates().forEach(link.browser()::addCandidate);
      Plan.jvmOffers().as(JvmRole.CLIENT).trickled().negotiate(link.browser(), link.jvm());
    } else {
      // The restart finds the address gone, and closes its socket in the middle of the transfer.
      restart(link, asks);
    }
    transfer.goOn();
    transfer.finish();
    assertTrue(link.jvm().sctp().pathChanges() > 0, "SCTP was not told of the new path");
  }
}
