package dev.turnstone.peerconnection;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelListener;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Two peers of one JVM over loopback sockets, for tests. Waits are for events, never for time. */
final class Peers implements AutoCloseable {
  static final int PATIENCE_SECONDS = 60;

  final PeerConnectionFactory factory;
  final PeerConnection offerer;
  final PeerConnection answerer;
  final BlockingQueue<DataChannel> answererChannels = new LinkedBlockingQueue<>();
  final BlockingQueue<DataChannel> offererChannels = new LinkedBlockingQueue<>();
  final States offererStates = new States();
  final States answererStates = new States();

  Peers() {
    this(PeerConnectionFactory.builder());
  }

  Peers(PeerConnectionFactory.Builder builder) {
    this(builder, loopback().build());
  }

  Peers(PeerConnectionFactory.Builder builder, PeerConnectionConfiguration configuration) {
    factory = builder.build();
    offerer = factory.createPeerConnection(configuration);
    answerer = factory.createPeerConnection(configuration);
    offerer.setListener(new Recorder(offererStates, offererChannels, null));
    answerer.setListener(new Recorder(answererStates, answererChannels, null));
  }

  static PeerConnectionConfiguration.Builder loopback() {
    return PeerConnectionConfiguration.builder()
        .bindAddresses(java.util.List.of(java.net.InetAddress.getLoopbackAddress()));
  }

  /** Offer and answer with all candidates inside. */
  void negotiate() throws Exception {
    get(offerer.setLocalDescription());
    SessionDescription offer = get(offerer.gatheredLocalDescription());
    get(answerer.setRemoteDescription(offer));
    get(answerer.setLocalDescription());
    SessionDescription answer = get(answerer.gatheredLocalDescription());
    get(offerer.setRemoteDescription(answer));
  }

  /** Offer and answer without candidates, which follow one by one. */
  void negotiateTrickled() throws Exception {
    offerer.setListener(new Recorder(offererStates, offererChannels, answerer));
    answerer.setListener(new Recorder(answererStates, answererChannels, offerer));
    SessionDescription offer = get(offerer.createOffer());
    get(offerer.setLocalDescription(offer));
    get(answerer.setRemoteDescription(offer));
    SessionDescription answer = get(answerer.createAnswer());
    get(answerer.setLocalDescription(answer));
    get(offerer.setRemoteDescription(answer));
  }

  static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  static <T> T take(BlockingQueue<T> queue) throws Exception {
    T taken = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (taken == null) {
      throw new AssertionError("nothing came in " + PATIENCE_SECONDS + " s");
    }
    return taken;
  }

  @Override
  public void close() {
    offerer.close();
    answerer.close();
    factory.close();
  }

  /** The connection states that were heard. */
  static final class States {
    private final BlockingQueue<PeerConnectionState> heard = new LinkedBlockingQueue<>();

    void await(PeerConnectionState wanted) throws Exception {
      PeerConnectionState state;
      do {
        state = take(heard);
      } while (state != wanted);
    }
  }

  private record Recorder(
      States states, BlockingQueue<DataChannel> channels, PeerConnection trickleTo)
      implements PeerConnectionListener {
    @Override
    public void onConnectionStateChange(PeerConnectionState state) {
      states.heard.add(state);
    }

    @Override
    public void onDataChannel(DataChannel channel) {
      channels.add(channel);
    }

    @Override
    public void onIceCandidate(IceCandidate candidate) {
      if (trickleTo != null) {
        trickleTo.addIceCandidate(candidate);
      }
    }
  }

  /** Trickles those candidates to another that a filter takes, and hears of channels. */
  record Trickle(PeerConnection to, Predicate<String> filter, BlockingQueue<DataChannel> channels)
      implements PeerConnectionListener {
    @Override
    public void onIceCandidate(IceCandidate candidate) {
      if (filter.test(candidate.candidate())) {
        to.addIceCandidate(candidate);
      }
    }

    @Override
    public void onDataChannel(DataChannel channel) {
      channels.add(channel);
    }
  }

  /** Puts what a channel hears into a queue: and what fell low into another. */
  static final class Ear implements DataChannelListener {
    final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    final BlockingQueue<Event> lows = new LinkedBlockingQueue<>();

    static Ear of(DataChannel channel) {
      Ear ear = new Ear();
      channel.setListener(ear);
      return ear;
    }

    Object next() throws Exception {
      return take(heard);
    }

    @Override
    public void onOpen() {
      heard.add(Event.OPEN);
    }

    @Override
    public void onText(String text) {
      heard.add(text);
    }

    @Override
    public void onBinary(ByteBuffer binary) {
      heard.add(binary);
    }

    @Override
    public void onBufferedAmountLow() {
      lows.add(Event.LOW);
    }

    @Override
    public void onClosing() {
      heard.add(Event.CLOSING);
    }

    @Override
    public void onClosed() {
      heard.add(Event.CLOSED);
    }

    @Override
    public void onError(Exception error) {
      heard.add(error);
    }
  }

  enum Event {
    OPEN,
    LOW,
    CLOSING,
    CLOSED
  }
}
