package dev.turnstone.peerconnection;

import dev.turnstone.datachannel.DataChannel;
import dev.turnstone.datachannel.DataChannelEvent;
import dev.turnstone.datachannel.DataChannelOptions;
import dev.turnstone.dtls.DtlsIdentity;
import dev.turnstone.dtls.DtlsOptions;
import dev.turnstone.dtls.DtlsRole;
import dev.turnstone.dtls.DtlsState;
import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateError;
import dev.turnstone.ice.IceParameters;
import dev.turnstone.ice.IceReport;
import dev.turnstone.ice.IceRole;
import dev.turnstone.ice.IceState;
import dev.turnstone.peerconnection.Environment.IceFactory;
import dev.turnstone.peerconnection.net.ConnectionLoop;
import dev.turnstone.sctp.SctpMetrics;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The product's {@link PeerConnection}: a {@link Negotiator} above a {@link Connection}, on one
 * loop; their states as the application sees them, and the end. Fields that are not volatile are
 * touched on the loop only.
 */
final class DefaultPeerConnection implements PeerConnection {
  private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);

  private final Environment environment;
  private final IceFactory iceFactory;
  private final Callbacks callbacks;
  private final ConnectionLoop loop;
  private final Operations operations;
  private final Negotiator negotiator;
  private final NegotiationNeed need;
  private final ConnectionChannels channels;
  private final CompletableFuture<DtlsIdentity> identity;
  private final PeerConnectionConfiguration configuration;

  private Connection connection;
  private boolean ended;

  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean dataWanted = new AtomicBoolean();
  private volatile PeerConnectionListener listener = new PeerConnectionListener() {};

  // What a callback finds belongs to it, whatever the loop has done since: as in a page, these
  // change on the callback queue.

  private volatile SignalingState signalingState = SignalingState.STABLE;
  private volatile IceGatheringState gatheringState = IceGatheringState.NEW;
  private volatile Descriptions seen = Descriptions.NONE;

  private volatile IceConnectionState iceState = IceConnectionState.NEW;
  private volatile PeerConnectionState connectionState = PeerConnectionState.NEW;
  private volatile Throwable failure;

  /** Whether a defect of ours ended the connection. */
  private volatile boolean faulted;

  DefaultPeerConnection(Environment environment, PeerConnectionConfiguration configuration) {
    this.environment = environment;
    iceFactory = environment.iceFactory(configuration);
    this.configuration = configuration;
    loop = environment.newLoop(this::endTurn, this::onFault);
    callbacks =
        configuration.directCallbacks()
            ? new DirectCallbacks(loop)
            : new CallbackQueue(
                loop::isInTurn,
                configuration.callbackExecutor().orElse(environment.callbackExecutor()),
                environment.callbackExecutor());
    need =
        new NegotiationNeed(
            loop,
            callbacks,
            this::isNegotiationNeeded,
            this::isQuiet,
            () -> listener.onNegotiationNeeded());
    operations = new Operations(loop, callbacks, need::chainEmpty);
    identity =
        configuration
            .certificate()
            .map(CompletableFuture::completedFuture)
            .orElseGet(environment::newIdentity);
    negotiator =
        new Negotiator(
            environment.random().nextLong() >>> 2,
            environment.maxMessageSize(),
            identity,
            loop,
            new FromNegotiator());
    channels =
        new ConnectionChannels(
            loop,
            callbacks,
            environment.newSendAdmission(),
            channel -> callBack(heard -> heard.onDataChannel(channel)));
  }

  /** First of all that is posted, so that everything later finds the layers in place. */
  void begin() {
    loop.execute(this::open);
  }

  private void open() {
    connection =
        new Connection(
            loop,
            new FromConnection(),
            iceListener -> iceFactory.create(loop, iceListener),
            environment.newAssociation(configuration));
    negotiator.open(
        connection.ice(),
        configuration.sctpSnap() ? Optional.of(connection.sctpInit()) : Optional.empty());
    channels.open(connection.channels());
    if (configuration.iceCandidatePoolSize() > 0) {
      connection.ice().gather();
    }
  }

  // The API: any thread.

  @Override
  public CompletableFuture<SessionDescription> createOffer(OfferOptions options) {
    Objects.requireNonNull(options);
    return operations.chain("createOffer", () -> makeOffer(options));
  }

  private CompletableFuture<SessionDescription> makeOffer(OfferOptions options) {
    return negotiator.makeOffer(dataWanted.get(), options.iceRestart());
  }

  @Override
  public CompletableFuture<SessionDescription> createAnswer() {
    return operations.chain("createAnswer", negotiator::makeAnswer);
  }

  @Override
  public CompletableFuture<Void> setLocalDescription(SessionDescription description) {
    Objects.requireNonNull(description);
    if (description.sdp().isEmpty() && description.type() != SdpType.ROLLBACK) {
      return operations.chain("setLocalDescription", () -> applyMade(description.type()));
    }
    return operations.chain("setLocalDescription", () -> negotiator.applyLocal(description));
  }

  /** W3C webrtc-pc section 4.4.2 (setLocalDescription): a text that is not given is made. */
  private CompletableFuture<Void> applyMade(SdpType type) {
    CompletableFuture<SessionDescription> made =
        type == SdpType.OFFER ? makeOffer(OfferOptions.DEFAULT) : negotiator.makeAnswer();
    return made.thenComposeAsync(
        description -> negotiator.applyLocal(new SessionDescription(type, description.sdp())),
        loop);
  }

  @Override
  public CompletableFuture<Void> setLocalDescription() {
    return operations.chain(
        "setLocalDescription",
        () ->
            applyMade(
                switch (negotiator.state()) {
                  case HAVE_REMOTE_OFFER, HAVE_LOCAL_PRANSWER -> SdpType.ANSWER;
                  default -> SdpType.OFFER;
                }));
  }

  @Override
  public CompletableFuture<Void> setRemoteDescription(SessionDescription description) {
    Objects.requireNonNull(description);
    return operations.chain("setRemoteDescription", () -> negotiator.applyRemote(description));
  }

  @Override
  public CompletableFuture<Void> addIceCandidate(IceCandidate candidate) {
    Objects.requireNonNull(candidate);
    return operations.chain(
        "addIceCandidate",
        () -> {
          negotiator.addCandidate(candidate);
          return CompletableFuture.completedFuture(null);
        });
  }

  @Override
  public void restartIce() {
    loop.execute(
        () -> {
          if (!closed.get()) {
            negotiator.restartIce();
            need.update();
          }
        });
  }

  @Override
  public DataChannel createDataChannel(String label, DataChannelOptions options) {
    Objects.requireNonNull(options);
    if (label.getBytes(StandardCharsets.UTF_8).length > 65535) {
      throw new IllegalArgumentException("label must be at most 65535 bytes of UTF-8");
    }
    if (closed.get()) {
      throw new InvalidStateException("createDataChannel: the peer connection is closed");
    }
    LoopDataChannel channel = channels.create(label, options);
    if (!dataWanted.getAndSet(true)) {
      loop.execute(need::update);
    }
    return channel;
  }

  @Override
  public Optional<SessionDescription> localDescription() {
    return Optional.ofNullable(seen.local());
  }

  @Override
  public Optional<SessionDescription> currentLocalDescription() {
    return Optional.ofNullable(seen.currentLocal());
  }

  @Override
  public Optional<SessionDescription> pendingLocalDescription() {
    return Optional.ofNullable(seen.pendingLocal());
  }

  @Override
  public Optional<SessionDescription> remoteDescription() {
    return Optional.ofNullable(seen.remote());
  }

  @Override
  public Optional<SessionDescription> currentRemoteDescription() {
    return Optional.ofNullable(seen.currentRemote());
  }

  @Override
  public Optional<SessionDescription> pendingRemoteDescription() {
    return Optional.ofNullable(seen.pendingRemote());
  }

  @Override
  public Optional<Boolean> canTrickleIceCandidates() {
    return seen.remoteTrickles();
  }

  @Override
  public CompletableFuture<SessionDescription> gatheredLocalDescription() {
    return operations.beside(
        "gatheredLocalDescription", () -> negotiator.localCandidates().whole());
  }

  @Override
  public CompletableFuture<SctpMetrics> sctpMetrics() {
    return operations.beside(
        "sctpMetrics", () -> CompletableFuture.completedFuture(connection.sctpMetrics()));
  }

  @Override
  public CompletableFuture<IceReport> iceReport() {
    return operations.beside(
        "iceReport", () -> CompletableFuture.completedFuture(connection.ice().report()));
  }

  @Override
  public SignalingState signalingState() {
    return closed.get() ? SignalingState.CLOSED : signalingState;
  }

  @Override
  public IceGatheringState iceGatheringState() {
    return gatheringState;
  }

  @Override
  public IceConnectionState iceConnectionState() {
    return closed.get() ? IceConnectionState.CLOSED : iceState;
  }

  @Override
  public PeerConnectionState connectionState() {
    if (!closed.get()) {
      return connectionState;
    }
    return faulted ? PeerConnectionState.FAILED : PeerConnectionState.CLOSED;
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
    closed.set(true);
    // Posted by every caller: the factory closes the loops after its own call, and must not depend
    // on a thread that has only just come here.
    loop.execute(this::end);
  }

  // State and events: on the loop.

  private void updateStates() {
    if (closed.get()) {
      return;
    }
    IceState ice = connection.iceState();
    failure = connection.failure();
    become(IceConnectionState.valueOf(ice.name()));
    become(combine(ice, connection.dtlsState()));
    if (connection.dtlsState() == DtlsState.CLOSED) {
      endWithPeer();
    } else if (connection.dtlsState() == DtlsState.FAILED) {
      channels.fail(failure);
    }
  }

  private void become(IceConnectionState state) {
    if (state != iceState) {
      iceState = state;
      callBack(heard -> heard.onIceConnectionStateChange(state));
    }
  }

  private void become(PeerConnectionState state) {
    if (state != connectionState) {
      connectionState = state;
      callBack(heard -> heard.onConnectionStateChange(state));
    }
  }

  /** W3C webrtc-pc section 4.3.3, for one transport. */
  private static PeerConnectionState combine(IceState ice, DtlsState dtls) {
    if (ice == IceState.FAILED || dtls == DtlsState.FAILED) {
      return PeerConnectionState.FAILED;
    }
    if (dtls == DtlsState.CLOSED) {
      return PeerConnectionState.CLOSED;
    }
    if (ice == IceState.DISCONNECTED) {
      return PeerConnectionState.DISCONNECTED;
    }
    if (ice == IceState.NEW && dtls == DtlsState.NEW) {
      return PeerConnectionState.NEW;
    }
    boolean pathWorks = ice == IceState.CONNECTED || ice == IceState.COMPLETED;
    return pathWorks && dtls == DtlsState.CONNECTED
        ? PeerConnectionState.CONNECTED
        : PeerConnectionState.CONNECTING;
  }

  /**
   * Deviation: W3C stays "connected" until ICE notices, and keeps the connection. The peer said
   * that it is gone, and nothing can bring this connection back: sockets are freed, as by close().
   */
  private void endWithPeer() {
    if (closed.compareAndSet(false, true)) {
      become(IceConnectionState.CLOSED);
      callBack(heard -> heard.onSignalingStateChange(SignalingState.CLOSED));
      // Not now: we are inside a call from the layer that is to be closed.
      loop.execute(this::end);
    }
  }

  private boolean isQuiet() {
    return operations.isChainEmpty() && signalingState() == SignalingState.STABLE;
  }

  private boolean isNegotiationNeeded() {
    boolean wanted = dataWanted.get() && negotiator.dataIndex() < 0 || negotiator.isRestartWanted();
    return wanted && negotiator.state() == SignalingState.STABLE && !closed.get();
  }

  private void tellGathering(IceGatheringState state) {
    callBack(
        heard -> {
          gatheringState = state;
          heard.onIceGatheringStateChange(state);
        });
  }

  private void callBack(Consumer<PeerConnectionListener> call) {
    callbacks.execute(() -> call.accept(listener));
  }

  private void endTurn() {
    try {
      if (connection != null && !ended) {
        connection.drain();
      }
      channels.endTurn();
    } finally {
      callbacks.handOver();
    }
  }

  private void onFault(Throwable fault) {
    LOG.error("a defect in Turnstone; this connection is closed", fault);
    if (!closed.get()) {
      failure = fault;
      faulted = true;
      closed.set(true);
      become(PeerConnectionState.FAILED);
    }
    try {
      end();
    } finally {
      callbacks.handOver();
    }
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      if (connection != null) {
        connection.close();
      }
    } finally {
      negotiator.close();
      operations.close();
      channels.close();
      loop.release();
      environment.forget(this);
    }
  }

  private final class FromNegotiator implements Negotiator.Listener {
    @Override
    public void onSignalingState(SignalingState state) {
      callBack(
          heard -> {
            signalingState = state;
            heard.onSignalingStateChange(state);
          });
      if (state == SignalingState.STABLE) {
        // W3C webrtc-pc section 4.7.3: what was needed meanwhile is announced now.
        need.stable();
      }
    }

    @Override
    public void onDescriptions(Descriptions descriptions) {
      callbacks.execute(() -> seen = descriptions);
    }

    @Override
    public void onGatheringState(IceGatheringState state) {
      tellGathering(state);
    }

    @Override
    public void onIceRestart() {
      connection.ice().restart();
    }

    @Override
    public void onGatheringWanted() {
      if (negotiator.localCandidates().begun()) {
        tellGathering(IceGatheringState.GATHERING);
      }
      FromConnection found = new FromConnection();
      for (Optional<Candidate> each : negotiator.localCandidates().takePooled()) {
        each.ifPresentOrElse(found::onLocalCandidate, found::onGatheringComplete);
      }
      connection.ice().gather();
    }

    @Override
    public void onIceAgreed(IceRole iceRole, IceParameters remote) {
      connection.ice().start(iceRole, remote);
    }

    @Override
    public void onAgreed(IceRole iceRole, DtlsRole dtlsRole, RemoteTransport remote) {
      channels.limitMessages(remote.maxMessageSize());
      DtlsOptions options = DtlsOptions.of(dtlsRole, identity.join(), remote.fingerprints());
      connection.start(
          iceRole,
          remote,
          dtlsRole,
          dtlsListener -> environment.newDtlsEngine(options, loop, dtlsListener));
    }
  }

  private final class FromConnection implements Connection.Listener {
    @Override
    public void onLocalCandidate(Candidate candidate) {
      if (negotiator.localCandidates().areWanted()) {
        negotiator.localCandidates().pool(candidate);
        return;
      }
      String text = candidate.toString();
      negotiator.localCandidates().add(text.substring("candidate:".length()));
      negotiator.describe();
      signal(text);
    }

    @Override
    public void onCandidateError(CandidateError error) {
      callBack(heard -> heard.onIceCandidateError(error));
    }

    @Override
    public void onGatheringComplete() {
      if (negotiator.localCandidates().areWanted()) {
        negotiator.localCandidates().pool(null);
        return;
      }
      negotiator.localCandidates().end();
      negotiator.describe();
      signal("");
      tellGathering(IceGatheringState.COMPLETE);
      negotiator.localCandidates().tell();
    }

    /** The generation stands beside the candidate and in it: many signaling paths carry one. */
    private void signal(String text) {
      String ufrag = connection.ice().localParameters().usernameFragment();
      IceCandidate candidate =
          new IceCandidate(
              text.isEmpty() ? text : text + " ufrag " + ufrag,
              Optional.of(negotiator.dataMid()),
              OptionalInt.of(Math.max(0, negotiator.dataIndex())),
              Optional.of(ufrag));
      callBack(heard -> heard.onIceCandidate(candidate));
    }

    @Override
    public void onRestartWanted() {
      negotiator.restartIce();
      need.update();
    }

    @Override
    public void onTransportState() {
      updateStates();
    }

    @Override
    public void onChannelEvent(DataChannelEvent event) {
      channels.handle(event);
    }

    @Override
    public boolean onEventsTold() {
      callbacks.handOver();
      boolean done = loop.runPosted();
      channels.giveBackWindow();
      return done;
    }
  }
}
