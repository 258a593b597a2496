package dev.turnstone.cli.fake;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.ice.IceReport;
import dev.turnstone.peerconnection.IceCandidate;
import dev.turnstone.peerconnection.IceConnectionState;
import dev.turnstone.peerconnection.IceGatheringState;
import dev.turnstone.peerconnection.InvalidStateException;
import dev.turnstone.peerconnection.OfferOptions;
import dev.turnstone.peerconnection.PeerConnection;
import dev.turnstone.peerconnection.PeerConnectionListener;
import dev.turnstone.peerconnection.PeerConnectionState;
import dev.turnstone.peerconnection.SdpSyntaxException;
import dev.turnstone.peerconnection.SdpType;
import dev.turnstone.peerconnection.SessionDescription;
import dev.turnstone.peerconnection.SignalingState;
import dev.turnstone.sctp.SctpMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A peer whose description is its name; setting an answer connects the two. */
public final class FakePeerConnection implements PeerConnection {
  private static final String PREFIX = "v=0\r\ns=";

  private final String name = UUID.randomUUID().toString();
  private final List<FakeDataChannel> channels = new ArrayList<>();
  private final List<IceCandidate> candidates = new ArrayList<>();
  private PeerConnectionListener listener = new PeerConnectionListener() {};
  private volatile SignalingState signaling = SignalingState.STABLE;
  private volatile PeerConnectionState state = PeerConnectionState.NEW;
  private volatile SessionDescription local;
  private volatile SessionDescription remote;
  private final boolean unreachable;
  private FakePeerConnection peer;

  FakePeerConnection(boolean unreachable) {
    this.unreachable = unreachable;
    FakePeers.BY_NAME.put(name, this);
  }

  private static <T> CompletableFuture<T> onLoop(Callable<T> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.call();
          } catch (Exception failure) {
            throw new CompletionException(failure);
          }
        },
        FakePeers.LOOP);
  }

  private void require(SignalingState needed, String what) {
    if (signaling != needed) {
      throw new InvalidStateException(what + " while " + signaling);
    }
  }

  @Override
  public CompletableFuture<SessionDescription> createOffer(OfferOptions options) {
    return onLoop(() -> SessionDescription.offer(PREFIX + name + "\r\n"));
  }

  @Override
  public void restartIce() {}

  @Override
  public CompletableFuture<SessionDescription> createAnswer() {
    return onLoop(
        () -> {
          require(SignalingState.HAVE_REMOTE_OFFER, "createAnswer");
          return SessionDescription.answer(PREFIX + name + "\r\n");
        });
  }

  @Override
  public CompletableFuture<Void> setLocalDescription(SessionDescription description) {
    return onLoop(
        () -> {
          boolean offer = description.type() == SdpType.OFFER;
          require(
              offer ? SignalingState.STABLE : SignalingState.HAVE_REMOTE_OFFER,
              "setLocalDescription");
          signaling = offer ? SignalingState.HAVE_LOCAL_OFFER : SignalingState.STABLE;
          local = description;
          listener.onIceCandidate(IceCandidate.of("candidate:1 " + name, "0"));
          listener.onIceCandidate(IceCandidate.of("", "0"));
          return null;
        });
  }

  @Override
  public CompletableFuture<Void> setLocalDescription() {
    return signaling == SignalingState.HAVE_REMOTE_OFFER
        ? createAnswer().thenCompose(this::setLocalDescription)
        : createOffer().thenCompose(this::setLocalDescription);
  }

  @Override
  public CompletableFuture<Void> setRemoteDescription(SessionDescription description) {
    return onLoop(
        () -> {
          if (!description.sdp().startsWith(PREFIX)) {
            throw new SdpSyntaxException("line 1: not a description");
          }
          boolean offer = description.type() == SdpType.OFFER;
          require(
              offer ? SignalingState.STABLE : SignalingState.HAVE_LOCAL_OFFER,
              "setRemoteDescription");
          signaling = offer ? SignalingState.HAVE_REMOTE_OFFER : SignalingState.STABLE;
          remote = description;
          if (!offer) {
            connect(FakePeers.BY_NAME.get(description.sdp().substring(PREFIX.length()).strip()));
          }
          return null;
        });
  }

  @Override
  public CompletableFuture<IceReport> iceReport() {
    return CompletableFuture.failedFuture(new InvalidStateException("there is no ICE here"));
  }

  @Override
  public CompletableFuture<SctpMetrics> sctpMetrics() {
    return CompletableFuture.failedFuture(
        new UnsupportedOperationException("there is no association under a fake"));
  }

  private void connect(FakePeerConnection other) {
    if (unreachable || other == null) {
      become(PeerConnectionState.FAILED);
      return;
    }
    peer = other;
    other.peer = this;
    become(PeerConnectionState.CONNECTED);
    other.become(PeerConnectionState.CONNECTED);
    channels.forEach(this::open);
    other.channels.stream().filter(channel -> !channel.isOpen()).forEach(other::open);
  }

  private void open(FakeDataChannel near) {
    FakeDataChannel far = new FakeDataChannel(near.label());
    peer.channels.add(far);
    near.join(far);
    PeerConnectionListener hears = peer.listener;
    FakePeers.LOOP.execute(() -> hears.onDataChannel(far));
    near.opened();
  }

  private void become(PeerConnectionState next) {
    if (state != next && state != PeerConnectionState.CLOSED) {
      state = next;
      PeerConnectionListener hears = listener;
      FakePeers.LOOP.execute(() -> hears.onConnectionStateChange(next));
    }
  }

  /** As when ICE finds no path. */
  public void fail() {
    FakePeers.LOOP.execute(
        () -> {
          channels.forEach(FakeDataChannel::shut);
          become(PeerConnectionState.FAILED);
        });
  }

  @Override
  public CompletableFuture<Void> addIceCandidate(IceCandidate candidate) {
    return onLoop(
        () -> {
          candidates.add(candidate);
          return null;
        });
  }

  /** The candidates that were added. */
  public List<IceCandidate> candidates() {
    return onLoop(() -> List.copyOf(candidates)).join();
  }

  @Override
  public DataChannel createDataChannel(String label, DataChannelOptions options) {
    FakeDataChannel channel = new FakeDataChannel(label);
    onLoop(
        () -> {
          channels.add(channel);
          if (peer != null) {
            open(channel);
          }
          return null;
        });
    return channel;
  }

  @Override
  public Optional<SessionDescription> localDescription() {
    return Optional.ofNullable(local);
  }

  @Override
  public Optional<SessionDescription> remoteDescription() {
    return Optional.ofNullable(remote);
  }

  @Override
  public CompletableFuture<SessionDescription> gatheredLocalDescription() {
    return onLoop(() -> local);
  }

  @Override
  public SignalingState signalingState() {
    return signaling;
  }

  @Override
  public Optional<SessionDescription> currentLocalDescription() {
    return Optional.empty();
  }

  @Override
  public Optional<SessionDescription> pendingLocalDescription() {
    return Optional.empty();
  }

  @Override
  public Optional<SessionDescription> currentRemoteDescription() {
    return Optional.empty();
  }

  @Override
  public Optional<SessionDescription> pendingRemoteDescription() {
    return Optional.empty();
  }

  @Override
  public Optional<Boolean> canTrickleIceCandidates() {
    return Optional.of(true);
  }

  @Override
  public IceGatheringState iceGatheringState() {
    return local == null ? IceGatheringState.NEW : IceGatheringState.COMPLETE;
  }

  @Override
  public IceConnectionState iceConnectionState() {
    return IceConnectionState.valueOf(
        state == PeerConnectionState.CONNECTING ? "CHECKING" : state.name());
  }

  @Override
  public PeerConnectionState connectionState() {
    return state;
  }

  @Override
  public Optional<Throwable> failure() {
    return state == PeerConnectionState.FAILED
        ? Optional.of(new IllegalStateException("no path"))
        : Optional.empty();
  }

  @Override
  public void setListener(PeerConnectionListener listener) {
    this.listener = listener;
  }

  @Override
  public void close() {
    FakePeers.LOOP.execute(
        () -> {
          FakePeers.BY_NAME.remove(name);
          channels.forEach(FakeDataChannel::shut);
          become(PeerConnectionState.CLOSED);
          if (peer != null) {
            peer.channels.forEach(FakeDataChannel::shut);
            peer.become(PeerConnectionState.CLOSED);
          }
        });
  }
}
