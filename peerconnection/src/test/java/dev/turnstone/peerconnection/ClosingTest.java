package dev.turnstone.peerconnection;

import static dev.turnstone.peerconnection.Peers.get;
import static dev.turnstone.peerconnection.Peers.take;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.peerconnection.Peers.Ear;
import dev.turnstone.peerconnection.Peers.Event;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end, at every moment, from every side: all is told, every future completes, all is freed. */
class ClosingTest {

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Peers.PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, () -> "still waiting: " + what);
      Thread.onSpinWait();
    }
  }

  private static void awaitClosed(Ear ear) throws Exception {
    while (ear.next() != Event.CLOSED) {}
  }

  private static int port(SessionDescription description) {
    String line =
        description.sdp().lines().filter(each -> each.startsWith("a=candidate:")).findFirst().get();
    return Integer.parseInt(line.split(" ")[5]);
  }

  private static boolean isFree(int port) {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
      return socket.isBound();
    } catch (SocketException e) {
      return false;
    }
  }

  /** Every future completes: with a value, or because the connection is closed. */
  private static void assertAllComplete(List<CompletableFuture<?>> futures) throws Exception {
    for (CompletableFuture<?> future : futures) {
      try {
        get(future);
      } catch (ExecutionException e) {
        assertInstanceOf(InvalidStateException.class, e.getCause());
      }
    }
  }

  @Test
  void whenThePeerClosesOurSocketsAreFreedWithoutACallOfOurs() throws Exception {
    try (Peers peers = new Peers()) {
      Ear ourEar = Ear.of(peers.offerer.createDataChannel("c"));
      peers.negotiate();
      Ear theirEar = Ear.of(take(peers.answererChannels));
      assertEquals(Event.OPEN, ourEar.next());
      assertEquals(Event.OPEN, theirEar.next());
      int port = port(peers.answerer.localDescription().orElseThrow());
      assertTrue(!isFree(port));
      peers.offerer.close();
      peers.answererStates.await(PeerConnectionState.CLOSED);
      awaitClosed(theirEar);
      await("the socket is free", () -> isFree(port));
      await("forgotten", () -> peers.factory.statistics().openConnections() == 0);
      assertEquals(SignalingState.CLOSED, peers.answerer.signalingState());
      assertEquals(IceConnectionState.CLOSED, peers.answerer.iceConnectionState());
      assertTrue(peers.answerer.failure().isEmpty());
      assertThrows(InvalidStateException.class, () -> peers.answerer.createDataChannel("too late"));
    }
  }

  @Test
  void whatThePeerSentBeforeItClosedIsStillHeard() throws Exception {
    try (Peers peers = new Peers()) {
      DataChannel ours = peers.offerer.createDataChannel("c");
      Ear ourEar = Ear.of(ours);
      peers.negotiate();
      DataChannel theirs = take(peers.answererChannels);
      assertEquals(Event.OPEN, ourEar.next());
      CompletableFuture<Void> gate = new CompletableFuture<>();
      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      theirs.setListener(
          new DataChannelListener() {
            @Override
            public void onText(String text) {
              heard.add(text);
              gate.join();
            }

            @Override
            public void onClosed() {
              heard.add("closed");
            }
          });
      ours.send("first");
      assertEquals("first", take(heard));
      ours.send("second");
      await("it has left", () -> ours.bufferedAmount() == 0);
      // The second has been taken over there when this comes back over the same stream.
      ours.close();
      awaitClosed(ourEar);
      peers.offerer.close();
      await("closed there", () -> peers.answerer.signalingState() == SignalingState.CLOSED);
      gate.complete(null);
      assertEquals("second", take(heard));
      assertEquals("closed", take(heard));
    }
  }

  @Test
  void closedBeforeTheFirstDescriptionEveryFutureFailsAndTheChannelCloses() throws Exception {
    try (PeerConnectionFactory factory = new PeerConnectionFactory()) {
      for (int i = 0; i < 50; i++) {
        PeerConnection peer = factory.createPeerConnection(Peers.loopback().build());
        Ear ear = Ear.of(peer.createDataChannel("c"));
        CompletableFuture<?> gathered = peer.gatheredLocalDescription();
        CompletableFuture<?> answer = peer.createAnswer();
        List<CompletableFuture<?>> futures = new ArrayList<>();
        futures.add(peer.createOffer());
        futures.add(peer.setLocalDescription());
        futures.add(peer.gatheredLocalDescription());
        peer.close();
        futures.add(peer.createOffer());
        futures.add(peer.gatheredLocalDescription());
        assertAllComplete(futures);
        assertInstanceOf(
            InvalidStateException.class,
            assertThrows(ExecutionException.class, () -> get(answer)).getCause());
        assertAllComplete(List.of(gathered));
        awaitClosed(ear);
        assertEquals(PeerConnectionState.CLOSED, peer.connectionState());
      }
      await("forgotten", () -> factory.statistics().openConnections() == 0);
    }
  }

  @Test
  void closedByManyThreadsAtOnceItEndsOnceAndIsFreed() throws Exception {
    try (Peers peers = new Peers()) {
      Ear ourEar = Ear.of(peers.offerer.createDataChannel("c"));
      peers.negotiate();
      Ear theirEar = Ear.of(take(peers.answererChannels));
      assertEquals(Event.OPEN, ourEar.next());
      int port = port(peers.offerer.localDescription().orElseThrow());
      List<Thread> closers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        PeerConnection mine = i % 2 == 0 ? peers.offerer : peers.answerer;
        closers.add(new Thread(mine::close));
      }
      closers.forEach(Thread::start);
      for (Thread closer : closers) {
        closer.join();
      }
      awaitClosed(ourEar);
      awaitClosed(theirEar);
      await("the socket is free", () -> isFree(port));
      await("forgotten", () -> peers.factory.statistics().openConnections() == 0);
      assertEquals(PeerConnectionState.CLOSED, peers.offerer.connectionState());
      assertEquals(IceConnectionState.CLOSED, peers.offerer.iceConnectionState());
      assertTrue(ourEar.heard.isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void theFactoryMayCloseAtAnyStepAndEverythingIsTold(int step) throws Exception {
    PeerConnectionFactory factory = new PeerConnectionFactory();
    PeerConnection one = factory.createPeerConnection(Peers.loopback().build());
    PeerConnection two = factory.createPeerConnection(Peers.loopback().build());
    DataChannel channel = one.createDataChannel("c");
    Ear ear = Ear.of(channel);
    List<CompletableFuture<?>> futures = new ArrayList<>();
    if (step == 0) {
      // In the middle of gathering.
      futures.add(one.setLocalDescription());
    } else {
      get(one.setLocalDescription());
      get(two.setRemoteDescription(get(one.gatheredLocalDescription())));
      get(two.setLocalDescription());
      SessionDescription answer = get(two.gatheredLocalDescription());
      if (step == 1) {
        // In the middle of everything: checks have begun on one side.
        futures.add(one.setRemoteDescription(answer));
      } else {
        get(one.setRemoteDescription(answer));
      }
      if (step == 3) {
        // In the middle of the handshake.
        await("ICE connects", () -> one.iceConnectionState() != IceConnectionState.CHECKING);
      }
      if (step == 4) {
        assertEquals(Event.OPEN, ear.next());
      }
    }
    futures.add(one.gatheredLocalDescription());
    futures.add(two.createOffer());
    factory.close();
    factory.close();
    one.close();
    futures.add(one.createOffer());
    futures.add(two.gatheredLocalDescription());
    assertAllComplete(futures);
    awaitClosed(ear);
    await("forgotten", () -> factory.statistics().openConnections() == 0);
    assertEquals(SignalingState.CLOSED, two.signalingState());
    assertThrows(InvalidStateException.class, factory::createPeerConnection);
  }

  @Test
  void closingInsideACallbackOnTheLoopItselfIsAllowed() throws Exception {
    try (PeerConnectionFactory factory = new PeerConnectionFactory()) {
      PeerConnectionConfiguration direct = Peers.loopback().callbackExecutor(Runnable::run).build();
      PeerConnection one = factory.createPeerConnection(direct);
      PeerConnection two = factory.createPeerConnection(direct);
      two.setListener(
          new PeerConnectionListener() {
            @Override
            public void onDataChannel(DataChannel channel) {
              channel.send("and goodbye");
              channel.close();
              two.close();
            }
          });
      Ear ear = Ear.of(one.createDataChannel("c"));
      get(one.setLocalDescription());
      get(two.setRemoteDescription(get(one.gatheredLocalDescription())));
      get(two.setLocalDescription());
      get(one.setRemoteDescription(get(two.gatheredLocalDescription())));
      awaitClosed(ear);
      await("forgotten", () -> factory.statistics().openConnections() == 0);
    }
  }

  @Test
  void onDataChannelMaySendAtOnceWhateverThreadIsFaster() throws Exception {
    try (Peers peers = new Peers()) {
      BlockingQueue<Object> told = new LinkedBlockingQueue<>();
      peers.answerer.setListener(
          new PeerConnectionListener() {
            @Override
            public void onDataChannel(DataChannel channel) {
              try {
                channel.send("welcome " + channel.label());
                told.add(channel.label());
              } catch (RuntimeException e) {
                told.add(e);
              }
            }
          });
      List<Ear> ears = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        ears.add(Ear.of(peers.offerer.createDataChannel("c" + i)));
      }
      peers.negotiate();
      for (int i = 0; i < 200; i++) {
        assertEquals("c" + i, take(told));
      }
      for (int i = 0; i < 200; i++) {
        assertEquals(Event.OPEN, ears.get(i).next());
        assertEquals("welcome c" + i, ears.get(i).next());
      }
    }
  }

  @Test
  void aCallbackExecutorThatRefusesLosesNothing() throws Exception {
    try (PeerConnectionFactory factory = new PeerConnectionFactory()) {
      PeerConnectionConfiguration refusing =
          Peers.loopback()
              .callbackExecutor(
                  task -> {
                    throw new RejectedExecutionException("refused by the test");
                  })
              .build();
      PeerConnection one = factory.createPeerConnection(refusing);
      PeerConnection two = factory.createPeerConnection(refusing);
      Ear ear = Ear.of(one.createDataChannel("c"));
      get(one.setLocalDescription());
      get(two.setRemoteDescription(get(one.gatheredLocalDescription())));
      get(two.setLocalDescription());
      get(one.setRemoteDescription(get(two.gatheredLocalDescription())));
      assertEquals(Event.OPEN, ear.next());
      one.close();
      awaitClosed(ear);
    }
  }

  @Test
  void aChannelThatClosesBeforeTheConnectionOpensIsNeverAnnounced() throws Exception {
    try (Peers peers = new Peers()) {
      DataChannel never = peers.offerer.createDataChannel("never");
      Ear ear = Ear.of(never);
      never.close();
      never.close();
      assertEquals(Event.CLOSED, ear.next());
      DataChannelOptions negotiated = DataChannelOptions.builder().negotiated(0).build();
      DataChannel free = peers.offerer.createDataChannel("free", negotiated);
      Ear freeEar = Ear.of(free);
      free.close();
      assertEquals(Event.CLOSED, freeEar.next());
      // Its id is free again.
      peers.offerer.createDataChannel("again", negotiated).close();
      Ear realEar = Ear.of(peers.offerer.createDataChannel("real"));
      peers.negotiate();
      assertEquals("real", take(peers.answererChannels).label());
      assertEquals(Event.OPEN, realEar.next());
      assertTrue(ear.heard.isEmpty());
    }
  }

  @Test
  void aChannelCreatedAfterTheFailureFailsAndItsIdIsNotTaken() throws Exception {
    try (Peers peers = new Peers()) {
      Ear first = Ear.of(peers.offerer.createDataChannel("c"));
      get(peers.offerer.setLocalDescription());
      get(peers.answerer.setRemoteDescription(get(peers.offerer.gatheredLocalDescription())));
      get(peers.answerer.setLocalDescription());
      String forged =
          get(peers.answerer.gatheredLocalDescription())
              .sdp()
              .replaceAll("(a=fingerprint:sha-256 ).*", "$1" + "00:".repeat(31) + "00");
      get(peers.offerer.setRemoteDescription(SessionDescription.answer(forged)));
      peers.offererStates.await(PeerConnectionState.FAILED);
      assertEquals(SignalingState.STABLE, peers.offerer.signalingState());
      assertInstanceOf(OperationException.class, first.next());
      assertEquals(Event.CLOSED, first.next());
      DataChannelOptions negotiated = DataChannelOptions.builder().negotiated(5).build();
      for (int i = 0; i < 2; i++) {
        Ear ear = Ear.of(peers.offerer.createDataChannel("late", negotiated));
        assertInstanceOf(OperationException.class, ear.next());
        assertEquals(Event.CLOSED, ear.next());
      }
      peers.offerer.close();
      assertEquals(PeerConnectionState.CLOSED, peers.offerer.connectionState());
    }
  }
}
