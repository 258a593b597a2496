package dev.turnstone.ice.turn;

import dev.turnstone.stun.AddressFamily;
import dev.turnstone.stun.ChannelData;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunFingerprint;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.StunParseException;
import dev.turnstone.stun.TransactionId;
import dev.turnstone.stun.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One allocation on a TURN server (RFC 8656), sans-IO: what the server sends and the time go in,
 * what goes to the server comes out. It keeps the allocation, its permissions and its channels
 * alive until {@link #release}. One thread at a time may use it.
 *
 * <p>Commands may be given in a row; what {@link #pollTransmit} has then goes to the server in that
 * order, and before a packet of {@link #wrap}.
 */
public final class TurnClient {
  /** A {@link #nextTimeout} that never comes. */
  public static final long NEVER = Long.MAX_VALUE;

  /** How much longer than its data a packet of {@link #wrap} is at most. */
  public static final int OVERHEAD = 56;

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** RFC 8656 section 3.2: what a server gives that says nothing else. */
  private static final long USUAL_LIFETIME = 600;

  /** Asked for although it is the default: some servers hold themselves to less only then. */
  private static final StunAttribute.Lifetime USUAL = new StunAttribute.Lifetime(USUAL_LIFETIME);

  /** A longer life is not believed: refreshing more often than needed harms nobody. */
  private static final long LONGEST_LIFETIME = 3600;

  /** How long before the end of a long life it is refreshed: longer than a lost request takes. */
  private static final long REFRESH_AHEAD = 60;

  /** RFC 8445 section 11: keeps the way through NATs to the server open. */
  private static final long KEEPALIVE = Duration.ofSeconds(15).toNanos();

  private enum State {
    IDLE,
    ALLOCATING,
    ALLOCATED,
    RELEASING,
    ENDED
  }

  private final TurnSettings settings;
  private final SecureRandom random;
  private final Requests requests;
  private final Permissions permissions;
  private final Channels channels;
  private final ArrayDeque<TurnEvent> events = new ArrayDeque<>();

  private State state = State.IDLE;
  private List<InetSocketAddress> relayed = List.of();
  private long refreshAt = NEVER;
  private long expiresAt = NEVER;
  private long keepAliveAt = NEVER;
  private long ignored;

  /**
   * A client that has asked for nothing yet.
   *
   * @param settings where and how to ask
   * @param random for transaction ids
   */
  public TurnClient(TurnSettings settings, SecureRandom random) {
    this.settings = settings;
    this.random = random;
    this.requests = new Requests(new LongTerm(settings.credentials()), settings.stream(), random);
    this.channels = new Channels(requests, events::add);
    this.permissions = new Permissions(requests, channels::hasPeerAt, events::add);
  }

  // Commands

  /** Asks for an allocation. A second call does nothing. */
  public void allocate(long nowNanos) {
    if (state == State.IDLE) {
      become(State.ALLOCATING);
      requests.ask(StunMethod.ALLOCATE, wanted(), new Allocating(), nowNanos);
    }
  }

  private List<StunAttribute> wanted() {
    List<StunAttribute> wanted = new ArrayList<>();
    wanted.add(StunAttribute.RequestedTransport.UDP);
    wanted.add(USUAL);
    switch (settings.families()) {
      // RFC 8656 section 7.1: IPv4 is what a server gives unasked; old ones know nothing else.
      case IPV4 -> {}
      case IPV6 -> wanted.add(new StunAttribute.RequestedAddressFamily(AddressFamily.IPV6));
      case BOTH -> wanted.add(new StunAttribute.AdditionalAddressFamily(AddressFamily.IPV6));
    }
    return wanted;
  }

  /** The addresses on the server, none while there is no allocation. */
  public List<InetSocketAddress> relayedAddresses() {
    return relayed;
  }

  /**
   * Lets a peer's address send to us (section 9). Asked again, it does nothing.
   *
   * @return false when there is no allocation, or none from which that address can be reached
   */
  public boolean permit(InetAddress peer, long nowNanos) {
    if (state != State.ALLOCATED || !isReachable(peer)) {
      return false;
    }
    permissions.want(peer, nowNanos);
    return true;
  }

  private boolean isReachable(InetAddress peer) {
    for (InetSocketAddress own : relayed) {
      if (own.getAddress().getClass() == peer.getClass()
          && RelayCheck.isPlausible(peer, settings.server().getAddress())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Binds a channel to a peer (section 12): once {@link TurnEvent.ChannelBound} says so, data has
   * four bytes around it and not 36 or more. It is kept while data is sent to that peer.
   *
   * @return false when there is no allocation, or none from which that address can be reached
   */
  public boolean bind(InetSocketAddress peer, long nowNanos) {
    if (peer.getPort() == 0 || !permit(peer.getAddress(), nowNanos)) {
      return false;
    }
    channels.bind(peer, nowNanos);
    return true;
  }

  /**
   * Wraps data for a peer in what the server forwards. The peer's address is permitted if it was
   * not.
   *
   * @param data its position stays
   * @param into gets the packet at its position; {@link #OVERHEAD} bytes more than the data are
   *     enough
   * @return false when there is no allocation from which that address can be reached
   * @throws java.nio.BufferOverflowException when there is no room
   */
  public boolean wrap(InetSocketAddress peer, ByteBuffer data, ByteBuffer into, long nowNanos) {
    if (state != State.ALLOCATED || peer.getPort() == 0) {
      return false;
    }
    Channels.Channel channel = channels.to(peer, nowNanos);
    if (channel != null) {
      new ChannelData(channel.number, data).encode(into, settings.stream());
    } else if (permit(peer.getAddress(), nowNanos)) {
      permissions.request(nowNanos);
      new StunMessage(
              MessageClass.INDICATION,
              StunMethod.SEND,
              TransactionId.random(random),
              new StunAttribute.XorPeerAddress(peer),
              new StunAttribute.Data(data))
          .encode(into);
    } else {
      return false;
    }
    keepAliveAt = nowNanos + KEEPALIVE;
    return true;
  }

  /**
   * Gives the allocation back (section 8: a lifetime of zero). Whoever closes the socket at once
   * has done what is needed; whoever goes on lets a lost request be sent again until {@link
   * #isEnded}.
   */
  public void release(long nowNanos) {
    requests.cancel();
    if (state == State.ALLOCATED) {
      become(State.RELEASING);
      requests.ask(
          StunMethod.REFRESH, List.of(new StunAttribute.Lifetime(0)), new Releasing(), nowNanos);
    } else if (state != State.RELEASING) {
      become(State.ENDED);
    }
  }

  /** The stream to the server has ended, or its port is unreachable. */
  public void handleDisconnect(String reason) {
    if (state == State.RELEASING) {
      become(State.ENDED);
    } else {
      end(TurnFailure.UNREACHABLE, 0, reason);
    }
  }

  /** Whether nothing more will come of it. */
  public boolean isEnded() {
    return state == State.ENDED;
  }

  // In

  /**
   * Takes one message from the server: STUN or ChannelData. Never throws on what is in it.
   *
   * @param packet what is between position and limit, which stay; borrowed for the call
   * @return data of a peer, or null when it was none
   */
  public Received handlePacket(ByteBuffer packet, long nowNanos) {
    Received received = null;
    boolean understood = false;
    try {
      if (ChannelData.isChannelData(packet)) {
        received = handleChannelData(ChannelData.parse(packet));
      } else {
        StunMessage message = StunMessage.parse(packet);
        if (StunFingerprint.verify(packet) == Verdict.INVALID) {
          understood = false;
        } else if (message.messageClass().isResponse()) {
          understood = requests.handleResponse(message, packet, nowNanos);
        } else if (message.messageClass() == MessageClass.INDICATION) {
          received = handleIndication(message);
        }
      }
    } catch (StunParseException malformed) {
      understood = false;
    }
    if (received == null && !understood) {
      ignored++;
    }
    return received;
  }

  private Received handleChannelData(ChannelData data) {
    InetSocketAddress peer = state == State.ALLOCATED ? channels.peer(data.channel()) : null;
    return peer == null ? null : new Received(peer, data.data());
  }

  private Received handleIndication(StunMessage message) {
    var from = message.attribute(StunAttribute.XorPeerAddress.class);
    var data = message.attribute(StunAttribute.Data.class);
    // Section 11.4: from an address that we have not permitted, it did not come through the server.
    if (state != State.ALLOCATED
        || !message.method().equals(StunMethod.DATA)
        || from.isEmpty()
        || data.isEmpty()
        || !message.unknownComprehensionRequired().isEmpty()
        || !permissions.isWanted(from.get().address().getAddress())) {
      return null;
    }
    return new Received(from.get().address(), data.get().data());
  }

  /** Messages of the server that meant nothing. */
  public long ignored() {
    return ignored;
  }

  /** Fires what is due; calling it early or twice does no harm. */
  public void handleTimeout(long nowNanos) {
    requests.handleTimeout(nowNanos);
    if (state == State.ALLOCATED && nowNanos >= expiresAt) {
      end(TurnFailure.UNREACHABLE, 0, "the TURN server has not refreshed the allocation");
    }
    if (state != State.ALLOCATED) {
      return;
    }
    if (nowNanos >= refreshAt) {
      refreshAt = NEVER;
      requests.ask(StunMethod.REFRESH, List.of(USUAL), new Refreshing(), nowNanos);
    }
    permissions.request(nowNanos);
    channels.handleTimeout(nowNanos);
    if (nowNanos >= keepAliveAt) {
      keepAliveAt = nowNanos + KEEPALIVE;
      keepAlive();
    }
  }

  private void keepAlive() {
    ByteBuffer indication = ByteBuffer.allocate(StunMessage.HEADER_LENGTH + 8);
    new StunMessage(MessageClass.INDICATION, StunMethod.BINDING, TransactionId.random(random))
        .encoder(indication)
        .fingerprint()
        .finish();
    requests.tell(indication.flip());
  }

  /** When {@link #handleTimeout} wants to be called: absolute, or {@link #NEVER}. */
  public long nextTimeout() {
    long next = requests.nextTimeout();
    if (state == State.ALLOCATED) {
      next = Math.min(next, Math.min(refreshAt, Math.min(expiresAt, keepAliveAt)));
      next = Math.min(next, Math.min(permissions.nextTimeout(), channels.nextTimeout()));
    }
    return next;
  }

  // Out

  /** The next message for the server, or null. */
  public ByteBuffer pollTransmit(long nowNanos) {
    if (state == State.ALLOCATED) {
      permissions.request(nowNanos);
    }
    return requests.poll();
  }

  /** The next event, or null. */
  public TurnEvent pollEvent() {
    return events.poll();
  }

  // What the server says

  private final class Allocating implements Requests.Outcome {
    @Override
    public void onSuccess(StunMessage response, long sentAt, long now) {
      InetSocketAddress server = settings.server();
      Optional<InetSocketAddress> mapped =
          response
              .attribute(StunAttribute.XorMappedAddress.class)
              .map(StunAttribute.XorMappedAddress::address)
              .filter(address -> RelayCheck.isPlausible(address, server));
      List<InetSocketAddress> given = new ArrayList<>();
      for (var told : response.attributes(StunAttribute.XorRelayedAddress.class)) {
        InetSocketAddress address = told.address();
        // A relay that is the server's own port or ours would make a circle.
        if (isWanted(address, given)
            && RelayCheck.isPlausible(address, server)
            && !address.equals(server)
            && !mapped.equals(Optional.of(address))) {
          given.add(address);
        }
      }
      long lifetime = lifetime(response);
      become(State.ALLOCATED);
      if (given.isEmpty() || lifetime == 0) {
        release(now);
        become(State.ENDED);
        events.add(
            new TurnEvent.Ended(TurnFailure.NONSENSE, 0, "the TURN server gave no usable address"));
        return;
      }
      relayed = List.copyOf(given);
      keepUntil(sentAt, lifetime);
      if (!settings.stream()) {
        keepAliveAt = now + KEEPALIVE;
      }
      events.add(new TurnEvent.Allocated(relayed, mapped));
    }

    private boolean isWanted(InetSocketAddress address, List<InetSocketAddress> given) {
      AddressFamily family = AddressFamily.of(address.getAddress());
      boolean asked =
          switch (settings.families()) {
            case IPV4 -> family == AddressFamily.IPV4;
            case IPV6 -> family == AddressFamily.IPV6;
            case BOTH -> true;
          };
      return asked && given.stream().noneMatch(g -> AddressFamily.of(g.getAddress()) == family);
    }

    @Override
    public void onFailure(int code, StunMessage response, long now) {
      Optional<InetSocketAddress> other =
          Optional.ofNullable(code == 300 ? response : null)
              .flatMap(r -> r.attribute(StunAttribute.AlternateServer.class))
              .map(StunAttribute.AlternateServer::address)
              .filter(address -> RelayCheck.isPlausible(address, settings.server()));
      if (other.isEmpty()) {
        end(TurnFailure.of(code), code, reason(code, response));
        return;
      }
      become(State.ENDED);
      events.add(
          new TurnEvent.Redirected(
              other.get(),
              response
                  .attribute(StunAttribute.AlternateDomain.class)
                  .map(StunAttribute.AlternateDomain::domain)));
    }
  }

  private final class Refreshing implements Requests.Outcome {
    @Override
    public void onSuccess(StunMessage response, long sentAt, long now) {
      long lifetime = lifetime(response);
      if (lifetime == 0) {
        end(TurnFailure.ALLOCATION_MISMATCH, 0, "the TURN server has ended the allocation");
      } else {
        keepUntil(sentAt, lifetime);
      }
    }

    @Override
    public void onFailure(int code, StunMessage response, long now) {
      // Section 8.3: 437 says that the allocation is gone. Where the server is only out of order,
      // or silent, it is asked again while the allocation lives.
      boolean passing = response == null || code >= 500;
      if (passing && now < expiresAt) {
        refreshAt = response == null ? now : now + SECOND;
      } else {
        end(TurnFailure.of(code), code, reason(code, response));
      }
    }
  }

  private final class Releasing implements Requests.Outcome {
    @Override
    public void onSuccess(StunMessage response, long sentAt, long now) {
      become(State.ENDED);
    }

    @Override
    public void onFailure(int code, StunMessage response, long now) {
      become(State.ENDED);
    }
  }

  private static long lifetime(StunMessage response) {
    long seconds =
        response
            .attribute(StunAttribute.Lifetime.class)
            .map(StunAttribute.Lifetime::seconds)
            .orElse(USUAL_LIFETIME);
    return Math.min(seconds, LONGEST_LIFETIME);
  }

  /**
   * Section 8: a minute before the end. With a short life half-way, so that there is time for a
   * request that gets lost; but not more than once in a second, whatever the server says.
   */
  private void keepUntil(long sentAt, long seconds) {
    long half = Math.max(SECOND, seconds * SECOND / 2);
    refreshAt = sentAt + Math.max((seconds - REFRESH_AHEAD) * SECOND, half);
    expiresAt = sentAt + Math.max(seconds, 2) * SECOND;
  }

  /** What an error means, and what the server says about it. */
  static String reason(int code, StunMessage response) {
    String phrase =
        response == null
            ? ""
            : response
                .attribute(StunAttribute.ErrorCode.class)
                .map(StunAttribute.ErrorCode::reason)
                .orElse("")
                .replaceAll("\\p{Cntrl}", " ")
                .strip();
    String meaning = TurnFailure.of(code).text();
    if (code == 0) {
      return meaning;
    }
    return meaning + " (" + code + (phrase.isEmpty() ? ")" : " " + phrase + ")");
  }

  private void end(TurnFailure failure, int code, String reason) {
    if (state != State.ENDED) {
      become(State.ENDED);
      events.add(new TurnEvent.Ended(failure, code, reason));
    }
  }

  private void become(State next) {
    state = next;
    if (next == State.ENDED) {
      requests.cancel();
    }
    if (next == State.ENDED || next == State.RELEASING) {
      relayed = List.of();
    }
  }

  /** How it stands, for people. */
  @Override
  public String toString() {
    return "TurnClient["
        + state
        + ", relayed="
        + relayed
        + ", permissions="
        + permissions.size()
        + ", channels="
        + channels.size()
        + "]";
  }
}
