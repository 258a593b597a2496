package dev.turnstone.sctp.association;

import dev.turnstone.sctp.chunk.Chunk;
import dev.turnstone.sctp.chunk.HeartbeatAckChunk;
import dev.turnstone.sctp.chunk.HeartbeatChunk;
import dev.turnstone.sctp.chunk.PacketWriter;
import dev.turnstone.sctp.chunk.PadChunk;
import dev.turnstone.sctp.chunk.Parameter;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * How large a packet the path carries (RFC 8899). A probe is a HEARTBEAT that PAD fills up to the
 * size in question, and HEARTBEAT ACK its answer (section 6.2). A probe that is lost is no error of
 * the association and no congestion.
 *
 * <p>Fragments stay small enough for the base size; a larger packet carries several. So what was
 * sent once can be sent again after the path has shrunk.
 */
final class PathMtu {
  /** The phases of RFC 8899 section 5.2. */
  private enum Phase {
    /** The base size is to be confirmed. */
    BASE,
    /** Larger sizes are tried. */
    SEARCHING,
    /** The largest that passes is known; now and then something larger is tried. */
    SEARCH_COMPLETE,
    /** Not even the base size passes; it stays in use, as there is none below it. */
    ERROR
  }

  /** RFC 8899 section 5.1.2: so many of a size without an answer mean that it does not pass. */
  private static final int MAX_PROBES = 3;

  /** Sizes that differ by less are not worth another probe. */
  private static final int GRANULARITY = 16;

  /** RFC 8899 section 5.1.1: the probe timer is no shorter. */
  private static final long SHORTEST_WAIT = TimeUnit.SECONDS.toNanos(1);

  /** RFC 8899 section 5.1.1: PMTU_RAISE_TIMER. */
  private static final long RAISE_WAIT = TimeUnit.SECONDS.toNanos(600);

  private static final long ERROR_WAIT = TimeUnit.SECONDS.toNanos(30);

  private static final int INFO_LENGTH = 12;

  private final Context context;
  private final int base;
  private final int max;

  /** Whose path it is; a restart of the peer begins anew. */
  private Tcb tcb;

  private Phase phase = Phase.BASE;
  private int current;

  /** The smallest size that is known not to pass, or more than the maximum. */
  private int tooLarge;

  /** A size to try before all others, or 0. */
  private int first;

  private int size;
  private int probes;
  private long nonce;
  private boolean awaiting;
  private boolean due;

  private long timeoutsSeen;
  private long retransmissionsSeen;
  private long confirmAt;

  PathMtu(Context context) {
    this.context = context;
    this.base = context.options.mtu();
    this.max = context.options.pathMtuDiscovery() ? context.options.maxMtu() / 4 * 4 : base;
    this.current = base;
  }

  /** The largest packet to send now, in bytes; probes are larger. */
  int current() {
    return current;
  }

  /** The largest packet that may ever leave. */
  int largest() {
    return Math.max(base, max);
  }

  /** Goes one step on; called after everything that happens. */
  void progress(long nowNanos) {
    if (max <= base || context.tcb() == null || context.state() instanceof State.CookieEchoed) {
      return;
    }
    if (context.tcb() != tcb) {
      tcb = context.tcb();
      current = base;
      tooLarge = max + 1;
      startFromBase(nowNanos);
    }
    watch(nowNanos);
    if (!(context.state() instanceof State.Established)) {
      // 8.3 of RFC 9260: no HEARTBEATs once it ends.
      context.timers.stop(Timer.PATH_MTU);
      due = false;
      awaiting = false;
    }
  }

  private void startFromBase(long nowNanos) {
    timeoutsSeen = tcb.sender().timeouts();
    retransmissionsSeen = tcb.sender().retransmissions();
    phase = Phase.BASE;
    probe(base, nowNanos);
  }

  /** RFC 8899 section 4.3: data that gets lost may be too large for a path that has changed. */
  private void watch(long nowNanos) {
    long timeouts = tcb.sender().timeouts();
    long retransmissions = tcb.sender().retransmissions();
    if (current > base) {
      if (timeouts > timeoutsSeen) {
        // To fall back costs a search; to hold on could cost the association.
        fallBack(nowNanos);
      } else if (retransmissions > retransmissionsSeen
          && phase == Phase.SEARCH_COMPLETE
          && !awaiting
          && nowNanos >= confirmAt) {
        // Small packets may pass and keep T3 from expiring: ask with a packet of the size in use.
        probe(current, nowNanos);
      }
    }
    timeoutsSeen = timeouts;
    retransmissionsSeen = retransmissions;
  }

  /** A black hole, or the like: from the base again, and what passed before is tried first. */
  private void fallBack(long nowNanos) {
    first = current / 4 * 4;
    tooLarge = max + 1;
    use(base);
    startFromBase(nowNanos);
  }

  private void use(int bytes) {
    current = bytes;
    tcb.sender().setMtu(bytes);
  }

  private void search(long nowNanos) {
    if (current >= max || tooLarge - current <= GRANULARITY) {
      phase = Phase.SEARCH_COMPLETE;
      first = 0;
      if (current < max) {
        context.timers.set(Timer.PATH_MTU, nowNanos + RAISE_WAIT);
      } else {
        context.timers.stop(Timer.PATH_MTU);
      }
      return;
    }
    phase = Phase.SEARCHING;
    int next = tooLarge > max ? max : (current + tooLarge) / 8 * 4;
    if (first > current && first < tooLarge) {
      next = first;
    }
    first = 0;
    probe(next, nowNanos);
  }

  private void probe(int bytes, long nowNanos) {
    size = bytes / 4 * 4;
    probes = 0;
    // The same for all probes of a size: a late answer to the first is as good.
    nonce = context.random.nextLong();
    awaiting = true;
    again(nowNanos);
  }

  private void again(long nowNanos) {
    probes++;
    due = true;
    context.timers.set(Timer.PATH_MTU, nowNanos + Math.max(tcb.rto().nanos(), SHORTEST_WAIT));
  }

  /** Whether a probe is to be sent now, in a packet of its own. */
  boolean isDue() {
    return due && context.state() instanceof State.Established;
  }

  /** Bytes of the packet for {@link #write}. */
  int probeSize() {
    return size;
  }

  /** Fills a packet that has {@link #probeSize} bytes. */
  void write(PacketWriter packet) {
    due = false;
    ByteBuffer info = ByteBuffer.allocate(INFO_LENGTH).putLong(nonce).putInt(size).flip();
    packet.write(new HeartbeatChunk(new Parameter.HeartbeatInfo(info)));
    packet.write(new PadChunk(packet.remaining() - Chunk.HEADER_LENGTH));
  }

  /** The probe timer, or the one for another search. */
  void handleTimeout(long nowNanos) {
    if (tcb == null || tcb != context.tcb()) {
      return;
    }
    if (!awaiting) {
      tooLarge = max + 1;
      if (phase == Phase.ERROR) {
        startFromBase(nowNanos);
      } else {
        search(nowNanos);
      }
    } else if (probes < MAX_PROBES) {
      again(nowNanos);
    } else {
      awaiting = false;
      handleLost(nowNanos);
    }
  }

  private void handleLost(long nowNanos) {
    switch (phase) {
      case BASE, ERROR -> {
        phase = Phase.ERROR;
        context.timers.set(Timer.PATH_MTU, nowNanos + ERROR_WAIT);
      }
      case SEARCHING -> {
        tooLarge = size;
        search(nowNanos);
      }
      case SEARCH_COMPLETE -> fallBack(nowNanos);
    }
  }

  /**
   * HEARTBEAT ACK.
   *
   * @return whether it answers the probe on its way
   */
  boolean handleHeartbeatAck(HeartbeatAckChunk ack, long nowNanos) {
    ByteBuffer info = ack.info().info();
    if (!awaiting || info.remaining() != INFO_LENGTH || info.getLong(info.position()) != nonce) {
      return false;
    }
    awaiting = false;
    due = false;
    tcb.clearErrors();
    confirmAt = nowNanos + SHORTEST_WAIT;
    if (phase == Phase.SEARCHING) {
      use(size);
    }
    search(nowNanos);
    return true;
  }
}
