package dev.turnstone.ice.turn;

import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Which addresses may send to us through the server (RFC 8656 sections 9 and 10). */
final class Permissions {
  /** Section 9: a permission lives for five minutes. The rest is for requests that get lost. */
  private static final long RENEWAL = Duration.ofMinutes(4).toNanos();

  /** How soon a refused address may be asked for again. */
  private static final long PAUSE = Duration.ofSeconds(30).toNanos();

  private static final int MOST = 128;
  private static final int MOST_IN_A_REQUEST = 16;

  private static final class Permission {
    final InetAddress peer;
    boolean asking;
    boolean refused;

    /** The server has refused a request that named others too: this one goes alone. */
    boolean alone;

    long due;

    Permission(InetAddress peer, long now) {
      this.peer = peer;
      this.due = now;
    }
  }

  private final Requests requests;
  private final Predicate<InetAddress> needed;
  private final Consumer<TurnEvent.PeerRefused> refusals;

  /** The one that was used the longest ago comes first. */
  private final Map<InetAddress, Permission> all = new LinkedHashMap<>(16, 0.75f, true);

  private long next = TurnClient.NEVER;

  /**
   * No permissions yet.
   *
   * @param needed whether an address must not be forgotten for a newer one
   */
  Permissions(
      Requests requests, Predicate<InetAddress> needed, Consumer<TurnEvent.PeerRefused> refusals) {
    this.requests = requests;
    this.needed = needed;
    this.refusals = refusals;
  }

  /** Wants a permission; {@link #request} asks for all that are wanted. */
  void want(InetAddress peer, long now) {
    Permission known = all.get(peer);
    if (known == null) {
      makeRoom();
      all.put(peer, new Permission(peer, now));
      next = Math.min(next, now);
    } else if (known.refused && now >= known.due) {
      known.refused = false;
      next = Math.min(next, now);
    }
  }

  private void makeRoom() {
    if (all.size() < MOST) {
      return;
    }
    InetAddress oldest = null;
    for (InetAddress peer : all.keySet()) {
      if (oldest == null && !needed.test(peer)) {
        oldest = peer;
      }
    }
    all.remove(oldest == null ? all.keySet().iterator().next() : oldest);
  }

  /** Whether the server may give us what this address sends. */
  boolean isWanted(InetAddress peer) {
    Permission known = all.get(peer);
    return known != null && !known.refused;
  }

  int size() {
    return all.size();
  }

  /** When {@link #request} has something to do. */
  long nextTimeout() {
    return next;
  }

  /** Asks for what is wanted or due for renewal, several in a request. */
  void request(long now) {
    if (now < next) {
      return;
    }
    List<Permission> batch = new ArrayList<>();
    for (Permission permission : all.values()) {
      if (permission.asking || permission.refused || permission.due > now) {
        continue;
      }
      permission.asking = true;
      if (permission.alone) {
        ask(List.of(permission), now);
        continue;
      }
      batch.add(permission);
      if (batch.size() == MOST_IN_A_REQUEST) {
        ask(batch, now);
        batch = new ArrayList<>();
      }
    }
    if (!batch.isEmpty()) {
      ask(batch, now);
    }
    recount();
  }

  private void ask(List<Permission> batch, long now) {
    List<StunAttribute> peers = new ArrayList<>();
    for (Permission permission : batch) {
      // Section 10.1: the port is ignored.
      peers.add(new StunAttribute.XorPeerAddress(new InetSocketAddress(permission.peer, 0)));
    }
    requests.ask(StunMethod.CREATE_PERMISSION, peers, new Asked(List.copyOf(batch)), now);
  }

  private void recount() {
    next = TurnClient.NEVER;
    for (Permission permission : all.values()) {
      if (!permission.asking && !permission.refused) {
        next = Math.min(next, permission.due);
      }
    }
  }

  private final class Asked implements Requests.Outcome {
    private final List<Permission> batch;

    Asked(List<Permission> batch) {
      this.batch = batch;
    }

    @Override
    public void onSuccess(StunMessage response, long sentAt, long now) {
      for (Permission permission : batch) {
        permission.asking = false;
        permission.due = sentAt + RENEWAL;
      }
      recount();
    }

    @Override
    public void onFailure(int code, StunMessage response, long now) {
      for (Permission permission : batch) {
        permission.asking = false;
        permission.due = now;
        if (response != null && batch.size() > 1) {
          // Section 10.2: one address that is forbidden makes the whole request fail.
          permission.alone = true;
        } else if (response != null) {
          permission.refused = true;
          permission.due = now + PAUSE;
          refusals.accept(
              new TurnEvent.PeerRefused(permission.peer, code, TurnClient.reason(code, response)));
        }
      }
      recount();
    }
  }
}
