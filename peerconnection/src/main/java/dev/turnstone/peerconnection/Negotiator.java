package dev.turnstone.peerconnection;

import dev.turnstone.dtls.DtlsIdentity;
import dev.turnstone.dtls.DtlsRole;
import dev.turnstone.ice.IceParameters;
import dev.turnstone.ice.IceRole;
import dev.turnstone.ice.IceTransport;
import dev.turnstone.peerconnection.Negotiation.Applied;
import dev.turnstone.sdp.Sdp;
import dev.turnstone.sdp.SdpException;
import dev.turnstone.sdp.Setup;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * Makes and applies offers and answers (RFC 9429 section 5). A description that is refused leaves
 * all as it was: everything is read before anything changes. Lives on the loop.
 */
final class Negotiator {
  /** What comes of it, on the loop. */
  interface Listener {
    void onSignalingState(SignalingState state);

    /** What stands, or is known of it, has changed. */
    void onDescriptions(Descriptions descriptions);

    /** A local description with new ICE credentials stands: a generation of ICE begins. */
    void onIceRestart();

    /**
     * The first local description with a data section stands, or the first of a generation of ICE:
     * candidates are wanted.
     */
    void onGatheringWanted();

    /** A rollback has changed how far gathering is. */
    void onGatheringState(IceGatheringState state);

    /** An offer and an answer stand for the first time: the transports may start. */
    void onAgreed(IceRole iceRole, DtlsRole dtlsRole, RemoteTransport remote);

    /** An offer and an answer have restarted ICE: its checks may start. */
    void onIceAgreed(IceRole iceRole, IceParameters remote);
  }

  private final long sessionId;
  private final long maxMessageSize;
  private final CompletableFuture<DtlsIdentity> identity;
  private final Executor loop;
  private final Listener listener;
  private final LocalCandidates localCandidates = new LocalCandidates(() -> descriptions().local());

  private IceRestarts restarts;

  /** The beginning of our SCTP, where descriptions are to carry it (draft-hancke-tsvwg-snap). */
  private Optional<byte[]> ownSctpInit = Optional.empty();

  private RemoteCandidates remoteCandidates;
  private long sessionVersion;
  private String lastOffer;
  private String lastAnswer;
  private int dataIndex = -1;
  private String dataMid = "0";
  private boolean weOffered;

  /** What the transports were started with, or null: but for ICE it cannot change any more. */
  private RemoteTransport agreed;

  private Setup ownSetup;
  private IceRole iceRole;

  private Negotiation negotiation = Negotiation.START;
  private Descriptions descriptions = Descriptions.NONE;

  Negotiator(
      long sessionId,
      long maxMessageSize,
      CompletableFuture<DtlsIdentity> identity,
      Executor loop,
      Listener listener) {
    this.sessionId = sessionId;
    this.maxMessageSize = maxMessageSize;
    this.identity = identity;
    this.loop = loop;
    this.listener = listener;
  }

  /**
   * The layers are in place.
   *
   * @param sctpInit the beginning of our SCTP, if descriptions are to carry it
   */
  void open(IceTransport ice, Optional<byte[]> sctpInit) {
    restarts = new IceRestarts(ice);
    ownSctpInit = sctpInit;
    remoteCandidates = new RemoteCandidates(ice);
  }

  SignalingState state() {
    return negotiation.state();
  }

  Descriptions descriptions() {
    return descriptions;
  }

  LocalCandidates localCandidates() {
    return localCandidates;
  }

  String dataMid() {
    return dataMid;
  }

  /** The place of the data section in the descriptions, or -1. */
  int dataIndex() {
    return dataIndex;
  }

  /** The next offer is to restart ICE; without effect where nothing was described. */
  void restartIce() {
    restarts.want(
        Stream.of(negotiation.currentLocal(), negotiation.pendingLocal())
            .flatMap(each -> ufrag(each).stream()));
  }

  /** Whether a restart is wanted that no description has brought yet. */
  boolean isRestartWanted() {
    return restarts.isWanted();
  }

  private static Optional<String> ufrag(Applied description) {
    int index = description == null ? -1 : DataSection.indexIn(description.sdp());
    return index < 0 ? Optional.empty() : description.sdp().media().get(index).iceUfrag();
  }

  CompletableFuture<SessionDescription> makeOffer(boolean dataWanted, boolean iceRestart) {
    SignalingState state = negotiation.state();
    if (state != SignalingState.STABLE && state != SignalingState.HAVE_LOCAL_OFFER) {
      throw new InvalidStateException("createOffer: the signaling state is " + state);
    }
    return identity.thenApplyAsync(
        ours -> {
          Applied before = negotiation.currentLocal();
          lastOffer =
              local(
                      ours,
                      restarts.forOffer(iceRestart, ufrag(before)),
                      agreed == null || agreed.sctpInit().isPresent())
                  .offer(
                      sessionVersion + 1,
                      before == null ? null : before.sdp(),
                      dataWanted || dataIndex >= 0)
                  .toString();
          return SessionDescription.offer(lastOffer);
        },
        loop);
  }

  CompletableFuture<SessionDescription> makeAnswer() {
    SignalingState state = negotiation.state();
    if (state != SignalingState.HAVE_REMOTE_OFFER && state != SignalingState.HAVE_LOCAL_PRANSWER) {
      throw new InvalidStateException(
          "createAnswer: the signaling state is " + state + ", not HAVE_REMOTE_OFFER");
    }
    return identity.thenApplyAsync(
        ours -> {
          Sdp offer = negotiation.pendingRemote().sdp();
          boolean snap = dataIndex >= 0 && answersSctpInit(offer);
          lastAnswer =
              local(ours, answerIce(offer), snap)
                  .answer(sessionVersion + 1, offer, dataIndex, answerSetup(offer))
                  .toString();
          return SessionDescription.answer(lastAnswer);
        },
        loop);
  }

  private IceParameters answerIce(Sdp offer) {
    return dataIndex < 0
        ? restarts.forOffer(false, Optional.empty())
        : restarts.forAnswer(read(offer, dataIndex).ice());
  }

  private Setup answerSetup(Sdp offer) {
    if (ownSetup != null) {
      // RFC 8842 section 5.3: a DTLS association that goes on keeps its roles.
      return ownSetup;
    }
    // RFC 8842 section 5.3: the answerer should be active, unless the offerer took that.
    boolean taken =
        dataIndex >= 0 && offer.media().get(dataIndex).setup().orElse(null) == Setup.ACTIVE;
    return taken ? Setup.PASSIVE : Setup.ACTIVE;
  }

  private LocalTransport local(DtlsIdentity ours, IceParameters ice, boolean snap) {
    return new LocalTransport(
        sessionId,
        ice,
        ours.fingerprint("sha-256"),
        maxMessageSize,
        snap ? ownSctpInit : Optional.empty());
  }

  /**
   * draft-hancke-tsvwg-snap section 5.4: {@code a=sctp-init} is answered with ours. Section 5.6:
   * once it was negotiated it stays, and where it was not it is not added.
   */
  private boolean answersSctpInit(Sdp offer) {
    return (agreed == null ? read(offer, dataIndex) : agreed).sctpInit().isPresent();
  }

  private RemoteTransport read(Sdp description, int index) {
    return RemoteTransport.of(description, index, ownSctpInit.isPresent());
  }

  CompletableFuture<Void> applyLocal(SessionDescription description) {
    if (description.type() == SdpType.ROLLBACK) {
      rollBackLocal(negotiation.rolledBack("setLocalDescription", SignalingState.HAVE_LOCAL_OFFER));
      return CompletableFuture.completedFuture(null);
    }
    Applied applied = new Applied(description.type(), parse(description.sdp()));
    Negotiation next = negotiation.withLocal(applied);
    String made = description.type() == SdpType.OFFER ? lastOffer : lastAnswer;
    if (!description.sdp().equals(made)) {
      throw new InvalidModificationException(
          "setLocalDescription: the description is not the one that was created last");
    }
    sessionVersion++;
    if (description.type() == SdpType.OFFER) {
      weOffered = true;
      dataIndex = DataSection.indexIn(applied.sdp());
      if (dataIndex >= 0) {
        dataMid = DataSection.mid(applied.sdp(), dataIndex);
      }
    }
    if (ufrag(applied).filter(restarts::begins).isPresent()) {
      // RFC 9429 section 4.1.10: here the new generation begins to gather, and not before.
      localCandidates.restart();
      remoteCandidates.restart();
      listener.onIceRestart();
    }
    become(next);
    localCandidates.nothingToGather(dataIndex < 0);
    if (dataIndex >= 0 && localCandidates.areWanted()) {
      listener.onGatheringWanted();
    }
    localCandidates.tell();
    startWhenAgreed();
    return CompletableFuture.completedFuture(null);
  }

  CompletableFuture<Void> applyRemote(SessionDescription description) {
    if (description.type() == SdpType.ROLLBACK) {
      rollBackRemote(
          negotiation.rolledBack("setRemoteDescription", SignalingState.HAVE_REMOTE_OFFER));
      return CompletableFuture.completedFuture(null);
    }
    Applied applied = new Applied(description.type(), parse(description.sdp()));
    boolean isOffer = description.type() == SdpType.OFFER;
    // W3C webrtc-pc section 4.4.1.6: an offer that meets ours takes ours back first.
    boolean glare = isOffer && negotiation.state() == SignalingState.HAVE_LOCAL_OFFER;
    Negotiation before =
        glare
            ? negotiation.rolledBack("setRemoteDescription", SignalingState.HAVE_LOCAL_OFFER)
            : negotiation;
    Negotiation next = before.withRemote(applied);
    if (isOffer) {
      DataSection.requireNoneGone(negotiation.currentLocal(), applied.sdp());
    } else {
      DataSection.requireSameSections(negotiation.local().sdp(), applied.sdp());
    }
    int index = DataSection.indexIn(applied.sdp());
    RemoteTransport remote = index < 0 ? null : read(applied.sdp(), index);
    if (remote != null) {
      remote.requireRole(isOffer);
    }
    if (agreed != null) {
      agreed.requireUnchanged(remote, ownSetup);
      if (isOffer) {
        restarts.isRestart(remote.ice());
      } else {
        restarts.requireAnswering(remote.ice());
      }
    }
    if (glare) {
      rollBackLocal(before);
    }
    if (isOffer) {
      weOffered = false;
      dataIndex = index;
      dataMid = remote == null ? dataMid : remote.mid();
      // An answer to an earlier offer does not answer this one.
      lastAnswer = null;
    }
    if (remote != null) {
      remoteCandidates.described(applied.sdp(), index);
    }
    become(next);
    startWhenAgreed();
    return CompletableFuture.completedFuture(null);
  }

  void addCandidate(IceCandidate candidate) {
    remoteCandidates.add(candidate);
    describe();
  }

  private void rollBackLocal(Negotiation before) {
    IceGatheringState gathered = localCandidates.state();
    lastOffer = null;
    if (restarts.rolledBack()) {
      localCandidates.cancelRestart();
      remoteCandidates.cancelRestart();
    } else if (before.currentLocal() == null) {
      localCandidates.forget();
    }
    rollBack(before);
    if (localCandidates.state() != gathered) {
      listener.onGatheringState(localCandidates.state());
    }
  }

  private void rollBackRemote(Negotiation before) {
    // An offer that was made before may still be applied; an answer has nothing to answer.
    lastAnswer = null;
    rollBack(before);
    Applied theirs = before.currentRemote();
    remoteCandidates.rolledBack(theirs == null ? null : theirs.sdp(), dataIndex);
    describe();
  }

  private void rollBack(Negotiation before) {
    Applied ours = before.currentLocal();
    dataIndex = ours == null ? -1 : DataSection.indexIn(ours.sdp());
    dataMid = dataIndex < 0 ? "0" : DataSection.mid(ours.sdp(), dataIndex);
    localCandidates.nothingToGather(ours != null && dataIndex < 0);
    negotiation = before;
    describe();
    listener.onSignalingState(before.state());
  }

  private static Sdp parse(String text) {
    try {
      return Sdp.parse(text);
    } catch (SdpException e) {
      throw new SdpSyntaxException(e.getMessage(), e);
    }
  }

  /** Starts the transports once an offer and an answer stand. */
  private void startWhenAgreed() {
    boolean answered =
        negotiation.state() == SignalingState.STABLE
            || negotiation.state() == SignalingState.HAVE_REMOTE_PRANSWER
            || negotiation.state() == SignalingState.HAVE_LOCAL_PRANSWER;
    Applied theirs = negotiation.remote();
    if (!answered || theirs == null) {
      return;
    }
    int index = DataSection.indexIn(theirs.sdp());
    if (index < 0 || dataIndex < 0) {
      return;
    }
    RemoteTransport remote = read(theirs.sdp(), index);
    if (agreed == null) {
      start(remote);
    } else if (restarts.isRestart(remote.ice())) {
      localCandidates.agreed();
      restarts.agreed(remote.ice());
      remoteCandidates.begin();
      listener.onIceAgreed(iceRole, remote.ice());
    }
  }

  private void start(RemoteTransport remote) {
    agreed = remote;
    localCandidates.agreed();
    restarts.agreed(remote.ice());
    ownSetup =
        weOffered
            ? (remote.setup() == Setup.ACTIVE ? Setup.PASSIVE : Setup.ACTIVE)
            : negotiation.local().sdp().media().get(dataIndex).setup().orElseThrow();
    // RFC 8445 section 6.1.1: the offerer controls, unless only the other side is full.
    boolean controlling = weOffered || remote.ice().lite();
    iceRole = controlling ? IceRole.CONTROLLING : IceRole.CONTROLLED;
    remoteCandidates.begin();
    listener.onAgreed(
        iceRole, ownSetup == Setup.ACTIVE ? DtlsRole.CLIENT : DtlsRole.SERVER, remote);
  }

  private void become(Negotiation next) {
    SignalingState before = negotiation.state();
    negotiation = next;
    describe();
    if (next.state() == SignalingState.STABLE) {
      // W3C webrtc-pc section 4.4.1.5: what was created before must not be applied after.
      lastOffer = null;
      lastAnswer = null;
      restarts.stable(ufrag(next.currentLocal()));
    }
    if (next.state() != before) {
      listener.onSignalingState(next.state());
    }
  }

  /** Publishes the descriptions with the candidates that are known by now. */
  void describe() {
    descriptions = Descriptions.of(negotiation, localCandidates, remoteCandidates);
    listener.onDescriptions(descriptions);
  }

  void close() {
    negotiation = negotiation.closed();
  }
}
