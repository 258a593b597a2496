package dev.turnstone.peerconnection;

import dev.turnstone.datachannel.DataChannelEvent;
import dev.turnstone.datachannel.DataChannels;
import dev.turnstone.dtls.DtlsEngine;
import dev.turnstone.dtls.DtlsException;
import dev.turnstone.dtls.DtlsListener;
import dev.turnstone.dtls.DtlsRole;
import dev.turnstone.dtls.DtlsSession;
import dev.turnstone.dtls.DtlsState;
import dev.turnstone.ice.Candidate;
import dev.turnstone.ice.CandidateError;
import dev.turnstone.ice.CandidatePair;
import dev.turnstone.ice.IceListener;
import dev.turnstone.ice.IceRole;
import dev.turnstone.ice.IceState;
import dev.turnstone.ice.IceTransport;
import dev.turnstone.peerconnection.net.ConnectionLoop;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpMetrics;
import dev.turnstone.sctp.association.SctpAssociation;
import dev.turnstone.sctp.association.SignaledInit;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;

/**
 * The layers of one connection, composed: ICE below DTLS below SCTP below data channels. Lives on
 * the loop; {@link #drain} moves packets down and events up until all is quiet.
 */
final class Connection {
  /** DTLS that comes before we can check it: the first flight of a browser is two datagrams. */
  private static final int MAX_EARLY_PACKETS = 16;

  /** What the connection tells the layer above, on the loop. */
  interface Listener {
    void onLocalCandidate(Candidate candidate);

    default void onCandidateError(CandidateError error) {}

    void onGatheringComplete();

    /** The addresses of this host have changed, and an ICE restart is to follow. */
    void onRestartWanted();

    void onTransportState();

    void onChannelEvent(DataChannelEvent event);

    /**
     * The events that there were have been told. What callbacks want to be done is done now, so
     * that it leaves with this turn.
     *
     * @return whether something was
     */
    boolean onEventsTold();
  }

  private final ConnectionLoop loop;
  private final Listener listener;
  private final IceTransport ice;
  private final SctpAssociation association;
  private final DataChannels channels;
  private final ByteBuffer packet = ByteBuffer.allocate(2048);
  private final Queue<byte[]> earlyPackets = new ArrayDeque<>();

  private DtlsEngine dtls;
  private DtlsRole dtlsRole;
  private DtlsState dtlsState = DtlsState.NEW;
  private DtlsSession session;
  private long remoteMaxMessageSize;
  private Optional<SignaledInit> remoteInit = Optional.empty();
  private IceState iceState = IceState.NEW;
  private CandidatePair selectedPair;
  private Throwable failure;

  /** Why ICE has failed; a restart may mend it. */
  private Throwable iceFailure;

  private Runnable cancelTimer = () -> {};
  private long timerDeadline = SctpAssociation.NEVER;
  private boolean closed;

  /**
   * Composes a connection.
   *
   * @param iceFactory makes the transport that reports to the given listener
   */
  Connection(
      ConnectionLoop loop,
      Listener listener,
      Function<IceListener, IceTransport> iceFactory,
      SctpAssociation association) {
    this.loop = loop;
    this.listener = listener;
    this.association = association;
    this.channels = new DataChannels(association, DataChannels.DEFAULT_MAX_CHANNELS);
    this.ice = iceFactory.apply(new FromIce());
  }

  IceTransport ice() {
    return ice;
  }

  DataChannels channels() {
    return channels;
  }

  SctpMetrics sctpMetrics() {
    return association.metrics();
  }

  /** The beginning of our SCTP, for descriptions to carry. */
  byte[] sctpInit() {
    ByteBuffer chunk = association.localInit();
    byte[] bytes = new byte[chunk.remaining()];
    chunk.get(bytes);
    return bytes;
  }

  IceState iceState() {
    return iceState;
  }

  DtlsState dtlsState() {
    return dtlsState;
  }

  CandidatePair selectedPair() {
    return selectedPair;
  }

  Throwable failure() {
    return failure == null ? iceFailure : failure;
  }

  boolean started() {
    return dtls != null;
  }

  /**
   * Starts checks and, once a pair works, DTLS: both descriptions are known.
   *
   * @param dtlsFactory makes the engine that checks the peer's fingerprints
   */
  void start(
      IceRole iceRole,
      RemoteTransport remote,
      DtlsRole role,
      Function<DtlsListener, DtlsEngine> dtlsFactory) {
    remoteMaxMessageSize = remote.maxMessageSize();
    association.setRemotePort(remote.sctpPort());
    remoteInit = remote.sctpInit();
    dtlsRole = role;
    dtls = dtlsFactory.apply(new FromDtls());
    ice.start(iceRole, remote.ice());
    startDtlsWhenPossible();
  }

  private void startDtlsWhenPossible() {
    boolean pathWorks = iceState == IceState.CONNECTED || iceState == IceState.COMPLETED;
    if (dtls == null || dtlsState != DtlsState.NEW || !pathWorks) {
      return;
    }
    becomeDtls(DtlsState.CONNECTING);
    dtls.start();
    byte[] early;
    while (!closed && (early = earlyPackets.poll()) != null) {
      dtls.handlePacket(ByteBuffer.wrap(early));
    }
  }

  private void becomeDtls(DtlsState state) {
    dtlsState = state;
    listener.onTransportState();
  }

  /** The peer ended or broke the secured transport: what is above it ends too. */
  private void endDtls(DtlsState state, Throwable reason) {
    if (failure == null) {
      failure = reason;
    }
    becomeDtls(state);
    association.abort("the DTLS transport is " + (reason == null ? "closed" : "failed"), now());
  }

  private long now() {
    return loop.nowNanos();
  }

  /** Moves packets down and events up until nothing moves, flushes once, and sets the timer. */
  void drain() {
    if (closed) {
      return;
    }
    boolean moved;
    do {
      moved = pollEvents() | listener.onEventsTold();
      while (dtlsState == DtlsState.CONNECTED && sendPacket()) {
        moved = true;
      }
    } while (moved && !closed);
    if (!closed) {
      ice.flush();
      armTimer();
    }
  }

  /** The packet is written where DTLS has room to make a record around it. */
  private boolean sendPacket() {
    int at = dtls.headroomBytes();
    packet.limit(packet.capacity() - dtls.tailroomBytes()).position(at);
    if (!association.pollPacket(packet, now())) {
      return false;
    }
    dtls.sendInPlace(packet.limit(packet.position()).position(at));
    return true;
  }

  private boolean pollEvents() {
    boolean moved = false;
    SctpEvent below;
    while ((below = association.pollEvent()) != null) {
      moved = true;
      channels.handleSctpEvent(below, now());
    }
    DataChannelEvent event;
    while (!closed && (event = channels.pollEvent()) != null) {
      moved = true;
      listener.onChannelEvent(event);
    }
    return moved;
  }

  /**
   * One timer task stands at a time. When the deadline moves away it fires early and is set again.
   */
  private void armTimer() {
    long deadline = association.nextTimeout();
    if (deadline >= timerDeadline) {
      return;
    }
    cancelTimer.run();
    timerDeadline = deadline;
    cancelTimer =
        loop.scheduleNanos(
            deadline - now(),
            () -> {
              timerDeadline = SctpAssociation.NEVER;
              if (!closed && association.nextTimeout() <= now()) {
                association.handleTimeout(now());
              }
            });
  }

  /**
   * Tells the peer (ABORT, then close_notify) and frees everything, whatever goes wrong on the way.
   */
  void close() {
    if (closed) {
      return;
    }
    try {
      abortAssociation();
    } finally {
      closed = true;
      cancelTimer.run();
      earlyPackets.clear();
      closeTransports();
    }
  }

  private void abortAssociation() {
    association.abort("closed", now());
    while (dtlsState == DtlsState.CONNECTED && sendPacket()) {
      // Until the ABORT has left.
    }
  }

  private void closeTransports() {
    try {
      if (dtls != null) {
        dtls.close();
      }
      ice.flush();
    } finally {
      ice.close();
      dtlsState = DtlsState.CLOSED;
      iceState = IceState.CLOSED;
    }
  }

  /** A restart on the same sockets selects a new pair and stays on the same path. */
  private static boolean isSamePath(CandidatePair one, CandidatePair other) {
    return isSamePlace(one.local(), other.local()) && isSamePlace(one.remote(), other.remote());
  }

  private static boolean isSamePlace(Candidate one, Candidate other) {
    return one.port() == other.port()
        && one.address().equals(other.address())
        && one.transport().equals(other.transport());
  }

  private final class FromIce implements IceListener {
    @Override
    public void onLocalCandidate(Candidate candidate) {
      listener.onLocalCandidate(candidate);
    }

    @Override
    public void onCandidateError(CandidateError error) {
      listener.onCandidateError(error);
    }

    @Override
    public void onGatheringComplete() {
      listener.onGatheringComplete();
    }

    @Override
    public void onStateChange(IceState state, String reason) {
      if (closed) {
        return;
      }
      iceState = state;
      iceFailure =
          state == IceState.FAILED ? new OperationException("ICE failed: " + reason) : null;
      listener.onTransportState();
      startDtlsWhenPossible();
    }

    @Override
    public void onSelectedPair(CandidatePair pair) {
      boolean moved = selectedPair != null && !isSamePath(selectedPair, pair);
      selectedPair = pair;
      if (moved && !closed) {
        // RFC 8445 section 2.4 lets the pair change in mid-session: what congestion control knows
        // is the other path's. During set-up, where a better pair of the same two hosts takes over,
        // there is next to nothing to forget, and what is in flight is not sent again for it.
        association.handlePathChange(now());
      }
    }

    @Override
    public void onRestartWanted() {
      listener.onRestartWanted();
    }

    /** RFC 7983 section 7: a first byte of 20 to 63 is DTLS; STUN stays with ICE; no media yet. */
    @Override
    public void onPacket(ByteBuffer datagram) {
      if (closed || !datagram.hasRemaining()) {
        return;
      }
      int first = Byte.toUnsignedInt(datagram.get(datagram.position()));
      if (first < 20 || first > 63) {
        return;
      }
      if (dtlsState != DtlsState.NEW) {
        dtls.handlePacket(datagram);
      } else if (earlyPackets.size() < MAX_EARLY_PACKETS) {
        byte[] copy = new byte[datagram.remaining()];
        datagram.get(copy);
        earlyPackets.add(copy);
      }
    }
  }

  private final class FromDtls implements DtlsListener {
    @Override
    public void onPacket(ByteBuffer datagram) {
      ice.send(datagram);
    }

    @Override
    public void onFlush() {
      ice.flush();
    }

    @Override
    public void onConnected(DtlsSession established) {
      session = established;
      becomeDtls(DtlsState.CONNECTED);
      channels.start(dtlsRole == DtlsRole.CLIENT, remoteMaxMessageSize, now());
      if (remoteInit.isPresent()) {
        // draft-hancke-tsvwg-snap section 6: established once DTLS is.
        association.connect(remoteInit.get(), now());
      } else {
        association.connect(now());
      }
    }

    @Override
    public void onData(ByteBuffer applicationData) {
      association.handlePacket(applicationData, now());
    }

    @Override
    public void onClosed() {
      endDtls(DtlsState.CLOSED, null);
    }

    @Override
    public void onFailed(DtlsException reason) {
      endDtls(DtlsState.FAILED, reason);
    }
  }

  /** What DTLS agreed on, or null before it has. */
  DtlsSession session() {
    return session;
  }
}
