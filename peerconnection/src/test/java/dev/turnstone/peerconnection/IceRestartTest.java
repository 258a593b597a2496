package dev.turnstone.peerconnection;

import static dev.turnstone.peerconnection.Peers.get;
import static dev.turnstone.peerconnection.Peers.take;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import dev.turnstone.ice.AddressChange;
import dev.turnstone.ice.IceReport;
import dev.turnstone.ice.IceState;
import dev.turnstone.ice.PairReport;
import dev.turnstone.sdp.Sdp;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ICE restarts of connections that run, over real sockets. */
@Timeout(180)
class IceRestartTest {
  private static final int MESSAGE = 16_384;

  private final PeerConnectionFactory factory = new PeerConnectionFactory();

  @AfterEach
  void close() {
    factory.close();
  }

  /** One of two peers that trickle to each other, with what it heard. */
  private static final class Side implements PeerConnectionListener {
    final PeerConnection connection;
    final BlockingQueue<DataChannel> channels = new LinkedBlockingQueue<>();
    final BlockingQueue<IceConnectionState> ice = new LinkedBlockingQueue<>();
    final BlockingQueue<PeerConnectionState> states = new LinkedBlockingQueue<>();
    final BlockingQueue<SignalingState> needed = new LinkedBlockingQueue<>();
    final BlockingQueue<IceGatheringState> gathering = new LinkedBlockingQueue<>();
    Side other;

    Side(PeerConnectionFactory factory, PeerConnectionConfiguration configuration) {
      connection = factory.createPeerConnection(configuration);
      connection.setListener(this);
    }

    @Override
    public void onIceCandidate(IceCandidate candidate) {
      other.connection.addIceCandidate(candidate);
    }

    @Override
    public void onDataChannel(DataChannel channel) {
      channels.add(channel);
    }

    @Override
    public void onIceConnectionStateChange(IceConnectionState state) {
      ice.add(state);
    }

    @Override
    public void onConnectionStateChange(PeerConnectionState state) {
      states.add(state);
    }

    @Override
    public void onIceGatheringStateChange(IceGatheringState state) {
      gathering.add(state);
    }

    @Override
    public void onNegotiationNeeded() {
      needed.add(connection.signalingState());
    }

    void awaitIce(IceConnectionState wanted) throws Exception {
      IceConnectionState state;
      do {
        state = take(ice);
      } while (state != wanted);
    }

    void awaitConnected() throws Exception {
      PeerConnectionState state;
      do {
        state = take(states);
      } while (state != PeerConnectionState.CONNECTED);
    }

    String ufrag() throws Exception {
      return ufragOf(connection.localDescription().orElseThrow());
    }
  }

  private static String ufragOf(SessionDescription description) throws Exception {
    return Sdp.parse(description.sdp()).media().get(0).iceUfrag().orElseThrow();
  }

  private Side side(String engine) {
    return new Side(factory, Peers.loopback().iceEngine(engine).build());
  }

  private static void round(Side from, Side to) throws Exception {
    get(from.connection.setLocalDescription());
    answer(from, to);
  }

  private static void answer(Side from, Side to) throws Exception {
    get(to.connection.setRemoteDescription(from.connection.localDescription().orElseThrow()));
    get(to.connection.setLocalDescription());
    get(from.connection.setRemoteDescription(to.connection.localDescription().orElseThrow()));
  }

  /** Two that are connected, with nominated pairs, and the ends of a channel. */
  private record Link(Side a, Side b, DataChannel ours, DataChannel theirs) {
    Peers.Ear[] ears() throws Exception {
      Peers.Ear[] ears = {Peers.Ear.of(ours), Peers.Ear.of(theirs)};
      assertEquals(Peers.Event.OPEN, ears[0].next());
      assertEquals(Peers.Event.OPEN, ears[1].next());
      return ears;
    }
  }

  private Link link() throws Exception {
    return link(side("turnstone"), side("turnstone"));
  }

  private static Link link(Side a, Side b) throws Exception {
    a.other = b;
    b.other = a;
    DataChannel ours = a.connection.createDataChannel("c");
    take(a.needed);
    round(a, b);
    DataChannel theirs = take(b.channels);
    a.awaitIce(IceConnectionState.COMPLETED);
    b.awaitIce(IceConnectionState.COMPLETED);
    a.awaitConnected();
    b.awaitConnected();
    return new Link(a, b, ours, theirs);
  }

  /** Sends numbered messages until it is told to stop, as fast as the other side takes them. */
  private static final class Transfer implements DataChannelListener {
    private final DataChannel from;
    private final Semaphore room = new Semaphore(0);
    private final CompletableFuture<Integer> sent = new CompletableFuture<>();
    private final Thread sender = new Thread(this::send, "sender");
    private volatile boolean stopped;

    /** What the receiver saw: an error, or how many came in order before the end was told. */
    private final CompletableFuture<Integer> received = new CompletableFuture<>();

    private final BlockingQueue<Integer> progress = new LinkedBlockingQueue<>();

    Transfer(DataChannel from, DataChannel to) {
      this.from = from;
      from.setBufferedAmountLowThreshold(256 * 1024);
      from.setListener(this);
      to.setListener(new Receiver());
    }

    @Override
    public void onOpen() {
      sender.start();
    }

    private void send() {
      try {
        int number = 0;
        while (!stopped) {
          while (from.bufferedAmount() < 1 << 20 && !stopped) {
            from.send(message(number++));
          }
          room.tryAcquire(20, TimeUnit.MILLISECONDS);
        }
        from.send("end");
        sent.complete(number);
      } catch (Exception e) {
        sent.completeExceptionally(e);
      }
    }

    private static ByteBuffer message(int number) {
      ByteBuffer message = ByteBuffer.allocate(MESSAGE).putInt(number);
      for (int i = 4; i < MESSAGE; i++) {
        message.put((byte) (i * 31 + number));
      }
      return message.flip();
    }

    @Override
    public void onBufferedAmountLow() {
      room.release();
    }

    @Override
    public void onClosed() {
      sent.completeExceptionally(new AssertionError("the sender's channel closed"));
      stopped = true;
    }

    /** Lets some more arrive: data goes on. */
    void awaitMore() throws Exception {
      progress.clear();
      take(progress);
      take(progress);
    }

    /** Everything that was sent has come, in order, and nothing else. */
    void finish() throws Exception {
      stopped = true;
      assertEquals(get(sent), get(received));
    }

    private final class Receiver implements DataChannelListener {
      private int next;

      @Override
      public void onBinary(ByteBuffer binary) {
        if (!binary.equals(message(next))) {
          received.completeExceptionally(new AssertionError("message " + next + " is another"));
        }
        next++;
        progress.add(next);
      }

      @Override
      public void onText(String text) {
        received.complete(next);
      }

      @Override
      public void onClosed() {
        received.completeExceptionally(new AssertionError("the receiver's channel closed"));
      }
    }
  }

  @ParameterizedTest(name = "restarts by {0}, data from {1}")
  @CsvSource({"a, a", "a, b", "b, a", "b, b"})
  void aTransferGoesThroughSeveralRestartsWhoeverAsksForThem(String asks, String sends)
      throws Exception {
    Link link = link();
    Side from = asks.equals("a") ? link.a : link.b;
    Side to = from == link.a ? link.b : link.a;
    boolean ours = sends.equals("a");
    Transfer transfer =
        new Transfer(ours ? link.ours : link.theirs, ours ? link.theirs : link.ours);
    for (int i = 0; i < 4; i++) {
      String fromBefore = from.ufrag();
      String toBefore = to.ufrag();
      from.connection.restartIce();
      assertEquals(SignalingState.STABLE, take(from.needed));
      round(from, to);
      assertNotEquals(fromBefore, from.ufrag());
      assertNotEquals(toBefore, to.ufrag());
      for (Side each : List.of(from, to)) {
        // The old pair goes on, so nothing else is seen of it.
        assertEquals(IceConnectionState.CONNECTED, take(each.ice));
        assertEquals(IceConnectionState.COMPLETED, take(each.ice));
      }
      transfer.awaitMore();
    }
    transfer.finish();
    for (Side each : List.of(from, to)) {
      assertEquals(List.of(), List.copyOf(each.states));
      assertEquals(List.of(), List.copyOf(each.needed));
      assertEquals(List.of(), List.copyOf(each.channels));
      assertEquals(0, get(each.connection.sctpMetrics()).pathChanges());
      IceReport report = get(each.connection.iceReport());
      assertEquals(5, report.selectedPairChanges());
      assertEquals(each.ufrag(), report.localUsernameFragment());
      assertEquals(IceState.COMPLETED, report.state());
      PairReport pair = report.selected().orElseThrow();
      assertTrue(pair.packetsSent() > 0 && pair.packetsSent() < report.packetsSent());
    }
  }

  @Test
  void aTransferMovesToAnotherAddressByARestartAndSctpIsTold() throws Exception {
    InetAddress one = InetAddress.getByName("127.0.0.1");
    InetAddress two = InetAddress.getByName("127.0.0.2");
    AtomicReference<InetAddress> allowed = new AtomicReference<>(one);
    Side moving =
        new Side(
            factory,
            PeerConnectionConfiguration.builder()
                .bindAddresses(List.of(one, two))
                .addressFilter(address -> address.equals(allowed.get()))
                .build());
    Link link = link(moving, side("turnstone"));
    Transfer there = new Transfer(link.ours, link.theirs);
    there.awaitMore();
    for (int i = 0; i < 4; i++) {
      // The socket in use is closed before the new generation has found anything.
      allowed.set(i % 2 == 0 ? two : one);
      Side from = i < 2 ? link.a : link.b;
      from.connection.restartIce();
      round(from, from.other);
      String address = allowed.get().getHostAddress();
      String told = get(link.a.connection.gatheredLocalDescription()).sdp();
      assertTrue(told.contains(" " + address + " "), told);
      link.a.awaitIce(IceConnectionState.COMPLETED);
      link.b.awaitIce(IceConnectionState.COMPLETED);
      there.awaitMore();
      assertEquals(i + 1, get(link.a.connection.sctpMetrics()).pathChanges());
      assertEquals(i + 1, get(link.b.connection.sctpMetrics()).pathChanges());
    }
    there.finish();
  }

  /** A side that loses one address and gets another, and does what the policy says. */
  private Side roaming(AtomicReference<InetAddress> allowed, AddressChange change)
      throws Exception {
    return new Side(
        factory,
        PeerConnectionConfiguration.builder()
            .bindAddresses(
                List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("127.0.0.2")))
            .addressFilter(address -> address.equals(allowed.get()))
            .addressChange(change)
            .build());
  }

  @Test
  void aTransferMovesToAnAddressThatComesInMidSession() throws Exception {
    AtomicReference<InetAddress> allowed =
        new AtomicReference<>(InetAddress.getByName("127.0.0.1"));
    Link link = link(roaming(allowed, AddressChange.GATHER), side("turnstone"));
    Transfer there = new Transfer(link.ours, link.theirs);
    there.awaitMore();
    for (String next : List.of("127.0.0.2", "127.0.0.1")) {
      allowed.set(InetAddress.getByName(next));
      factory.networkChanged();
      link.a.awaitIce(IceConnectionState.DISCONNECTED);
      link.a.awaitIce(IceConnectionState.COMPLETED);
      there.awaitMore();
    }
    there.finish();
    assertTrue(get(link.a.connection.sctpMetrics()).pathChanges() >= 2);
    assertTrue(link.a.needed.size() <= 1, "nobody has to negotiate: " + link.a.needed);
  }

  @Test
  void anAddressChangeAsksForARestartWhereThatIsThePolicy() throws Exception {
    AtomicReference<InetAddress> allowed =
        new AtomicReference<>(InetAddress.getByName("127.0.0.1"));
    Link link = link(roaming(allowed, AddressChange.RESTART), side("turnstone"));
    Transfer there = new Transfer(link.ours, link.theirs);
    there.awaitMore();
    String before = link.a.ufrag();
    link.a.needed.clear();
    allowed.set(InetAddress.getByName("127.0.0.2"));
    factory.networkChanged();
    assertEquals(SignalingState.STABLE, take(link.a.needed));
    round(link.a, link.b);
    assertNotEquals(before, link.a.ufrag());
    link.a.awaitIce(IceConnectionState.COMPLETED);
    there.awaitMore();
    there.finish();
  }

  @Test
  void restartsFromBothSidesInTurnDoNotWaitForEachOther() throws Exception {
    Link link = link();
    Transfer transfer = new Transfer(link.ours, link.theirs);
    for (int i = 0; i < 6; i++) {
      Side from = i % 2 == 0 ? link.a : link.b;
      from.connection.restartIce();
      round(from, from.other);
    }
    transfer.awaitMore();
    transfer.finish();
    assertEquals(PeerConnectionState.CONNECTED, link.a.connection.connectionState());
    assertEquals(PeerConnectionState.CONNECTED, link.b.connection.connectionState());
  }

  @Test
  void aServerOnOneSharedPortRestartsEachOfItsConnections() throws Exception {
    try (PeerConnectionFactory server = PeerConnectionFactory.builder().icePort(0).build()) {
      List<Link> links = new ArrayList<>();
      List<Transfer> transfers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Link link = link(side("turnstone"), new Side(server, Peers.loopback().build()));
        links.add(link);
        transfers.add(new Transfer(link.ours, link.theirs));
      }
      for (Link link : links) {
        // Offered again and again before the answer comes: the pair in use stays.
        link.b.connection.restartIce();
        for (int i = 0; i < 4; i++) {
          get(link.b.connection.setLocalDescription());
          link.b.connection.restartIce();
        }
        round(link.b, link.a);
        link.a.awaitIce(IceConnectionState.COMPLETED);
        link.b.awaitIce(IceConnectionState.COMPLETED);
      }
      for (Transfer transfer : transfers) {
        transfer.awaitMore();
        transfer.finish();
      }
    }
  }

  @Test
  void theOtherEngineRestartsToo() throws Exception {
    Link link = link(side("ice4j"), side("turnstone"));
    Transfer transfer = new Transfer(link.ours, link.theirs);
    for (Side from : List.of(link.a, link.b)) {
      from.connection.restartIce();
      round(from, from.other);
      link.b.awaitIce(IceConnectionState.COMPLETED);
      transfer.awaitMore();
    }
    transfer.finish();
  }

  @Test
  void anOfferThatNobodyAnswersLeavesEverythingAsItWas() throws Exception {
    Link link = link();
    Peers.Ear[] ears = link.ears();
    link.a.connection.restartIce();
    get(link.a.connection.setLocalDescription());
    assertEquals(IceGatheringState.COMPLETE, lastOf(link.a.gathering, 4));
    link.ours.send("on the old pair");
    assertEquals("on the old pair", ears[1].next());
    link.theirs.send("back");
    assertEquals("back", ears[0].next());
    assertEquals(List.of(), List.copyOf(link.a.ice));
    assertEquals(List.of(), List.copyOf(link.b.ice));
    assertEquals(SignalingState.HAVE_LOCAL_OFFER, link.a.connection.signalingState());
    // Late is not never.
    answer(link.a, link.b);
    link.a.awaitIce(IceConnectionState.COMPLETED);
    link.b.awaitIce(IceConnectionState.COMPLETED);
    link.ours.send("on the new pair");
    assertEquals("on the new pair", ears[1].next());
  }

  private static <T> T lastOf(BlockingQueue<T> queue, int count) throws Exception {
    for (int i = 1; i < count; i++) {
      take(queue);
    }
    return take(queue);
  }

  @Test
  void anOfferThatIsNotAppliedChangesNothing() throws Exception {
    Link link = link();
    String before = link.a.ufrag();
    String offered = ufragOf(get(link.a.connection.createOffer(OfferOptions.restartingIce())));
    assertNotEquals(before, offered);
    assertEquals(before, link.a.ufrag());
    assertEquals(before, ufragOf(get(link.a.connection.createOffer())));
    round(link.a, link.b);
    assertEquals(before, link.a.ufrag());
    SessionDescription restarting =
        get(link.a.connection.createOffer(OfferOptions.restartingIce()));
    get(link.a.connection.setLocalDescription(restarting));
    answer(link.a, link.b);
    assertEquals(ufragOf(restarting), link.a.ufrag());
    link.a.awaitIce(IceConnectionState.COMPLETED);
  }

  @Test
  void theSameCredentialsDoNotRestart() throws Exception {
    Link link = link();
    String a = link.a.ufrag();
    String b = link.b.ufrag();
    round(link.a, link.b);
    round(link.b, link.a);
    assertEquals(a, link.a.ufrag());
    assertEquals(b, link.b.ufrag());
    Peers.Ear[] ears = link.ears();
    link.ours.send("there");
    assertEquals("there", ears[1].next());
    assertEquals(List.of(), List.copyOf(link.a.ice));
    assertEquals(List.of(), List.copyOf(link.b.ice));
  }

  @Test
  void negotiationIsNeededOnceAndInStableUntilARestartHasComeAbout() throws Exception {
    Link link = link();
    get(link.a.connection.setLocalDescription());
    link.a.connection.restartIce();
    link.a.connection.restartIce();
    String offered = link.a.ufrag();
    // Asked for after the offer was made: the answer does not bring it.
    answer(link.a, link.b);
    assertEquals(SignalingState.STABLE, take(link.a.needed));
    assertEquals(offered, link.a.ufrag());
    link.a.connection.restartIce();
    round(link.a, link.b);
    assertNotEquals(offered, link.a.ufrag());
    round(link.a, link.b);
    assertEquals(List.of(), List.copyOf(link.a.needed));
  }

  @Test
  void aRestartOfThePeerIsTheOneThatWasWantedHere() throws Exception {
    Link link = link();
    link.b.connection.restartIce();
    take(link.b.needed);
    link.a.connection.restartIce();
    String before = link.b.ufrag();
    round(link.a, link.b);
    assertNotEquals(before, link.b.ufrag());
    String after = link.b.ufrag();
    round(link.b, link.a);
    assertEquals(after, link.b.ufrag());
    assertEquals(List.of(), List.copyOf(link.b.needed));
  }

  @Test
  void beforeTheFirstDescriptionARestartHasNoEffect() throws Exception {
    Side a = side("turnstone");
    a.connection.restartIce();
    SessionDescription plain = withData(a);
    assertEquals(
        ufragOf(plain), ufragOf(get(a.connection.createOffer(OfferOptions.restartingIce()))));
    // Told once the offers have been made, and only once.
    assertEquals(SignalingState.STABLE, take(a.needed));
    assertEquals(List.of(), List.copyOf(a.needed));
  }

  private static SessionDescription withData(Side side) throws Exception {
    side.connection.createDataChannel("c");
    return get(side.connection.createOffer());
  }

  @Test
  void anAnswerThatRestartsOnItsOwnOrDoesNotFollowIsRefused() throws Exception {
    Link link = link();
    String a = link.a.ufrag();
    get(link.a.connection.setLocalDescription());
    get(link.b.connection.setRemoteDescription(link.a.connection.localDescription().orElseThrow()));
    get(link.b.connection.setLocalDescription());
    SessionDescription answer = link.b.connection.localDescription().orElseThrow();
    refusedAnswer(link.a, renewed(answer.sdp()), "asked for no ICE restart");
    get(link.a.connection.setRemoteDescription(answer));
    assertEquals(a, link.a.ufrag());

    link.a.connection.restartIce();
    get(link.a.connection.setLocalDescription());
    refusedAnswer(link.a, answer.sdp(), "keeps ice-ufrag");
    answer(link.a, link.b);
    link.a.awaitIce(IceConnectionState.COMPLETED);
    link.b.awaitIce(IceConnectionState.COMPLETED);
  }

  private static void refusedAnswer(Side at, String sdp, String why) {
    CompletableFuture<Void> refused =
        at.connection.setRemoteDescription(SessionDescription.answer(sdp));
    Throwable cause = assertThrows(ExecutionException.class, () -> get(refused)).getCause();
    InvalidAccessException typed = assertInstanceOf(InvalidAccessException.class, cause);
    assertTrue(typed.getMessage().contains(why), typed.getMessage());
    assertEquals(SignalingState.HAVE_LOCAL_OFFER, at.connection.signalingState());
  }

  private static String renewed(String sdp) {
    return sdp.replaceAll("a=ice-ufrag:.*", "a=ice-ufrag:renewed")
        .replaceAll("a=ice-pwd:.*", "a=ice-pwd:renewedrenewedrenewedrenewed");
  }

  @Test
  void candidatesAndTheirEndAreToldForEachGeneration() throws Exception {
    Side a = side("turnstone");
    Side b = side("turnstone");
    Link link = link(a, b);
    BlockingQueue<IceCandidate> told = new LinkedBlockingQueue<>();
    a.connection.setListener(
        new PeerConnectionListener() {
          @Override
          public void onIceCandidate(IceCandidate candidate) {
            told.add(candidate);
          }
        });
    a.connection.restartIce();
    get(a.connection.setLocalDescription());
    String ufrag = link.a.ufrag();
    IceCandidate first = take(told);
    assertEquals(ufrag, first.usernameFragment().orElseThrow());
    assertTrue(first.candidate().endsWith(" ufrag " + ufrag), first.candidate());
    IceCandidate last = take(told);
    assertEquals("", last.candidate());
    assertEquals(ufrag, last.usernameFragment().orElseThrow());
    Collection<String> lines =
        Sdp.parse(get(a.connection.gatheredLocalDescription()).sdp()).media().get(0).candidates();
    assertEquals(1, lines.size());
    assertTrue(
        first.candidate().startsWith("candidate:" + lines.iterator().next()), lines::toString);
  }
}
