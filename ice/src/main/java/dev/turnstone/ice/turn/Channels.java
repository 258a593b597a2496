package dev.turnstone.ice.turn;

import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Channels to peers (RFC 8656 section 12): four bytes around their data, and not 36. */
final class Channels {
  /** Section 12: a binding lives for ten minutes. */
  private static final long LIFE = Duration.ofMinutes(10).toNanos();

  private static final long RENEWAL = Duration.ofMinutes(9).toNanos();

  /** Section 12: five minutes more until number and peer may be bound otherwise. */
  private static final long REST = Duration.ofMinutes(5).toNanos();

  /** How soon a refused one may be asked for again. */
  private static final long PAUSE = Duration.ofSeconds(30).toNanos();

  private static final int FIRST_NUMBER = 0x4000;
  private static final int LAST_NUMBER = 0x4FFF;
  private static final int MOST = 64;

  /** A number for a peer. */
  static final class Channel {
    final int number;
    final InetSocketAddress peer;
    private boolean asking;

    /** Something was sent since it was last bound: only then it is bound again. */
    private boolean used = true;

    private long renewal = TurnClient.NEVER;
    private long end;
    private long notBefore;

    Channel(int number, InetSocketAddress peer) {
      this.number = number;
      this.peer = peer;
    }
  }

  private final Requests requests;
  private final Consumer<TurnEvent> events;
  private final Map<InetSocketAddress, Channel> byPeer = new HashMap<>();
  private final Map<Integer, Channel> byNumber = new HashMap<>();
  private int number = LAST_NUMBER;

  Channels(Requests requests, Consumer<TurnEvent> events) {
    this.requests = requests;
    this.events = events;
  }

  /** Binds a channel, unless that is so or there are too many. */
  void bind(InetSocketAddress peer, long now) {
    Channel known = byPeer.get(peer);
    if (known != null) {
      known.used = true;
      // Section 12.1: one that has lapsed may be bound again, number and peer as they were.
      if (!known.asking && now >= Math.max(known.end, known.notBefore)) {
        ask(known, now);
      }
      return;
    }
    if (byPeer.size() < MOST) {
      Channel fresh = new Channel(freeNumber(), peer);
      byPeer.put(peer, fresh);
      byNumber.put(fresh.number, fresh);
      ask(fresh, now);
    }
  }

  private int freeNumber() {
    do {
      number = number == LAST_NUMBER ? FIRST_NUMBER : number + 1;
    } while (byNumber.containsKey(number));
    return number;
  }

  /** The channel that data for a peer may go over now, or null. */
  Channel to(InetSocketAddress peer, long now) {
    Channel known = byPeer.get(peer);
    if (known == null) {
      return null;
    }
    known.used = true;
    if (known.renewal == TurnClient.NEVER && !known.asking) {
      // It had fallen idle, or was refused.
      known.renewal = Math.max(now, known.notBefore);
    }
    return now < known.end ? known : null;
  }

  /** The peer that a number stands for, or null. The server may use it before we hear of it. */
  InetSocketAddress peer(int channel) {
    Channel known = byNumber.get(channel);
    return known == null ? null : known.peer;
  }

  boolean hasPeerAt(InetAddress address) {
    for (InetSocketAddress peer : byPeer.keySet()) {
      if (peer.getAddress().equals(address)) {
        return true;
      }
    }
    return false;
  }

  int size() {
    return byPeer.size();
  }

  private void ask(Channel channel, long now) {
    channel.asking = true;
    channel.used = false;
    channel.renewal = TurnClient.NEVER;
    requests.ask(
        StunMethod.CHANNEL_BIND,
        List.of(
            new StunAttribute.ChannelNumber(channel.number),
            new StunAttribute.XorPeerAddress(channel.peer)),
        new Asked(channel),
        now);
  }

  long nextTimeout() {
    long next = TurnClient.NEVER;
    for (Channel channel : byPeer.values()) {
      next = Math.min(next, channel.asking ? TurnClient.NEVER : due(channel));
    }
    return next;
  }

  private static long due(Channel channel) {
    return Math.min(channel.renewal, channel.end + REST);
  }

  void handleTimeout(long now) {
    for (Iterator<Channel> all = byPeer.values().iterator(); all.hasNext(); ) {
      Channel channel = all.next();
      if (channel.asking || now < due(channel)) {
        continue;
      }
      if (now >= channel.end + REST) {
        all.remove();
        byNumber.remove(channel.number);
      } else if (channel.used) {
        ask(channel, now);
      } else {
        channel.renewal = TurnClient.NEVER;
      }
    }
  }

  private final class Asked implements Requests.Outcome {
    private final Channel channel;

    Asked(Channel channel) {
      this.channel = channel;
    }

    @Override
    public void onSuccess(StunMessage response, long sentAt, long now) {
      channel.asking = false;
      if (now >= channel.end) {
        events.accept(new TurnEvent.ChannelBound(channel.peer));
      }
      channel.end = sentAt + LIFE;
      channel.renewal = sentAt + RENEWAL;
    }

    @Override
    public void onFailure(int code, StunMessage response, long now) {
      channel.asking = false;
      if (response == null && now < channel.end) {
        channel.used = true;
        channel.renewal = now;
        return;
      }
      // Number and peer rest, as if they had been bound: the server may have done it.
      channel.end = channel.end == 0 ? now : Math.min(now, channel.end);
      channel.notBefore = now + PAUSE;
      if (response != null) {
        events.accept(
            new TurnEvent.PeerRefused(
                channel.peer.getAddress(), code, TurnClient.reason(code, response)));
      }
    }
  }
}
