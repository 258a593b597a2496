package dev.turnstone.sctp.association;

import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.chunk.AbortChunk;
import dev.turnstone.sctp.chunk.CookieAckChunk;
import dev.turnstone.sctp.chunk.CookieEchoChunk;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.chunk.ErrorChunk;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.sctp.chunk.ShutdownAckChunk;
import dev.turnstone.sctp.send.DataSender;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The side of the handshake that answers: INIT ACK, and what a COOKIE ECHO means in each state (RFC
 * 9260 sections 5.1 and 5.2).
 */
final class Answering {
  private final Context context;
  private final Connecting connecting;
  private final Heartbeats heartbeats;
  private final CookieJar jar;

  Answering(Context context, Connecting connecting, Heartbeats heartbeats) {
    this.context = context;
    this.connecting = connecting;
    this.heartbeats = heartbeats;
    this.jar = new CookieJar(context.random);
  }

  /** INIT: answered without keeping anything (sections 5.1, 5.2.1 and 5.2.2). */
  void handleInit(InitChunk init, long nowNanos) {
    if (init.initiateTag() == 0) {
      // 3.3.2: an INIT with tag 0 is discarded in silence.
      context.counters.protocolErrors++;
      return;
    }
    PeerInit peer = PeerInit.of(init);
    if (!peer.hasStreams() || !peer.hasWindow()) {
      // 3.3.2: no streams, or a window below 1500: ABORT, and no change of state.
      context.counters.protocolErrors++;
      refuse(peer, new ErrorCause.InvalidMandatoryParameter());
      return;
    }
    ErrorCause unresolvable = PeerInit.unresolvable(init.parameters());
    if (unresolvable != null) {
      // 5.1.2 B: the same for a host name.
      context.counters.protocolErrors++;
      refuse(peer, unresolvable);
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
    boolean first =
        context.tcb() == null
            || context.state() instanceof State.CookieEchoed
            || connecting.isSignaled(peer);
    // 5.2.1: while connecting, the answer says what our own INIT said. 5.2.2: later it says a new
    // tag, so that what follows cannot be taken for the association that there is.
    int tag = first ? connecting.localTag() : context.newTag();
    int tsn = first ? connecting.localTsn() : context.random.nextInt();
    int localTie = context.tcb() == null ? 0 : context.tcb().localTag();
    int peerTie = context.tcb() == null ? 0 : context.tcb().peerTag();
    StateCookie cookie =
        new StateCookie(nowNanos + lifetime(init), tag, tsn, localTie, peerTie, peer);
    List<Parameter> parameters = new ArrayList<>(connecting.offer().inInitAck(peer));
    parameters.add(new Parameter.StateCookie(jar.seal(cookie)));
    addUnrecognized(init.parameters(), parameters);
    context.outbox.replyAlone(
        peer.tag(),
        new InitAckChunk(
            tag,
            context.options.receiveBuffer(),
            // 3.3.3: not more than the INIT lets us have.
            Math.min(context.options.outboundStreams(), peer.inboundStreams()),
            context.options.inboundStreams(),
            tsn,
            parameters));
  }

  /**
   * 3.3.2.1.3: a peer that was too late may ask for more. It gets at most as much again, because
   * what lives longer can be replayed longer.
   */
  private long lifetime(InitChunk init) {
    long lifetime = context.options.cookieLifetimeNanos();
    for (Parameter parameter : init.parameters()) {
      if (parameter instanceof Parameter.CookiePreservative asked) {
        long more = TimeUnit.MILLISECONDS.toNanos(asked.incrementMillis());
        return lifetime + Math.min(more, lifetime);
      }
      if (parameter instanceof Parameter.UnknownParameter unknown && unknown.stops()) {
        break;
      }
    }
    return lifetime;
  }

  private void refuse(PeerInit peer, ErrorCause cause) {
    context.outbox.replyAlone(peer.tag(), new AbortChunk(false, List.of(cause)));
  }

  /** 3.2.1: unknown parameters whose type asks for it are reported, as far as the packet goes. */
  private void addUnrecognized(List<Parameter> from, List<Parameter> to) {
    int room = context.options.mtu() - 300;
    for (Parameter.UnknownParameter unknown : Connecting.reported(from)) {
      room -= 12 + unknown.valueLength();
      if (room < 0) {
        return;
      }
      to.add(new Parameter.UnrecognizedParameter(unknown.toBytes()));
    }
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
    boolean localMatches =
        cookie.localTag() == (tcb == null ? connecting.localTag() : tcb.localTag());
    boolean peerMatches = tcb != null && cookie.peer().tag() == tcb.peerTag();
    long stale = nowNanos - cookie.expiresNanos();
    if (stale > 0 && !(localMatches && peerMatches)) {
      // 5.1.5, step 4, and 5.2.4, step 3: a stale one is refused, unless it is of this very
      // association.
      context.outbox.replyAlone(
          cookie.peer().tag(), new ErrorChunk(List.of(new ErrorCause.StaleCookie(micros(stale)))));
      return false;
    }
    if (context.state() instanceof State.Closed) {
      connecting.establish(
          connecting.newTcb(cookie.localTag(), cookie.localTsn(), cookie.peer(), null), nowNanos);
    } else if (localMatches && peerMatches) {
      // 5.2.4 D: the one that we await, or a second one.
      if (context.state() instanceof State.CookieEchoed now) {
        connecting.establish(now.tcb(), nowNanos);
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

  /** 3.3.10.3: rounded up, as 0 means that it is not told. */
  private static long micros(long nanos) {
    return Math.min((nanos + 999) / 1000, 0xFFFFFFFFL);
  }

  private boolean collide(StateCookie cookie, long nowNanos) {
    if (context.state() instanceof State.CookieWait now) {
      connecting.establish(
          connecting.newTcb(
              connecting.localTag(), connecting.localTsn(), cookie.peer(), now.carried()),
          nowNanos);
    } else if (context.state() instanceof State.CookieEchoed now) {
      // What went out with our COOKIE ECHO went to a peer that did not know us.
      DataSender sender = now.tcb().sender();
      sender.resendAll(nowNanos);
      connecting.establish(
          connecting.newTcb(connecting.localTag(), connecting.localTsn(), cookie.peer(), sender),
          nowNanos);
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
    context.wishes.clear();
    context.outbox.clear();
    context.timers.stopAll();
    Tcb tcb = connecting.newTcb(cookie.localTag(), cookie.localTsn(), cookie.peer(), null);
    context.become(new State.Established(tcb), "the peer restarted");
    context.emit(new SctpEvent.PeerRestarted());
    heartbeats.start(nowNanos);
    context.outbox.sendFirst(new CookieAckChunk());
    return true;
  }
}
