package dev.turnstone.sctp.association;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.chunk.AbortChunk;
import dev.turnstone.sctp.chunk.ChunkType;
import dev.turnstone.sctp.chunk.CookieAckChunk;
import dev.turnstone.sctp.chunk.CookieEchoChunk;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.chunk.ErrorChunk;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.PacketWriter;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.sctp.chunk.ShutdownAckChunk;
import dev.turnstone.sctp.send.DataSender;
import dev.turnstone.sctp.timer.Backoff;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The handshake and everything that looks like one (RFC 9260 sections 5.1 and 5.2). */
final class Connecting {
  private static final int MAX_STALE_COOKIES = 3;
  private static final int STATE_COOKIE = 7;

  private final Context context;
  private final Heartbeats heartbeats;
  private final CookieJar jar;

  /**
   * Tag and first TSN of this association, in our INIT and in every INIT ACK to a first INIT alike.
   * So an INIT that crosses ours needs no case of its own (section 5.2.1).
   */
  private final int localTag;

  private final int localTsn;

  /** The COOKIE ECHO is to be sent, or sent again. */
  private boolean cookieDue;

  Connecting(Context context, Heartbeats heartbeats) {
    this.context = context;
    this.heartbeats = heartbeats;
    this.jar = new CookieJar(context.random);
    this.localTag = context.newTag();
    this.localTsn = context.random.nextInt();
  }

  /** Sends INIT; does nothing once something has begun. */
  void connect(long nowNanos) {
    if (context.state() instanceof State.Closed) {
      sendInit(newWait(), List.of(), 0, null, nowNanos);
    }
  }

  private void sendInit(
      Backoff wait, List<Parameter> more, int staleCookies, DataSender carried, long nowNanos) {
    List<Parameter> parameters = new ArrayList<>(capabilities());
    parameters.addAll(more);
    InitChunk init =
        new InitChunk(
            localTag,
            context.options.receiveBuffer(),
            context.options.outboundStreams(),
            context.options.inboundStreams(),
            localTsn,
            parameters);
    context.become(new State.CookieWait(init, wait, staleCookies, carried), "INIT sent");
    context.outbox.sendAlone(0, init);
    context.timers.set(Timer.T1_INIT, nowNanos + wait.nanos());
  }

  private static List<Parameter> capabilities() {
    return List.of(
        new Parameter.ForwardTsnSupported(),
        new Parameter.SupportedExtensions(new int[] {ChunkType.RECONFIG, ChunkType.FORWARD_TSN}));
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
            new State.CookieWait(now.init(), wait, now.staleCookies(), now.carried()),
            "T1-init expired");
        context.outbox.sendAlone(0, now.init());
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

  /** INIT: answered without keeping anything (sections 5.1, 5.2.1 and 5.2.2). */
  void handleInit(InitChunk init, long nowNanos) {
    if (init.initiateTag() == 0) {
      // 3.3.2: an INIT with tag 0 is discarded in silence.
      context.counters.protocolErrors++;
      return;
    }
    PeerInit peer = PeerInit.of(init);
    if (!peer.isAcceptable()) {
      // 3.3.2: no streams, or a window below 1500: ABORT, and no change of state.
      context.counters.protocolErrors++;
      refuse(peer, new ErrorCause.InvalidMandatoryParameter());
      return;
    }
    if (context.isEnded()) {
      refuse(peer, ErrorCause.UserInitiatedAbort.of("closed"));
      return;
    }
    if (context.state() instanceof State.ShutdownAckSent) {
      // 9.2: in SHUTDOWN-ACK-SENT an INIT is discarded and SHUTDOWN ACK sent again.
      context.outbox.reply(new ShutdownAckChunk());
      return;
    }
    boolean first = context.tcb() == null || context.state() instanceof State.CookieEchoed;
    // 5.2.1: while connecting, the answer says what our own INIT said. 5.2.2: later it says a new
    // tag, so that what follows cannot be taken for the association that there is.
    int tag = first ? localTag : context.newTag();
    int tsn = first ? localTsn : context.random.nextInt();
    int localTie = context.tcb() == null ? 0 : context.tcb().localTag();
    int peerTie = context.tcb() == null ? 0 : context.tcb().peerTag();
    StateCookie cookie = new StateCookie(nowNanos, tag, tsn, localTie, peerTie, peer);
    List<Parameter> parameters = new ArrayList<>(capabilities());
    parameters.add(new Parameter.StateCookie(jar.seal(cookie)));
    addUnrecognized(init.parameters(), parameters);
    context.outbox.replyAlone(
        peer.tag(),
        new InitAckChunk(
            tag,
            context.options.receiveBuffer(),
            context.options.outboundStreams(),
            context.options.inboundStreams(),
            tsn,
            parameters));
  }

  private void refuse(PeerInit peer, ErrorCause cause) {
    context.outbox.replyAlone(peer.tag(), new AbortChunk(false, List.of(cause)));
  }

  /** 3.2.1: unknown parameters whose type asks for it are reported, as far as the packet goes. */
  private void addUnrecognized(List<Parameter> from, List<Parameter> to) {
    int room = context.options.mtu() - 300;
    for (Parameter.UnknownParameter unknown : reported(from)) {
      room -= 12 + unknown.valueLength();
      if (room < 0) {
        return;
      }
      to.add(new Parameter.UnrecognizedParameter(unknown.toBytes()));
    }
  }

  private static List<Parameter.UnknownParameter> reported(List<Parameter> parameters) {
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
      // 3.3.3: INIT ACK with tag 0 ends the association; there is no tag for an ABORT.
      context.end(SctpEvent.CloseReason.PROTOCOL_VIOLATION, "INIT ACK with tag 0");
      return;
    }
    ByteBuffer cookie = cookieOf(ack);
    if (cookie == null || !peer.isAcceptable()) {
      ErrorCause cause =
          cookie == null
              ? new ErrorCause.MissingMandatoryParameter(List.of(STATE_COOKIE))
              : new ErrorCause.InvalidMandatoryParameter();
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

  private Tcb newTcb(int tag, int tsn, PeerInit peer, DataSender carried) {
    int outbound = Math.min(context.options.outboundStreams(), peer.inboundStreams());
    context.queue.negotiated(outbound, peer.forwardTsn());
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

  /**
   * COOKIE ECHO (sections 5.1.5 and 5.2.4).
   *
   * @param tag the verification tag of its packet
   * @return whether the chunks that follow it in the packet may be handled
   */
  boolean handleCookieEcho(CookieEchoChunk echo, int tag, long nowNanos) {
    StateCookie cookie = jar.open(echo.cookie());
    if (cookie == null || cookie.localTag() != tag || context.isEnded()) {
      // 5.1.5, steps 1 to 3: not ours, or not of this packet.
      context.counters.badVerificationTags++;
      return false;
    }
    Tcb tcb = context.tcb();
    boolean localMatches = cookie.localTag() == (tcb == null ? localTag : tcb.localTag());
    boolean peerMatches = tcb != null && cookie.peer().tag() == tcb.peerTag();
    long stale = nowNanos - cookie.createdNanos() - context.options.cookieLifetimeNanos();
    if (stale > 0 && !(localMatches && peerMatches)) {
      // 5.1.5, step 4, and 5.2.4, step 3: a stale one is refused, unless it is of this very
      // association.
      context.outbox.replyAlone(
          cookie.peer().tag(),
          new ErrorChunk(List.of(new ErrorCause.StaleCookie(Math.min(stale / 1000, 0xFFFFFFFFL)))));
      return false;
    }
    if (context.state() instanceof State.Closed) {
      establish(newTcb(cookie.localTag(), cookie.localTsn(), cookie.peer(), null), nowNanos);
    } else if (localMatches && peerMatches) {
      // 5.2.4 D: the one that we await, or a second one.
      if (context.state() instanceof State.CookieEchoed now) {
        establish(now.tcb(), nowNanos);
      }
    } else if (localMatches) {
      // 5.2.4 B: the INITs crossed, and the peer's tag is that of the cookie.
      return collide(cookie, nowNanos);
    } else if (tcb != null
        && !peerMatches
        && cookie.localTieTag() == tcb.localTag()
        && cookie.peerTieTag() == tcb.peerTag()) {
      return restart(cookie, nowNanos);
    } else {
      // 5.2.4 C, and whatever the table does not have: discarded in silence.
      return false;
    }
    context.outbox.sendFirst(new CookieAckChunk());
    return true;
  }

  private boolean collide(StateCookie cookie, long nowNanos) {
    if (context.state() instanceof State.CookieWait now) {
      establish(newTcb(localTag, localTsn, cookie.peer(), now.carried()), nowNanos);
    } else if (context.state() instanceof State.CookieEchoed now) {
      // What went out with our COOKIE ECHO went to a peer that did not know us.
      DataSender sender = now.tcb().sender();
      sender.resendAll(nowNanos);
      establish(newTcb(localTag, localTsn, cookie.peer(), sender), nowNanos);
    } else {
      // Deviation: 5.2.4 B would take the new tag in ESTABLISHED too. Our tag and TSN stay the same
      // through a handshake, so there this can only be a cookie from before it: discarded.
      return false;
    }
    context.outbox.sendFirst(new CookieAckChunk());
    return true;
  }

  /** 5.2.4 A: the peer has forgotten us and begins anew. */
  private boolean restart(StateCookie cookie, long nowNanos) {
    if (context.state() instanceof State.ShutdownAckSent) {
      context.outbox.reply(new ShutdownAckChunk());
      context.outbox.reply(
          new ErrorChunk(List.of(new ErrorCause.CookieReceivedWhileShuttingDown())));
      return false;
    }
    context.retire(context.tcb());
    context.queue.clear();
    context.resetsWanted.clear();
    context.outbox.clear();
    context.timers.stopAll();
    Tcb tcb = newTcb(cookie.localTag(), cookie.localTsn(), cookie.peer(), null);
    context.become(new State.Established(tcb), "the peer restarted");
    context.emit(new SctpEvent.PeerRestarted());
    heartbeats.start(nowNanos);
    context.outbox.sendFirst(new CookieAckChunk());
    return true;
  }

  /** COOKIE ACK (section 5.1 E); in any state but COOKIE-ECHOED it is discarded (5.2.5). */
  void handleCookieAck(long nowNanos) {
    if (context.state() instanceof State.CookieEchoed now) {
      establish(now.tcb(), nowNanos);
    }
  }

  private void establish(Tcb tcb, long nowNanos) {
    context.timers.stop(Timer.T1_INIT);
    context.timers.stop(Timer.T1_COOKIE);
    cookieDue = false;
    context.become(new State.Established(tcb), "handshake done");
    context.emit(new SctpEvent.Connected(tcb.outboundStreams(), tcb.inboundStreams()));
    heartbeats.start(nowNanos);
  }

  /** ERROR with Stale Cookie (section 5.2.6): a new INIT, which asks for a longer life. */
  void handleStaleCookie(ErrorCause.StaleCookie stale, long nowNanos) {
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
    long more = Math.min(stale.stalenessMicros() / 500, 60_000);
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
