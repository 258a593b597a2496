package dev.turnstone.ice.discovery;

import dev.turnstone.ice.Addresses;
import dev.turnstone.stun.MessageClass;
import dev.turnstone.stun.StunAttribute;
import dev.turnstone.stun.StunFingerprint;
import dev.turnstone.stun.StunMessage;
import dev.turnstone.stun.StunMethod;
import dev.turnstone.stun.StunParseException;
import dev.turnstone.stun.TransactionId;
import dev.turnstone.stun.Verdict;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out how the NAT on the way to a server maps and filters (RFC 5780 sections 4.3 and 4.4),
 * sans-IO: drive it until {@link #report} has something. It takes two UDP sockets: one talks to the
 * server as it was named and to nobody else, so that filtering is seen as it is; the other also
 * talks to the server's other address. Times are nanoseconds; not safe for several threads.
 *
 * <p>At most 28 datagrams are sent, 12 of them where the server's OTHER-ADDRESS or mapped address
 * says, so a lying server makes us send no flood. It is over after 12 seconds at the latest.
 */
public final class NatDiscovery {
  /** What {@link #nextTimeout} says when nothing is waited for. */
  public static final long NEVER = Long.MAX_VALUE;

  /** How many sockets are needed; they are numbered from 0. */
  public static final int SOCKETS = 2;

  private static final int FILTERING = 0;
  private static final int MAPPING = 1;

  /**
   * A datagram that is to leave.
   *
   * @param socket from which one
   * @param remote to where
   * @param packet the bytes, between position and limit
   */
  public record Transmit(int socket, InetSocketAddress remote, ByteBuffer packet) {}

  /** What came of a question. */
  private enum Result {
    ANSWERED,
    /** Answered from the wrong place or by a refusal: the server cannot do it. */
    REFUSED,
    SILENCE
  }

  private final InetSocketAddress server;
  private final List<InetSocketAddress> locals;
  private final SecureRandom random;
  private final Map<Question.Test, Question> open = new EnumMap<>(Question.Test.class);
  private final Map<Question.Test, Result> results = new EnumMap<>(Question.Test.class);
  private final Map<Question.Test, InetSocketAddress> seen = new EnumMap<>(Question.Test.class);
  private final ArrayDeque<Transmit> outbox = new ArrayDeque<>();
  private InetSocketAddress other;

  /**
   * A discovery that has sent nothing yet.
   *
   * @param server whom to ask
   * @param locals where the two sockets are bound: addresses, no wildcards, or a NAT is seen where
   *     there is none
   * @param random for transaction ids
   * @throws IllegalArgumentException when there are not two sockets
   */
  public NatDiscovery(
      InetSocketAddress server, List<InetSocketAddress> locals, SecureRandom random) {
    if (locals.size() != SOCKETS) {
      throw new IllegalArgumentException("two sockets are needed, these are " + locals.size());
    }
    this.server = server;
    this.locals = List.copyOf(locals);
    this.random = random;
  }

  /** Begins. */
  public void start(long nowNanos) {
    ask(Question.Test.FILTERING_I, FILTERING, server, nowNanos);
    ask(Question.Test.MAPPING_I, MAPPING, server, nowNanos);
  }

  private void ask(Question.Test test, int socket, InetSocketAddress remote, long nowNanos) {
    ask(test, socket, remote, remote, nowNanos);
  }

  private void ask(
      Question.Test test,
      int socket,
      InetSocketAddress remote,
      InetSocketAddress answerer,
      long nowNanos) {
    TransactionId id = TransactionId.random(random);
    StunAttribute[] attributes =
        answerer.equals(remote)
            ? new StunAttribute[0]
            : new StunAttribute[] {
              new StunAttribute.ChangeRequest(
                  !answerer.getAddress().equals(remote.getAddress()),
                  answerer.getPort() != remote.getPort())
            };
    ByteBuffer message = ByteBuffer.allocate(StunMessage.HEADER_LENGTH + 16);
    new StunMessage(MessageClass.REQUEST, StunMethod.BINDING, id, attributes)
        .encoder(message)
        .fingerprint()
        .finish();
    open.put(test, new Question(test, socket, remote, answerer, id, message.flip(), nowNanos));
    handleTimeout(nowNanos);
  }

  /**
   * Takes a datagram; what is no answer of ours is ignored.
   *
   * @param socket where it came
   * @param packet borrowed for the call
   */
  public void handlePacket(int socket, InetSocketAddress from, ByteBuffer packet, long nowNanos) {
    if (StunFingerprint.verify(packet) == Verdict.INVALID) {
      return;
    }
    try {
      StunMessage message = StunMessage.parse(packet);
      for (Question question : List.copyOf(open.values())) {
        if (question.socket == socket && question.id.equals(message.transactionId())) {
          handle(question, message, from, nowNanos);
        }
      }
    } catch (StunParseException e) {
      // Noise: somebody else's packet at our port.
    }
  }

  private void handle(
      Question question, StunMessage message, InetSocketAddress from, long nowNanos) {
    if (question.test == Question.Test.HAIRPIN) {
      // Our own request has come back to us, whatever the NAT has made of its source.
      if (message.messageClass() == MessageClass.REQUEST) {
        settle(question, Result.ANSWERED, nowNanos);
      }
      return;
    }
    if (!message.messageClass().isResponse()) {
      return;
    }
    if (!from.equals(question.answerer)) {
      // RFC 5780 section 7.2: who knows CHANGE-REQUEST answers from elsewhere. Who does not answers
      // from where it was asked; anybody else has no say.
      if (from.equals(question.remote)) {
        settle(question, Result.REFUSED, nowNanos);
      }
      return;
    }
    Optional<InetSocketAddress> mapped = mapped(message);
    if (mapped.isEmpty()) {
      settle(question, Result.REFUSED, nowNanos);
      return;
    }
    seen.put(question.test, mapped.get());
    if (question.test == Question.Test.FILTERING_I || question.test == Question.Test.MAPPING_I) {
      message
          .attribute(StunAttribute.OtherAddress.class)
          .map(StunAttribute.OtherAddress::address)
          .filter(this::isUsable)
          .ifPresent(address -> other = address);
    }
    settle(question, Result.ANSWERED, nowNanos);
  }

  private static Optional<InetSocketAddress> mapped(StunMessage response) {
    if (response.messageClass() != MessageClass.SUCCESS_RESPONSE) {
      return Optional.empty();
    }
    return response
        .attribute(StunAttribute.XorMappedAddress.class)
        .map(StunAttribute.XorMappedAddress::address)
        .or(
            () ->
                response
                    .attribute(StunAttribute.MappedAddress.class)
                    .map(StunAttribute.MappedAddress::address));
  }

  /** RFC 5780 section 7.4: it differs in both; some servers with one address tell nonsense. */
  private boolean isUsable(InetSocketAddress address) {
    return Addresses.isUsable(address)
        && address.getPort() != server.getPort()
        && !address.getAddress().equals(server.getAddress())
        && address.getAddress().getClass() == server.getAddress().getClass();
  }

  private void settle(Question question, Result result, long nowNanos) {
    open.remove(question.test);
    results.put(question.test, result);
    switch (question.test) {
      case FILTERING_I -> {
        if (result == Result.ANSWERED && other != null) {
          InetSocketAddress otherPort = new InetSocketAddress(server.getAddress(), other.getPort());
          ask(Question.Test.FILTERING_II, FILTERING, server, other, nowNanos);
          ask(Question.Test.FILTERING_III, FILTERING, server, otherPort, nowNanos);
        }
      }
      case MAPPING_I -> {
        if (result == Result.ANSWERED && isTranslated()) {
          if (Addresses.isUsable(seen.get(Question.Test.MAPPING_I))) {
            ask(Question.Test.HAIRPIN, MAPPING, seen.get(Question.Test.MAPPING_I), nowNanos);
          }
          if (other != null) {
            InetSocketAddress otherIp = new InetSocketAddress(other.getAddress(), server.getPort());
            ask(Question.Test.MAPPING_II, MAPPING, otherIp, nowNanos);
          }
        }
      }
      case MAPPING_II -> {
        if (result == Result.ANSWERED && !isSame(Question.Test.MAPPING_I, question.test)) {
          ask(Question.Test.MAPPING_III, MAPPING, other, nowNanos);
        }
      }
      default -> {}
    }
  }

  private boolean isTranslated() {
    InetSocketAddress mapped = seen.get(Question.Test.MAPPING_I);
    return mapped != null && !mapped.equals(locals.get(MAPPING));
  }

  private boolean isSame(Question.Test one, Question.Test two) {
    return seen.get(one).equals(seen.get(two));
  }

  /** Sends again what was not answered, and gives up what never is. */
  public void handleTimeout(long nowNanos) {
    for (Question question : List.copyOf(open.values())) {
      if (question.isGivenUp(nowNanos)) {
        settle(question, Result.SILENCE, nowNanos);
      } else if (question.due() <= nowNanos) {
        question.sent(nowNanos);
        outbox.add(new Transmit(question.socket, question.remote, question.message.duplicate()));
      }
    }
  }

  /** When {@link #handleTimeout} wants to be called next, or {@link #NEVER}. */
  public long nextTimeout() {
    return open.values().stream().mapToLong(Question::due).min().orElse(NEVER);
  }

  /** The next datagram to send, or null. */
  public Transmit pollTransmit() {
    return outbox.poll();
  }

  /** What was found, or null while it is not over. */
  public NatReport report() {
    if (!open.isEmpty() || results.isEmpty()) {
      return null;
    }
    Question.Test one =
        seen.containsKey(Question.Test.MAPPING_I)
            ? Question.Test.MAPPING_I
            : Question.Test.FILTERING_I;
    int socket = one == Question.Test.MAPPING_I ? MAPPING : FILTERING;
    return new NatReport(
        locals.get(socket),
        Optional.ofNullable(seen.get(one)),
        Optional.ofNullable(other),
        mapping(),
        filtering(),
        Optional.ofNullable(results.get(Question.Test.HAIRPIN)).map(Result.ANSWERED::equals));
  }

  /** RFC 5780 section 4.3. */
  private NatBehaviour mapping() {
    if (!seen.containsKey(Question.Test.MAPPING_I)) {
      return NatBehaviour.UNKNOWN;
    }
    if (!isTranslated()) {
      return NatBehaviour.ENDPOINT_INDEPENDENT;
    }
    if (!seen.containsKey(Question.Test.MAPPING_II)) {
      return NatBehaviour.UNKNOWN;
    }
    if (isSame(Question.Test.MAPPING_I, Question.Test.MAPPING_II)) {
      return NatBehaviour.ENDPOINT_INDEPENDENT;
    }
    if (!seen.containsKey(Question.Test.MAPPING_III)) {
      return NatBehaviour.UNKNOWN;
    }
    return isSame(Question.Test.MAPPING_II, Question.Test.MAPPING_III)
        ? NatBehaviour.ADDRESS_DEPENDENT
        : NatBehaviour.ADDRESS_AND_PORT_DEPENDENT;
  }

  /** RFC 5780 section 4.4. */
  private NatBehaviour filtering() {
    Result both = results.get(Question.Test.FILTERING_II);
    Result port = results.get(Question.Test.FILTERING_III);
    if (both == Result.ANSWERED) {
      return NatBehaviour.ENDPOINT_INDEPENDENT;
    }
    if (both != Result.SILENCE || port == Result.REFUSED) {
      return NatBehaviour.UNKNOWN;
    }
    return port == Result.ANSWERED
        ? NatBehaviour.ADDRESS_DEPENDENT
        : NatBehaviour.ADDRESS_AND_PORT_DEPENDENT;
  }
}
