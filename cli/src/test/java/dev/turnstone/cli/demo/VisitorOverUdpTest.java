package dev.turnstone.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.cli.link.Peers;
import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.peerconnection.PeerConnection;
import dev.turnstone.peerconnection.PeerConnectionConfiguration;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A visit with the real stack under both ends: what the page does, done in Java. */
@Timeout(60)
class VisitorOverUdpTest {
  private static final PeerConnectionConfiguration LOOPBACK =
      PeerConnectionConfiguration.builder()
          .bindAddresses(List.of(InetAddress.getLoopbackAddress()))
          .build();

  private final Peers peers = Peers.overUdp();
  private final Visitors visitors = new Visitors(peers, LOOPBACK, 4);
  private final PeerConnection browser = peers.create(LOOPBACK);

  @AfterEach
  void stop() {
    visitors.close();
    peers.close();
  }

  private String visit() throws Exception {
    browser.setLocalDescription().get(30, TimeUnit.SECONDS);
    Visitors.Admission admission =
        browser.gatheredLocalDescription().thenCompose(visitors::admit).get(30, TimeUnit.SECONDS);
    browser.setRemoteDescription(admission.description()).get(30, TimeUnit.SECONDS);
    return admission.id();
  }

  /** What a channel heard first, and when it closed. */
  private static final class Heard implements DataChannelListener {
    final CompletableFuture<String> text = new CompletableFuture<>();
    final CompletableFuture<Void> closed = new CompletableFuture<>();
    final CompletableFuture<Void> open = new CompletableFuture<>();

    @Override
    public void onOpen() {
      open.complete(null);
    }

    @Override
    public void onText(String message) {
      text.complete(message);
    }

    @Override
    public void onClosed() {
      closed.complete(null);
    }
  }

  private Heard hear(DataChannel channel) {
    Heard heard = new Heard();
    channel.setListener(heard);
    return heard;
  }

  @Test
  void theChatGreetsAndAStrangeChannelIsClosed() throws Exception {
    Heard chat = hear(browser.createDataChannel("chat"));
    Heard strange = hear(browser.createDataChannel("strange"));
    visit();
    assertTrue(chat.text.get(30, TimeUnit.SECONDS).startsWith("Hello from Java"));
    strange.closed.get(30, TimeUnit.SECONDS);
  }

  @Test
  void aDismissedVisitorHearsOfIt() throws Exception {
    Heard chat = hear(browser.createDataChannel("chat"));
    String id = visit();
    chat.open.get(30, TimeUnit.SECONDS);
    assertTrue(visitors.dismiss(id));
    chat.closed.get(30, TimeUnit.SECONDS);
  }

  @Test
  void aVisitorWhoLeavesMakesRoom() throws Exception {
    Heard chat = hear(browser.createDataChannel("chat"));
    visit();
    chat.text.get(30, TimeUnit.SECONDS);
    assertEquals(1, visitors.count());
    browser.close();
    while (visitors.count() > 0) {
      Thread.onSpinWait();
    }
  }
}
