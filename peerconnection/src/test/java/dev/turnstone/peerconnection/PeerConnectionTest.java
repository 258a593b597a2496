package dev.turnstone.peerconnection;

import static dev.turnstone.peerconnection.Peers.get;
import static dev.turnstone.peerconnection.Peers.take;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.datachannel.DataChannelPriority;
import dev.turnstone.datachannel.DataChannelState;
import dev.turnstone.dtls.DtlsException;
import dev.turnstone.peerconnection.Peers.Ear;
import dev.turnstone.peerconnection.Peers.Event;
import dev.turnstone.sctp.SctpMetrics;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two peers over real sockets on loopback. */
class PeerConnectionTest {

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void twoPeersExchangeTextBinaryAndEmptyMessages(boolean trickled) throws Exception {
    try (Peers peers = new Peers()) {
      DataChannel ours = peers.offerer.createDataChannel("chat");
      Ear ourEar = Ear.of(ours);
      if (trickled) {
        peers.negotiateTrickled();
      } else {
        peers.negotiate();
      }
      DataChannel theirs = take(peers.answererChannels);
      Ear theirEar = Ear.of(theirs);
      assertEquals("chat", theirs.label());
      assertEquals(Event.OPEN, ourEar.next());
      assertEquals(Event.OPEN, theirEar.next());

      ours.send("grüezi");
      ours.send(new byte[] {1, 2, 3});
      ours.send("");
      ours.send(new byte[0]);
      assertEquals("grüezi", theirEar.next());
      assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3}), theirEar.next());
      assertEquals("", theirEar.next());
      assertEquals(ByteBuffer.allocate(0), theirEar.next());
      theirs.send("back");
      assertEquals("back", ourEar.next());
      assertEquals(PeerConnectionState.CONNECTED, peers.offerer.connectionState());
    }
  }

  @Test
  void aMessageOf256KiBArrivesWholeBothWays() throws Exception {
    try (Peers peers = new Peers()) {
      DataChannel ours = peers.offerer.createDataChannel("big");
      Ear ourEar = Ear.of(ours);
      peers.negotiate();
      DataChannel theirs = take(peers.answererChannels);
      Ear theirEar = Ear.of(theirs);
      assertEquals(Event.OPEN, ourEar.next());
      assertEquals(Event.OPEN, theirEar.next());
      byte[] big = new byte[262144];
      new Random(1).nextBytes(big);
      ours.send(big);
      ByteBuffer arrived = (ByteBuffer) theirEar.next();
      theirs.send(arrived);
      byte[] back = new byte[big.length];
      ((ByteBuffer) ourEar.next()).get(back);
      assertArrayEquals(big, back);
      MessageTooLargeException refused =
          assertThrows(MessageTooLargeException.class, () -> ours.send(new byte[262145]));
      assertTrue(refused.getMessage().contains("262144"), refused.getMessage());
    }
  }

  @Test
  void theFiguresOfTheAssociationTellThatMessagesInterleave() throws Exception {
    try (Peers peers = new Peers()) {
      Ear ear = Ear.of(peers.offerer.createDataChannel("figures"));
      assertFalse(get(peers.offerer.sctpMetrics()).interleaving());
      peers.negotiate();
      assertEquals(Event.OPEN, ear.next());
      SctpMetrics metrics = get(peers.offerer.sctpMetrics());
      assertTrue(metrics.interleaving());
      assertEquals(1, metrics.messagesSent(), "the announcement of the channel");
      peers.offerer.close();
      Exception failed = assertThrows(Exception.class, () -> get(peers.offerer.sctpMetrics()));
      assertInstanceOf(InvalidStateException.class, failed.getCause());
    }
  }

  @Test
  void bufferedAmountRisesWithSendAndTellsWhenItIsLowAgain() throws Exception {
    try (Peers peers = new Peers()) {
      DataChannel ours = peers.offerer.createDataChannel("bulk");
      Ear ourEar = Ear.of(ours);
      peers.negotiate();
      take(peers.answererChannels).setListener(new DataChannelListener() {});
      assertEquals(Event.OPEN, ourEar.next());
      ours.setBufferedAmountLowThreshold(100_000);
      for (int i = 0; i < 100; i++) {
        ours.send(new byte[100_000]);
      }
      assertTrue(ours.bufferedAmount() > 100_000, "10 MB cannot have left already");
      assertEquals(Event.LOW, take(ourEar.lows));
      assertTrue(ours.bufferedAmount() <= 100_000);
    }
  }

  @Test
  void sendRefusesWhenTheSendBufferIsFullAndTakesAgainLater() throws Exception {
    try (Peers peers = new Peers(PeerConnectionFactory.builder().sendBufferBytes(300_000))) {
      DataChannel ours = peers.offerer.createDataChannel("full");
      Ear ourEar = Ear.of(ours);
      peers.negotiate();
      DataChannel theirs = take(peers.answererChannels);
      CompletableFuture<Void> gate = new CompletableFuture<>();
      BlockingQueue<Integer> sizes = new LinkedBlockingQueue<>();
      theirs.setListener(
          new DataChannelListener() {
            @Override
            public void onBinary(ByteBuffer binary) {
              gate.join();
              sizes.add(binary.remaining());
            }
          });
      assertEquals(Event.OPEN, ourEar.next());
      // The reader is blocked: its window, then our buffer, fill up, and then we are told.
      int sent = 0;
      try {
        for (; ; sent++) {
          ours.send(new byte[100_000]);
        }
      } catch (OperationException full) {
        assertTrue(full.getMessage().contains("full"), full.getMessage());
      }
      gate.complete(null);
      for (int i = 0; i < sent; i++) {
        assertEquals(100_000, take(sizes));
      }
      take(ourEar.lows);
      ours.send(new byte[100_000]);
      assertEquals(100_000, take(sizes));
    }
  }

  @Test
  void optionsOfAChannelArriveAtTheOtherSide() throws Exception {
    try (Peers peers = new Peers()) {
      peers.offerer.createDataChannel(
          "a",
          DataChannelOptions.builder()
              .ordered(false)
              .maxRetransmits(3)
              .protocol("p")
              .priority(DataChannelPriority.HIGH)
              .build());
      peers.offerer.createDataChannel(
          "b", DataChannelOptions.builder().maxPacketLifeTime(500).build());
      peers.negotiate();
      DataChannel a = take(peers.answererChannels);
      assertEquals("a", a.label());
      assertFalse(a.ordered());
      assertEquals(3, a.maxRetransmits().getAsInt());
      assertEquals("p", a.protocol());
      assertEquals(DataChannelPriority.HIGH, a.priority());
      DataChannel b = take(peers.answererChannels);
      assertEquals("b", b.label());
      assertTrue(b.ordered());
      assertEquals(500, b.maxPacketLifeTime().getAsInt());
    }
  }

  @Test
  void negotiatedChannelsOpenOnBothSidesWithoutAnnouncement() throws Exception {
    try (Peers peers = new Peers()) {
      DataChannelOptions options = DataChannelOptions.builder().negotiated(7).build();
      DataChannel ours = peers.offerer.createDataChannel("n", options);
      DataChannel theirs = peers.answerer.createDataChannel("n", options);
      Ear ourEar = Ear.of(ours);
      Ear theirEar = Ear.of(theirs);
      peers.negotiate();
      assertEquals(Event.OPEN, ourEar.next());
      assertEquals(Event.OPEN, theirEar.next());
      ours.send("x");
      assertEquals("x", theirEar.next());
      assertThrows(
          OperationException.class, () -> peers.offerer.createDataChannel("again", options));
    }
  }

  @Test
  void closingAChannelClosesItOnBothSidesAndItsIdIsUsedAgain() throws Exception {
    try (Peers peers = new Peers()) {
      DataChannel ours = peers.offerer.createDataChannel("one");
      Ear ourEar = Ear.of(ours);
      peers.negotiate();
      DataChannel theirs = take(peers.answererChannels);
      Ear theirEar = Ear.of(theirs);
      assertEquals(Event.OPEN, ourEar.next());
      assertEquals(Event.OPEN, theirEar.next());
      int id = ours.id().getAsInt();
      ours.send("last words");
      ours.close();
      ours.close();
      assertEquals("last words", theirEar.next());
      assertEquals(Event.CLOSING, theirEar.next());
      assertEquals(Event.CLOSED, theirEar.next());
      assertEquals(Event.CLOSED, ourEar.next());
      assertEquals(DataChannelState.CLOSED, ours.readyState());
      assertThrows(InvalidStateException.class, () -> ours.send("too late"));

      DataChannel second = peers.offerer.createDataChannel("two");
      Ear secondEar = Ear.of(second);
      assertEquals(Event.OPEN, secondEar.next());
      DataChannel theirSecond = take(peers.answererChannels);
      assertEquals("two", theirSecond.label());
      assertEquals(id, second.id().getAsInt());
      assertEquals(id, theirSecond.id().getAsInt());
      Ear theirSecondEar = Ear.of(theirSecond);
      assertEquals(Event.OPEN, theirSecondEar.next());
      second.send("hello again");
      assertEquals("hello again", theirSecondEar.next());
    }
  }

  @Test
  void closingAConnectionTellsThePeer() throws Exception {
    try (Peers peers = new Peers()) {
      DataChannel ours = peers.offerer.createDataChannel("c");
      Ear ourEar = Ear.of(ours);
      peers.negotiate();
      Ear theirEar = Ear.of(take(peers.answererChannels));
      assertEquals(Event.OPEN, ourEar.next());
      assertEquals(Event.OPEN, theirEar.next());
      peers.offerer.close();
      peers.offerer.close();
      assertEquals(Event.CLOSED, ourEar.next());
      while (theirEar.next() != Event.CLOSED) {}
      peers.answererStates.await(PeerConnectionState.CLOSED);
      assertThrows(
          InvalidStateException.class, () -> peers.offerer.createDataChannel("after the end"));
      Exception failed = assertThrows(Exception.class, () -> get(peers.offerer.createOffer()));
      assertInstanceOf(InvalidStateException.class, failed.getCause());
    }
  }

  @Test
  void aWrongFingerprintFailsBothSidesAndDeliversNothing() throws Exception {
    try (Peers peers = new Peers()) {
      Ear ourEar = Ear.of(peers.offerer.createDataChannel("secret"));
      get(peers.offerer.setLocalDescription());
      SessionDescription offer = get(peers.offerer.gatheredLocalDescription());
      get(peers.answerer.setRemoteDescription(offer));
      get(peers.answerer.setLocalDescription());
      String answer = get(peers.answerer.gatheredLocalDescription()).sdp();
      int at = answer.indexOf("a=fingerprint:sha-256 ") + "a=fingerprint:sha-256 ".length();
      String forged =
          answer.substring(0, at)
              + (answer.startsWith("00", at) ? "01" : "00")
              + answer.substring(at + 2);
      get(peers.offerer.setRemoteDescription(SessionDescription.answer(forged)));
      peers.offererStates.await(PeerConnectionState.FAILED);
      peers.answererStates.await(PeerConnectionState.FAILED);
      DtlsException reason =
          assertInstanceOf(DtlsException.class, peers.offerer.failure().orElseThrow());
      assertEquals(DtlsException.Reason.FINGERPRINT_MISMATCH, reason.reason());
      OperationException told = assertInstanceOf(OperationException.class, ourEar.next());
      assertEquals(reason, told.getCause());
      assertEquals(Event.CLOSED, ourEar.next());
      assertTrue(peers.answererChannels.isEmpty());
    }
  }

  @Test
  void garbageAtTheSocketHarmsNothing() throws Exception {
    try (Peers peers = new Peers();
        DatagramSocket stranger = new DatagramSocket()) {
      DataChannel ours = peers.offerer.createDataChannel("calm");
      Ear ourEar = Ear.of(ours);
      get(peers.offerer.setLocalDescription());
      SessionDescription offer = get(peers.offerer.gatheredLocalDescription());
      int port = portOf(offer);
      Random random = new Random(42);
      flood(stranger, port, random);
      get(peers.answerer.setRemoteDescription(offer));
      get(peers.answerer.setLocalDescription());
      flood(stranger, port, random);
      get(peers.offerer.setRemoteDescription(get(peers.answerer.gatheredLocalDescription())));
      flood(stranger, port, random);
      Ear theirEar = Ear.of(take(peers.answererChannels));
      assertEquals(Event.OPEN, ourEar.next());
      assertEquals(Event.OPEN, theirEar.next());
      for (int i = 0; i < 50; i++) {
        flood(stranger, port, random);
        ours.send("message " + i);
        assertEquals("message " + i, theirEar.next());
      }
      assertEquals(PeerConnectionState.CONNECTED, peers.offerer.connectionState());
    }
  }

  private static int portOf(SessionDescription description) {
    String line =
        description.sdp().lines().filter(each -> each.startsWith("a=candidate:")).findFirst().get();
    return Integer.parseInt(line.split(" ")[5]);
  }

  private static void flood(DatagramSocket from, int port, Random random) throws Exception {
    for (int i = 0; i < 20; i++) {
      byte[] garbage = new byte[random.nextInt(1300)];
      random.nextBytes(garbage);
      if (garbage.length > 0) {
        // A first byte from each protocol's range: STUN, DTLS, RTP, none.
        garbage[0] = (byte) new int[] {0, 1, 20, 22, 23, 128, 255}[random.nextInt(7)];
      }
      from.send(
          new DatagramPacket(garbage, garbage.length, InetAddress.getLoopbackAddress(), port));
    }
  }

  @Test
  void callbacksComeInOrderOneAtATimeAndSurviveOneThatThrows() throws Exception {
    try (Peers peers = new Peers()) {
      DataChannel ours = peers.offerer.createDataChannel("order");
      Ear ourEar = Ear.of(ours);
      peers.negotiate();
      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      take(peers.answererChannels)
          .setListener(
              new DataChannelListener() {
                @Override
                public void onText(String text) {
                  heard.add(text);
                  if (text.equals("500")) {
                    throw new IllegalStateException("thrown by the test's callback");
                  }
                }
              });
      assertEquals(Event.OPEN, ourEar.next());
      for (int i = 0; i < 1000; i++) {
        ours.send(Integer.toString(i));
      }
      for (int i = 0; i < 1000; i++) {
        assertEquals(Integer.toString(i), take(heard));
      }
    }
  }

  @Test
  void theLoopItselfMayRunCallbacks() throws Exception {
    try (PeerConnectionFactory factory = new PeerConnectionFactory();
        PeerConnection one =
            factory.createPeerConnection(Peers.loopback().callbackExecutor(Runnable::run).build());
        PeerConnection two =
            factory.createPeerConnection(
                Peers.loopback().callbackExecutor(Runnable::run).build())) {
      CompletableFuture<String> echoed = new CompletableFuture<>();
      two.setListener(
          new PeerConnectionListener() {
            @Override
            public void onDataChannel(DataChannel channel) {
              channel.setListener(
                  new DataChannelListener() {
                    @Override
                    public void onText(String text) {
                      channel.send(text + " echoed");
                    }
                  });
            }
          });
      DataChannel channel = one.createDataChannel("direct");
      channel.setListener(
          new DataChannelListener() {
            @Override
            public void onOpen() {
              channel.send("hi");
            }

            @Override
            public void onText(String text) {
              echoed.complete(text);
            }
          });
      get(one.setLocalDescription());
      get(two.setRemoteDescription(get(one.gatheredLocalDescription())));
      get(two.setLocalDescription());
      get(one.setRemoteDescription(get(two.gatheredLocalDescription())));
      assertEquals("hi echoed", get(echoed));
    }
  }

  @Test
  void closingWhileConnectingEndsQuietly() throws Exception {
    try (Peers peers = new Peers()) {
      for (int i = 0; i < 20; i++) {
        PeerConnection one = peers.factory.createPeerConnection(Peers.loopback().build());
        DataChannel channel = one.createDataChannel("x");
        Ear ear = Ear.of(channel);
        CompletableFuture<Void> set = one.setLocalDescription();
        if (i % 2 == 0) {
          get(set);
        }
        one.close();
        assertEquals(Event.CLOSED, ear.next());
        assertEquals(SignalingState.CLOSED, one.signalingState());
      }
    }
  }
}
