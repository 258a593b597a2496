package dev.turnstone.turn;

import dev.turnstone.stun.AddressFamily;
import dev.turnstone.stun.ChannelData;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunFingerprint;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.StunParseException;
import dev.turnstone.stun.Verdict;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A STUN and TURN server (RFC 8489, RFC 8656, RFC 5780) without sockets: messages and the time go
 * in, messages and wishes come out of {@link #pollOutput}. Not safe for several threads.
 *
 * <p>Times are nanoseconds since the server's birth and never go back. Bytes that go in are
 * borrowed for the call, bytes that come out are the driver's. Nothing that comes from the network
 * makes it throw.
 *
 * <p>Who has not shown to know a password costs no memory, and gets answers of few bytes: 32 to a
 * Binding request from an IPv4 address (44 from IPv6; 56 and 92 with RFC 5780), against 20 that it
 * has at least; 60 and the realm, rounded up to 4 bytes, to an Allocate request (84 and the realm
 * where SHA-256 keys are offered), against 28; at most 12 more than the request for attributes that
 * are not understood. All others are no larger than the request. FINGERPRINT adds 8 on both sides.
 */
public final class TurnServer {
  /** What {@link #nextTimeout} says when nothing is waited for. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final Set<StunMethod> OF_AN_ALLOCATION =
      Set.of(StunMethod.REFRESH, StunMethod.CREATE_PERMISSION, StunMethod.CHANNEL_BIND);

  private final Allocations allocations = new Allocations();
  private final Outbox outbox;
  private final Bindings bindings;
  private final Authentication authentication;
  private final Allocating allocating;
  private final Relaying relaying;
  private long malformed;
  private long dropped;

  /**
   * A server.
   *
   * @param birth the time of day at which {@code nowNanos} is 0; credentials expire by it
   * @param random for nonces and transaction ids
   */
  public TurnServer(TurnServerOptions options, Instant birth, SecureRandom random) {
    outbox = new Outbox(options.software(), random);
    bindings = new Bindings(options.discovery(), outbox);
    authentication =
        options
            .credentials()
            .map(credentials -> new Authentication(options, credentials, birth, random))
            .orElse(null);
    allocating = new Allocating(options, allocations, outbox);
    relaying = new Relaying(options.peerPolicy(), allocations, outbox);
  }

  /**
   * Takes one message of a client. From a stream it comes alone: {@code packet} begins and ends
   * with it.
   */
  public void handlePacket(FiveTuple tuple, ByteBuffer packet, long nowNanos) {
    handleTimeout(nowNanos);
    try {
      if (ChannelData.isChannelData(packet)) {
        count(relaying.handleChannelData(tuple, ChannelData.parse(packet), nowNanos));
        return;
      }
      Verdict fingerprint = StunFingerprint.verify(packet);
      if (fingerprint == Verdict.INVALID) {
        malformed++;
        return;
      }
      StunMessage message = StunMessage.parse(packet);
      if (message.messageClass() == MessageClass.REQUEST) {
        boolean present = fingerprint == Verdict.VALID;
        handleRequest(new Request(tuple, message, present, nowNanos), packet);
      } else {
        count(
            message.messageClass() == MessageClass.INDICATION
                && message.method().equals(StunMethod.SEND)
                && relaying.handleSend(tuple, message, nowNanos));
      }
    } catch (StunParseException e) {
      malformed++;
    }
  }

  private void count(boolean handled) {
    if (!handled) {
      dropped++;
    }
  }

  private void handleRequest(Request request, ByteBuffer packet) {
    StunMethod method = request.message().method();
    if (method.equals(StunMethod.BINDING)) {
      bindings.handle(request);
      return;
    }
    boolean allocate = method.equals(StunMethod.ALLOCATE);
    // RFC 8489 section 6.3: a method that is not known here is not answered.
    if (authentication == null || !allocate && !OF_AN_ALLOCATION.contains(method)) {
      dropped++;
      return;
    }
    Allocation allocation = allocations.get(request.tuple());
    Login known = allocation == null ? null : allocation.login();
    Authentication.Outcome outcome = authentication.check(request, packet, known);
    Answer answer =
        outcome.refusal() != null
            ? outcome.refusal()
            : answer(request, outcome.login(), allocation, allocate);
    if (answer != null) {
      outbox.answer(request, outcome.login(), answer);
    }
  }

  private Answer answer(Request request, Login login, Allocation allocation, boolean allocate) {
    // RFC 8489 section 6.3.1: after who asks comes whether all is understood.
    List<Integer> unknown = unknown(request);
    if (!unknown.isEmpty()) {
      return Answer.refused(
          Refusal.UNKNOWN_ATTRIBUTE, new StunAttribute.UnknownAttributes(unknown));
    }
    if (allocate) {
      return allocating.allocate(request, login);
    }
    // RFC 8656 section 5: all else needs an allocation, and one's own.
    if (allocation == null || allocation.unanswered() != null) {
      return Answer.refused(Refusal.ALLOCATION_MISMATCH);
    }
    if (!allocation.login().username().equals(login.username())) {
      return Answer.refused(Refusal.WRONG_CREDENTIALS);
    }
    StunMethod method = request.message().method();
    if (method.equals(StunMethod.REFRESH)) {
      return allocating.refresh(request, allocation);
    }
    return method.equals(StunMethod.CREATE_PERMISSION)
        ? relaying.createPermission(request, allocation)
        : relaying.channelBind(request, allocation);
  }

  private static List<Integer> unknown(Request request) {
    List<Integer> unknown = new ArrayList<>(request.message().unknownComprehensionRequired());
    // RFC 8656 section 7.2: a server that cannot set the DF bit treats DONT-FRAGMENT as unknown.
    request
        .attribute(StunAttribute.DontFragment.class)
        .ifPresent(attribute -> unknown.add(attribute.type()));
    return unknown;
  }

  /**
   * Takes a datagram that came to a relayed address.
   *
   * @param relay its number
   * @param from the peer
   */
  public void handlePeerPacket(
      long relay, InetSocketAddress from, ByteBuffer packet, long nowNanos) {
    handleTimeout(nowNanos);
    count(relaying.handlePeerPacket(allocations.relay(relay), from, packet, nowNanos));
  }

  /**
   * A relay port is open. When nobody wants it any more, another {@link ServerOutput.CloseRelay}
   * says so.
   *
   * @param relay its number
   * @param address where peers reach it; behind a 1:1 NAT its outer address
   * @throws IllegalArgumentException when the address is not of the family that was asked for
   */
  public void relayOpened(long relay, InetSocketAddress address, long nowNanos) {
    Relay opened = allocations.relay(relay);
    if (opened == null || opened.address() != null) {
      outbox.add(new ServerOutput.CloseRelay(relay));
      return;
    }
    if (AddressFamily.of(address.getAddress()) != opened.family()) {
      throw new IllegalArgumentException(
          "relay " + relay + " has to be " + opened.family() + ", this is " + address);
    }
    allocating.relayOpened(opened, address, nowNanos);
  }

  /**
   * A relay port cannot be opened, or has broken.
   *
   * @param relay its number
   */
  public void relayFailed(long relay, long nowNanos) {
    Relay failed = allocations.relay(relay);
    if (failed != null) {
      allocating.relayFailed(failed, nowNanos);
    }
  }

  /** A client's stream is over, and with it the allocation (RFC 8656 section 3.2). */
  public void handleClientClosed(FiveTuple tuple) {
    Allocation allocation = allocations.get(tuple);
    if (allocation != null) {
      allocation.relays().forEach(allocating::end);
    }
  }

  /** Ends what has expired. */
  public void handleTimeout(long nowNanos) {
    for (Relay relay = allocations.expired(nowNanos);
        relay != null;
        relay = allocations.expired(nowNanos)) {
      allocating.end(relay);
    }
  }

  /** When {@link #handleTimeout} wants to be called next, or {@link #NEVER}. */
  public long nextTimeout() {
    return allocations.nextExpiry();
  }

  /** The next thing to do, or null. */
  public ServerOutput pollOutput() {
    return outbox.poll();
  }

  /** What has happened so far. */
  public TurnServerCounters counters() {
    return new TurnServerCounters(
        allocations.size(),
        allocating.allocated(),
        outbox.granted(),
        outbox.refused(),
        malformed,
        dropped,
        relaying.bytesToPeers(),
        relaying.bytesToClients());
  }
}
