package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.interop.Plan.JvmRole;
import dev.turnstone.interop.Plan.Offerer;
import dev.turnstone.peerconnection.PeerConnectionState;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.List;
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
  private static final int RESTARTS = 3;
  private static final int MESSAGE = 32_768;
  private static final int SOME = 500_000;

  /** Data both ways, from the beginning to the end of a test. */
  private static final class Transfer {
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

  @ParameterizedTest(name = "the restart is asked for by {0}")
  @EnumSource(Offerer.class)
  void aTransferBothWaysOutlivesTheAddressThatItWentOver(Offerer asks) throws UnknownHostException {
    InetAddress one = InetAddress.getByName("127.0.0.1");
    InetAddress two = InetAddress.getByName("127.0.0.2");
    AtomicReference<InetAddress> present = new AtomicReference<>(one);
    JvmPeer jvm =
        jvm(
            JvmPeer.loopback()
                .bindAddresses(List.of(one, two))
                .addressFilter(address -> address.equals(present.get())));
    Link link = connect(Plan.browserOffers().trickled(), browser(), jvm);
    link.jvm().awaitIceCompleted(1);
    Transfer transfer = new Transfer(link);
    transfer.goOn();
    // The restart finds the address gone, and closes its socket in the middle of the transfer.
    present.set(two);
    restart(link, asks);
    transfer.goOn();
    transfer.finish();
    assertTrue(link.jvm().sctp().pathChanges() > 0, "SCTP was not told of the new path");
  }
}
