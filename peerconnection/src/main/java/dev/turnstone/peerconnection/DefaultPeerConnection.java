package dev.turnstone.peerconnection;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelEvent;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.dtls.DtlsIdentity;
import dev.turnstone.dtls.DtlsOptions;
import dev.turnstone.dtls.DtlsRole;
import dev.turnstone.dtls.DtlsState;
import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.IceRole;
import dev.turnstone.ice.IceState;
import dev.turnstone.peerconnection.Environment.IceFactory;
import dev.turnstone.peerconnection.Negotiation.Applied;
import dev.turnstone.peerconnection.net.ConnectionLoop;
import dev.turnstone.sdp.Sdp;
import dev.turnstone.sdp.SdpException;
import dev.turnstone.sdp.SdpMedia;
import dev.turnstone.sdp.Setup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The product's {@link PeerConnection}: negotiation above a {@link Connection}, on one loop. Fields
 * that are not volatile are touched on the loop only.
 */
final class DefaultPeerConnection implements PeerConnection {
  private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);

  private final Environment environment;
  private final CallbackQueue callbacks;
  private final ConnectionLoop loop;
  private final Operations operations;
  private final ConnectionChannels channels;
  private final CompletableFuture<DtlsIdentity> identity;
  private final long sessionId;

  private Connection connection;
  private RemoteCandidates remoteCandidates;
  private long sessionVersion;
  private String lastOffer;
  private String lastAnswer;
  private int dataIndex = -1;
  private String dataMid = "0";
  private boolean weOffered;
  private final List<String> localCandidates = new ArrayList<>();
  private final CompletableFuture<SessionDescription> gathered = new CompletableFuture<>();

  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean dataWanted = new AtomicBoolean();
  private volatile PeerConnectionListener listener = new PeerConnectionListener() {};
  private volatile Negotiation negotiation = Negotiation.START;
  private volatile SessionDescription localDescription;
  private volatile SessionDescription remoteDescription;
  private volatile IceGatheringState gatheringState = IceGatheringState.NEW;
  private volatile IceConnectionState iceState = IceConnectionState.NEW;
  private volatile PeerConnectionState connectionState = PeerConnectionState.NEW;
  private volatile Throwable failure;

  DefaultPeerConnection(Environment environment, PeerConnectionConfiguration configuration) {
    this.environment = environment;
    callbacks =
        new CallbackQueue(configuration.callbackExecutor().orElse(environment.callbackExecutor()));
    loop = environment.newLoop(this::endTurn, this::onFault);
    operations = new Operations(loop, callbacks);
    sessionId = environment.random().nextLong() >>> 2;
    identity =
        configuration
            .certificate()
            .map(CompletableFuture::completedFuture)
            .orElseGet(environment::newIdentity);
    channels =
        new ConnectionChannels(
            loop,
            callbacks,
            environment.sendBufferBytes(),
            channel -> callBack(heard -> heard.onDataChannel(channel)));
    IceFactory iceFactory = environment.iceFactory(configuration);
    // First of all that is posted, so that everything later finds the layers in place.
    loop.execute(() -> open(iceFactory));
  }

  private void open(IceFactory iceFactory) {
    connection =
        new Connection(
            loop,
            new FromConnection(),
            iceListener -> iceFactory.create(loop, iceListener),
            environment.newAssociation());
    remoteCandidates = new RemoteCandidates(connection.ice());
    channels.open(connection.channels());
  }

  // The API: any thread.

  @Override
  public CompletableFuture<SessionDescription> createOffer() {
    return operations.chain("createOffer", this::makeOffer);
  }

  @Override
  public CompletableFuture<SessionDescription> createAnswer() {
    return operations.chain("createAnswer", this::makeAnswer);
  }

  @Override
  public CompletableFuture<Void> setLocalDescription(SessionDescription description) {
    Objects.requireNonNull(description);
    return operations.chain("setLocalDescription", () -> applyLocal(description));
  }

  @Override
  public CompletableFuture<Void> setLocalDescription() {
    return operations.chain(
        "setLocalDescription",
        () ->
            switch (negotiation.state()) {
              case HAVE_REMOTE_OFFER, HAVE_LOCAL_PRANSWER ->
                  makeAnswer().thenComposeAsync(this::applyLocal, loop);
              default -> makeOffer().thenComposeAsync(this::applyLocal, loop);
            });
  }

  @Override
  public CompletableFuture<Void> setRemoteDescription(SessionDescription description) {
    Objects.requireNonNull(description);
    return operations.chain("setRemoteDescription", () -> applyRemote(description));
  }

  @Override
  public CompletableFuture<Void> addIceCandidate(IceCandidate candidate) {
    Objects.requireNonNull(candidate);
    return operations.chain(
        "addIceCandidate",
        () -> {
          remoteCandidates.add(candidate);
          describe();
          return CompletableFuture.completedFuture(null);
        });
  }

  @Override
  public DataChannel createDataChannel(String label, DataChannelOptions options) {
    if (label.getBytes(StandardCharsets.UTF_8).length > 65535) {
      throw new IllegalArgumentException("label must be at most 65535 bytes of UTF-8");
    }
    if (closed.get()) {
      throw new InvalidStateException("createDataChannel: the peer connection is closed");
    }
    LoopDataChannel channel = channels.create(label, options);
    if (!dataWanted.getAndSet(true)) {
      loop.execute(this::announceNegotiation);
    }
    return channel;
  }

  @Override
  public Optional<SessionDescription> localDescription() {
    return Optional.ofNullable(localDescription);
  }

  @Override
  public Optional<SessionDescription> remoteDescription() {
    return Optional.ofNullable(remoteDescription);
  }

  @Override
  public CompletableFuture<SessionDescription> gatheredLocalDescription() {
    return gathered.copy();
  }

  @Override
  public SignalingState signalingState() {
    return closed.get() ? SignalingState.CLOSED : negotiation.state();
  }

  @Override
  public IceGatheringState iceGatheringState() {
    return gatheringState;
  }

  @Override
  public IceConnectionState iceConnectionState() {
    return iceState;
  }

  @Override
  public PeerConnectionState connectionState() {
    return connectionState;
  }

  @Override
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public void setListener(PeerConnectionListener newListener) {
    listener = Objects.requireNonNull(newListener);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      iceState = IceConnectionState.CLOSED;
      connectionState = PeerConnectionState.CLOSED;
      loop.execute(this::closeOnLoop);
    }
  }

  // Negotiation: on the loop.

  private CompletableFuture<SessionDescription> makeOffer() {
    SignalingState state = negotiation.state();
    if (state != SignalingState.STABLE && state != SignalingState.HAVE_LOCAL_OFFER) {
      throw new InvalidStateException("createOffer: the signaling state is " + state);
    }
    return identity.thenApplyAsync(
        ours -> {
          boolean withData = dataWanted.get() || dataIndex >= 0;
          lastOffer = local(ours).offer(sessionVersion + 1, withData, dataMid).toString();
          return SessionDescription.offer(lastOffer);
        },
        loop);
  }

  private CompletableFuture<SessionDescription> makeAnswer() {
    SignalingState state = negotiation.state();
    if (state != SignalingState.HAVE_REMOTE_OFFER && state != SignalingState.HAVE_LOCAL_PRANSWER) {
      throw new InvalidStateException(
          "createAnswer: the signaling state is " + state + ", not HAVE_REMOTE_OFFER");
    }
    return identity.thenApplyAsync(
        ours -> {
          Sdp offer = negotiation.pendingRemote().sdp();
          Setup offered =
              dataIndex < 0
                  ? Setup.ACTPASS
                  : offer.media().get(dataIndex).setup().orElse(Setup.ACTPASS);
          // RFC 8842 section 5.3: the answerer should be active, unless the offerer took that.
          Setup setup = offered == Setup.ACTIVE ? Setup.PASSIVE : Setup.ACTIVE;
          lastAnswer = local(ours).answer(sessionVersion + 1, offer, dataIndex, setup).toString();
          return SessionDescription.answer(lastAnswer);
        },
        loop);
  }

  private LocalTransport local(DtlsIdentity ours) {
    return new LocalTransport(
        sessionId,
        connection.ice().localParameters(),
        ours.fingerprint("sha-256"),
        environment.maxMessageSize());
  }

  private CompletableFuture<Void> applyLocal(SessionDescription description) {
    String made = description.type() == SdpType.OFFER ? lastOffer : lastAnswer;
    if (description.type() != SdpType.ROLLBACK && !description.sdp().equals(made)) {
      throw new InvalidModificationException(
          "setLocalDescription: the description is not the one that was created last");
    }
    Applied applied = new Applied(description.type(), parse(description.sdp()));
    Negotiation next = negotiation.withLocal(applied);
    sessionVersion++;
    if (description.type() == SdpType.OFFER) {
      weOffered = true;
      dataIndex = DataSection.indexIn(applied.sdp());
    }
    become(next);
    if (dataIndex >= 0 && gatheringState == IceGatheringState.NEW) {
      become(IceGatheringState.GATHERING);
      connection.ice().gather();
    }
    startWhenAgreed();
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Void> applyRemote(SessionDescription description) {
    Applied applied = new Applied(description.type(), parse(description.sdp()));
    Negotiation next = negotiation.withRemote(applied);
    int index = DataSection.indexIn(applied.sdp());
    boolean isOffer = description.type() == SdpType.OFFER;
    if (!isOffer) {
      requireSameSections(applied.sdp());
    }
    if (index >= 0) {
      // Read before anything changes: a description that is refused leaves all as it was.
      RemoteTransport remote = RemoteTransport.of(applied.sdp(), index);
      refuseRestart(remote);
      if (!isOffer && remote.setup() != Setup.ACTIVE && remote.setup() != Setup.PASSIVE) {
        throw new InvalidAccessException(
            "an answer's a=setup must be active or passive, is " + remote.setup().text());
      }
      dataMid = remote.mid();
    }
    if (isOffer) {
      weOffered = false;
      dataIndex = index;
    }
    become(next);
    startWhenAgreed();
    if (index >= 0) {
      SdpMedia section = applied.sdp().media().get(index);
      remoteCandidates.described(dataMid, index, section.candidates(), section.endOfCandidates());
      describe();
    }
    return CompletableFuture.completedFuture(null);
  }

  private static Sdp parse(String text) {
    try {
      return Sdp.parse(text);
    } catch (SdpException e) {
      throw new SdpSyntaxException(e.getMessage(), e);
    }
  }

  /** RFC 9429 section 5.10: an answer has the sections of its offer. */
  private void requireSameSections(Sdp answer) {
    int offered = negotiation.local().sdp().media().size();
    if (answer.media().size() != offered) {
      throw new InvalidAccessException(
          "the answer has " + answer.media().size() + " m-lines, the offer has " + offered);
    }
  }

  private void refuseRestart(RemoteTransport remote) {
    Applied before = negotiation.currentRemote();
    if (before == null || !connection.started()) {
      return;
    }
    int index = DataSection.indexIn(before.sdp());
    if (index < 0) {
      return;
    }
    RemoteTransport known = RemoteTransport.of(before.sdp(), index);
    if (!known.ice().equals(remote.ice())) {
      throw new InvalidAccessException(
          "the description changes ice-ufrag or ice-pwd: ICE restart is not supported yet");
    }
    if (!known.fingerprints().equals(remote.fingerprints())) {
      throw new InvalidAccessException("the description changes the fingerprint of a running DTLS");
    }
  }

  /** Starts the transports once an offer and an answer stand. */
  private void startWhenAgreed() {
    boolean agreed =
        negotiation.state() == SignalingState.STABLE
            || negotiation.state() == SignalingState.HAVE_REMOTE_PRANSWER
            || negotiation.state() == SignalingState.HAVE_LOCAL_PRANSWER;
    Applied theirs = negotiation.remote();
    if (!agreed || theirs == null || connection.started()) {
      return;
    }
    int index = DataSection.indexIn(theirs.sdp());
    if (index < 0 || dataIndex < 0) {
      return;
    }
    RemoteTransport remote = RemoteTransport.of(theirs.sdp(), index);
    channels.limitMessages(remote.maxMessageSize());
    Setup ours =
        weOffered
            ? (remote.setup() == Setup.ACTIVE ? Setup.PASSIVE : Setup.ACTIVE)
            : negotiation.local().sdp().media().get(dataIndex).setup().orElseThrow();
    DtlsRole role = ours == Setup.ACTIVE ? DtlsRole.CLIENT : DtlsRole.SERVER;
    // RFC 8445 section 6.1.1: the offerer controls, unless only the other side is full.
    boolean controlling = weOffered || remote.ice().lite();
    DtlsOptions options = DtlsOptions.of(role, identity.join(), remote.fingerprints());
    connection.start(
        controlling ? IceRole.CONTROLLING : IceRole.CONTROLLED,
        remote,
        role,
        dtlsListener -> environment.newDtlsEngine(options, loop, dtlsListener));
  }

  // State and events: on the loop.

  private void become(Negotiation next) {
    SignalingState before = negotiation.state();
    negotiation = next;
    describe();
    if (next.state() != before) {
      SignalingState state = next.state();
      callBack(heard -> heard.onSignalingStateChange(state));
    }
  }

  private void become(IceGatheringState state) {
    gatheringState = state;
    callBack(heard -> heard.onIceGatheringStateChange(state));
  }

  /** Publishes the descriptions with the candidates that are known by now. */
  private void describe() {
    Applied ours = negotiation.local();
    if (ours != null) {
      boolean complete = gatheringState == IceGatheringState.COMPLETE;
      Sdp full = DataSection.withCandidates(ours.sdp(), dataIndex, localCandidates, complete);
      localDescription = new SessionDescription(ours.type(), full.toString());
    }
    Applied theirs = negotiation.remote();
    if (theirs != null) {
      Sdp full =
          DataSection.withCandidates(
              theirs.sdp(),
              DataSection.indexIn(theirs.sdp()),
              remoteCandidates.signaled(),
              remoteCandidates.ended());
      remoteDescription = new SessionDescription(theirs.type(), full.toString());
    }
  }

  private void updateStates() {
    if (closed.get()) {
      return;
    }
    IceState ice = connection.iceState();
    IceConnectionState newIceState = IceConnectionState.valueOf(ice.name());
    failure = connection.failure();
    if (newIceState != iceState) {
      iceState = newIceState;
      callBack(heard -> heard.onIceConnectionStateChange(newIceState));
    }
    PeerConnectionState newState = combine(ice, connection.dtlsState());
    if (newState != connectionState) {
      connectionState = newState;
      callBack(heard -> heard.onConnectionStateChange(newState));
    }
  }

  /** W3C webrtc-pc section 4.3.3, for one transport. */
  private static PeerConnectionState combine(IceState ice, DtlsState dtls) {
    if (ice == IceState.FAILED || dtls == DtlsState.FAILED) {
      return PeerConnectionState.FAILED;
    }
    if (dtls == DtlsState.CLOSED) {
      // Deviation: W3C stays "connected" until ICE notices. The peer said that it is gone: so be
      // it.
      return PeerConnectionState.CLOSED;
    }
    if (ice == IceState.DISCONNECTED) {
      return PeerConnectionState.DISCONNECTED;
    }
    if (ice == IceState.NEW && dtls == DtlsState.NEW) {
      return PeerConnectionState.NEW;
    }
    return dtls == DtlsState.CONNECTED
        ? PeerConnectionState.CONNECTED
        : PeerConnectionState.CONNECTING;
  }

  private void announceNegotiation() {
    if (dataIndex < 0 && !closed.get()) {
      callBack(PeerConnectionListener::onNegotiationNeeded);
    }
  }

  private void callBack(Consumer<PeerConnectionListener> call) {
    callbacks.execute(() -> call.accept(listener));
  }

  private void endTurn() {
    if (connection != null) {
      connection.drain();
      channels.updateBuffered();
    }
  }

  private void onFault(Throwable fault) {
    LOG.error("a defect in Turnstone; this connection is closed", fault);
    failure = fault;
    if (closed.compareAndSet(false, true)) {
      connectionState = PeerConnectionState.FAILED;
      callBack(heard -> heard.onConnectionStateChange(PeerConnectionState.FAILED));
      loop.execute(this::closeOnLoop);
    }
  }

  private void closeOnLoop() {
    if (connection != null) {
      connection.close();
    }
    operations.close();
    negotiation = negotiation.closed();
    channels.close();
    environment.forget(this);
    callbacks.execute(
        () ->
            gathered.completeExceptionally(
                new InvalidStateException("the peer connection was closed while gathering")));
  }

  private final class FromConnection implements Connection.Listener {
    @Override
    public void onLocalCandidate(Candidate candidate) {
      String text = candidate.toString();
      localCandidates.add(text.substring("candidate:".length()));
      describe();
      IceCandidate signaled = signal(text);
      callBack(heard -> heard.onIceCandidate(signaled));
    }

    @Override
    public void onGatheringComplete() {
      gatheringState = IceGatheringState.COMPLETE;
      describe();
      IceCandidate end = signal("");
      SessionDescription whole = localDescription;
      callBack(heard -> heard.onIceCandidate(end));
      callBack(heard -> heard.onIceGatheringStateChange(IceGatheringState.COMPLETE));
      callbacks.execute(() -> gathered.complete(whole));
    }

    private IceCandidate signal(String candidate) {
      return new IceCandidate(
          candidate,
          Optional.of(dataMid),
          OptionalInt.of(Math.max(0, dataIndex)),
          Optional.of(connection.ice().localParameters().usernameFragment()));
    }

    @Override
    public void onTransportState() {
      updateStates();
    }

    @Override
    public void onChannelEvent(DataChannelEvent event) {
      channels.handle(event);
    }
  }
}
