package dev.turnstone.sctp.association;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.chunk.AbortChunk;
import dev.turnstone.sctp.chunk.CookieEchoChunk;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.chunk.ErrorChunk;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.PacketWriter;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.sctp.send.DataSender;
import dev.turnstone.sctp.timer.Backoff;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The side of the handshake that asks: INIT and COOKIE ECHO (RFC 9260 section 5.1). */
final class Connecting {
  private static final int MAX_STALE_COOKIES = 3;
  private static final int STATE_COOKIE = 7;

  private final Context context;
  private final Heartbeats heartbeats;
  private final Offer offer;

  /**
   * Tag and first TSN of this association, in our INIT and in every INIT ACK to a first INIT alike.
   * So an INIT that crosses ours needs no case of its own (section 5.2.1).
   */
  private final int localTag;

  private final int localTsn;

  /** Our INIT as it was told outside, or null. */
  private ByteBuffer told;

  /** What made the association without a handshake, or null. */
  private PeerInit signaled;

  /** The COOKIE ECHO is to be sent, or sent again. */
  private boolean cookieDue;

  private long cookieDueAt;

  Connecting(Context context, Heartbeats heartbeats) {
    this.context = context;
    this.heartbeats = heartbeats;
    this.offer = new Offer(context.options);
    this.localTag = context.newTag();
    this.localTsn = context.random.nextInt();
  }

  int localTag() {
    return localTag;
  }

  int localTsn() {
    return localTsn;
  }

  Offer offer() {
    return offer;
  }

  /** Sends INIT; does nothing once something has begun. */
  void connect(long nowNanos) {
    if (context.state() instanceof State.Closed) {
      sendInit(newWait(), List.of(), 0, null, nowNanos);
    }
  }

  /** Our INIT for the description: the same each time, and no beginning of anything. */
  ByteBuffer localInit() {
    if (told == null) {
      told = newInit(offer.inSignaledInit(), List.of()).toBytes();
    }
    return told.asReadOnlyBuffer();
  }

  /** Both sides know the other's INIT: steps A to E of RFC 9260 section 5.1 are done. */
  void connect(PeerInit peer, long nowNanos) {
    if (told == null) {
      throw new IllegalStateException("the peer has not been told our own INIT");
    }
    if (context.state() instanceof State.Closed) {
      signaled = peer;
      establish(newTcb(localTag, localTsn, peer, null), nowNanos);
    }
  }

  /**
   * Whether a packet that came too early has our tag: the peer, which knows it from outside, was
   * done before us. It is no stranger to be sent away, and will send again.
   */
  boolean isAwaited(int tag) {
    return told != null && tag == localTag && context.state() instanceof State.Closed;
  }

  /**
   * Whether an INIT is of the peer that we took to know ours from outside, and that does not. The
   * association that we have is the one that it asks for, so the answer is as to a first INIT.
   */
  boolean isSignaled(PeerInit peer) {
    return signaled != null
        && context.tcb() != null
        && context.tcb().localTag() == localTag
        && peer.tag() == signaled.tag()
        && peer.initialTsn() == signaled.initialTsn();
  }

  private void sendInit(
      Backoff wait, List<Parameter> more, int staleCookies, DataSender carried, long nowNanos) {
    context.become(new State.CookieWait(more, wait, staleCookies, carried), "INIT sent");
    context.outbox.sendAlone(0, newInit(offer.inInit(), more));
    context.timers.set(Timer.T1_INIT, nowNanos + wait.nanos());
  }

  private InitChunk newInit(List<Parameter> offered, List<Parameter> more) {
    List<Parameter> parameters = new ArrayList<>(offered);
    parameters.addAll(more);
    return new InitChunk(
        localTag,
        context.options.receiveBuffer(),
        context.options.outboundStreams(),
        context.options.inboundStreams(),
        localTsn,
        parameters);
  }

  private Backoff newWait() {
    return Backoff.first(context.options.rtoInitialNanos(), context.options.rtoMaxNanos());
  }

  /** T1-init and T1-cookie (section 4, notes 2 and 3). */
  void handleTimeout(long nowNanos) {
    if (context.state() instanceof State.CookieWait now) {
      Backoff wait = retry(now.backoff());
      if (wait != null) {
        context.become(
            new State.CookieWait(now.more(), wait, now.staleCookies(), now.carried()),
            "T1-init expired");
        offer.handleSilence(wait.retries());
        context.outbox.sendAlone(0, newInit(offer.inInit(), now.more()));
        context.timers.set(Timer.T1_INIT, nowNanos + wait.nanos());
      }
    } else if (context.state() instanceof State.CookieEchoed now) {
      Backoff wait = retry(now.backoff());
      if (wait != null) {
        context.become(
            new State.CookieEchoed(now.tcb(), now.cookie(), now.report(), wait, now.staleCookies()),
            "T1-cookie expired");
        now.tcb().sender().resendAll(nowNanos);
        cookieDue = true;
        cookieDueAt = nowNanos;
        context.timers.set(Timer.T1_COOKIE, nowNanos + wait.nanos());
      }
    }
  }

  private Backoff retry(Backoff wait) {
    if (wait.retries() < context.options.maxInitRetransmits()) {
      return wait.next();
    }
    context.end(
        SctpEvent.CloseReason.CONNECT_TIMEOUT,
        "no answer in " + context.state().name() + " to " + (wait.retries() + 1) + " tries");
    return null;
  }

  /**
   * ABORT in COOKIE-WAIT.
   *
   * @return whether it is the end
   */
  boolean handleAbort(long nowNanos) {
    if (!(context.state() instanceof State.CookieWait now)) {
      return true;
    }
    return switch (offer.handleAbort()) {
      case TRY_PLAIN -> {
        sendInit(newWait(), now.more(), now.staleCookies(), now.carried(), nowNanos);
        yield false;
      }
      case LATE -> false;
      case FINAL -> true;
    };
  }

  /** Section 3.2.1: the unknown parameters whose type asks for a report. */
  static List<Parameter.UnknownParameter> reported(List<Parameter> parameters) {
    List<Parameter.UnknownParameter> reported = new ArrayList<>();
    for (Parameter parameter : parameters) {
      if (parameter instanceof Parameter.UnknownParameter unknown) {
        if (unknown.reports()) {
          reported.add(unknown);
        }
        if (unknown.stops()) {
          break;
        }
      }
    }
    return reported;
  }

  /** INIT ACK (section 5.1 C); in any state but COOKIE-WAIT it is discarded (5.2.3). */
  void handleInitAck(InitAckChunk ack, long nowNanos) {
    if (!(context.state() instanceof State.CookieWait wait)) {
      return;
    }
    PeerInit peer = PeerInit.of(ack);
    if (peer.tag() == 0) {
      // 3.3.3: INIT ACK with tag 0 ends the association; the ABORT reflects our own tag.
      context.outbox.sendAlone(
          localTag, new AbortChunk(true, List.of(new ErrorCause.InvalidMandatoryParameter())));
      context.end(SctpEvent.CloseReason.PROTOCOL_VIOLATION, "INIT ACK with tag 0");
      return;
    }
    if (!peer.hasWindow()) {
      // 3.3.3: a window below 1500 bytes is refused, and the state stays: T1 asks again.
      context.counters.protocolErrors++;
      context.outbox.replyAlone(
          peer.tag(), new AbortChunk(false, List.of(new ErrorCause.InvalidMandatoryParameter())));
      return;
    }
    ByteBuffer cookie = cookieOf(ack);
    ErrorCause cause = PeerInit.unresolvable(ack.parameters());
    if (cause == null && cookie == null) {
      cause = new ErrorCause.MissingMandatoryParameter(List.of(STATE_COOKIE));
    } else if (cause == null && !peer.hasStreams()) {
      cause = new ErrorCause.InvalidMandatoryParameter();
    }
    if (cause != null) {
      context.outbox.sendAlone(peer.tag(), new AbortChunk(false, List.of(cause)));
      context.end(SctpEvent.CloseReason.PROTOCOL_VIOLATION, "INIT ACK without what it must have");
      return;
    }
    Tcb tcb = newTcb(localTag, localTsn, peer, wait.carried());
    context.become(
        new State.CookieEchoed(
            tcb, cookie, report(ack.parameters(), cookie), newWait(), wait.staleCookies()),
        "INIT ACK received");
    context.timers.stop(Timer.T1_INIT);
    context.timers.set(Timer.T1_COOKIE, nowNanos + context.options.rtoInitialNanos());
    cookieDue = true;
    cookieDueAt = nowNanos;
  }

  private List<ErrorCause> report(List<Parameter> parameters, ByteBuffer cookie) {
    int room = context.options.mtu() - PacketWriter.HEADER_LENGTH - cookie.remaining() - 24;
    List<ErrorCause> causes = new ArrayList<>();
    for (Parameter.UnknownParameter unknown : reported(parameters)) {
      room -= 12 + unknown.valueLength();
      if (room < 0) {
        break;
      }
      causes.add(new ErrorCause.UnrecognizedParameters(unknown.toBytes()));
    }
    return causes;
  }

  private static ByteBuffer cookieOf(InitAckChunk ack) {
    for (Parameter parameter : ack.parameters()) {
      if (parameter instanceof Parameter.StateCookie found) {
        ByteBuffer copy = ByteBuffer.allocate(found.cookie().remaining());
        copy.put(found.cookie().duplicate());
        return copy.flip();
      }
      if (parameter instanceof Parameter.UnknownParameter unknown && unknown.stops()) {
        return null;
      }
    }
    return null;
  }

  /** What is known of the peer now, with what our own side may send it. */
  Tcb newTcb(int tag, int tsn, PeerInit peer, DataSender carried) {
    int outbound = Math.min(context.options.outboundStreams(), peer.inboundStreams());
    // RFC 8260 section 2.2.1: I-DATA when both list it. What was sent with a COOKIE ECHO decides
    // for
    // good: a peer that changes its mind within a handshake gets chunks that it does not expect.
    boolean interleaving =
        carried == null
            ? context.options.interleaving() && peer.interleaving()
            : carried.isInterleaving();
    boolean partialReliability = interleaving ? peer.interleavedForwardTsn() : peer.forwardTsn();
    context.queue.negotiated(outbound, partialReliability, interleaving);
    return Tcb.create(context, tag, tsn, peer, carried);
  }

  /** Begins a packet's content with COOKIE ECHO if one is due; DATA may follow it. */
  boolean writeCookieEcho(PacketWriter packet) {
    if (!cookieDue || !(context.state() instanceof State.CookieEchoed now)) {
      return false;
    }
    cookieDue = false;
    CookieEchoChunk echo = new CookieEchoChunk(now.cookie());
    if (!packet.fits(echo)) {
      context.end(SctpEvent.CloseReason.PROTOCOL_VIOLATION, "a cookie larger than a packet");
      return false;
    }
    packet.write(echo);
    if (!now.report().isEmpty()) {
      ErrorChunk error = new ErrorChunk(now.report());
      if (packet.fits(error)) {
        packet.write(error);
      }
    }
    return true;
  }

  /** COOKIE ACK (section 5.1 E); in any state but COOKIE-ECHOED it is discarded (5.2.5). */
  void handleCookieAck(long nowNanos) {
    if (context.state() instanceof State.CookieEchoed now) {
      establish(now.tcb(), nowNanos);
    }
  }

  /** The handshake is done, whichever side began it. */
  void establish(Tcb tcb, long nowNanos) {
    context.timers.stop(Timer.T1_INIT);
    context.timers.stop(Timer.T1_COOKIE);
    cookieDue = false;
    context.become(new State.Established(tcb), "handshake done");
    tcb.sender().resume(nowNanos);
    context.emit(new SctpEvent.Connected(tcb.outboundStreams(), tcb.inboundStreams()));
    heartbeats.start(nowNanos);
  }

  /** ERROR with Stale Cookie (section 5.2.6): a new INIT, which asks for a longer life. */
  void handleStaleCookie(long nowNanos) {
    if (!(context.state() instanceof State.CookieEchoed now)) {
      return;
    }
    context.timers.stop(Timer.T1_COOKIE);
    cookieDue = false;
    if (now.staleCookies() >= MAX_STALE_COOKIES) {
      context.end(SctpEvent.CloseReason.CONNECT_TIMEOUT, "the peer finds every cookie stale");
      return;
    }
    DataSender sender = now.tcb().sender();
    sender.resendAll(nowNanos);
    // 5.2.6: the round trip of COOKIE ECHO and this ERROR, and no more than a second beyond it.
    long more = TimeUnit.NANOSECONDS.toMillis(nowNanos - cookieDueAt) + 1000;
    sendInit(
        newWait(),
        List.of(new Parameter.CookiePreservative(more)),
        now.staleCookies() + 1,
        sender,
        nowNanos);
  }

  /** The tag that packets to us must carry now, or 0 when there is none. */
  int expectedTag() {
    if (context.tcb() != null) {
      return context.tcb().localTag();
    }
    return context.state().name() == AssociationState.COOKIE_WAIT ? localTag : 0;
  }
}
