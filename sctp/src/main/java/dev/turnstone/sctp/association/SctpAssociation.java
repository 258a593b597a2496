package dev.turnstone.sctp.association;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.BufferBudget;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpEvent.CloseReason;
import dev.turnstone.sctp.SctpMetrics;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.chunk.PacketWriter;
import dev.turnstone.sctp.send.DataSender;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.random.RandomGenerator;

/**
 * One SCTP association (RFC 9260), sans-IO: packets and the time go in, packets and events come
 * out. It owns no thread, no socket and no clock. One thread at a time may use it. Used once: after
 * {@link SctpEvent.Closed} it only answers stray packets.
 *
 * <p>Times are nanoseconds of one clock that never goes back and begins at 0 or above. After each
 * call that takes one, {@link #pollPacket} and {@link #pollEvent} may have something new, and
 * {@link #nextTimeout} may have moved; several calls in a row without polling are fine.
 *
 * <p>Nothing that a peer sends makes it throw or hold more than the options allow.
 */
public final class SctpAssociation {
  /** What {@link #nextTimeout} says when no timer runs. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final int LONGEST_REASON = 100;

  private final Context context;
  private final Heartbeats heartbeats;
  private final Connecting connecting;
  private final ShuttingDown shuttingDown;
  private final Transfer transfer;
  private final WindowTuning tuning;
  private final PathMtu pathMtu;
  private final Inbound inbound;
  private final PacketWriter writer = new PacketWriter();

  /**
   * An association in state CLOSED. It answers a peer that connects; {@link #connect} makes it
   * connect by itself.
   *
   * @param options its limits
   * @param random decides tags, TSNs, the cookie's secret, nonces and jitter: a {@code
   *     SecureRandom} in the product, a seeded one in tests
   */
  public SctpAssociation(SctpOptions options, RandomGenerator random) {
    this(options, random, BufferBudget.unlimited());
  }

  /**
   * As {@link #SctpAssociation(SctpOptions, RandomGenerator)}, with buffers that take what is
   * beyond their guaranteed size from a budget. It gets everything back when {@link
   * SctpEvent.Closed} is told.
   *
   * @param budget shared with other associations
   */
  public SctpAssociation(SctpOptions options, RandomGenerator random, BufferBudget budget) {
    this(options, random, budget, budget);
  }

  /**
   * As {@link #SctpAssociation(SctpOptions, RandomGenerator, BufferBudget)}, with a budget for each
   * direction: for a caller that has asked the budget before it calls {@code send}, and now only
   * wants the memory counted ({@link BufferBudget#withoutRefusal}).
   *
   * @param receiveBudget where receive windows get what they grow by
   * @param sendBudget where messages get the memory that they hold until they are acknowledged
   */
  public SctpAssociation(
      SctpOptions options,
      RandomGenerator random,
      BufferBudget receiveBudget,
      BufferBudget sendBudget) {
    this.context = new Context(options, random, receiveBudget, sendBudget);
    this.heartbeats = new Heartbeats(context);
    this.connecting = new Connecting(context, heartbeats);
    this.shuttingDown = new ShuttingDown(context);
    this.tuning = new WindowTuning(context, heartbeats);
    this.transfer = new Transfer(context, shuttingDown, tuning);
    this.pathMtu = new PathMtu(context);
    this.inbound =
        new Inbound(
            context,
            connecting,
            new Answering(context, connecting, heartbeats),
            shuttingDown,
            heartbeats,
            transfer,
            pathMtu);
  }

  /** The state of RFC 9260 section 4; CLOSED before the beginning and after the end. */
  public AssociationState state() {
    return context.state().name();
  }

  /**
   * Sets the peer's SCTP port where it became known after the association was made (RFC 8841
   * section 5); {@link SctpOptions#remotePort} holds until then.
   *
   * @param port 1 to 65535
   * @throws IllegalStateException when a handshake has begun
   * @throws IllegalArgumentException when it is no port
   */
  public void setRemotePort(int port) {
    if (state() != AssociationState.CLOSED || context.isEnded()) {
      throw new IllegalStateException("the remote port cannot change in state " + state());
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("remotePort must be 1 to 65535, is " + port);
    }
    context.remotePort = port;
  }

  /**
   * Starts the handshake (sends INIT). Both sides may do this at once (RFC 9260 section 5.2.1).
   * Does nothing once a handshake has begun, by us or by the peer.
   */
  public void connect(long nowNanos) {
    connecting.connect(nowNanos);
  }

  /**
   * Our INIT chunk, to be carried to the peer with a description (draft-hancke-tsvwg-snap). The
   * same bytes at each call; neither the state nor a timer changes, and {@link #connect(long)}
   * still makes the classic handshake when the peer turns out not to read it.
   *
   * @return the chunk without padding at its end, read-only
   */
  public ByteBuffer localInit() {
    return connecting.localInit();
  }

  /**
   * Begins established, without a handshake: the peer's INIT came with its description, and it has
   * {@link #localInit}. Both sides do this, each as soon as the transport below is there; what
   * comes from a peer that was first is dropped until then, and comes again. Does nothing once a
   * handshake has begun.
   *
   * @param peerInit what the peer's description said
   * @throws IllegalStateException when {@link #localInit} was never asked for
   */
  public void connect(SignaledInit peerInit, long nowNanos) {
    connecting.connect(peerInit.peer(), nowNanos);
  }

  /**
   * Queues one message; {@code payload} passes into the association's ownership (no copy is made).
   * Allowed before the handshake is over: then it goes out with it.
   *
   * @param streamId 0 to 65535
   * @param ppid the payload protocol identifier, unsigned 32 bits
   * @param payload what is between position and limit
   * @param options reliability and order
   * @return whether it was taken; the buffer still belongs to the caller if not
   * @throws IllegalArgumentException when the stream id or the PPID is out of its range
   */
  public SendResult send(
      int streamId, long ppid, ByteBuffer payload, SendOptions options, long nowNanos) {
    if (context.isEnded() || shuttingDown.isWanted() || context.state().isShuttingDown()) {
      return SendResult.CLOSED;
    }
    return context.queue.send(streamId, ppid, payload, options, nowNanos);
  }

  /**
   * Bytes of messages on the stream that have been queued and not yet handed to the network for the
   * first time.
   */
  public long bufferedAmount(int streamId) {
    return context.queue.buffered(streamId);
  }

  /** {@link #bufferedAmount(int)} summed over all streams. */
  public long bufferedAmount() {
    return context.queue.buffered();
  }

  /**
   * Sets when {@link SctpEvent.BufferedAmountLow} is told: as {@link #bufferedAmount(int)} falls
   * from above this to this or below. 0 from the start. A stream whose message was turned away with
   * {@link SendResult#BUFFER_FULL} is also told when other streams have made room.
   *
   * @throws IllegalArgumentException when the stream id is out of its range or {@code bytes}
   *     negative
   */
  public void setBufferedAmountLowThreshold(int streamId, long bytes) {
    context.queue.setLowThreshold(streamId, bytes);
  }

  /**
   * Sets what a stream weighs beside the others when several have something to send: its share with
   * {@code WEIGHTED_FAIR_QUEUEING}, its rank (greatest first) with {@code STRICT_PRIORITY}; the
   * other schedulers do not look at it. 256 from the start. RFC 8831 section 6.4 has 128, 256, 512
   * and 1024.
   *
   * @param streamId 0 to 65535
   * @param weight 1 to 65535
   * @throws IllegalArgumentException when one is out of its range
   */
  public void setPriority(int streamId, int weight) {
    context.queue.setWeight(streamId, weight);
  }

  /** Gives back receive window: the application has taken these bytes of delivered messages. */
  public void consumed(long bytes, long nowNanos) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must not be negative, are " + bytes);
    }
    if (context.tcb() != null) {
      context.tcb().receiver().consumed(bytes);
      transfer.progress(nowNanos);
    }
  }

  /**
   * Resets outgoing streams (RFC 6525) after what is queued on them was sent and acknowledged; they
   * take no message until {@link SctpEvent.OutgoingStreamsReset} tells the end. Streams that are
   * being reset already, and all after the end, are passed over.
   *
   * @throws IllegalArgumentException when there is no such stream
   */
  public void resetStreams(Collection<Integer> streamIds, long nowNanos) {
    for (int id : streamIds) {
      if (id < 0 || id >= context.queue.streamCount()) {
        throw new IllegalArgumentException(
            "streamId must be 0 to " + (context.queue.streamCount() - 1) + ", is " + id);
      }
    }
    if (!context.isEnded()) {
      context.resetStreams(streamIds);
      progress(nowNanos);
    }
  }

  /**
   * Asks the peer to reset streams that it sends on (RFC 6525 section 5.1.3). {@link
   * SctpEvent.IncomingResetAnswered} tells its answer, {@link SctpEvent.IncomingStreamsReset} the
   * reset itself.
   *
   * @param streamIds the streams; with none nothing is asked
   * @throws IllegalArgumentException when one is not 0 to 65534
   */
  public void requestIncomingReset(Collection<Integer> streamIds, long nowNanos) {
    for (int id : streamIds) {
      if (id < 0 || id > 65534) {
        throw new IllegalArgumentException("streamId must be 0 to 65534, is " + id);
      }
    }
    if (!context.isEnded()) {
      context.wishes.incomingResets.addAll(streamIds);
      progress(nowNanos);
    }
  }

  /**
   * Asks to send on more streams (RFC 6525 section 5.1.5); {@link SctpEvent.OutgoingStreamsAdded}
   * tells how it ended. What is asked for before a request leaves is one request. More than {@link
   * SctpOptions#maxStreams} in all is denied without asking.
   *
   * @param count how many more, 1 to 65535
   * @throws IllegalArgumentException when it is out of its range
   */
  public void addOutgoingStreams(int count, long nowNanos) {
    checkCount(count);
    if (!context.isEnded()) {
      context.wishes.outgoingStreams = Math.min(65535, context.wishes.outgoingStreams + count);
      progress(nowNanos);
    }
  }

  /**
   * Asks the peer to send on more streams (RFC 6525 section 5.1.6). {@link
   * SctpEvent.IncomingStreamsAnswered} tells its answer, {@link SctpEvent.IncomingStreamsAdded}
   * that they are there. Otherwise as {@link #addOutgoingStreams}.
   *
   * @param count how many more, 1 to 65535
   * @throws IllegalArgumentException when it is out of its range
   */
  public void requestIncomingStreams(int count, long nowNanos) {
    checkCount(count);
    if (!context.isEnded()) {
      context.wishes.incomingStreams = Math.min(65535, context.wishes.incomingStreams + count);
      progress(nowNanos);
    }
  }

  private static void checkCount(int count) {
    if (count < 1 || count > 65535) {
      throw new IllegalArgumentException("count must be 1 to 65535, is " + count);
    }
  }

  /**
   * Lets all stream sequence numbers and TSNs of both sides begin anew (RFC 6525 section 5.1.4);
   * {@link SctpEvent.SequenceNumbersReset} tells how it ended. Messages may be queued all the time;
   * they wait until everything sent before is acknowledged and the peer has answered. At most once
   * in 30 seconds: more waits.
   */
  public void resetSequenceNumbers(long nowNanos) {
    if (!context.isEnded()) {
      context.wishes.sequenceNumbers = true;
      progress(nowNanos);
    }
  }

  /**
   * Ends the association once everything that was sent is acknowledged (RFC 9260 section 9.2).
   * Messages that are queued still go out, also when the handshake has to end first; no new ones
   * are taken. In state CLOSED there is no peer to send to: the association ends at once, and what
   * is queued is lost.
   */
  public void shutdown(long nowNanos) {
    shuttingDown.shutdown(nowNanos);
    progress(nowNanos);
  }

  /**
   * Ends the association at once (RFC 9260 section 9.1).
   *
   * @param reason a text for the peer, cut after 100 characters
   */
  public void abort(String reason, long nowNanos) {
    String text = reason.substring(0, Math.min(reason.length(), LONGEST_REASON));
    context.abort(
        CloseReason.ABORTED_LOCALLY, ErrorCause.UserInitiatedAbort.of(text), "aborted: " + text);
  }

  /**
   * Takes one packet from the network. Never throws on what is in it.
   *
   * @param packet what is between position and limit, which stay; borrowed for the call
   */
  public void handlePacket(ByteBuffer packet, long nowNanos) {
    inbound.handlePacket(packet, nowNanos);
    progress(nowNanos);
  }

  /**
   * Packets go another way from now on (ICE has selected another pair): congestion control, pacing
   * and round-trip times begin anew. Nothing that was sent is forgotten, and nothing sent again for
   * that reason alone.
   */
  public void handlePathChange(long nowNanos) {
    Tcb tcb = context.tcb();
    if (tcb != null) {
      context.counters.pathChanges++;
      tcb.handlePathChange(nowNanos);
      progress(nowNanos);
    }
  }

  /** Fires what is due; calling it early or twice does no harm. */
  public void handleTimeout(long nowNanos) {
    for (Timer timer = context.timers.pollDue(nowNanos);
        timer != null;
        timer = context.timers.pollDue(nowNanos)) {
      switch (timer) {
        case T1_INIT, T1_COOKIE -> connecting.handleTimeout(nowNanos);
        case T2_SHUTDOWN -> shuttingDown.handleT2(nowNanos);
        case T5_SHUTDOWN_GUARD -> shuttingDown.handleT5();
        case HEARTBEAT -> heartbeats.handleTimeout(nowNanos);
        case RECONFIG -> context.tcb().reconfiguration().handleTimeout(context.tcb(), nowNanos);
        case RECONFIG_HOLD -> context.tcb().reconfiguration().handleHoldTimeout();
        case SACK -> transfer.handleSackTimeout();
        case QUIET -> tuning.handleTimeout(nowNanos);
        case PATH_MTU -> pathMtu.handleTimeout(nowNanos);
      }
    }
    if (context.tcb() != null && context.tcb().sender().handleTimeout(nowNanos)) {
      context.countError();
    }
    progress(nowNanos);
  }

  /** When {@link #handleTimeout} wants to be called: absolute, or {@link #NEVER}. */
  public long nextTimeout() {
    Tcb tcb = context.tcb();
    return tcb == null
        ? context.timers.next()
        : Math.min(context.timers.next(), tcb.sender().nextTimeout());
  }

  private void progress(long nowNanos) {
    transfer.progress(nowNanos);
    if (context.tcb() != null) {
      context.tcb().reconfiguration().progress(context.tcb(), nowNanos);
    }
    shuttingDown.progress(nowNanos);
    pathMtu.progress(nowNanos);
  }

  /**
   * Writes one packet at {@code into}'s position and advances it; false when there is none to send
   * now.
   *
   * @throws IllegalArgumentException when {@code into} has less room than {@link SctpOptions#mtu},
   *     or {@link SctpOptions#maxMtu} with path MTU discovery
   */
  public boolean pollPacket(ByteBuffer into, long nowNanos) {
    if (into.remaining() < pathMtu.largest()) {
      throw new IllegalArgumentException(
          "a packet may have " + pathMtu.largest() + " bytes, room is " + into.remaining());
    }
    Outbox.Alone alone = context.outbox.pollAlone();
    if (alone != null) {
      begin(into, context.options.mtu(), alone.tag());
      if (writer.fits(alone.chunk())) {
        writer.write(alone.chunk());
        // RFC 9653 section 5.2: INIT and answers to what is out of the blue need their checksum,
        // and
        // what else goes alone is seldom enough.
        return finish(false);
      }
      return pollPacket(into, nowNanos);
    }
    Tcb tcb = context.tcb();
    if (tcb == null) {
      return false;
    }
    begin(into, pathMtu.current(), tcb.peerTag());
    if (context.state() instanceof State.CookieEchoed) {
      // RFC 9260 section 5.1: until COOKIE ACK comes, nothing leaves but COOKIE ECHO, DATA behind
      // it.
      if (!connecting.writeCookieEcho(writer)) {
        return false;
      }
      tcb.sender().write(writer, nowNanos);
      tcb.sender().suspend();
      // RFC 9653 section 5.2: so does whatever goes with COOKIE ECHO.
      return finish(false);
    }
    if (pathMtu.isDue()) {
      begin(into, pathMtu.probeSize(), tcb.peerTag());
      pathMtu.write(writer);
      return finish(tcb.zeroChecksum());
    }
    writeControl();
    transfer.write(writer, nowNanos);
    if (!writer.isEmpty()) {
      return finish(tcb.zeroChecksum());
    }
    // What was given up on the way may have been the last thing that a shutdown or a reset waited
    // for.
    progress(nowNanos);
    return context.outbox.hasSomething() && pollPacket(into, nowNanos);
  }

  private void begin(ByteBuffer into, int maxBytes, int tag) {
    SctpOptions options = context.options;
    writer.begin(into, maxBytes, options.localPort(), context.remotePort, tag);
  }

  private void writeControl() {
    for (Chunk chunk = context.outbox.peek(); chunk != null; chunk = context.outbox.peek()) {
      if (writer.fits(chunk)) {
        writer.write(chunk);
      } else if (!writer.isEmpty()) {
        return;
      }
      // One that does not fit even an empty packet never will.
      context.outbox.poll();
    }
  }

  private boolean finish(boolean zeroChecksum) {
    context.counters.packetsSent++;
    context.counters.bytesSent += zeroChecksum ? writer.finishWithoutChecksum() : writer.finish();
    return true;
  }

  /** The next event, or null. */
  public SctpEvent pollEvent() {
    return context.pollEvent();
  }

  /** How the association stands. */
  public SctpMetrics metrics() {
    Counters counters = context.counters;
    Tcb tcb = context.tcb();
    DataSender sender = tcb == null ? null : tcb.sender();
    return new SctpMetrics(
        tcb == null ? -1 : tcb.rto().smoothedRttNanos(),
        tcb == null ? context.options.rtoInitialNanos() : tcb.rto().nanos(),
        sender == null ? 0 : sender.congestionWindow(),
        sender == null ? 0 : sender.peerWindow(),
        sender == null ? 0 : sender.bytesInFlight(),
        context.queue.buffered(),
        tcb == null ? context.options.receiveBuffer() : tcb.receiver().window(),
        tcb == null ? context.options.receiveBuffer() : tcb.receiver().windowCapacity(),
        context.queue.held(),
        context.queue.reserved() + (tcb == null ? 0 : tcb.receiver().reserved()),
        counters.packetsSent,
        counters.bytesSent,
        counters.packetsReceived,
        counters.bytesReceived,
        context.queue.messages(),
        counters.messagesReceived,
        context.queue.abandonedMessages(),
        context.queue.abandonedByPolicy(),
        counters.retransmissions + (sender == null ? 0 : sender.retransmissions()),
        counters.fastRetransmissions + (sender == null ? 0 : sender.fastRetransmissions()),
        counters.spuriousRetransmissions + (sender == null ? 0 : sender.spuriousRetransmissions()),
        counters.tailLossProbes + (sender == null ? 0 : sender.tailLossProbes()),
        counters.timeouts + (sender == null ? 0 : sender.timeouts()),
        counters.duplicateChunks + (tcb == null ? 0 : tcb.duplicateChunks()),
        counters.malformedPackets,
        counters.badChecksums,
        counters.badVerificationTags,
        counters.protocolErrors,
        tcb != null && tcb.zeroChecksum(),
        sender != null && sender.isInterleaving(),
        pathMtu.current(),
        counters.pathChanges);
  }

  /** State and how it was reached; for people. */
  @Override
  public String toString() {
    return context.toString();
  }
}
