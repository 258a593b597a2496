package dev.turnstone.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.turnstone.datachannel.DataChannelState;
import dev.turnstone.peerconnection.PeerConnectionState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ends: of channels and of connections, from either side. */
abstract class BrowserClosing extends BrowserScenarios {

  @Test
  void theJvmHearsThatTheBrowserClosedAChannel() {
    Link link = connect(Plan.browserOffers());
    link.browser().closeChannel(CHAT);
    link.chat().awaitClosed();
    link.browser().awaitClosed(CHAT);
    assertEquals(DataChannelState.CLOSED, link.chat().channel().readyState());
    assertEquals(PeerConnectionState.CONNECTED, link.jvm().connection().connectionState());
  }

  @Test
  void theBrowserHearsThatTheJvmClosedAChannel() {
    Link link = connect(Plan.browserOffers());
    link.chat().channel().close();
    link.browser().awaitClosed(CHAT);
    link.chat().awaitClosed();
    assertEquals(List.of(), link.browser().errors(CHAT));
  }

  @Test
  void whatWasSentBeforeAChannelClosesArrives() {
    Link link = connect(Plan.browserOffers());
    link.jvm().open("last").awaitOpen();
    JvmChannel last = link.jvm().open("last words").awaitOpen();
    for (int i = 0; i < 20; i++) {
      last.channel().send(new Pattern(i).next(50_000));
    }
    last.channel().send("the end");
    last.channel().close();
    List<Message> heard = link.browser().received("last words", 21);
    assertEquals(Message.text("the end"), heard.get(20));
    link.browser().awaitClosed("last words");
    last.awaitClosed();
  }

  @Test
  void aStreamIdIsUsedAgainAfterTheBrowserClosed() {
    Link link = connect(Plan.browserOffers());
    int id = -1;
    for (int round = 0; round < 10; round++) {
      String label = "round " + round;
      link.browser().open(label);
      JvmChannel channel = link.jvm().accepted(label);
      link.browser().awaitOpen(label);
      link.browser().send(label, label);
      assertEquals(List.of(Message.text(label)), channel.received(1));
      id = sameId(id, channel);
      link.browser().closeChannel(label);
      channel.awaitClosed();
      link.browser().awaitClosed(label);
    }
  }

  @Test
  void aStreamIdIsUsedAgainAfterTheJvmClosed() {
    Link link = connect(Plan.browserOffers());
    int id = -1;
    for (int round = 0; round < 10; round++) {
      String label = "round " + round;
      JvmChannel channel = link.jvm().open(label).awaitOpen();
      channel.channel().send(label);
      assertEquals(List.of(Message.text(label)), link.browser().received(label, 1));
      id = sameId(id, channel);
      channel.channel().close();
      link.browser().awaitClosed(label);
      channel.awaitClosed();
    }
  }

  @Test
  void aChannelClosedFromBothSidesAtOnceClosesOnBoth() {
    Link link = connect(Plan.jvmOffers());
    link.chat().channel().close();
    link.browser().closeChannel(CHAT);
    link.chat().awaitClosed();
    link.browser().awaitClosed(CHAT);
  }

  @Test
  void theJvmHearsThatTheBrowserClosedTheConnection() {
    Link link = connect(Plan.browserOffers());
    link.browser().close();
    link.chat().awaitClosed();
    link.jvm()
        .awaitConnection(
            PeerConnectionState.CLOSED,
            PeerConnectionState.DISCONNECTED,
            PeerConnectionState.FAILED);
    assertThrows(IllegalStateException.class, () -> link.chat().channel().send("too late"));
  }

  @Test
  void theBrowserHearsThatTheJvmClosedTheConnection() {
    Link link = connect(Plan.jvmOffers());
    link.jvm().close();
    link.browser().awaitClosed(CHAT);
    link.chat().awaitClosed();
    assertEquals(PeerConnectionState.CLOSED, link.jvm().connection().connectionState());
  }

  private static int sameId(int id, JvmChannel channel) {
    int now = channel.channel().id().orElseThrow();
    if (id >= 0) {
      assertEquals(id, now);
    }
    return now;
  }
}
