package dev.turnstone.sctp.association;

import dev.turnstone.sctp.SctpEvent.CloseReason;
import dev.turnstone.sctp.chunk.AbortChunk;
import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.ChunkType;
import dev.turnstone.sctp.chunk.CookieAckChunk;
import dev.turnstone.sctp.chunk.CookieEchoChunk;
import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.chunk.ErrorChunk;
import dev.turnstone.sctp.chunk.ForwardTsnChunk;
import dev.turnstone.sctp.chunk.HeartbeatAckChunk;
import dev.turnstone.sctp.chunk.HeartbeatChunk;
import dev.turnstone.sctp.chunk.IDataChunk;
import dev.turnstone.sctp.chunk.IForwardTsnChunk;
import dev.turnstone.sctp.chunk.InitAckChunk;
import dev.turnstone.sctp.chunk.InitChunk;
import dev.turnstone.sctp.chunk.Malformed;
import dev.turnstone.sctp.chunk.PacketReader;
import dev.turnstone.sctp.chunk.ReconfigChunk;
import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.sctp.chunk.ShutdownAckChunk;
import dev.turnstone.sctp.chunk.ShutdownChunk;
import dev.turnstone.sctp.chunk.ShutdownCompleteChunk;
import dev.turnstone.sctp.chunk.UnknownChunk;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Lets packets in whose ports and verification tag are right (RFC 9260 section 8.5), and gives each
 * chunk to the conversation that it belongs to.
 */
final class Inbound {
  private static final int MOST_QUOTED = 256;

  private final Context context;
  private final Connecting connecting;
  private final Answering answering;
  private final ShuttingDown shuttingDown;
  private final Heartbeats heartbeats;
  private final Transfer transfer;
  private final PathMtu pathMtu;
  private final OutOfTheBlue outOfTheBlue;
  private final PacketReader reader = new PacketReader();

  Inbound(
      Context context,
      Connecting connecting,
      Answering answering,
      ShuttingDown shuttingDown,
      Heartbeats heartbeats,
      Transfer transfer,
      PathMtu pathMtu) {
    this.context = context;
    this.connecting = connecting;
    this.answering = answering;
    this.shuttingDown = shuttingDown;
    this.heartbeats = heartbeats;
    this.transfer = transfer;
    this.pathMtu = pathMtu;
    this.outOfTheBlue = new OutOfTheBlue(context);
  }

  void handlePacket(ByteBuffer packet, long nowNanos) {
    context.counters.packetsReceived++;
    context.counters.bytesReceived += packet.remaining();
    if (!reader.open(packet, connecting.offer().acceptsZeroChecksum())) {
      countMalformed();
      return;
    }
    if (reader.destinationPort() != context.options.localPort()
        || reader.sourcePort() != context.remotePort) {
      context.counters.badVerificationTags++;
      return;
    }
    Chunk first = reader.next();
    if (first != null && admit(first, nowNanos)) {
      boolean more = first instanceof CookieEchoChunk || handle(first, nowNanos);
      while (more && !context.isEnded()) {
        Chunk chunk = reader.next();
        more = chunk != null && handle(chunk, nowNanos);
      }
      transfer.handlePacketEnd(nowNanos);
      shuttingDown.handlePacketEnd(nowNanos);
    }
    countMalformed();
  }

  private void countMalformed() {
    if (reader.malformed() == Malformed.CHECKSUM) {
      context.counters.badChecksums++;
    } else if (reader.malformed() != null) {
      context.counters.malformedPackets++;
    }
  }

  /** Whether the packet belongs to the association that there is; if not, it is done with here. */
  private boolean admit(Chunk first, long nowNanos) {
    int tag = reader.verificationTag();
    if (first instanceof InitChunk init) {
      // 8.5.1 A: INIT carries tag 0, and is alone in its packet (4.3).
      if (tag == 0 && reader.remaining() == 0) {
        answering.handleInit(init, nowNanos);
      } else {
        context.counters.badVerificationTags++;
      }
      return false;
    }
    if (tag == 0) {
      // 8.5.1 A: nothing but INIT carries tag 0; the rest is discarded in silence.
      context.counters.badVerificationTags++;
      return false;
    }
    if (first instanceof CookieEchoChunk echo) {
      // 5.1.5 and 5.2.4: here the cookie says which tag is right.
      if (context.isEnded()) {
        outOfTheBlue.handle(first, reader);
        return false;
      }
      return answering.handleCookieEcho(echo, tag, nowNanos);
    }
    int expected = connecting.expectedTag();
    if (expected == 0 && connecting.isAwaited(tag)) {
      context.counters.badVerificationTags++;
      return false;
    }
    if (expected == 0) {
      outOfTheBlue.handle(first, reader);
      return false;
    }
    if (first instanceof AbortChunk abort) {
      return admitReflected(abort.tagReflected(), tag, expected);
    }
    if (first instanceof ShutdownCompleteChunk complete) {
      return admitReflected(complete.tagReflected(), tag, expected);
    }
    if (first instanceof ShutdownAckChunk && isConnecting()) {
      // 8.5.1 E: it belongs to an association before this one.
      outOfTheBlue.handle(first, reader);
      return false;
    }
    if (tag != expected) {
      context.counters.badVerificationTags++;
      return false;
    }
    return true;
  }

  /** 8.5.1 B and C: our tag with the T bit clear, the peer's with the T bit set. */
  private boolean admitReflected(boolean reflected, int tag, int expected) {
    boolean right =
        reflected ? context.tcb() != null && tag == context.tcb().peerTag() : tag == expected;
    if (!right) {
      context.counters.badVerificationTags++;
    }
    return right;
  }

  private boolean isConnecting() {
    return context.state() instanceof State.CookieWait
        || context.state() instanceof State.CookieEchoed;
  }

  /** False when the rest of the packet is not to be handled. */
  private boolean handle(Chunk chunk, long nowNanos) {
    if (chunk instanceof DataChunk data) {
      transfer.handleData(data);
    } else if (chunk instanceof IDataChunk data) {
      transfer.handleIData(data);
    } else if (chunk instanceof SackChunk sack) {
      transfer.handleSack(sack, nowNanos);
    } else if (chunk instanceof ForwardTsnChunk forward) {
      transfer.handleForwardTsn(forward);
    } else if (chunk instanceof IForwardTsnChunk forward) {
      transfer.handleIForwardTsn(forward);
    } else if (chunk instanceof HeartbeatChunk heartbeat) {
      heartbeats.handleHeartbeat(heartbeat);
    } else if (chunk instanceof HeartbeatAckChunk ack) {
      if (!pathMtu.handleHeartbeatAck(ack, nowNanos)) {
        heartbeats.handleHeartbeatAck(ack, nowNanos);
      }
    } else if (chunk instanceof InitAckChunk ack) {
      connecting.handleInitAck(ack, nowNanos);
      return false;
    } else if (chunk instanceof CookieAckChunk) {
      connecting.handleCookieAck(nowNanos);
    } else if (chunk instanceof ReconfigChunk reconfig) {
      if (context.tcb() != null && !isConnecting()) {
        context.tcb().deliver();
        context.tcb().reconfiguration().handle(reconfig, context.tcb(), nowNanos);
      }
    } else if (chunk instanceof ShutdownChunk shutdown) {
      shuttingDown.handleShutdown(shutdown, nowNanos);
    } else if (chunk instanceof ShutdownAckChunk) {
      deliver();
      shuttingDown.handleShutdownAck();
    } else if (chunk instanceof ShutdownCompleteChunk) {
      deliver();
      shuttingDown.handleShutdownComplete();
    } else if (chunk instanceof AbortChunk abort) {
      if (connecting.handleAbort(nowNanos)) {
        deliver();
        context.end(CloseReason.ABORTED_BY_PEER, AbortReason.of(abort.causes()));
      }
      return false;
    } else if (chunk instanceof ErrorChunk error) {
      handleError(error, nowNanos);
    } else if (chunk instanceof UnknownChunk unknown) {
      return handleUnknown(unknown.type(), unknown.toBytes());
    } else if (chunk instanceof InitChunk || chunk instanceof CookieEchoChunk) {
      // 4.3: INIT goes alone; 5.1: COOKIE ECHO comes first.
      context.counters.protocolErrors++;
      return false;
    }
    return true;
  }

  /** What came whole before the end is still good. */
  private void deliver() {
    if (context.tcb() != null) {
      context.tcb().deliver();
    }
  }

  /** 3.2: the two highest bits of the type say whether to go on and whether to report. */
  private boolean handleUnknown(int type, ByteBuffer bytes) {
    context.counters.protocolErrors++;
    // In COOKIE-WAIT the peer's tag is not known: there is nobody to tell.
    if ((type & 0x40) != 0 && context.tcb() != null) {
      // Deviation: 3.3.10.6 wants the whole chunk. Its beginning says what it was.
      bytes.limit(Math.min(bytes.limit(), MOST_QUOTED));
      context.outbox.reply(new ErrorChunk(List.of(new ErrorCause.UnrecognizedChunkType(bytes))));
    }
    return (type & 0x80) != 0;
  }

  private void handleError(ErrorChunk error, long nowNanos) {
    for (ErrorCause cause : error.causes()) {
      if (cause instanceof ErrorCause.StaleCookie) {
        connecting.handleStaleCookie(nowNanos);
        return;
      }
      if (cause instanceof ErrorCause.UnrecognizedChunkType unknown
          && unknown.chunk().hasRemaining()
          && Byte.toUnsignedInt(unknown.chunk().get(unknown.chunk().position()))
              == ChunkType.RECONFIG
          && context.tcb() != null) {
        context.tcb().reconfiguration().handleUnknown();
      }
    }
  }
}
